//! The points at which a proof opens polynomials: query positions of the evaluation domain, and two points out of it.

use dregg_air::check::Extension;
use dregg_air::field::Felt;
use dregg_air::options::BLOWUP;
use rand::Rng;
use std::collections::BTreeSet;
use winter_math::{ExtensionOf, FieldElement, StarkField};

/// What is opened of a trace with so many rows.
#[derive(Clone, Debug)]
pub struct Points {
    /// The logarithm of the rows.
    pub log2_rows: u8,
    /// The queried positions, each once, in order.
    pub positions: Vec<usize>,
    /// The point out of the domain; the one after it is opened too.
    pub out: Extension,
}

/// A uniform element.
pub fn element(random: &mut impl Rng) -> Felt {
    Felt::new(random.next_u64() % Felt::MODULUS)
}

/// A uniform element of the extension.
pub fn extension(random: &mut impl Rng) -> Extension {
    Extension::new(element(random), element(random), element(random))
}

impl Points {
    /// So many different positions and a point, uniform.
    pub fn random(log2_rows: u8, queries: usize, random: &mut impl Rng) -> Points {
        let mut positions = BTreeSet::new();
        while positions.len() < queries {
            positions.insert((random.next_u64() % ((BLOWUP as u64) << log2_rows)) as usize);
        }
        Points { log2_rows, positions: positions.into_iter().collect(), out: extension(random) }
    }

    /// The same with every second query replaced by the one a row after the query before it.
    pub fn in_pairs(mut self) -> Points {
        let size = BLOWUP << self.log2_rows;
        for pair in self.positions.chunks_mut(2) {
            if let [first, second] = pair {
                *second = (*first + BLOWUP) % size;
            }
        }
        self.positions.sort_unstable();
        self.positions.dedup();
        self
    }

    /// How many rows the trace has.
    pub fn rows(&self) -> usize {
        1 << self.log2_rows
    }

    /// The generator of the trace domain: the step from a row to the next.
    pub fn step(&self) -> Felt {
        Felt::get_root_of_unity(u32::from(self.log2_rows))
    }

    /// The points of the queries.
    pub fn queries(&self) -> Vec<Felt> {
        let generator = Felt::get_root_of_unity(u32::from(self.log2_rows) + BLOWUP.ilog2());
        self.positions.iter().map(|position| Felt::GENERATOR * generator.exp(*position as u64)).collect()
    }

    /// All points: the queries, then the one out of the domain and the one after it.
    pub fn all(&self) -> Vec<Extension> {
        let out = [self.out, self.out.mul_base(self.step())];
        self.queries().into_iter().map(Extension::from).chain(out).collect()
    }

    /// How many points are opened whose next row is opened as well.
    pub fn followed(&self) -> usize {
        let all = self.all();
        all.iter().filter(|point| all.contains(&point.mul_base(self.step()))).count()
    }
}
