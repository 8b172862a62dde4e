//! Limits, cells, types and constants.

use super::Record;
use crate::error::DecodeError;
use crate::limits::Limits;
use crate::value::{CellId, Type, Value};
use crate::wire::reader::Reader;
use crate::wire::writer::Writer;

/// `path_bytes` u16, `segments` u8, `derivation_depth` u8, `proof_facts` u8.
impl Record for Limits {
    const LEAST: usize = 5;

    fn write(&self, out: &mut Writer) {
        out.u16(self.path_bytes);
        out.u8(self.segments);
        out.u8(self.derivation_depth);
        out.u8(self.proof_facts);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Limits {
            path_bytes: input.u16()?,
            segments: input.u8()?,
            derivation_depth: input.u8()?,
            proof_facts: input.u8()?,
        })
    }
}

/// 32 bytes.
impl Record for CellId {
    const LEAST: usize = 32;

    fn write(&self, out: &mut Writer) {
        out.bytes(&self.0);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(CellId(input.array()?))
    }
}

/// u8: 0 cell, 1 text, 2 int.
impl Record for Type {
    const LEAST: usize = 1;

    fn write(&self, out: &mut Writer) {
        out.u8(match self {
            Type::Cell => 0,
            Type::Text => 1,
            Type::Int => 2,
        });
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match input.u8()? {
            0 => Ok(Type::Cell),
            1 => Ok(Type::Text),
            2 => Ok(Type::Int),
            3.. => Err(input.bad_tag(1)),
        }
    }
}

/// A head of two numbers of 16 bits, kind and detail, then: cell (kind 0, detail 0) 32 bytes; text (1, its length in
/// bytes) its UTF-8; int (2, 0) u64. A term continues the kinds.
impl Record for Value {
    const LEAST: usize = 4;

    fn write(&self, out: &mut Writer) {
        match self {
            Value::Cell(cell) => {
                out.u16(0);
                out.u16(0);
                cell.write(out);
            }
            Value::Text(text) => {
                out.u16(1);
                let count = out.short_count(text.len());
                out.bytes(text.as_bytes().get(..count).unwrap_or_default());
            }
            Value::Int(int) => {
                out.u16(2);
                out.u16(0);
                out.u64(*int);
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let head = (input.u16()?, input.u16()?);
        read_value(head, input)?.ok_or_else(|| input.bad_tag(4))
    }
}

/// Reads what follows the head of a value; `None` if no value begins so.
pub(super) fn read_value(head: (u16, u16), input: &mut Reader<'_>) -> Result<Option<Value>, DecodeError> {
    Ok(match head {
        (0, 0) => Some(Value::Cell(CellId::read(input)?)),
        (1, length) => Some(Value::Text(input.text(usize::from(length))?)),
        (2, 0) => Some(Value::Int(input.u64()?)),
        (0 | 2.., _) => None,
    })
}
