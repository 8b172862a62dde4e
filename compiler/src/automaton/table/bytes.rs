//! From nodes by class to the minimal symbol automaton, bottom-up and without partition refinement.
//!
//! For each node first the states of what a segment does that is no literal ([`super::inside`]), or the linked node's,
//! then the literals as a trie laid over them: the state after some letters is what those letters would have done
//! without the literals, but for the letters that go on to one. Not here: the order of rows ([`crate::automaton::order`]).
#![expect(clippy::indexing_slicing, reason = "nodes and states are numbered by their modules")]

use super::classes::{Texts, class_node};
use super::inside::Plan;
use super::nodes::{Nodes, Parts};
use super::symbols::{Fresh, INSIDE, SymbolStates};
use super::trie::NONE;
use crate::automaton::transitions::{Step, append};
use dregg_artifact::Otherwise;
use dregg_artifact::alphabet::{self, SLASH};
use rustc_hash::FxHashMap;

/// More states than allowed: how many.
pub(super) struct TooMany(pub usize);

/// The symbol automaton and what is needed to make more of it.
pub(super) struct Bytes {
    /// The nodes by class.
    pub classes: Nodes,
    pub states: SymbolStates,
    /// The state before a segment at each node, [`NONE`] if nothing can follow.
    start: Vec<u32>,
    /// Whether `start` has been made.
    made: Vec<bool>,
    plans: FxHashMap<(u32, bool), Plan>,
    /// The start of what is no literal, by the node that any segment leads to.
    any: Vec<u32>,
    /// The same for matchers and their targets.
    matched: FxHashMap<(u32, Vec<u32>, Otherwise), u32>,
    frames: Vec<Frame>,
    /// Finished letters and their states.
    letters: Vec<(u8, u32)>,
    /// A buffer.
    arcs: Vec<(u32, u32)>,
}

/// A prefix of literals that is not finished.
struct Frame {
    /// The state that the letters so far lead to without the literals.
    below: u32,
    /// The node that the literal of these letters leads to, or [`NONE`].
    target: u32,
    /// Where its finished letters begin.
    letters: usize,
}

impl Bytes {
    /// No nodes and no states.
    pub fn new() -> Bytes {
        Bytes {
            classes: Nodes::new(),
            states: SymbolStates::new(),
            start: Vec::new(),
            made: Vec::new(),
            plans: FxHashMap::default(),
            any: Vec::new(),
            matched: FxHashMap::default(),
            frames: Vec::new(),
            letters: Vec::new(),
            arcs: Vec::new(),
        }
    }

    /// The node by class of these parts, which lead to such nodes.
    pub fn class_node(&mut self, parts: Parts<'_>, texts: Texts<'_>) -> u32 {
        class_node(&mut self.classes, parts, texts, &mut self.arcs)
    }

    /// Makes the states below a node by class; the first state of all, before the first `/`.
    ///
    /// # Errors
    /// [`TooMany`] if there are more than `most` states.
    pub fn extend(&mut self, root: u32, texts: Texts<'_>, most: usize) -> Result<u32, TooMany> {
        self.start.resize(self.classes.len(), NONE);
        self.any.resize(self.classes.len(), NONE);
        self.made.resize(self.classes.len(), false);
        for node in self.classes.below(root, |node| self.made[node as usize]) {
            let below = self.below(node, texts);
            self.start[node as usize] = self.lay_over(below, node, texts);
            self.made[node as usize] = true;
            if self.states.len() > most {
                return Err(TooMany(self.states.len()));
            }
        }
        // The path `/` ends before the first segment, which no other path does.
        let start = self.start[root as usize];
        let steps = if start == NONE { Vec::new() } else { self.states.of(start).to_vec() };
        let after_slash = self.states.intern(self.classes.get(root).accept, &steps);
        Ok(self.states.intern(NONE, &[Step { lo: SLASH, hi: SLASH, next: after_slash }]))
    }

    /// The state before a segment that is no literal.
    fn below(&mut self, node: u32, texts: Texts<'_>) -> u32 {
        let Parts { accept, matcher, targets, otherwise, .. } = self.classes.get(node);
        match otherwise {
            Otherwise::Link(to) => self.start[to as usize],
            Otherwise::Stay => self.stay(accept, texts),
            Otherwise::Nothing if matcher == NONE => NONE,
            Otherwise::Node(to) if matcher == NONE => {
                if self.any[to as usize] == NONE {
                    self.any[to as usize] = self.planned(NONE, &[], otherwise, texts);
                }
                self.any[to as usize]
            }
            Otherwise::Nothing | Otherwise::Node(_) => {
                let key = (matcher, targets.to_vec(), otherwise);
                if let Some(&known) = self.matched.get(&key) {
                    return known;
                }
                let start = self.planned(matcher, &key.1, otherwise, texts);
                self.matched.insert(key, start);
                start
            }
        }
    }

    fn plan(&mut self, matcher: u32, otherwise: bool, texts: Texts<'_>) {
        let of = texts.matchers.get(matcher as usize);
        self.plans.entry((matcher, otherwise)).or_insert_with(|| Plan::new(of, otherwise));
    }

    /// What takes every segment for ever.
    fn stay(&mut self, accept: u32, texts: Texts<'_>) -> u32 {
        self.plan(NONE, true, texts);
        let plan = &self.plans[&(NONE, true)];
        let fresh = |state: u32| {
            let end = plan.states.accept(state);
            let slash = end.map(|_| Step { lo: SLASH, hi: SLASH, next: INSIDE });
            let steps = plan.states.of(state).iter().map(|step| Step { next: INSIDE | step.next, ..*step });
            Fresh { accept: end.map_or(NONE, |_| accept), steps: slash.into_iter().chain(steps).collect() }
        };
        let component: Vec<Fresh> = plan.states.states().map(fresh).collect();
        self.states.component(&component)[0]
    }

    /// The start of a plan whose labels lead to these nodes.
    fn planned(&mut self, matcher: u32, targets: &[u32], otherwise: Otherwise, texts: Texts<'_>) -> u32 {
        let other = match otherwise {
            Otherwise::Node(to) => to,
            Otherwise::Nothing | Otherwise::Link(_) | Otherwise::Stay => NONE,
        };
        self.plan(matcher, other != NONE, texts);
        let plan = &self.plans[&(matcher, other != NONE)];
        let mut known = vec![NONE; plan.states.len()];
        let mut place = vec![NONE; plan.states.len()];
        for (component, cyclic) in &plan.components {
            for (at, &state) in (0u32..).zip(component) {
                place[state as usize] = at;
            }
            let fresh = |state: u32| {
                let target = plan.states.accept(state).map(|label| match label.checked_sub(1) {
                    Some(label) => targets[label as usize],
                    None => other,
                });
                let accept = target.map_or(NONE, |target| self.classes.get(target).accept);
                let slash = target.map_or(NONE, |target| self.start[target as usize]);
                let mut steps = Vec::new();
                if slash != NONE {
                    steps.push(Step { lo: SLASH, hi: SLASH, next: slash });
                }
                for step in plan.states.of(state) {
                    let next = match known[step.next as usize] {
                        NONE => INSIDE | place[step.next as usize],
                        known => known,
                    };
                    append(&mut steps, 0, Step { next, ..*step });
                }
                Fresh { accept, steps }
            };
            let fresh: Vec<Fresh> = component.iter().map(|&state| fresh(state)).collect();
            if *cyclic {
                let states = self.states.component(&fresh);
                for (&state, number) in component.iter().zip(states) {
                    known[state as usize] = number;
                }
            } else if let ([state], [fresh]) = (component.as_slice(), fresh.as_slice()) {
                known[*state as usize] = self.states.intern(fresh.accept, &fresh.steps);
            }
        }
        known[0]
    }

    /// The state before a segment: the literals laid over what happens without them.
    fn lay_over(&mut self, below: u32, node: u32, texts: Texts<'_>) -> u32 {
        let mut arcs = std::mem::take(&mut self.arcs);
        arcs.clear();
        arcs.extend_from_slice(self.classes.get(node).arcs);
        let text = |key: u32| texts.keys[key as usize].as_bytes();
        if !texts.sorted {
            arcs.sort_unstable_by_key(|&(key, _)| text(key));
        }
        let mut frames = std::mem::take(&mut self.frames);
        frames.push(Frame { below, target: NONE, letters: 0 });
        let mut last: &[u8] = &[];
        for &(key, target) in &arcs {
            let text = text(key);
            let common = text.iter().zip(last).take_while(|(text, last)| text == last).count();
            self.finish(&mut frames, common, last);
            let mut below = frames.last().map_or(NONE, |frame| frame.below);
            for &byte in text.iter().skip(common) {
                below = self.states.step(below, alphabet::symbol(byte).unwrap_or(SLASH));
                frames.push(Frame { below, target: NONE, letters: self.letters.len() });
            }
            if let Some(frame) = frames.last_mut() {
                frame.target = target;
            }
            last = text;
        }
        let start = if arcs.is_empty() {
            below
        } else {
            self.finish(&mut frames, 0, last);
            frames.last().map_or(NONE, |frame| self.state(frame))
        };
        frames.clear();
        self.frames = frames;
        self.arcs = arcs;
        start
    }

    /// Makes the states of all but the first `keep` letters of the last literal.
    fn finish(&mut self, frames: &mut Vec<Frame>, keep: usize, last: &[u8]) {
        while frames.len() > keep + 1
            && let Some(frame) = frames.pop()
        {
            let state = self.state(&frame);
            let letter = last[frames.len() - 1];
            self.letters.push((alphabet::symbol(letter).unwrap_or(SLASH), state));
        }
    }

    /// The state of a finished prefix; takes its letters.
    fn state(&mut self, frame: &Frame) -> u32 {
        let mut steps: Vec<Step> = Vec::new();
        let (mut accept, mut slash) = (NONE, NONE);
        let rest: &[Step] = if frame.below == NONE { &[] } else { self.states.of(frame.below) };
        if frame.target != NONE {
            accept = self.classes.get(frame.target).accept;
            slash = self.start[frame.target as usize];
        } else if frame.below != NONE {
            accept = self.states.accept(frame.below);
            slash = self.states.step(frame.below, SLASH);
        }
        if slash != NONE {
            steps.push(Step { lo: SLASH, hi: SLASH, next: slash });
        }
        let mut letters = self.letters[frame.letters..].iter().copied().peekable();
        for step in rest {
            let mut lo = step.lo.max(SLASH + 1);
            while lo <= step.hi {
                while let Some((symbol, next)) = letters.next_if(|&(symbol, _)| symbol < lo) {
                    append(&mut steps, 0, Step { lo: symbol, hi: symbol, next });
                }
                match letters.next_if(|&(symbol, _)| symbol == lo) {
                    Some((symbol, next)) => {
                        append(&mut steps, 0, Step { lo: symbol, hi: symbol, next });
                        lo += 1;
                    }
                    None => {
                        let hi = letters.peek().map_or(step.hi, |&(symbol, _)| step.hi.min(symbol - 1));
                        append(&mut steps, 0, Step { lo, hi, next: step.next });
                        lo = hi + 1;
                    }
                }
            }
        }
        for (symbol, next) in letters {
            append(&mut steps, 0, Step { lo: symbol, hi: symbol, next });
        }
        self.letters.truncate(frame.letters);
        self.states.intern(accept, &steps)
    }
}
