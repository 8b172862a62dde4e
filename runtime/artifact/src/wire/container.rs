//! The frame of a file: header, section table, alignment, digests.
//!
//! SPEC: `FORMAT.md`, "Container". Every byte of an accepted file is magic, checked against its only legal value, or
//! under a digest; so no single changed bit is accepted.

use crate::artifact::EDITION;
use crate::error::DecodeError;
use crate::limits::Limits;
use crate::wire::section::Section;
use crate::wire::writer::Writer;

/// The first bytes of every artifact. Not text, and spoiled by any conversion of line ends.
pub const MAGIC: [u8; 8] = *b"\x89DREGG\r\n";

/// The version of the container and of the records.
pub const FORMAT: u16 = 1;

/// Header, table entry and alignment, in bytes: one cache line each.
const LINE: usize = 64;
/// Where the header's digest begins.
const DIGEST_AT: usize = 32;
/// The flag of a section that a reader must know.
const REQUIRED: u16 = 1;

/// The sections of a file that this version reads.
pub(crate) type Sections<'a> = [&'a [u8]; Section::REQUIRED.len()];

/// One entry of the section table.
struct Entry {
    kind: u16,
    flags: u16,
    offset: u64,
    length: u64,
    digest: [u8; 32],
    zero: bool,
}

impl Entry {
    fn write(&self, out: &mut Writer) {
        out.u16(self.kind);
        out.u16(self.flags);
        out.u32(0);
        out.u64(self.offset);
        out.u64(self.length);
        out.u64(0);
        out.bytes(&self.digest);
    }

    fn read(line: &[u8; LINE]) -> Entry {
        let mut rest = line.as_slice();
        let kind = u16::from_le_bytes(take(&mut rest));
        let flags = u16::from_le_bytes(take(&mut rest));
        let first = u32::from_le_bytes(take(&mut rest));
        let offset = u64::from_le_bytes(take(&mut rest));
        let length = u64::from_le_bytes(take(&mut rest));
        let second = u64::from_le_bytes(take(&mut rest));
        Entry { kind, flags, offset, length, digest: take(&mut rest), zero: first == 0 && second == 0 }
    }
}

/// Frames sections, given by kind and whether they are required, in file order.
pub(crate) fn assemble(edition: u16, sections: &[(u16, bool, Vec<u8>)]) -> Vec<u8> {
    let mut table = Writer::default();
    let mut end = LINE * (1 + sections.len());
    for (kind, required, bytes) in sections {
        let entry = Entry {
            kind: *kind,
            flags: if *required { REQUIRED } else { 0 },
            offset: end as u64,
            length: bytes.len() as u64,
            digest: section_digest(bytes),
            zero: true,
        };
        entry.write(&mut table);
        end += bytes.len().next_multiple_of(LINE);
    }
    let table = table.finish();
    let mut head = Writer::default();
    head.bytes(&MAGIC);
    head.u16(FORMAT);
    head.u16(edition);
    head.count(sections.len());
    head.u64(end as u64);
    head.u64(0);
    let mut file = head.finish();
    let digest = header_digest(&file, &table);
    file.reserve_exact(end - file.len());
    file.extend_from_slice(&digest);
    file.extend_from_slice(&table);
    for (_, _, bytes) in sections {
        file.extend_from_slice(bytes);
        file.resize(file.len().next_multiple_of(LINE), 0);
    }
    file
}

/// Checks the frame and returns the edition and the sections. The digests of `later` sections are left for later.
pub(crate) fn open<'a>(file: &'a [u8], later: &[Section]) -> Result<(u16, Sections<'a>), DecodeError> {
    let found = file.len() as u64;
    if !file.starts_with(&MAGIC) {
        return Err(if MAGIC.starts_with(file) && !file.is_empty() {
            DecodeError::Truncated { expected: LINE as u64, found }
        } else {
            DecodeError::NotArtifact
        });
    }
    let Some((header, after)) = file.split_first_chunk::<LINE>() else {
        return Err(DecodeError::Truncated { expected: LINE as u64, found });
    };
    let mut rest = header.as_slice();
    let _magic: [u8; 8] = take(&mut rest);
    let format = u16::from_le_bytes(take(&mut rest));
    let edition = u16::from_le_bytes(take(&mut rest));
    let count = u32::from_le_bytes(take(&mut rest));
    let length = u64::from_le_bytes(take(&mut rest));
    let zero = u64::from_le_bytes(take(&mut rest));
    let digest: [u8; 32] = take(&mut rest);
    if format > FORMAT {
        return Err(DecodeError::NewerFormat { found: format });
    }
    if format < FORMAT {
        return Err(DecodeError::DraftFormat { found: format });
    }
    if edition > EDITION {
        return Err(DecodeError::NewerEdition { found: edition });
    }
    let most = Limits::ARTIFACT_BYTES as u64;
    if found > most || length > most {
        return Err(DecodeError::TooLarge { what: "bytes of artifact", found: found.max(length), most });
    }
    if found < length {
        return Err(DecodeError::Truncated { expected: length, found });
    }
    if found > length {
        return Err(DecodeError::TrailingBytes { expected: length, found });
    }
    if zero != 0 {
        return Err(DecodeError::Padding { offset: (DIGEST_AT - 8) as u64 });
    }
    let needed = (LINE as u64).saturating_mul(u64::from(count).saturating_add(1));
    let table = usize::try_from(needed).ok().and_then(|needed| after.get(..needed.checked_sub(LINE)?));
    let Some(table) = table else { return Err(DecodeError::Truncated { expected: needed, found }) };
    let head = header.get(..DIGEST_AT).unwrap_or_default();
    if digest != header_digest(head, table) {
        return Err(DecodeError::HeaderDigest);
    }
    let sections = read_table(file, table, later)?;
    Ok((edition, sections))
}

fn read_table<'a>(file: &'a [u8], table: &[u8], later: &[Section]) -> Result<Sections<'a>, DecodeError> {
    let mut sections: [Option<&[u8]>; Section::REQUIRED.len()] = [None; Section::REQUIRED.len()];
    let mut last_kind = None;
    let mut end = LINE + table.len();
    for (number, line) in (0u32..).zip(table.as_chunks::<LINE>().0) {
        let entry = Entry::read(line);
        let in_order = last_kind < Some(entry.kind);
        let in_place = usize::try_from(entry.offset) == Ok(end);
        if !in_order || !in_place || entry.flags & !REQUIRED != 0 || !entry.zero {
            return Err(DecodeError::SectionEntry { entry: number });
        }
        last_kind = Some(entry.kind);
        let (bytes, padding, after) = cut(file, end, entry.length)?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(DecodeError::Padding { offset: (end + bytes.len()) as u64 });
        }
        let now = !later.iter().any(|section| section.kind() == entry.kind);
        if now && entry.digest != section_digest(bytes) {
            return Err(DecodeError::SectionDigest { kind: entry.kind });
        }
        end = after;
        let place = Section::REQUIRED.iter().position(|section| section.kind() == entry.kind);
        match place.and_then(|place| sections.get_mut(place)) {
            Some(slot) if entry.flags == REQUIRED => *slot = Some(bytes),
            Some(_) => return Err(DecodeError::SectionEntry { entry: number }),
            None if entry.flags == REQUIRED => return Err(DecodeError::UnknownSection { kind: entry.kind }),
            None => {}
        }
    }
    if end != file.len() {
        return Err(DecodeError::TrailingBytes { expected: end as u64, found: file.len() as u64 });
    }
    let mut found: Sections<'a> = [&[]; Section::REQUIRED.len()];
    for ((slot, bytes), section) in found.iter_mut().zip(sections).zip(Section::REQUIRED) {
        *slot = bytes.ok_or(DecodeError::MissingSection { section })?;
    }
    Ok(found)
}

/// The section at `start`, its padding, and where the next one begins.
fn cut(file: &[u8], start: usize, length: u64) -> Result<(&[u8], &[u8], usize), DecodeError> {
    let truncated = || DecodeError::Truncated {
        expected: (start as u64).saturating_add(length),
        found: file.len() as u64,
    };
    let length = usize::try_from(length).map_err(|_| truncated())?;
    let stop = start.checked_add(length).ok_or_else(truncated)?;
    let after = stop.checked_next_multiple_of(LINE).ok_or_else(truncated)?;
    let bytes = file.get(start..stop).ok_or_else(truncated)?;
    let padding = file.get(stop..after).ok_or_else(truncated)?;
    Ok((bytes, padding, after))
}

/// Makes every digest of a file match its bytes again, as far as its section table can be followed.
///
/// For tests and tools that change bytes on purpose and want to get past the digests; the lengths and offsets are left
/// as they are. Nothing that reads artifacts for a decision has a use for it.
pub fn reseal(file: &mut [u8]) {
    let Some((header, after)) = file.split_first_chunk::<LINE>() else { return };
    let mut rest = header.get(12..).unwrap_or_default();
    let count = u32::from_le_bytes(take(&mut rest)) as usize;
    let table_bytes = count.saturating_mul(LINE).min(after.len());
    let mut table = after.get(..table_bytes).unwrap_or_default().to_vec();
    for line in table.as_chunks_mut::<LINE>().0 {
        let entry = Entry::read(line);
        let section = usize::try_from(entry.offset)
            .ok()
            .zip(usize::try_from(entry.length).ok())
            .and_then(|(from, length)| file.get(from..from.checked_add(length)?));
        if let (Some(section), Some(digest)) = (section, line.last_chunk_mut::<32>()) {
            *digest = section_digest(section);
        }
    }
    let digest = header_digest(header.get(..DIGEST_AT).unwrap_or_default(), &table);
    if let Some(slot) = file.get_mut(DIGEST_AT..LINE) {
        slot.copy_from_slice(&digest);
    }
    if let Some(slot) = file.get_mut(LINE..LINE + table_bytes) {
        slot.copy_from_slice(&table);
    }
}

/// BLAKE3 of a section's bytes, in a domain of its own. The policy root is made of these.
pub(crate) fn section_digest(bytes: &[u8]) -> [u8; 32] {
    *section_hasher().update(bytes).finalize().as_bytes()
}

/// What makes a [`section_digest`] of bytes that come a piece at a time.
pub(crate) fn section_hasher() -> blake3::Hasher {
    blake3::Hasher::new_derive_key("dregg artifact 1 section")
}

/// BLAKE3 of the header before its digest and of the whole section table.
fn header_digest(header: &[u8], table: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("dregg artifact 1 header");
    hasher.update(header);
    hasher.update(table);
    *hasher.finalize().as_bytes()
}

/// The next `N` bytes; zeros if the slice is shorter, which the fixed sizes of its callers rule out.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    match rest.split_first_chunk::<N>() {
        Some((head, tail)) => {
            *rest = tail;
            *head
        }
        None => [0; N],
    }
}
