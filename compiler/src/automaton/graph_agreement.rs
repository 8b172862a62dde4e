//! Proof that a route graph and a DFA are one language under the policy classes of the graph's patterns.
//!
//! Both are read side by side, a segment at a time: each pair of a node and of the DFA state before a segment is looked at
//! once. A node's literals are walked through the DFA as the trie they are; where a symbol leaves them, what the node does
//! otherwise ([`super::reading`]) is compared symbol by symbol, again each pair once. So the work is linear in both.
//! Nothing of the construction is used: only the rows, and what [`RouteGraph`] says its parts mean.
#![expect(clippy::indexing_slicing, reason = "pairs are numbered by this module")]

use super::reading::{Literals, NONE, Reading, Readings};
use super::shape::{FIRST, LAST};
use dregg_artifact::alphabet::{self, END, SLASH, SYMBOLS};
use dregg_artifact::{Dfa, RouteGraph};
use rustc_hash::FxHashSet;

/// A text that the graph and the DFA do not answer alike. `class_of_pattern` gives the class that the DFA has for each
/// pattern with which the graph accepts. The text is a path, unless the DFA accepts one that is none.
///
/// Links and targets must lead to nodes with smaller numbers, as [`RouteGraph`] promises.
pub fn graph_disagreement(graph: &RouteGraph, class_of_pattern: &[u32], dfa: &Dfa) -> Option<String> {
    let mut walk = Walk::new(graph, class_of_pattern, dfa);
    walk.first().or_else(|| walk.run())
}

/// Pairs that are known to agree, of nodes and states under numbers that stay while a table is amended.
#[derive(Default)]
pub(super) struct Agreed {
    pairs: FxHashSet<(u32, u32)>,
}

/// As [`graph_disagreement`], but for pairs that are known to agree; if there is nothing, all pairs looked at are known
/// from then on. `nodes` and `states` are the numbers that stay, by those in the graph and in the DFA.
///
/// SOUNDNESS: a pair agrees if what it leads to does, so whoever has added all pairs of a walk without a difference may
/// skip them. That holds as long as a number that stays means the same node or state, with the same classes below it.
pub(super) fn new_disagreement(
    graph: &RouteGraph,
    class_of_pattern: &[u32],
    dfa: &Dfa,
    (nodes, states): (&[u32], &[u32]),
    agreed: &mut Agreed,
) -> Option<String> {
    let mut walk = Walk::new(graph, class_of_pattern, dfa);
    walk.agreed = Some(Known { pairs: &agreed.pairs, nodes, states });
    let found = walk.first().or_else(|| walk.run());
    let met = std::mem::take(&mut walk.met);
    if found.is_none() {
        agreed.pairs.extend(met);
    }
    found
}

/// The rows of a DFA, states beyond it taken for none.
struct Rows<'a>(&'a Dfa);

impl<'a> Rows<'a> {
    /// The rows of a state but for its `END`: symbols and the state they lead to, sorted.
    fn of(&self, state: u32) -> impl DoubleEndedIterator<Item = (u8, u8, u32)> + use<'a> {
        let dfa = self.0;
        let known = move |next: u32| if next < dfa.states() { next } else { NONE };
        let steps = dfa.rows_of(state).filter(|row| row.lo != END);
        steps.map(move |row| (row.lo, row.hi, known(row.next)))
    }

    fn step(&self, state: u32, symbol: u8) -> u32 {
        let row = self.of(state).rfind(|row| row.0 <= symbol);
        row.filter(|row| symbol <= row.1).map_or(NONE, |row| row.2)
    }

    /// The class of a path that ends in a state.
    fn end(&self, state: u32) -> u32 {
        let row = self.0.rows_of(state).next_back().filter(|row| row.lo == END);
        row.map_or(NONE, |row| row.next)
    }
}

/// How a text goes on from one that was met before.
#[derive(Clone, Copy)]
enum Way {
    /// From the pair before a segment, by so many letters of a key.
    Key { pair: u32, key: u32, letters: u32 },
    /// And by one more symbol.
    Off { pair: u32, key: u32, letters: u32, symbol: u8 },
    /// From inside a segment, by one more symbol.
    Symbol { inner: u32, symbol: u8 },
}

/// What literals are looked at from.
#[derive(Clone, Copy)]
enum From {
    /// From the pair before the segment, whose node has them.
    Pair(u32),
    /// From inside the segment, in a node linked to.
    Inner(u32),
}

/// Pairs that are known to agree, and the numbers in them of the graph's nodes and the DFA's states.
#[derive(Clone, Copy)]
struct Known<'a> {
    pairs: &'a FxHashSet<(u32, u32)>,
    nodes: &'a [u32],
    states: &'a [u32],
}

struct Walk<'a> {
    graph: &'a RouteGraph,
    readings: Readings<'a>,
    rows: Rows<'a>,
    class_of_pattern: &'a [u32],
    /// Pairs of a node and a state before a segment, and the way to them; the first one has none.
    pairs: Vec<(u32, u32, Option<Way>)>,
    /// The first state that each node was met with, and all other such pairs.
    state_of: Vec<u32>,
    pair_known: FxHashSet<(u32, u32)>,
    /// Pairs of a reading and a state inside a segment.
    inner: Vec<(Reading, u32, Way)>,
    inner_known: FxHashSet<(Reading, u32)>,
    /// Literals of the pair looked at that are still to be walked, and the state they are walked from.
    frames: Vec<(Literals, u32)>,
    /// What is known to agree.
    agreed: Option<Known<'a>>,
    /// The pairs met, with those numbers.
    met: Vec<(u32, u32)>,
}

impl<'a> Walk<'a> {
    fn new(graph: &'a RouteGraph, class_of_pattern: &'a [u32], dfa: &'a Dfa) -> Walk<'a> {
        Walk {
            graph,
            readings: Readings::new(graph),
            rows: Rows(dfa),
            class_of_pattern,
            pairs: Vec::new(),
            state_of: vec![NONE; graph.nodes.len()],
            pair_known: FxHashSet::default(),
            inner: Vec::new(),
            inner_known: FxHashSet::default(),
            frames: Vec::new(),
            agreed: None,
            met: Vec::new(),
        }
    }

    /// The class that a node accepts with.
    fn class(&self, node: u32) -> u32 {
        let pattern = self.graph.nodes.get(node as usize).and_then(|node| node.accept);
        pattern.and_then(|pattern| self.class_of_pattern.get(pattern as usize).copied()).unwrap_or(NONE)
    }

    /// The first `/`, and the only path that ends before a segment.
    fn first(&mut self) -> Option<String> {
        let start = if self.rows.0.states() == 0 { NONE } else { 0 };
        let root = u32::try_from(self.graph.nodes.len()).ok().and_then(|count| count.checked_sub(1));
        let root = root.unwrap_or(NONE);
        if self.rows.end(start) != NONE {
            return Some(String::new());
        }
        let after = self.rows.step(start, SLASH);
        if self.rows.end(after) != self.class(root) {
            return Some("/".to_owned());
        }
        self.pairs.push((root, after, None));
        // What begins otherwise is no path: the pair of nothing and of the start reads that, without its `/`.
        let others = self.rows.of(start).filter(|row| row.1 != SLASH);
        let others: Vec<(u8, u32)> = others.map(|row| (row.0.max(FIRST), row.2)).collect();
        others.into_iter().find_map(|(symbol, state)| {
            let first = alphabet::byte(symbol).map(char::from).into_iter();
            Some(first.chain(self.accepted_from(state)?.chars()).collect())
        })
    }

    /// Some text that is accepted from a state on.
    fn accepted_from(&self, start: u32) -> Option<String> {
        let mut met = vec![(start, 0usize, 0u8)];
        let mut known = FxHashSet::from_iter([start]);
        let mut at = 0;
        while let Some(&(state, _, _)) = met.get(at) {
            if self.rows.end(state) != NONE {
                let mut text = Vec::new();
                while at != 0 {
                    text.extend(alphabet::byte(met[at].2).map(char::from));
                    at = met[at].1;
                }
                return Some(text.into_iter().rev().collect());
            }
            for (symbol, _, next) in self.rows.of(state) {
                if next != NONE && known.insert(next) {
                    met.push((next, at, symbol));
                }
            }
            at += 1;
        }
        None
    }

    fn run(&mut self) -> Option<String> {
        let (mut pair, mut inner) = (0u32, 0u32);
        loop {
            if let Some(&(node, state, _)) = self.pairs.get(pair as usize) {
                if let Some(way) = self.look(pair, node, state) {
                    return Some(self.text(way));
                }
                pair += 1;
            } else if let Some(&(reading, state, way)) = self.inner.get(inner as usize) {
                if let Some(way) = self.read(inner, reading, state, way) {
                    return Some(self.text(way));
                }
                inner += 1;
            } else {
                return None;
            }
        }
    }

    /// Notes a node and the state before a segment, to be looked at once.
    fn pair(&mut self, node: u32, state: u32, way: Way) {
        if (node, state) == (NONE, NONE) || self.agrees(node, state) {
            return;
        }
        if let Some(first) = self.state_of.get_mut(node as usize) {
            if *first == state && state != NONE {
                return;
            }
            if *first == NONE && state != NONE {
                *first = state;
                return self.pairs.push((node, state, Some(way)));
            }
        }
        if self.pair_known.insert((node, state)) {
            self.pairs.push((node, state, Some(way)));
        }
    }

    /// Whether a pair is known to agree; if it is not, it is noted to be so from now on.
    fn agrees(&mut self, node: u32, state: u32) -> bool {
        let Some(Known { pairs, nodes, states }) = self.agreed else { return false };
        let number = |of: &[u32], at: u32| of.get(at as usize).copied().unwrap_or(NONE);
        let pair = (number(nodes, node), number(states, state));
        let known = pairs.contains(&pair);
        self.met.extend((!known).then_some(pair));
        known
    }

    /// Notes a reading and the state it is at, to be looked at once.
    fn enter(&mut self, reading: Reading, state: u32, way: Way) {
        if (reading, state) != (Reading::Nothing, NONE) && self.inner_known.insert((reading, state)) {
            self.inner.push((reading, state, way));
        }
    }

    /// A segment ends that leads to `target`. Whether path and state part here.
    fn parts(&mut self, target: u32, state: u32, way: Way) -> bool {
        if self.rows.end(state) != self.class(target) {
            return true;
        }
        let after = self.rows.step(state, SLASH);
        if after != NONE || !Readings::leaf(self.graph, target) {
            self.pair(target, after, way);
        }
        false
    }

    /// All segments from a pair on: the literals of the node, and where symbols leave them.
    fn look(&mut self, pair: u32, node: u32, state: u32) -> Option<Way> {
        let before = Way::Key { pair, key: 0, letters: 0 };
        let root = self.pairs[pair as usize].2.is_none();
        if !root && self.rows.end(state) != NONE {
            return Some(before);
        }
        let empty = Way::Off { pair, key: 0, letters: 0, symbol: SLASH };
        self.enter(Reading::Nothing, self.rows.step(state, SLASH), empty);
        let linked = self.readings.linked(node);
        self.frames.push((self.readings.begin(node), state));
        while let Some((literals, state)) = self.frames.pop() {
            // Who links here asks for the same.
            if linked && !self.inner_known.insert((self.readings.literals(literals), state)) {
                continue;
            }
            let (literals, state) = if linked { (literals, state) } else { self.follow(literals, state) };
            let key = self.readings.key(literals);
            let way = Way::Key { pair, key, letters: literals.letters };
            if let Some(way) = self.prefix(literals, state, From::Pair(pair), way) {
                return Some(way);
            }
        }
        None
    }

    /// Goes on along a single literal beside which there is nothing, as far as the DFA has one way on as well.
    fn follow(&self, mut literals: Literals, mut state: u32) -> (Literals, u32) {
        if literals.letters > 0 && literals.from + 1 == literals.to && literals.beside == Reading::Nothing {
            for &byte in self.readings.rest_of(literals) {
                let mut rows = self.rows.of(state);
                let (Some((lo, hi, next)), None) = (rows.next(), rows.next()) else { break };
                if Some(lo) != alphabet::symbol(byte) || lo != hi || self.rows.end(state) != NONE {
                    break;
                }
                state = next;
                literals.letters += 1;
            }
        }
        (literals, state)
    }

    /// One prefix of literals: whether the path ends alike, and all ways on.
    fn prefix(&mut self, literals: Literals, state: u32, from: From, way: Way) -> Option<Way> {
        if literals.letters > 0 {
            let target = self.readings.target(literals);
            if self.parts(target, state, way) {
                return Some(way);
            }
        }
        let on = |symbol: u8| match (from, way) {
            (From::Pair(pair), Way::Key { key, letters, .. }) => Way::Off { pair, key, letters, symbol },
            (From::Pair(pair), Way::Off { .. } | Way::Symbol { .. }) => {
                Way::Off { pair, key: 0, letters: 0, symbol }
            }
            (From::Inner(inner), _) => Way::Symbol { inner, symbol },
        };
        let mut letter = [false; SYMBOLS as usize + 1];
        let mut rest = literals;
        while let Some((symbol, longer)) = self.readings.longer(&mut rest) {
            letter[symbol as usize] = true;
            let next = self.rows.step(state, symbol);
            match from {
                From::Pair(_) => self.frames.push((longer, next)),
                From::Inner(_) => {
                    let reading = self.readings.literals(longer);
                    self.enter(reading, next, on(symbol));
                }
            }
        }
        if literals.beside == Reading::Nothing {
            for (lo, hi, next) in self.rows.of(state) {
                let off = (lo.max(FIRST)..=hi.min(LAST)).find(|&symbol| !letter[symbol as usize]);
                if let Some(symbol) = off {
                    self.enter(Reading::Nothing, next, on(symbol));
                }
            }
            return None;
        }
        let mut begins = self.begins(literals.beside, state);
        for symbol in FIRST..=LAST {
            begins[symbol as usize + 1] |= letter[symbol as usize];
        }
        for symbol in (FIRST..=LAST).filter(|&symbol| begins[symbol as usize] && !letter[symbol as usize]) {
            let (reading, next) =
                (self.readings.step(literals.beside, symbol), self.rows.step(state, symbol));
            self.enter(reading, next, on(symbol));
        }
        None
    }

    /// Where reading or state may begin to do something else than for the symbol before.
    fn begins(&mut self, reading: Reading, state: u32) -> [bool; SYMBOLS as usize + 1] {
        let mut begins = [false; SYMBOLS as usize + 1];
        begins[FIRST as usize] = true;
        self.readings.mark(reading, &mut begins);
        for (lo, hi, _) in self.rows.of(state) {
            begins[lo as usize] = true;
            begins[hi as usize + 1] = true;
        }
        begins
    }

    /// One pair inside a segment.
    fn read(&mut self, inner: u32, reading: Reading, state: u32, way: Way) -> Option<Way> {
        match reading {
            Reading::Nothing => {
                if self.rows.end(state) != NONE {
                    return Some(way);
                }
                for (symbol, _, next) in self.rows.of(state) {
                    self.enter(Reading::Nothing, next, Way::Symbol { inner, symbol });
                }
            }
            Reading::Rest { .. } => {
                let target = self.readings.complete(reading);
                if self.parts(target, state, way) {
                    return Some(way);
                }
                let begins = self.begins(reading, state);
                for symbol in (FIRST..=LAST).filter(|&symbol| begins[symbol as usize]) {
                    let (reading, next) =
                        (self.readings.step(reading, symbol), self.rows.step(state, symbol));
                    self.enter(reading, next, Way::Symbol { inner, symbol });
                }
            }
            Reading::Literals(number) => {
                let literals = self.readings.get(number);
                return self.prefix(literals, state, From::Inner(inner), way);
            }
        }
        None
    }

    /// The text of a way.
    fn text(&self, way: Way) -> String {
        let mut reversed: Vec<u8> = Vec::new();
        let mut next = Some(way);
        while let Some(way) = next {
            let (pair, key, letters) = match way {
                Way::Symbol { inner, symbol } => {
                    reversed.extend(alphabet::byte(symbol));
                    next = Some(self.inner[inner as usize].2);
                    continue;
                }
                Way::Off { pair, key, letters, symbol } => {
                    reversed.extend(alphabet::byte(symbol));
                    (pair, key, letters)
                }
                Way::Key { pair, key, letters } => (pair, key, letters),
            };
            let key = self.graph.keys.get(key as usize).map_or(&[][..], |key| key.as_bytes());
            reversed.extend(key.iter().take(letters as usize).rev());
            reversed.push(b'/');
            next = self.pairs[pair as usize].2;
        }
        reversed.into_iter().rev().map(char::from).collect()
    }
}
