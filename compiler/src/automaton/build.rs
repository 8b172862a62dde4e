//! Subset construction: from patterns to a deterministic automaton whose accept states know every matching pattern.
//!
//! A state is a sorted list of positions of the table's trie ([`super::positions`]) and the shape of the segment read
//! so far. Lists are built once each, symbols are taken in intervals, and the work is bounded by a budget of states and
//! list items, never by time. Not here: which of the matching patterns is meant ([`super::least`]), policy classes and
//! minimisation ([`super::product`]).
#![expect(clippy::indexing_slicing, reason = "states are numbered by this module")]

use super::errors::BuildError;
use super::least;
use super::positions::{Place, Position, Positions};
use super::product::Product;
use super::shape::{DOT, FIRST, LAST, Shape};
use super::transitions::{Step, Transitions, append};
use dregg_artifact::alphabet::SLASH;
use dregg_artifact::{Pattern, Segment, SegmentSet};
use std::collections::HashMap;
use std::rc::Rc;

/// The most patterns an explosion names.
pub const COLLIDING: usize = 8;

/// How much a table's automaton may cost before it is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The most states of the product.
    pub states: usize,
    /// The most positions, steps and pattern numbers that all states together hold.
    pub items: usize,
}

impl Budget {
    /// What every table may cost.
    ///
    /// A table's automaton normally has about as many states as the table has distinct letters: GitHub's 819 routes need
    /// 7,000, ten thousand mixed ones 130,000. A state costs some 200 bytes and a microsecond, so that a table which
    /// explodes is given up below 256 MiB and within a second.
    pub const DEFAULT: Budget = Budget { states: 400_000, items: 6_000_000 };

    /// [`Budget::DEFAULT`], or for a table that is itself large four states and forty items a letter.
    ///
    /// So a large table without many overlaps never meets it, and one that explodes does so in proportion to its text.
    pub fn for_patterns<'a>(patterns: impl IntoIterator<Item = &'a Pattern>) -> Budget {
        Budget::for_letters(patterns.into_iter().map(Budget::letters).sum())
    }

    /// The same for patterns that have so many letters together.
    pub fn for_letters(letters: usize) -> Budget {
        Budget {
            states: Budget::DEFAULT.states.max(letters.saturating_mul(4)),
            items: Budget::DEFAULT.items.max(letters.saturating_mul(40)),
        }
    }

    /// How many letters a pattern has, slashes included; two for a segment that is no literal.
    pub fn letters(pattern: &Pattern) -> usize {
        let letters = |segment: &Segment| match segment {
            Segment::Literal(text) => text.len() + 1,
            Segment::Set(_) | Segment::Any => 2,
        };
        pattern.segments.iter().map(letters).sum()
    }
}

impl Default for Budget {
    fn default() -> Budget {
        Budget::DEFAULT
    }
}

/// The product automaton of all patterns, with the least pattern of every accept state.
///
/// Patterns are numbered by their place. The order in which they stand changes those numbers and nothing else.
///
/// # Errors
/// [`BuildError::Explosion`] if the budget is exceeded, else [`BuildError::Ambiguous`] if some path has no least
/// matching pattern or two patterns match the same paths.
pub fn build(patterns: &[Pattern], sets: &[SegmentSet], budget: &Budget) -> Result<Product, BuildError> {
    let positions = Positions::new(patterns, sets)
        .ok_or_else(|| BuildError::Explosion { patterns: longest(patterns), states: 0 })?;
    let (transitions, accepts) = explore(&positions, budget)?;
    least::decide(transitions, accepts, &positions.equal_pairs(least::AMBIGUITIES), patterns, sets)
}

/// The patterns with the most regular sets: what to blame if there are more positions than numbers.
fn longest(patterns: &[Pattern]) -> Vec<usize> {
    let sets = |at: &usize| {
        let segments = patterns.get(*at).map(|pattern| pattern.segments.iter());
        segments.into_iter().flatten().filter(|segment| matches!(segment, Segment::Set(_))).count()
    };
    let mut ranked: Vec<usize> = (0..patterns.len()).collect();
    ranked.sort_by_key(|at| std::cmp::Reverse(sets(at)));
    ranked.truncate(COLLIDING);
    ranked.sort_unstable();
    ranked
}

/// How far the path has been read, beside the positions.
#[derive(Clone, Copy)]
enum Reading {
    /// Nothing.
    Nothing,
    /// The first `/`.
    Root,
    /// Inside a segment or right before one.
    Segment(Shape),
}

impl Reading {
    fn code(self) -> u32 {
        match self {
            Reading::Nothing => 0,
            Reading::Root => 1,
            Reading::Segment(Shape::Start) => 2,
            Reading::Segment(Shape::Dot) => 3,
            Reading::Segment(Shape::DotDot) => 4,
            Reading::Segment(Shape::Inside) => 5,
        }
    }

    fn from_code(code: u32) -> Reading {
        match code {
            0 => Reading::Nothing,
            1 => Reading::Root,
            2 => Reading::Segment(Shape::Start),
            3 => Reading::Segment(Shape::Dot),
            4 => Reading::Segment(Shape::DotDot),
            _ => Reading::Segment(Shape::Inside),
        }
    }
}

/// The product and, by the labels of its accept states, the sorted numbers of all matching patterns.
fn explore(positions: &Positions, budget: &Budget) -> Result<(Transitions, Vec<Vec<u32>>), BuildError> {
    let mut construction = Construction {
        positions,
        budget: *budget,
        states: Vec::new(),
        depths: Vec::new(),
        by_list: HashMap::new(),
        accepts: Vec::new(),
        by_accept: HashMap::new(),
        items: 0,
    };
    if positions.entries(0).is_empty() && positions.ending_at(0).next().is_none() {
        return Ok((Transitions::new(), Vec::new()));
    }
    let transitions = construction.run()?;
    Ok((transitions, construction.accepts.iter().map(|set| set.to_vec()).collect()))
}

/// Steps out of a state that a regular set allows, waiting for or inside their interval.
#[derive(Clone, Copy)]
struct Span {
    lo: u8,
    hi: u8,
    position: Position,
}

struct Construction<'a> {
    positions: &'a Positions,
    budget: Budget,
    /// Each state's reading, then its positions, sorted.
    states: Vec<Rc<[u32]>>,
    /// How many segments each state was first reached after.
    depths: Vec<u32>,
    by_list: HashMap<Rc<[u32]>, u32>,
    accepts: Vec<Rc<[u32]>>,
    by_accept: HashMap<Rc<[u32]>, u32>,
    items: usize,
}

impl Construction<'_> {
    fn run(&mut self) -> Result<Transitions, BuildError> {
        let mut transitions = Transitions::new();
        self.state(vec![Reading::Nothing.code()], 0);
        let mut at = 0;
        while let Some(list) = self.states.get(at).cloned() {
            let depth = self.depths[at];
            at += 1;
            let before = transitions.steps();
            let (accept, steps) = self.leave(&list, depth);
            transitions.push(accept, steps);
            self.items += transitions.steps() - before;
            if self.states.len() > self.budget.states || self.items > self.budget.items {
                return Err(BuildError::Explosion { patterns: self.colliding(), states: self.states.len() });
            }
        }
        Ok(transitions)
    }

    /// The number of a state; `list` is its reading and its sorted positions.
    fn state(&mut self, list: Vec<u32>, depth: u32) -> u32 {
        if let Some(&state) = self.by_list.get(list.as_slice()) {
            return state;
        }
        let state = u32::try_from(self.states.len()).unwrap_or(u32::MAX);
        self.items += list.len();
        let list: Rc<[u32]> = list.into();
        self.states.push(Rc::clone(&list));
        self.depths.push(depth);
        self.by_list.insert(list, state);
        state
    }

    /// The number of an accept set, `None` for the empty one.
    fn accept(&mut self, mut patterns: Vec<u32>) -> Option<u32> {
        if patterns.is_empty() {
            return None;
        }
        patterns.sort_unstable();
        if let Some(&label) = self.by_accept.get(patterns.as_slice()) {
            return Some(label);
        }
        let label = u32::try_from(self.accepts.len()).unwrap_or(u32::MAX);
        self.items += patterns.len();
        let patterns: Rc<[u32]> = patterns.into();
        self.accepts.push(Rc::clone(&patterns));
        self.by_accept.insert(patterns, label);
        Some(label)
    }

    /// The state before a segment, reached from these nodes and tails; `None` if nothing can follow.
    fn begin(&mut self, nodes: &[u32], tails: &[Position], reading: Reading, depth: u32) -> Option<u32> {
        let mut list = vec![reading.code()];
        for &node in nodes {
            list.extend(self.positions.entries(node));
        }
        list.extend(tails);
        if list.len() == 1 && !matches!(reading, Reading::Root) {
            return None;
        }
        list[1..].sort_unstable();
        if let Reading::Segment(shape) = reading {
            self.forget_shape(&mut list, shape);
        }
        Some(self.state(list, depth))
    }

    /// Writes the reading of a state inside a segment. Only "any segment" and tails need the shape: letters and regular
    /// sets know it by themselves.
    fn forget_shape(&self, list: &mut [u32], shape: Shape) {
        let needed = list[1..].iter().any(|&position| match self.positions.place_of(position) {
            Some(Place::Any { .. } | Place::Tail { .. }) => true,
            Some(Place::Set { .. }) | None => false,
        });
        list[0] = Reading::Segment(if needed { shape } else { Shape::Inside }).code();
    }

    /// What a path that ends in this state is accepted with, and the steps out of it.
    fn leave(&mut self, list: &[u32], depth: u32) -> (Option<u32>, Vec<Step>) {
        let Some((&code, list)) = list.split_first() else { return (None, Vec::new()) };
        match Reading::from_code(code) {
            Reading::Nothing => {
                let next = self.begin(&[0], &[], Reading::Root, 0);
                (None, next.map(|next| Step { lo: SLASH, hi: SLASH, next }).into_iter().collect())
            }
            Reading::Root => {
                let accept = self.accept(self.positions.ending_at(0).collect());
                (accept, self.inside(list, Shape::Start, depth))
            }
            Reading::Segment(shape) => {
                let (accept, slash) = self.complete(list, shape, depth);
                let mut steps: Vec<Step> =
                    slash.map(|next| Step { lo: SLASH, hi: SLASH, next }).into_iter().collect();
                steps.extend(self.inside(list, shape, depth));
                (accept, steps)
            }
        }
    }

    /// What ends with the segment, and the state after the `/` that may follow it.
    fn complete(&mut self, list: &[u32], shape: Shape, depth: u32) -> (Option<u32>, Option<u32>) {
        let mut nodes = Vec::new();
        let mut tails = Vec::new();
        for &position in list {
            match self.positions.place_of(position) {
                None => nodes.extend(self.positions.letter_child(position)),
                Some(Place::Any { child }) if shape.complete() => nodes.push(child),
                Some(Place::Tail { .. }) if shape.complete() => tails.push(position),
                Some(Place::Any { .. } | Place::Tail { .. }) => {}
                Some(Place::Set { set, state, child }) => {
                    if self.positions.set(set).accept(state).is_some() {
                        nodes.push(child);
                    }
                }
            }
        }
        let mut patterns: Vec<u32> = nodes.iter().flat_map(|&node| self.positions.ending_at(node)).collect();
        for &tail in &tails {
            if let Some(Place::Tail { node }) = self.positions.place_of(tail) {
                patterns.extend(self.positions.tails(node));
            }
        }
        let slash = self.begin(&nodes, &tails, Reading::Segment(Shape::Start), depth + 1);
        (self.accept(patterns), slash)
    }

    /// The steps on symbols of a segment.
    fn inside(&mut self, list: &[u32], shape: Shape, depth: u32) -> Vec<Step> {
        let mut spans = Vec::new();
        let mut everywhere = Vec::new();
        for &position in list {
            match self.positions.place_of(position) {
                None => spans.extend(
                    self.positions.letter_steps(position).iter().map(|&(symbol, position)| Span {
                        lo: symbol,
                        hi: symbol,
                        position,
                    }),
                ),
                Some(Place::Any { .. } | Place::Tail { .. }) => everywhere.push(position),
                Some(Place::Set { set, state, .. }) => {
                    spans.extend(self.positions.set(set).of(state).iter().map(|step| Span {
                        lo: step.lo,
                        hi: step.hi,
                        // The positions of one set's states follow each other.
                        position: position - state + step.next,
                    }));
                }
            }
        }
        spans.sort_unstable_by_key(|span| span.lo);
        let watches_dot = shape.watches_dot() && !everywhere.is_empty();
        let mut waiting = spans.into_iter().peekable();
        let mut active: Vec<Span> = Vec::new();
        let mut steps = Vec::new();
        let mut lo = FIRST;
        while lo <= LAST {
            active.retain(|span| span.hi >= lo);
            while let Some(span) = waiting.next_if(|span| span.lo <= lo) {
                active.push(span);
            }
            // The widest interval from here on which nothing changes.
            let mut hi = active.iter().map(|span| span.hi).min().unwrap_or(LAST);
            if let Some(span) = waiting.peek() {
                hi = hi.min(span.lo - 1);
            }
            if watches_dot && lo <= DOT {
                hi = hi.min(if lo == DOT { DOT } else { DOT - 1 });
            }
            if !active.is_empty() || !everywhere.is_empty() {
                let mut next = vec![0];
                next.extend(active.iter().map(|span| span.position));
                next.extend(&everywhere);
                next[1..].sort_unstable();
                self.forget_shape(&mut next, shape.step(lo));
                let next = self.state(next, depth);
                append(&mut steps, 0, Step { lo, hi, next });
            }
            lo = hi + 1;
        }
        steps
    }

    /// The patterns whose presence varies most among the states made so far.
    ///
    /// An explosion is many states at one depth that differ in which positions they hold. A position held by all
    /// of them or by one alone tells none apart; one held by about half tells most.
    fn colliding(&self) -> Vec<usize> {
        let mut by_depth: HashMap<u32, usize> = HashMap::new();
        for &depth in &self.depths {
            *by_depth.entry(depth).or_default() += 1;
        }
        let fullest =
            by_depth.iter().max_by_key(|&(depth, count)| (*count, *depth)).map_or(0, |(depth, _)| *depth);
        let mut held: HashMap<Position, u64> = HashMap::new();
        let mut states = 0u64;
        for (list, _) in self.states.iter().zip(&self.depths).filter(|&(_, &depth)| depth == fullest) {
            states += 1;
            for &position in list.iter().skip(1) {
                *held.entry(position).or_default() += 1;
            }
        }
        let mut score: HashMap<u32, u64> = HashMap::new();
        for (position, count) in held {
            *score.entry(self.positions.sample(position)).or_default() += count * (states - count);
        }
        strongest(score)
    }
}

/// The patterns with the highest scores, at most [`COLLIDING`], sorted.
pub(super) fn strongest(score: impl IntoIterator<Item = (u32, u64)>) -> Vec<usize> {
    let mut ranked: Vec<(u64, u32)> = score.into_iter().map(|(pattern, score)| (score, pattern)).collect();
    ranked.sort_unstable_by_key(|&(score, pattern)| (std::cmp::Reverse(score), pattern));
    let most = ranked.first().map_or(0, |&(score, _)| score);
    // A pattern that tells far fewer states apart than the first is a bystander; but nobody collides alone.
    let named = ranked.iter().enumerate().take_while(|&(at, &(score, _))| at < 2 || score >= most / 8);
    let mut patterns: Vec<usize> = named.take(COLLIDING).map(|(_, &(_, pattern))| pattern as usize).collect();
    patterns.sort_unstable();
    patterns
}
