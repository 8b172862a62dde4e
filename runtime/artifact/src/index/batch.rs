//! Many paths at once, in lockstep: while one path's word is on its way from memory, the others' are asked for.
//!
//! Pays from about a hundred thousand routes on; small tables stand in a cache near enough.

use super::RouteIndex;
use super::key::Key;
use super::slash::{WORD, mask};
use super::walk::{key_at, well_formed};
use super::word::{Arc, Head, NONE, NOTHING, Target};
use crate::limits::Limits;

/// How many paths go in lockstep.
pub const LANES: usize = 16;

/// One path on its way.
#[derive(Clone, Copy)]
struct Lane<'p> {
    path: &'p [u8],
    /// Where its answer goes.
    slot: usize,
    /// The slashes and the end that are still to come.
    mask: u64,
    start: usize,
    end: usize,
    at: Target,
    key: Key,
    hash: u64,
    /// The head of the node that is at hand, and its arc.
    head: Head,
    arc: Arc,
}

impl RouteIndex {
    /// As [`RouteIndex::find`] for each path; `answers` gets one entry a path, as far as it goes.
    pub fn find_batch(&self, paths: &[&[u8]], limits: &Limits, answers: &mut [Option<u32>]) {
        for (paths, answers) in paths.chunks(LANES).zip(answers.chunks_mut(LANES)) {
            self.lockstep(paths, limits, answers);
        }
    }

    fn lockstep(&self, paths: &[&[u8]], limits: &Limits, answers: &mut [Option<u32>]) {
        let words = self.words.as_chunks::<8>().0;
        let word = |place: usize| words.get(place).map_or(NOTHING, |bytes| u64::from_le_bytes(*bytes));
        let nothing = Lane {
            path: &[],
            slot: 0,
            mask: 0,
            start: 1,
            end: 0,
            at: Target::leaf(NONE),
            key: Key { low: 0, high: 0 },
            hash: 0,
            head: Head(0),
            arc: Arc(NOTHING),
        };
        let mut lanes = [nothing; LANES];
        let mut count = 0;
        let most = limits.segments.min(63);
        for (slot, (path, answer)) in paths.iter().zip(answers.iter_mut()).enumerate() {
            let fits = path.len() >= WORD && path.len() < 64 && path.len() <= usize::from(limits.path_bytes);
            let slashes = if fits { mask(path, 0) } else { 0 };
            match self.root {
                Some(root) if slashes & 1 == 1 && slashes.count_ones() <= u32::from(most) => {
                    if let Some(lane) = lanes.get_mut(count) {
                        *lane =
                            Lane { path, slot, mask: slashes & !1 | 1 << path.len(), at: root, ..nothing };
                        count += 1;
                    }
                }
                Some(_) | None => *answer = self.find(path, limits),
            }
        }
        let mut answer = |slot: usize, accept: u32| {
            if let Some(answer) = answers.get_mut(slot) {
                *answer = self.accepted(accept);
            }
        };
        while count > 0 {
            let mut kept = 0;
            for number in 0..count {
                let Some(mut lane) = lanes.get(number).copied() else { break };
                if let Err(accept) = self.begin(&mut lane, word) {
                    answer(lane.slot, accept);
                } else if let Some(slot) = lanes.get_mut(kept) {
                    *slot = lane;
                    kept += 1;
                }
            }
            count = kept;
            let here = lanes.get_mut(..count).unwrap_or_default();
            // Two loops of loads that do not wait for each other.
            for lane in here.iter_mut() {
                lane.head = Head(word(lane.at.place()));
            }
            for lane in here.iter_mut() {
                if lane.head.has_literals() {
                    lane.arc = self.probe(lane.head, lane.at.place(), lane.hash, word);
                }
            }
            kept = 0;
            for number in 0..count {
                let Some(mut lane) = lanes.get(number).copied() else { break };
                if let Err(accept) = self.finish(&mut lane, word) {
                    answer(lane.slot, accept);
                } else if let Some(slot) = lanes.get_mut(kept) {
                    *slot = lane;
                    kept += 1;
                }
            }
            count = kept;
        }
    }

    /// Takes the next segment, and those that are skipped; the answer if the path is done.
    #[inline(always)]
    fn begin(&self, lane: &mut Lane<'_>, word: impl Fn(usize) -> u64 + Copy) -> Result<(), u32> {
        if !lane.at.is_node() {
            let rest = lane.path.get(lane.start..).unwrap_or_default();
            let whole = lane.at.is_sink() && rest.split(|byte| *byte == b'/').all(well_formed);
            return Err(if whole { lane.at.accept() } else { NONE });
        }
        let mut skip = lane.at.skip();
        loop {
            lane.end = lane.mask.trailing_zeros() as usize;
            lane.mask &= lane.mask.wrapping_sub(1);
            if skip == 0 {
                break;
            }
            if !well_formed(lane.path.get(lane.start..lane.end).unwrap_or_default()) {
                return Err(NONE);
            }
            skip -= 1;
            if lane.end == lane.path.len() {
                return Err(if skip == 0 { Head(word(lane.at.place())).accept() } else { NONE });
            }
            lane.start = lane.end + 1;
        }
        if lane.start == lane.end {
            return Err(NONE);
        }
        lane.key = key_at(self, lane.path, lane.start, lane.end);
        lane.hash = self.hashing.hash(lane.key);
        lane.arc = Arc(NOTHING);
        Ok(())
    }

    /// Follows the arc or what stands for other segments; the answer if the path is done.
    #[inline(always)]
    fn finish(&self, lane: &mut Lane<'_>, word: impl Fn(usize) -> u64 + Copy) -> Result<(), u32> {
        let Lane { path, start, end, .. } = *lane;
        let target = if self.is_key(lane.arc, lane.key, path, start, end) {
            Some(lane.arc.target())
        } else {
            self.other(lane.head, lane.at.place(), path, start, end, word)
        };
        lane.at = target.ok_or(NONE)?;
        if end == path.len() {
            return Err(self.accept_at(lane.at, word));
        }
        lane.start = end + 1;
        Ok(())
    }
}
