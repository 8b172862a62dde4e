//! The DFA and regular sets of segments.

use super::Record;
use crate::dfa::{Dfa, Row};
use crate::error::{DecodeError, Fault, Place};
use crate::pattern::SegmentSet;
use crate::wire::reader::Reader;
use crate::wire::writer::Writer;

/// State u32, lo u8, hi u8, next u32: 10 bytes.
impl Record for Row {
    const LEAST: usize = 10;

    fn write(&self, out: &mut Writer) {
        out.bytes(&bytes_of(self));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Row { state: input.u32()?, lo: input.u8()?, hi: input.u8()?, next: input.u32()? })
    }
}

fn bytes_of(row: &Row) -> [u8; Row::LEAST] {
    let ends = u64::from(row.state) | u64::from(row.lo) << 32 | u64::from(row.hi) << 40;
    let all = u128::from(ends) | u128::from(row.next) << 48;
    all.to_le_bytes().first_chunk().copied().unwrap_or_default()
}

/// How many rows are written at once.
const AT_ONCE: usize = 512;

/// The number of states u32, then the rows.
impl Record for Dfa {
    const LEAST: usize = 8;

    fn write(&self, out: &mut Writer) {
        out.u32(self.states());
        let count = out.count(self.rows().len());
        out.room(count.saturating_mul(Row::LEAST));
        let mut buffer = [[0; Row::LEAST]; AT_ONCE];
        for rows in self.rows().get(..count).unwrap_or_default().chunks(AT_ONCE) {
            buffer.iter_mut().zip(rows).for_each(|(bytes, row)| *bytes = bytes_of(row));
            out.bytes(buffer.get(..rows.len()).unwrap_or_default().as_flattened());
        }
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
