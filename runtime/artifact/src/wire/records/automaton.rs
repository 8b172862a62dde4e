//! The DFA and regular sets of segments.

use super::{Record, write_list};
use crate::dfa::{Dfa, Row};
use crate::error::{DecodeError, Fault, Place};
use crate::pattern::SegmentSet;
use crate::wire::reader::Reader;
use crate::wire::writer::Writer;

/// State u32, lo u8, hi u8, next u32: 10 bytes.
impl Record for Row {
    const LEAST: usize = 10;

    fn write(&self, out: &mut Writer) {
        let ends = u64::from(self.state) | u64::from(self.lo) << 32 | u64::from(self.hi) << 40;
        let all = u128::from(ends) | u128::from(self.next) << 48;
        if let Some(bytes) = all.to_le_bytes().first_chunk::<{ Row::LEAST }>() {
            out.bytes(bytes);
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Row { state: input.u32()?, lo: input.u8()?, hi: input.u8()?, next: input.u32()? })
    }
}

/// The number of states u32, then the rows.
impl Record for Dfa {
    const LEAST: usize = 8;

    fn write(&self, out: &mut Writer) {
        out.u32(self.states());
        write_list(self.rows(), out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let states = input.u32()?;
        let rows = Vec::<Row>::read(input)?;
        // INVARIANT: every state has a row, so the states cost no more memory than the rows that were sent.
        if states as usize > rows.len() {
            return Err(Fault::Unreachable.at(Place::Dfa));
        }
        Ok(Dfa::new(rows, states))
    }
}

/// Accepting flags, one byte a state, then rows as those of the DFA.
impl Record for SegmentSet {
    const LEAST: usize = 8;

    fn write(&self, out: &mut Writer) {
        self.accepting.write(out);
        let rows: Vec<Row> =
            self.rows.iter().map(|&(state, lo, hi, next)| Row { state, lo, hi, next }).collect();
        rows.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let accepting = Record::read(input)?;
        let rows = Vec::<Row>::read(input)?;
        let rows = rows.into_iter().map(|row| (row.state, row.lo, row.hi, row.next)).collect();
        Ok(SegmentSet { accepting, rows })
    }
}
