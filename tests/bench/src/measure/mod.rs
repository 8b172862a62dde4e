//! Rounds: every side in one process, warmed up before each timed pass, in another order each round.
//!
//! Not here: what is measured (`routes`, `decide`, `building`) and how it is printed (`report`).

mod cycles;
mod memory;
mod statistics;

pub use cycles::Cycles;
pub use memory::{forget_peak, peak_bytes, resident_bytes};
pub use statistics::{Spread, spread};

use std::hint::black_box;
use std::time::Instant;

/// One side of a comparison.
pub struct Side<'a> {
    /// How many operations one pass does.
    pub operations: usize,
    /// Does them; what it returns depends on every answer, so that none can be left out.
    pub pass: Box<dyn FnMut() -> u64 + 'a>,
}

/// What one side cost in one round, for one operation.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Wall time in nanoseconds.
    pub nanoseconds: f64,
    /// User-mode cycles, if they can be counted.
    pub cycles: Option<f64>,
}

impl Cost {
    /// What ratios are made of: cycles, which preemption does not change, else nanoseconds.
    pub fn weight(&self) -> f64 {
        self.cycles.unwrap_or(self.nanoseconds)
    }
}

/// All rounds of all sides: `[side][round]`.
pub type Costs = Vec<Vec<Cost>>;

/// Runs the rounds. One untimed pass before each timed one, so that nobody starts cold; each round begins with another
/// side, and every other round runs backwards, so that nobody always inherits the same neighbour's caches.
pub fn measure(sides: &mut [Side<'_>], rounds: usize, cycles: &mut Cycles) -> Costs {
    let mut costs: Costs = sides.iter().map(|_| Vec::with_capacity(rounds)).collect();
    let count = sides.len();
    for round in 0..rounds {
        for turn in 0..count {
            let turn = if round % 2 == 0 { turn } else { count - 1 - turn };
            let at = (turn + round / 2) % count;
            let side = &mut sides[at];
            black_box((side.pass)());
            let (start, from) = (Instant::now(), cycles.now());
            black_box((side.pass)());
            let (to, time) = (cycles.now(), start.elapsed());
            let operations = side.operations as f64;
            costs[at].push(Cost {
                nanoseconds: time.as_nanos() as f64 / operations,
                cycles: from.zip(to).map(|(from, to)| to.wrapping_sub(from) as f64 / operations),
            });
        }
    }
    costs
}

/// What `others` cost for one unit of `one`, round by round.
pub fn ratios(others: &[Cost], one: &[Cost]) -> Vec<f64> {
    others.iter().zip(one).map(|(other, one)| other.weight() / one.weight()).collect()
}
