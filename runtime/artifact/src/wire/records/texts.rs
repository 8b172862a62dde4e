//! What people read.

use super::Record;
use crate::artifact::{RouteText, Texts};
use crate::error::DecodeError;
use crate::wire::reader::Reader;
use crate::wire::writer::Writer;

/// Path, then captures (segment u8, name).
impl Record for RouteText {
    const LEAST: usize = 8;

    fn write(&self, out: &mut Writer) {
        self.path.write(out);
        self.captures.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(RouteText { path: Record::read(input)?, captures: Record::read(input)? })
    }
}

/// Policy name, version u64, route texts, class texts.
impl Record for Texts {
    const LEAST: usize = 20;

    fn write(&self, out: &mut Writer) {
        self.policy.write(out);
        out.u64(self.version);
        self.routes.write(out);
        self.classes.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Texts {
            policy: Record::read(input)?,
            version: input.u64()?,
            routes: Record::read(input)?,
            classes: Record::read(input)?,
        })
    }
}
