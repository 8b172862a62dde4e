//! One walk over the bytes of a proof: every length is what the shape says, and nothing is left over.
//!
//! Nothing is allocated here. A proof is, in order: shape of the trace, modulus, parameters, number of constraints, number
//! of queries, commitments, opened rows of each segment and of the quotient, values out of the domain, layers and
//! remainder of the low-degree proof, nonce of the proof of work.

use super::Shape;
use super::reader::Reader;
use crate::Reject;
use dregg_air::options::{MAX_LOG2_ROWS, MIN_LOG2_ROWS};
use dregg_commit::hash::MODULUS;
use winter_utils::Serializable;

/// No proof is longer: 512 KiB. Those of the longest traces are about 200 KB.
pub const MAX_PROOF_BYTES: usize = 512 * 1024;

/// Where the shape of the trace holds its length.
const LOG2_ROWS_AT: usize = 3;

const DIGEST_BYTES: usize = 32;
const ELEMENT_BYTES: usize = 8;

/// Values out of the domain come in two rows, at the point and at the next: winterfell labels them so.
const FRAME_ROWS: u8 = 2;

/// Which length of trace a proof claims: the power of two, if it is one that is allowed.
pub fn log2_rows(bytes: &[u8]) -> Result<u8, Reject> {
    let claimed = *bytes.get(LOG2_ROWS_AT).ok_or(Reject::Truncated)?;
    if (MIN_LOG2_ROWS..=MAX_LOG2_ROWS).contains(&claimed) { Ok(claimed) } else { Err(Reject::TraceShape) }
}

/// Walks all bytes.
pub(super) fn walk(bytes: &[u8], shape: &Shape) -> Result<(), Reject> {
    if bytes.len() > MAX_PROOF_BYTES {
        return Err(Reject::TooLong);
    }
    let reader = &mut Reader::new(bytes);
    head(reader, shape)?;
    let queries = usize::from(reader.byte()?);
    if queries == 0 || queries > shape.options.num_queries() {
        return Err(Reject::QueryCount);
    }
    commitments(reader, shape)?;
    let (degree, depth) = (shape.degree(), shape.domain().ilog2());
    rows(reader, queries, usize::from(shape.main_width), depth)?;
    if shape.segments() == 2 {
        rows(reader, queries, usize::from(shape.aux_width) * degree, depth)?;
    }
    rows(reader, queries, usize::from(shape.quotient_columns) * degree, depth)?;
    frame(reader, (usize::from(shape.main_width) + usize::from(shape.aux_width)) * degree)?;
    frame(reader, usize::from(shape.quotient_columns) * degree)?;
    low_degree(reader, shape, queries)?;
    // The nonce: any eight bytes; whether they do the work is for the verifier.
    reader.take(8)?;
    reader.end(Reject::TrailingBytes)
}

/// Shape, field, parameters and number of constraints: all of it known beforehand.
fn head(reader: &mut Reader<'_>, shape: &Shape) -> Result<(), Reject> {
    // SOUNDNESS: metadata of the trace is the prover's choice and its length is not bound; there is none.
    let trace = [shape.main_width, shape.aux_width, shape.aux_randoms, shape.log2_rows, 0, 0];
    if reader.take(trace.len())? != trace {
        return Err(Reject::TraceShape);
    }
    let modulus = MODULUS.to_le_bytes();
    if usize::from(reader.byte()?) != modulus.len() || reader.take(modulus.len())? != modulus {
        return Err(Reject::Field);
    }
    let options = shape.options.to_bytes();
    if reader.take(options.len())? != options {
        return Err(Reject::Options);
    }
    if reader.length()? != shape.constraints as usize {
        return Err(Reject::ConstraintCount);
    }
    Ok(())
}

/// A root for each segment, the quotient and each layer, and the digest of the remainder.
fn commitments(reader: &mut Reader<'_>, shape: &Shape) -> Result<(), Reject> {
    let expected = (shape.segments() + 1 + shape.layers() + 1) * DIGEST_BYTES;
    if reader.u16()? != expected {
        return Err(Reject::Commitments);
    }
    reader.take(expected)?;
    Ok(())
}

/// The rows of one tree at the queries, and their opening. The width is in base field elements.
fn rows(reader: &mut Reader<'_>, queries: usize, width: usize, depth: u32) -> Result<(), Reject> {
    if reader.length()? != queries * width * ELEMENT_BYTES {
        return Err(Reject::QueryRows);
    }
    reader.elements(queries * width)?;
    let length = reader.length()?;
    opening(reader.take(length)?, depth, queries)
}

/// An opening of at most so many leaves. Whether the digests are exactly those needed is known with the positions only:
/// `dregg_air::merkle` checks it.
fn opening(bytes: &[u8], depth: u32, leaves: usize) -> Result<(), Reject> {
    let reader = &mut Reader::new(bytes);
    if u32::from(reader.byte()?) != depth {
        return Err(Reject::Opening);
    }
    let vectors = reader.length()?;
    if vectors == 0 || vectors > leaves {
        return Err(Reject::Opening);
    }
    for _ in 0..vectors {
        let digests = reader.length()?;
        if digests > depth as usize {
            return Err(Reject::Opening);
        }
        reader.take(digests * DIGEST_BYTES)?;
    }
    reader.end(Reject::Opening)
}

/// Two rows of values out of the domain. The width is in base field elements.
fn frame(reader: &mut Reader<'_>, width: usize) -> Result<(), Reject> {
    if reader.u16()? != 1 + 2 * width * ELEMENT_BYTES || reader.byte()? != FRAME_ROWS {
        return Err(Reject::OutOfDomain);
    }
    reader.elements(2 * width)
}

/// Layers, remainder and number of partitions.
fn low_degree(reader: &mut Reader<'_>, shape: &Shape, queries: usize) -> Result<(), Reject> {
    if usize::from(reader.byte()?) != shape.layers() {
        return Err(Reject::Layers);
    }
    let folding = shape.options.to_fri_options().folding_factor();
    let leaf = folding * shape.degree();
    let mut domain = shape.domain();
    for _ in 0..shape.layers() {
        domain /= folding;
        let length = reader.u32()?;
        let leaves = length / (leaf * ELEMENT_BYTES);
        // Fewer than queries, where several fall on one leaf.
        if leaves == 0 || leaves > queries || leaves * leaf * ELEMENT_BYTES != length {
            return Err(Reject::Layers);
        }
        reader.elements(leaves * leaf)?;
        let length = reader.u32()?;
        opening(reader.take(length)?, domain.ilog2(), leaves)?;
    }
    let coefficients = domain / shape.options.blowup_factor() * shape.degree();
    if reader.u16()? != coefficients * ELEMENT_BYTES {
        return Err(Reject::RemainderLength);
    }
    reader.elements(coefficients)?;
    // SOUNDNESS: the number of partitions is in no transcript and moves leaves about after the queries are known.
    if reader.byte()? != 0 {
        return Err(Reject::Partitions);
    }
    Ok(())
}
