//! Paths to ask for, in random order, with the oracle's answers.

use super::{NOTHING, Oracle, Random, Route, Segment, Table};

/// What a path was made to be.
pub const KINDS: [&str; 4] = ["literal", "parameter", "tail", "changed"];

/// A set of paths, generated before anything is timed.
pub struct Queries {
    text: String,
    ends: Vec<u32>,
    kinds: Vec<u8>,
    /// The oracle's answers.
    pub expected: Vec<u32>,
}

impl Queries {
    /// Paths that a client of a service mesh asks for: half of them literal routes, a fifth with parameters, a tenth
    /// below tails, and a fifth damaged ones, of which most have no route. What a table lacks is left out.
    pub fn mixed(table: &Table, count: usize, seed: u64) -> Queries {
        let mut random = Random::new(seed);
        let of = |wanted: fn(&Route) -> bool| -> Vec<&Route> {
            table.routes.iter().filter(|route| wanted(route)).collect()
        };
        let literal = of(Route::is_literal);
        let tail = of(|route| route.tail);
        let parameter = of(|route| !route.tail && !route.is_literal());
        let mut queries = Queries::none();
        while queries.len() < count {
            let (kind, from) = match random.below(100) {
                0..50 => (0, &literal),
                50..70 => (1, &parameter),
                70..80 => (2, &tail),
                _ => {
                    let route = random.pick(&table.routes);
                    let path = path(table, route, &mut random);
                    queries.push(&changed(path, &mut random), 3);
                    continue;
                }
            };
            if !from.is_empty() {
                let route = from[random.below(from.len())];
                queries.push(&path(table, route, &mut random), kind);
            }
        }
        queries.answer(table)
    }

    /// Paths of routes drawn evenly, as a client that knows the table asks.
    pub fn hits(table: &Table, count: usize, seed: u64) -> Queries {
        let mut random = Random::new(seed);
        let mut queries = Queries::none();
        while queries.len() < count {
            let route = random.pick(&table.routes);
            let kind = if route.is_literal() { 0 } else { 1 + u8::from(route.tail) };
            let path = path(table, route, &mut random);
            queries.push(&path, kind);
        }
        queries.answer(table)
    }

    fn none() -> Queries {
        Queries { text: String::new(), ends: Vec::new(), kinds: Vec::new(), expected: Vec::new() }
    }

    fn push(&mut self, path: &str, kind: u8) {
        self.text.push_str(path);
        self.ends.push(u32::try_from(self.text.len()).expect("fewer than 4 GiB of paths"));
        self.kinds.push(kind);
    }

    fn answer(mut self, table: &Table) -> Queries {
        let oracle = Oracle::new(table);
        self.expected = self.paths().iter().map(|path| oracle.find(path)).collect();
        self
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The paths, lying one behind the other in memory.
    pub fn paths(&self) -> Vec<&str> {
        let mut start = 0;
        let ends = self.ends.iter().map(|end| *end as usize);
        ends.map(|end| &self.text[std::mem::replace(&mut start, end)..end]).collect()
    }

    /// Their mean length in bytes.
    pub fn mean_length(&self) -> f64 {
        self.text.len() as f64 / self.len() as f64
    }

    /// How many of each kind of [`KINDS`], and how many have no route.
    pub fn shares(&self) -> ([usize; 4], usize) {
        let mut shares = [0; 4];
        for kind in &self.kinds {
            shares[usize::from(*kind)] += 1;
        }
        (shares, self.expected.iter().filter(|answer| **answer == NOTHING).count())
    }
}

/// A path that the route matches.
fn path(table: &Table, route: &Route, random: &mut Random) -> String {
    let mut path = String::new();
    for segment in &route.segments {
        path.push('/');
        match segment {
            Segment::Literal(word) => path.push_str(&table.words[*word as usize]),
            Segment::Parameter => path.push_str(&random.segment(4, 14)),
        }
    }
    if route.tail {
        for _ in 0..1 + random.below(6) {
            path.push('/');
            path.push_str(&random.segment(4, 16));
        }
    }
    if path.is_empty() {
        path.push('/');
    }
    path
}

/// The path with one byte, its last segment, or its length changed; still a well-formed path.
fn changed(path: String, random: &mut Random) -> String {
    let (above, _) = path.rsplit_once('/').unwrap_or(("", ""));
    match random.below(4) {
        0 if path.len() > 1 => {
            let at = 1 + random.below(path.len() - 1);
            let byte = if path.as_bytes()[at] == b'/' { 'x' } else { '~' };
            format!("{}{byte}{}", &path[..at], &path[at + 1..])
        }
        1 if !above.is_empty() => above.to_owned(),
        2 => format!("{}/{}", path.trim_end_matches('/'), random.segment(3, 9)),
        _ => format!("{above}/{}", random.segment(3, 12)),
    }
}
