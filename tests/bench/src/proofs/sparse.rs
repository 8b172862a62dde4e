//! Trees of a million leaves of which a prover knows the ways up of a few, as from a bundle of openings.

use crate::tables::Random;
use dregg_air::membership::witness::Digests;
use dregg_commit::Digest;
use std::collections::BTreeMap;

/// Levels of nodes above the leaves: a million leaves.
const DEPTH: usize = 20;

/// A tree known at some leaves only; all else is pseudo-random.
pub struct Sparse {
    digests: BTreeMap<(usize, usize), Digest>,
    places: Vec<usize>,
}

impl Sparse {
    /// Puts leaves at random places.
    pub fn new(leaves: &[Digest], random: &mut Random) -> Sparse {
        let mut places = Vec::new();
        let mut level: BTreeMap<usize, Digest> = BTreeMap::new();
        for leaf in leaves {
            let place = random.below(1 << DEPTH);
            places.push(place);
            level.insert(place, *leaf);
        }
        // A tree is opened even where nothing of it is used.
        if level.is_empty() {
            level.insert(0, digest(random));
        }
        let mut digests = BTreeMap::new();
        for height in 0..DEPTH {
            for at in level.keys().map(|at| at ^ 1).collect::<Vec<_>>() {
                level.entry(at).or_insert_with(|| digest(random));
            }
            let pairs = level.keys().map(|at| at / 2);
            let above =
                pairs.map(|at| (at, dregg_commit::hash::node(level[&(2 * at)], level[&(2 * at + 1)])));
            let above = above.collect();
            digests.extend(level.iter().map(|(at, digest)| ((height, *at), *digest)));
            level = above;
        }
        digests.extend(level.into_iter().map(|(at, digest)| ((DEPTH, at), digest)));
        Sparse { digests, places }
    }

    /// The place of the leaf that was given at this number.
    pub fn place(&self, number: usize) -> usize {
        self.places[number]
    }

    /// The root.
    pub fn root(&self) -> Digest {
        self.digests[&(DEPTH, 0)]
    }
}

/// A digest that nobody knows a preimage of.
pub fn digest(random: &mut Random) -> Digest {
    // The highest bit of each limb is 0, so every limb is below the field's modulus.
    Digest([0; 4].map(|_| random.bits() & (u64::MAX >> 1)))
}

impl Digests for Sparse {
    fn depth(&self) -> usize {
        DEPTH
    }

    fn digest(&self, level: usize, at: usize) -> Option<Digest> {
        self.digests.get(&(level, at)).copied()
    }
}
