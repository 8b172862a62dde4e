//! Patterns, routes, redirects and tombstones.

use super::Record;
use crate::error::DecodeError;
use crate::pattern::{Pattern, Segment};
use crate::policy::{Redirect, Route, Tombstone};
use crate::wire::reader::Reader;
use crate::wire::writer::Writer;

/// A head of two numbers, u8 and u32: literal (0, its length in bytes) its UTF-8; set (1, its number); any (2, 0).
impl Record for Segment {
    const LEAST: usize = 5;

    fn write(&self, out: &mut Writer) {
        match self {
            Segment::Literal(text) => {
                out.u8(0);
                text.write(out);
            }
            Segment::Set(set) => {
                out.u8(1);
                out.u32(*set);
            }
            Segment::Any => {
                out.u8(2);
                out.u32(0);
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match input.u8()? {
            0 => Ok(Segment::Literal(Record::read(input)?)),
            1 => Ok(Segment::Set(input.u32()?)),
            2 if input.u32()? == 0 => Ok(Segment::Any),
            2 => Err(input.bad_tag(4)),
            3.. => Err(input.bad_tag(1)),
        }
    }
}

/// Segments, then whether there is a tail.
impl Record for Pattern {
    const LEAST: usize = 5;

    fn write(&self, out: &mut Writer) {
        self.segments.write(out);
        self.tail.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Pattern { segments: Record::read(input)?, tail: bool::read(input)? })
    }
}

/// Pattern, optional gateway u32, optional deprecation text.
impl Record for Route {
    const LEAST: usize = 7;

    fn write(&self, out: &mut Writer) {
        self.pattern.write(out);
        self.gateway.write(out);
        self.deprecated.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Route {
            pattern: Record::read(input)?,
            gateway: Record::read(input)?,
            deprecated: Record::read(input)?,
        })
    }
}

/// Source, then target.
impl Record for Redirect {
    const LEAST: usize = 8;

    fn write(&self, out: &mut Writer) {
        self.from.write(out);
        self.to.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Redirect { from: Record::read(input)?, to: Record::read(input)? })
    }
}

/// Pattern, then the last epoch u64.
impl Record for Tombstone {
    const LEAST: usize = 13;

    fn write(&self, out: &mut Writer) {
        self.pattern.write(out);
        out.u64(self.removed_at);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Tombstone { pattern: Record::read(input)?, removed_at: input.u64()? })
    }
}
