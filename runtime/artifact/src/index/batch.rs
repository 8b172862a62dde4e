//! Many paths at once, in lockstep: while one path's word is on its way from memory, the others' are asked for.
//!
//! Pays where the table is larger than a core's own caches; in a smaller one each path is walked by itself.

use super::RouteIndex;
use super::key::Key;
use super::walk::Cursor;
use super::word::{Arc, Head, NONE, NOTHING, Target};
use crate::limits::Limits;
use crate::scan::WORD;

/// How many paths go in lockstep.
pub const LANES: usize = 16;

/// One path on its way.
#[derive(Clone, Copy)]
struct Lane<'p> {
    cursor: Cursor<'p, true>,
    /// Where its answer goes.
    slot: usize,
    /// How many more segments it may have.
    left: usize,
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
        if self.slots.is_some() || self.front.is_some() {
            for (path, answer) in paths.iter().zip(answers) {
                *answer = self.find(path, limits);
            }
            return;
        }
        for (paths, answers) in paths.chunks(LANES).zip(answers.chunks_mut(LANES)) {
            self.lockstep(paths, limits, answers);
        }
    }

    fn lockstep(&self, paths: &[&[u8]], limits: &Limits, answers: &mut [Option<u32>]) {
        let words = self.words.as_chunks::<8>().0;
        let word = |place: usize| words.get(place).map_or(NOTHING, |bytes| u64::from_le_bytes(*bytes));
        let Some(root) = self.root else {
            answers.fill(None);
            return;
        };
        let nowhere = Lane {
            cursor: Cursor::new(&[b'/'; WORD]),
            slot: 0,
            left: usize::from(limits.segments),
            at: root,
            key: Key { low: 0, high: 0 },
            hash: 0,
            head: Head(0),
            arc: Arc(NOTHING),
        };
        let mut lanes = [nowhere; LANES];
        let mut count = 0;
        for (slot, (path, answer)) in paths.iter().zip(answers.iter_mut()).enumerate() {
            let plain = path.len() >= WORD && path.first() == Some(&b'/');
            match lanes.get_mut(count) {
                Some(lane) if plain && path.len() <= usize::from(limits.path_bytes) => {
                    *lane = Lane { cursor: Cursor::new(path), slot, ..nowhere };
                    count += 1;
                }
                Some(_) | None => *answer = self.find(path, limits),
            }
        }
        // The numbers of the lanes that are still on their way come first.
        let mut going: [u8; LANES] = std::array::from_fn(|number| number as u8);
        while count > 0 {
            count = keep(&mut going, &mut lanes, count, |lane| self.begin(lane), answers);
            let here = going.get(..count).unwrap_or_default();
            // Two loops of loads that do not wait for each other.
            for number in here {
                if let Some(lane) = lanes.get_mut(usize::from(*number)) {
                    lane.head = Head(word(lane.at.place()));
                }
            }
            for number in here {
                if let Some(lane) = lanes.get_mut(usize::from(*number))
                    && lane.head.has_literals()
                    && lane.at.skip() == 0
                {
                    lane.arc = self.probe(lane.head, lane.at.place(), lane.hash, word);
                }
            }
            count = keep(&mut going, &mut lanes, count, |lane| self.finish(lane, word), answers);
        }
    }

    /// Takes the next segment; the answer if the path is done.
    #[inline(always)]
    fn begin(&self, lane: &mut Lane<'_>) -> Result<(), u32> {
        if lane.left == 0 {
            return Err(NONE);
        }
        lane.cursor.advance();
        if !lane.at.is_node() {
            let whole = lane.at.is_sink() && lane.cursor.rest_is_well_formed(lane.left);
            return Err(if whole { lane.at.accept() } else { NONE });
        }
        lane.left -= 1;
        if lane.cursor.is_empty() {
            return Err(NONE);
        }
        lane.key = lane.cursor.key(self.hashing);
        lane.hash = self.hashing.hash(lane.key);
        lane.arc = Arc(NOTHING);
        Ok(())
    }

    /// Follows the arc or what stands for other segments; the answer if the path is done.
    #[inline(always)]
    fn finish(&self, lane: &mut Lane<'_>, word: impl Fn(usize) -> u64 + Copy) -> Result<(), u32> {
        let cursor = &mut lane.cursor;
        lane.at = if lane.at.skip() != 0 {
            if !cursor.is_well_formed() {
                return Err(NONE);
            }
            lane.at.before_any()
        } else if self.is_key(lane.arc, lane.key, cursor.path, cursor.start, cursor.end) {
            lane.arc.target()
        } else {
            self.other(lane.head, lane.at.place(), cursor, word).ok_or(NONE)?
        };
        if cursor.is_last() { Err(self.accept_at(lane.at, word)) } else { Ok(()) }
    }
}

/// Lets the first `count` lanes do something; those that go on stay in front, the others' answers are given.
#[inline(always)]
fn keep<'p>(
    going: &mut [u8; LANES],
    lanes: &mut [Lane<'p>; LANES],
    count: usize,
    act: impl Fn(&mut Lane<'p>) -> Result<(), u32>,
    answers: &mut [Option<u32>],
) -> usize {
    let mut kept = 0;
    for place in 0..count {
        let Some(number) = going.get(place).copied() else { break };
        let Some(lane) = lanes.get_mut(usize::from(number)) else { break };
        match act(lane) {
            Err(accept) => {
                if let Some(answer) = answers.get_mut(lane.slot) {
                    *answer = (accept != NONE).then_some(accept);
                }
            }
            Ok(()) => {
                if let Some(front) = going.get_mut(kept) {
                    *front = number;
                }
                kept += 1;
            }
        }
    }
    kept
}
