//! Whether a call whose columns all have values has a tree of some height, found backwards and nearest first.
//!
//! A walk keeps the calls it still has to look at in a queue, each with the height its tree may have. Looking at one means
//! to carry out its rules. A rule that ends in a call does not wait for it: that call joins the queue with one less, and
//! its success is the walk's, since everything else the rule wants is there already. So a chain of delegations is a
//! queue of its links, and the first rule that comes to its end without a call ends the walk.
//!
//! **Once is enough.** The queue holds calls by falling height, so a call is met first with the greatest height that it
//! has in this walk; whatever holds with less holds with more. A call met again is dropped.
//!
//! **What is remembered.** Calls in the middle of a rule are walks of their own, with one less; there may be many, so
//! their results are kept ([`Known`]): a call that has no tree of some height has none of a smaller one, a call that has
//! one of some height has it for every greater one. A failed walk says that of each call it has looked at: had one a tree,
//! the rules from it on would have led the walk to its end. The walk of a goal's own call, nearly always the only one,
//! is spared the trouble.

use super::run::{Frame, Machine, Purpose};
use super::scratch::{Known, Node};
use super::shape::Key;
use crate::evaluate::Exceeded;

/// Up to this many calls are searched one by one for one met before; beyond, they are hashed.
const FEW: usize = 24;

/// A walk under way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Walk {
    number: u32,
    /// Where its calls begin in the queue.
    base: usize,
    /// Whether to keep what it finds.
    remember: bool,
    /// Bits of the calls in the queue: one whose bit is missing was not met before.
    met: [u64; 4],
}

impl Walk {
    /// Notes a call; whether it is certain that it was not met before.
    #[inline]
    fn note(&mut self, node: &Node) -> bool {
        let pairs = node.key.mixed() ^ u64::from(node.variant) << 25;
        // The highest bits of a product depend on all bits; the constant is that of Fibonacci hashing.
        let mixed = pairs.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56;
        let bit = 1u64 << (mixed % 64);
        let Some(word) = self.met.get_mut((mixed / 64) as usize) else { return false };
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }
}

impl Machine<'_, '_> {
    /// Whether a call in the middle of a body, or one of many, has a tree of at most this height.
    pub(super) fn prove(&mut self, variant: u32, key: Key, height: u8) -> Result<bool, Exceeded> {
        if height == 0 {
            return Ok(false);
        }
        match self.known(variant, key, height) {
            Some(known) => Ok(known),
            None => self.walk(variant, key, height, true),
        }
    }

    /// Whether a call has a tree of at most this height, a positive number.
    pub(super) fn walk(
        &mut self,
        variant: u32,
        key: Key,
        height: u8,
        remember: bool,
    ) -> Result<bool, Exceeded> {
        self.walks = self.walks.wrapping_add(1);
        let base = self.scratch.queue.len();
        let mut frame = Frame::new(key, &self.asking, Purpose::Walk, 0);
        frame.walk = Walk { number: self.walks, base, remember, met: [0; 4] };
        self.is_new(Node { variant, height, key }, &mut frame.walk);
        let found = self.look(&mut frame)?;
        if remember {
            self.remember(base, found);
        }
        self.scratch.queue.truncate(base);
        Ok(found)
    }

    /// Looks at the calls in the queue until one holds or none is left.
    fn look(&mut self, frame: &mut Frame) -> Result<bool, Exceeded> {
        let mut place = frame.walk.base;
        while let Some(node) = self.scratch.queue.get(place) {
            let Node { variant, height, key } = *node;
            place += 1;
            self.step()?;
            frame.set(key);
            frame.below = height.saturating_sub(1);
            let Some(variant) = self.plans.variant(variant) else { continue };
            if !self.filters(&variant.filters, &frame.slots) {
                continue;
            }
            for rule in &variant.rules {
                if self.body(rule, frame)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// At the end of a rule that ends in a call: whether the walk is over, because that is known to hold.
    pub(super) fn go_on(
        &mut self,
        variant: u32,
        key: Key,
        height: u8,
        walk: &mut Walk,
    ) -> Result<bool, Exceeded> {
        if height == 0 {
            return Ok(false);
        }
        if walk.remember
            && let Some(known) = self.known(variant, key, height)
        {
            return Ok(known);
        }
        self.is_new(Node { variant, height, key }, walk);
        Ok(false)
    }

    /// Puts a call into the queue unless it was met before.
    #[inline]
    fn is_new(&mut self, node: Node, walk: &mut Walk) {
        let count = self.scratch.queue.len().saturating_sub(walk.base);
        let fresh = walk.note(&node);
        if count < FEW {
            let met = self.scratch.queue.get(walk.base..).unwrap_or(&[]);
            if !fresh && met.iter().any(|other| other.key == node.key && other.variant == node.variant) {
                return;
            }
        } else if !self.is_unseen(&node, walk) {
            return;
        }
        self.scratch.queue.push(node);
    }

    /// The same in a long walk.
    fn is_unseen(&mut self, node: &Node, walk: &Walk) -> bool {
        let entry = |node: &Node| (walk.number, node.variant, node.key);
        let scratch = &mut *self.scratch;
        let met = scratch.queue.get(walk.base..).unwrap_or(&[]);
        if met.len() == FEW {
            // Again each time one is dropped at just this length, which changes nothing.
            scratch.seen.extend(met.iter().map(entry));
        }
        scratch.seen.insert(entry(node))
    }

    /// What is known of a call and this height.
    fn known(&self, variant: u32, key: Key, height: u8) -> Option<bool> {
        let known = self.scratch.known.get(&(variant, key))?;
        if known.holds != 0 && known.holds <= height {
            return Some(true);
        }
        (known.fails >= height).then_some(false)
    }

    fn remember(&mut self, base: usize, found: bool) {
        let scratch = &mut *self.scratch;
        let calls = scratch.queue.get(base..).unwrap_or(&[]);
        if found {
            // Of the others it is not known which of them led there.
            if let Some(node) = calls.first() {
                let known = scratch.known.entry((node.variant, node.key)).or_default();
                known.holds = if known.holds == 0 { node.height } else { known.holds.min(node.height) };
            }
            return;
        }
        for node in calls {
            let known: &mut Known = scratch.known.entry((node.variant, node.key)).or_default();
            known.fails = known.fails.max(node.height);
        }
    }
}
