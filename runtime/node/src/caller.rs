//! The cell at the other end of a session, and what it takes of the node.

use crate::settings::Settings;
use crate::vat::Vat;
use dregg_artifact::CellId;
use dregg_rpc::failure::{Failure, Fault};
use dregg_rpc::{Calls, InFlight};
use std::cell::Cell;
use std::rc::Rc;

/// A cell that has logged in. Clones share what is counted.
#[derive(Clone)]
pub(crate) struct Caller {
    cell: CellId,
    calls: Calls,
    /// Live references that it has not let go.
    pub(crate) references: Calls,
    /// Services that it has attached.
    pub(crate) attachments: Calls,
    room: Room,
}

/// A call that is not answered yet, counted for as long as this is held.
pub(crate) struct Flight {
    _own: InFlight,
    all: Rc<Cell<usize>>,
}

/// How many bytes of payloads and answers there may be, and are.
#[derive(Clone)]
struct Room {
    most: usize,
    taken: Rc<Cell<usize>>,
}

/// Bytes that are counted for as long as this is held.
#[derive(Debug)]
pub(crate) struct Held {
    bytes: usize,
    taken: Rc<Cell<usize>>,
}

impl Caller {
    pub(crate) fn new(cell: CellId, settings: &Settings) -> Caller {
        Caller {
            cell,
            calls: Calls::new(settings.calls),
            references: Calls::new(settings.references),
            attachments: Calls::new(settings.attachments),
            room: Room { most: settings.held_bytes, taken: Rc::default() },
        }
    }

    pub(crate) fn cell(&self) -> CellId {
        self.cell
    }

    /// Begins a call.
    ///
    /// # Errors
    /// [`Fault::Overloaded`] if there are as many already as there may be.
    pub(crate) fn begin(&self, vat: &Vat) -> Result<Flight, Failure> {
        let own = self.calls.enter()?;
        vat.flying.set(vat.flying.get() + 1);
        Ok(Flight { _own: own, all: Rc::clone(&vat.flying) })
    }

    /// Takes room for the bytes of a payload or an answer.
    ///
    /// # Errors
    /// [`Failure`] with this fault if there is not so much.
    pub(crate) fn hold(&self, bytes: usize, fault: Fault) -> Result<Held, Failure> {
        let (most, taken) = (self.room.most, self.room.taken.get());
        let after = taken.checked_add(bytes).filter(|after| *after <= most);
        let after = after.ok_or_else(|| {
            Failure::failed(fault, format!("{taken} bytes of {most} are held for this session"))
        })?;
        self.room.taken.set(after);
        Ok(Held { bytes, taken: Rc::clone(&self.room.taken) })
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.all.set(self.all.get().saturating_sub(1));
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.taken.set(self.taken.get().saturating_sub(self.bytes));
    }
}
