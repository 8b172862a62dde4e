//! The answers of a call some of whose columns have no value: a table of what these can be.
//!
//! By the definition of height: the answers of each rule, whose calls have one less. In general a table is made for each
//! height that is asked, at most as many as the derivation depth.
//!
//! Where all rules that call anything call the same variant with the same key, once, one table serves all heights: its
//! answers **spread** from those of the rules that call nothing, and each height adds what the rules make of the rows that
//! the height before added. So every row is looked at once.

use super::run::{Frame, Machine, Purpose};
use super::shape::{Key, Variant};
use crate::evaluate::Exceeded;
use std::ops::Range;

impl<'a> Machine<'a, '_> {
    /// The answers of a call that have trees of at most this height: a table, and the places of their rows in it.
    pub(super) fn answers(
        &mut self,
        number: u32,
        key: Key,
        height: u8,
    ) -> Result<(usize, Range<usize>), Exceeded> {
        let (Some(variant), Some(below)) = (self.plans.variant(number), height.checked_sub(1)) else {
            return Ok((0, 0..0));
        };
        if variant.spreads {
            return self.spread(number, variant, key, height);
        }
        let table = match self.scratch.answered.get(&(number, key, height)) {
            Some(table) => *table,
            None => {
                self.step()?;
                let table = self.scratch.table();
                let mut frame = Frame::new(key, &self.asking, Purpose::Table(table), below);
                if self.filters(&variant.filters, &frame.slots) {
                    for rule in &variant.rules {
                        self.body(rule, &mut frame)?;
                    }
                }
                self.scratch.answered.insert((number, key, height), table);
                table
            }
        };
        Ok((table, 0..self.rows(table)))
    }

    /// The same of a variant whose answers spread.
    fn spread(
        &mut self,
        number: u32,
        variant: &'a Variant,
        key: Key,
        height: u8,
    ) -> Result<(usize, Range<usize>), Exceeded> {
        self.step()?;
        let table = match self.scratch.answered.get(&(number, key, 0)) {
            Some(table) => *table,
            None => {
                let table = self.scratch.table();
                self.scratch.answered.insert((number, key, 0), table);
                table
            }
        };
        let (plain, calling) = variant.rules.split_at_checked(variant.plain).unwrap_or((&variant.rules, &[]));
        let mut frame = Frame::new(key, &self.asking, Purpose::Table(table), 0);
        let possible = self.filters(&variant.filters, &frame.slots);
        while let Some(made) = self.ends(table).filter(|ends| ends.len() < usize::from(height)) {
            let rules = match made {
                [] => plain,
                // The last height added nothing: nor do those to come.
                [0] => break,
                [.., before, last] if before == last => break,
                [.., _] => calling,
            };
            let fresh = match made {
                [] => 0..0,
                [last] => 0..*last,
                [.., before, last] => *before..*last,
            };
            frame.fresh = Some((table, fresh));
            if possible {
                for rule in rules {
                    self.body(rule, &mut frame)?;
                }
            }
            let rows = self.rows(table);
            if let Some(table) = self.scratch.tables.get_mut(table) {
                table.ends.push(rows);
            }
        }
        let ends = self.ends(table).unwrap_or(&[]);
        let end = ends.get(usize::from(height).saturating_sub(1)).or(ends.last());
        Ok((table, 0..end.copied().unwrap_or(0)))
    }

    fn rows(&self, table: usize) -> usize {
        self.scratch.tables.get(table).map_or(0, |table| table.rows.len())
    }

    fn ends(&self, table: usize) -> Option<&[usize]> {
        self.scratch.tables.get(table).map(|table| table.ends.as_slice())
    }
}
