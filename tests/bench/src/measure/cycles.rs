//! User-mode cycles of this thread, where the machine lets a program count them.

use perf_event::events::Hardware;
use perf_event::{Builder, Counter};
use std::hint::black_box;

/// A running cycle counter, or why there is none.
pub enum Cycles {
    /// It counts.
    Counting(Counter),
    /// It cannot, for this reason.
    Absent(String),
}

impl Cycles {
    /// Starts counting. Preemption is not counted; what neighbours do to shared caches is.
    pub fn start() -> Cycles {
        let counter = Builder::new(Hardware::CPU_CYCLES).build().and_then(|mut counter| {
            counter.enable()?;
            Ok(counter)
        });
        match counter {
            Err(error) => Cycles::Absent(error.to_string()),
            Ok(counter) => {
                let mut cycles = Cycles::Counting(counter);
                let before = cycles.now();
                black_box((0..10_000u64).fold(0, |sum, term| black_box(sum ^ term)));
                // Some virtual machines open the counter and never move it.
                match before == cycles.now() {
                    true => Cycles::Absent("the counter stands still".to_owned()),
                    false => cycles,
                }
            }
        }
    }

    /// The count so far.
    pub fn now(&mut self) -> Option<u64> {
        match self {
            Cycles::Counting(counter) => counter.read().ok(),
            Cycles::Absent(_) => None,
        }
    }
}
