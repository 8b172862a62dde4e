//! What stands in the sections: each record writes and reads itself side by side, one file a subject.
//!
//! SPEC: `FORMAT.md`, "Records". Reading checks only that bytes are a value of the type; every sequence of bytes is
//! read from at most one value, which is written as just these bytes. No record contains itself, so reading never
//! recurses deeper than the types do.

mod automaton;
mod classes;
mod governed;
mod routes;
mod rules;
mod texts;
mod values;

use crate::artifact::{Artifact, Texts};
use crate::dfa::Dfa;
use crate::error::DecodeError;
use crate::index::RouteIndex;
use crate::limits::Limits;
use crate::policy::Governance;
use crate::wire::container::Sections;
use crate::wire::reader::Reader;
use crate::wire::section::Section;
use crate::wire::writer::Writer;
use bytes::Bytes;

/// A value with a fixed encoding.
pub(crate) trait Record: Sized {
    /// The fewest bytes of any value: bounds how many entries the bytes left can hold.
    const LEAST: usize;

    /// Appends the value.
    fn write(&self, out: &mut Writer);

    /// Reads one value.
    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError>;
}

/// The bytes of one section of an artifact.
pub(crate) fn section_bytes(artifact: &Artifact, section: Section) -> Vec<u8> {
    let mut out = Writer::default();
    write_section(artifact, section, &mut out);
    out.finish()
}

/// Their digest, without the bytes standing anywhere.
pub(crate) fn digest_of_section(artifact: &Artifact, section: Section) -> [u8; 32] {
    let mut out = Writer::hashing();
    write_section(artifact, section, &mut out);
    out.digest()
}

fn write_section(artifact: &Artifact, section: Section, out: &mut Writer) {
    match section {
        Section::Limits => artifact.limits.write(out),
        Section::TableRoot => out.bytes(&artifact.table_root),
        Section::Dfa => artifact.dfa.write(out),
        Section::Index => out.bytes(artifact.index.section()),
        Section::Classes => write_list(&artifact.classes, out),
        Section::Relations => write_list(&artifact.relations, out),
        Section::Predicates => write_list(&artifact.predicates, out),
        Section::Facts => write_list(&artifact.facts, out),
        Section::Routes => {
            write_list(&artifact.sets, out);
            write_list(&artifact.routes, out);
        }
        Section::Redirects => write_list(&artifact.redirects, out),
        Section::Gateways => write_list(&artifact.gateways, out),
        Section::Tombstones => write_list(&artifact.tombstones, out),
        Section::Governance => artifact.governance.write(out),
        Section::Cells => write_list(&artifact.cells, out),
        Section::Texts => artifact.texts.write(out),
        Section::Spans => {}
    }
}

/// The artifact whose sections these are, `index` that of the route index; nothing else about its content is checked yet.
pub(crate) fn read_artifact(
    edition: u16,
    sections: &Sections<'_>,
    index: Bytes,
) -> Result<Artifact, DecodeError> {
    let [limits, table_root, dfa, _, classes, relations, predicates, facts, rest @ ..] = sections;
    let [routes, redirects, gateways, tombstones, governance, cells, texts] = rest;
    let (sets, routes) = whole(Section::Routes, routes)?;
    Ok(Artifact {
        edition,
        limits: whole::<Limits>(Section::Limits, limits)?,
        table_root: whole::<[u8; 32]>(Section::TableRoot, table_root)?,
        dfa: whole::<Dfa>(Section::Dfa, dfa)?,
        index: RouteIndex::read(index)?,
        sets,
        classes: whole(Section::Classes, classes)?,
        relations: whole(Section::Relations, relations)?,
        predicates: whole(Section::Predicates, predicates)?,
        facts: whole(Section::Facts, facts)?,
        routes,
        redirects: whole(Section::Redirects, redirects)?,
        gateways: whole(Section::Gateways, gateways)?,
        tombstones: whole(Section::Tombstones, tombstones)?,
        governance: whole::<Option<Governance>>(Section::Governance, governance)?,
        cells: whole(Section::Cells, cells)?,
        texts: whole::<Texts>(Section::Texts, texts)?,
    })
}

/// Reads a value that fills its section.
fn whole<T: Record>(section: Section, bytes: &[u8]) -> Result<T, DecodeError> {
    let mut input = Reader::new(section, bytes);
    let value = T::read(&mut input)?;
    input.finish()?;
    Ok(value)
}

/// Writes a list: its length in 32 bits, then its entries.
pub(crate) fn write_list<T: Record>(list: &[T], out: &mut Writer) {
    let count = out.count(list.len());
    out.room(count.saturating_mul(T::LEAST));
    for entry in list.iter().take(count) {
        entry.write(out);
    }
}

/// Reads so many entries.
fn read_entries<T: Record>(count: usize, input: &mut Reader<'_>) -> Result<Vec<T>, DecodeError> {
    let mut list = input.room(count, T::LEAST)?;
    for _ in 0..count {
        list.push(T::read(input)?);
    }
    Ok(list)
}

impl<T: Record> Record for Vec<T> {
    const LEAST: usize = 4;

    fn write(&self, out: &mut Writer) {
        write_list(self, out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let count = input.u32()? as usize;
        read_entries(count, input)
    }
}

/// One byte, 0 or 1, then the value if it is 1.
impl<T: Record> Record for Option<T> {
    const LEAST: usize = 1;

    fn write(&self, out: &mut Writer) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(if bool::read(input)? { Some(T::read(input)?) } else { None })
    }
}

impl<A: Record, B: Record> Record for (A, B) {
    const LEAST: usize = A::LEAST + B::LEAST;

    fn write(&self, out: &mut Writer) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok((A::read(input)?, B::read(input)?))
    }
}

/// Three values, one a permission.
impl<T: Record> Record for [T; 3] {
    const LEAST: usize = 3 * T::LEAST;

    fn write(&self, out: &mut Writer) {
        self.iter().for_each(|value| value.write(out));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok([T::read(input)?, T::read(input)?, T::read(input)?])
    }
}

impl Record for [u8; 32] {
    const LEAST: usize = 32;

    fn write(&self, out: &mut Writer) {
        out.bytes(self);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.array()
    }
}

impl Record for bool {
    const LEAST: usize = 1;

    fn write(&self, out: &mut Writer) {
        out.u8(u8::from(*self));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match input.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            2.. => Err(input.bad_tag(1)),
        }
    }
}

impl Record for u8 {
    const LEAST: usize = 1;

    fn write(&self, out: &mut Writer) {
        out.u8(*self);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.u8()
    }
}

impl Record for u16 {
    const LEAST: usize = 2;

    fn write(&self, out: &mut Writer) {
        out.u16(*self);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.u16()
    }
}

impl Record for u32 {
    const LEAST: usize = 4;

    fn write(&self, out: &mut Writer) {
        out.u32(*self);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.u32()
    }
}

impl Record for u64 {
    const LEAST: usize = 8;

    fn write(&self, out: &mut Writer) {
        out.u64(*self);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.u64()
    }
}

/// Its length in bytes in 32 bits, then its UTF-8.
impl Record for String {
    const LEAST: usize = 4;

    fn write(&self, out: &mut Writer) {
        let count = out.count(self.len());
        out.bytes(self.as_bytes().get(..count).unwrap_or_default());
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let length = input.u32()? as usize;
        input.text(length)
    }
}
