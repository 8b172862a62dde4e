//! Where digests stand in the tree: groups of up to 256, each the whole lower part of a subtree.
//!
//! SPEC: The digests of the leaves are cut into groups in their order. While more than 256 are left, the next group has
//! 192 to 256: it ends before the least of the digests that may follow it, the first of equal ones. A group's digests
//! stand at the first of 256 places, and its root is a digest of the next tier, which is cut alike. A tier of up to 256
//! digests is one group, in as many places as the next power of two. Places without a digest are empty: below them are
//! leaves of zeros. Because digests decide where groups end, a changed leaf changes only the groups around it.

use super::names::NONE;
use crate::hash::{Digest, node};
use rayon::prelude::*;

/// How many levels a group that is not the last has.
pub(super) const HEIGHT: usize = 8;

/// The most digests a group has.
const MOST: usize = 1 << HEIGHT;

/// The fewest, but for the last one.
const LEAST: usize = MOST / 4 * 3;

/// One tier of groups.
#[derive(Clone, Debug, Default)]
pub(super) struct Tier {
    /// The digests grouped.
    pub digests: Vec<Digest>,
    /// Where each group begins among them, and where the last one ends.
    first: Vec<usize>,
    /// The digests above those of each group, level by level, without the empty ones.
    above: Vec<Vec<Digest>>,
    /// How many levels stand above the digests in each group.
    pub height: usize,
}

impl Tier {
    /// The groups of these digests. `empty` has the empty digests from their level on.
    pub fn new(digests: Vec<Digest>, empty: &[Digest]) -> Tier {
        let (first, height) = cut(&digests);
        let group = |bounds: &[usize]| levels(slice(&digests, bounds), height, empty, None);
        let above = first.par_windows(2).map(group).collect();
        Tier { digests, first, above, height }
    }

    /// The same as [`Tier::new`], made from the groups of another tier; `same` has for each digest where the same one
    /// stands there, or [`NONE`]. Gives for each group the same one there, too.
    pub fn from(digests: Vec<Digest>, empty: &[Digest], same: &[u32], mut other: Tier) -> (Tier, Vec<u32>) {
        let (first, height) = cut(&digests);
        if height != other.height {
            let groups = vec![NONE; first.len() - 1];
            return (Tier::new(digests, empty), groups);
        }
        let mut groups = Vec::with_capacity(first.len());
        let mut above: Vec<Vec<Digest>> = Vec::with_capacity(first.len());
        let mut missing = Vec::new();
        for (number, bounds) in first.windows(2).enumerate() {
            let own = slice(same, bounds);
            let known = own.iter().find(|same| **same != NONE);
            let known = known.and_then(|&same| Some(other.place(same as usize)?.0));
            let taken = known.filter(|&group| other.is_group(group, own));
            groups.push(taken.map_or(NONE, |group| u32::try_from(group).unwrap_or(NONE)));
            // A group that is there twice can be taken once.
            let levels = taken.and_then(|group| other.above.get_mut(group)).map(std::mem::take);
            if levels.as_ref().is_none_or(Vec::is_empty) {
                missing.push((number, known));
            }
            above.push(levels.unwrap_or_default());
        }
        let made: Vec<(usize, Vec<Digest>)> = missing
            .into_par_iter()
            .map(|(number, known)| {
                let own = first.get(number..number + 2).map_or(&[][..], |bounds| slice(&digests, bounds));
                let like =
                    known.and_then(|group| Some((other.group(group), other.above.get(group)?.as_slice())));
                (number, levels(own, height, empty, like))
            })
            .collect();
        for (number, levels) in made {
            if let Some(place) = above.get_mut(number) {
                *place = levels;
            }
        }
        (Tier { digests, first, above, height }, groups)
    }

    /// The digests of a group.
    fn group(&self, group: usize) -> &[Digest] {
        self.first.get(group..group + 2).map_or(&[], |bounds| slice(&self.digests, bounds))
    }

    /// Whether a group has just the digests with these numbers.
    fn is_group(&self, group: usize, digests: &[u32]) -> bool {
        let bounds = self.first.get(group..group + 2);
        let Some([first, end]) = bounds else { return false };
        end - first == digests.len() && (*first..*end).zip(digests).all(|(at, &digest)| at == digest as usize)
    }

    /// The roots of the groups.
    pub fn roots(&self) -> Vec<Digest> {
        (0..self.above.len())
            .map(|group| self.digest(group, self.height, 0).unwrap_or(Digest::ZERO))
            .collect()
    }

    /// A digest of a group at a level above the tier's own; `None` if it is empty.
    pub fn digest(&self, group: usize, level: usize, at: usize) -> Option<Digest> {
        let own = self.group(group);
        if level == 0 {
            return own.get(at).copied();
        }
        let before: usize = (1..level).map(|level| width(own.len(), level)).sum();
        let here = at < width(own.len(), level);
        here.then(|| self.above.get(group)?.get(before + at).copied())?
    }

    /// Where a group's digest of a number stands among all; `None` if it has fewer.
    pub fn number(&self, group: usize, at: usize) -> Option<usize> {
        (at < self.group(group).len()).then(|| self.first.get(group).map(|first| first + at))?
    }

    /// The group that a digest is in, and its place there.
    pub fn place(&self, number: usize) -> Option<(usize, usize)> {
        let group = self.first.partition_point(|&first| first <= number).checked_sub(1)?;
        Some((group, number - self.first.get(group)?))
    }
}

/// The root above digests of leaves; nothing is kept but one tier.
pub(super) fn root(mut digests: Vec<Digest>, empty: &[Digest]) -> Digest {
    let mut empty = empty;
    loop {
        let (first, height) = cut(&digests);
        let root = |bounds: &[usize]| {
            let own = slice(&digests, bounds);
            levels(own, height, empty, None).last().or_else(|| own.first()).copied().unwrap_or(Digest::ZERO)
        };
        let roots: Vec<Digest> = first.par_windows(2).map(root).collect();
        if let [root] = roots.as_slice() {
            return *root;
        }
        empty = empty.get(height..).unwrap_or(&[]);
        digests = roots;
    }
}

/// The digests of empty subtrees by level, as many as any tree has.
pub(super) fn empty() -> Vec<Digest> {
    std::iter::successors(Some(Digest::ZERO), |below| Some(node(*below, *below)))
        .take(4 * HEIGHT + 1)
        .collect()
}

/// Where groups begin, and the end; and how high they are.
fn cut(digests: &[Digest]) -> (Vec<usize>, usize) {
    let mut first = vec![0];
    let mut begin = 0;
    if digests.len() <= MOST {
        first.push(digests.len());
        return (first, digests.len().next_power_of_two().trailing_zeros() as usize);
    }
    while digests.len() - begin > MOST {
        let after = digests.iter().enumerate().take(begin + MOST + 1).skip(begin + LEAST);
        begin = after.min_by_key(|(_, digest)| **digest).map_or(digests.len(), |(at, _)| at);
        first.push(begin);
    }
    first.push(digests.len());
    (first, HEIGHT)
}

fn slice<'a, T>(all: &'a [T], bounds: &[usize]) -> &'a [T] {
    match bounds {
        [first, last] => all.get(*first..*last).unwrap_or(&[]),
        _ => &[],
    }
}

/// How many digests a level has above so many.
fn width(digests: usize, level: usize) -> usize {
    digests.div_ceil(1 << level)
}

/// The digests above those of a group, level by level. What has the same two digests below it as in the group `like` is
/// taken from there.
fn levels(
    own: &[Digest],
    height: usize,
    empty: &[Digest],
    like: Option<(&[Digest], &[Digest])>,
) -> Vec<Digest> {
    let mut result: Vec<Digest> = Vec::with_capacity(2 * own.len() + height);
    let (mut old_below, mut old_above) = like.unwrap_or_default();
    let mut from = 0;
    for (level, empty) in (0..height).zip(empty) {
        let old_width = if old_below.is_empty() { 0 } else { width(old_below.len(), 1) };
        let (old, rest) = old_above.split_at_checked(old_width).unwrap_or_default();
        let begin = result.len();
        for at in 0..width(own.len(), level + 1) {
            let below = if level == 0 { own } else { result.get(from..begin).unwrap_or(&[]) };
            let pair = |digests: &[Digest]| {
                let digest = |at: usize| digests.get(at).copied();
                (digest(2 * at), digest(2 * at + 1))
            };
            let (left, right) = pair(below);
            let known = old.get(at).filter(|_| pair(old_below) == (left, right));
            let above =
                known.copied().unwrap_or_else(|| node(left.unwrap_or(*empty), right.unwrap_or(*empty)));
            result.push(above);
        }
        from = begin;
        (old_below, old_above) = (old, rest);
    }
    result
}
