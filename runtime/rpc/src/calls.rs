//! How many things of one kind may be at once: calls in flight, live references held.

use crate::failure::{Failure, Fault};
use std::cell::Cell;
use std::rc::Rc;

/// A count that is shared by its clones, with a ceiling.
#[derive(Clone, Debug)]
pub struct Calls(Rc<Count>);

#[derive(Debug)]
struct Count {
    limit: usize,
    taken: Cell<usize>,
}

/// One that is counted for as long as this is held.
#[derive(Debug)]
pub struct InFlight(Rc<Count>);

impl Calls {
    /// None yet, of `limit` at most.
    pub fn new(limit: usize) -> Calls {
        Calls(Rc::new(Count { limit, taken: Cell::new(0) }))
    }

    /// One more.
    ///
    /// # Errors
    /// [`Fault::Overloaded`] if there are as many as there may be.
    pub fn enter(&self) -> Result<InFlight, Failure> {
        let taken = self.0.taken.get();
        if taken >= self.0.limit {
            let detail = format!("{taken} are in flight, and no more may be");
            return Err(Failure::failed(Fault::Overloaded, detail));
        }
        self.0.taken.set(taken + 1);
        Ok(InFlight(Rc::clone(&self.0)))
    }

    /// How many there are.
    pub fn in_flight(&self) -> usize {
        self.0.taken.get()
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.taken.set(self.0.taken.get().saturating_sub(1));
    }
}
