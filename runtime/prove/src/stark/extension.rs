//! Columns over the evaluation domain, committed to row by row.
//!
//! The same trees and openings as winterfell's, from rows that are hashed many at a time and never copied together.

#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns are below the sizes the columns were made with"
)]

use dregg_air::air::{AUXILIARY_WIDTH, QUOTIENT_COLUMNS};
use dregg_air::field::Felt;
use dregg_air::frame::WIDTH;
use dregg_air::hasher::{Blake3, Digest, hash_each};
use dregg_air::merkle::ExactTree;
use dregg_air::options::EXTENSION_DEGREE;
use std::marker::PhantomData;
use winter_air::proof::Queries;
use winter_air::{EvaluationFrame, TraceInfo};
use winter_crypto::VectorCommitment;
use winter_math::FieldElement;
use winter_prover::matrix::{ColMatrix, Segment, build_segments, get_evaluation_offsets};
use winter_prover::{
    CompositionPoly, CompositionPolyTrace, ConstraintCommitment, StarkDomain, TraceLde, TracePolyTable,
};

/// Columns that are extended together: as many elements as a line of the cache holds.
const TOGETHER: usize = 8;

/// Rows that are hashed together.
const BATCH: usize = 64;

const ELEMENT_BYTES: usize = 8;

/// Elements of the base field in the longest row, whole segments.
const WIDEST: usize = {
    let extended = EXTENSION_DEGREE
        * if AUXILIARY_WIDTH > QUOTIENT_COLUMNS { AUXILIARY_WIDTH } else { QUOTIENT_COLUMNS };
    let widest = if WIDTH > extended { WIDTH } else { extended };
    widest.next_multiple_of(TOGETHER)
};

/// Columns of elements of a field over the evaluation domain, with the tree of their rows.
struct Extended<E: FieldElement<BaseField = Felt>> {
    segments: Vec<Segment<Felt, TOGETHER>>,
    /// Elements of the base field in a row.
    width: usize,
    tree: ExactTree<Blake3>,
    field: PhantomData<E>,
}

impl<E: FieldElement<BaseField = Felt>> Extended<E> {
    fn new(polys: &ColMatrix<E>, domain: &StarkDomain<Felt>) -> Extended<E> {
        let offsets =
            get_evaluation_offsets::<E>(polys.num_rows(), domain.trace_to_lde_blowup(), domain.offset());
        let segments = build_segments::<E, TOGETHER>(polys, domain.trace_twiddles(), &offsets);
        let width = polys.num_base_cols();
        let tree = tree(&segments, width);
        Extended { segments, width, tree, field: PhantomData }
    }

    fn rows(&self) -> usize {
        self.segments.first().map_or(0, |segment| segment.num_rows())
    }

    /// Copies a row.
    #[inline(always)]
    fn read(&self, row: usize, to: &mut [E]) {
        // Columns of an extension may lie across two segments, so a row is put together as elements of the base field.
        let mut elements = [Felt::ZERO; WIDEST];
        for (place, segment) in elements.chunks_exact_mut(TOGETHER).zip(&self.segments) {
            place.copy_from_slice(&segment[row]);
        }
        to.copy_from_slice(E::slice_from_base_elements(&elements[..self.width]));
    }

    #[expect(clippy::expect_used, reason = "winterfell asks for positions of the domain, each once")]
    fn open(&self, positions: &[usize]) -> Queries {
        let rows = positions.iter().map(|position| {
            let mut row = vec![E::ZERO; self.width / E::EXTENSION_DEGREE];
            self.read(*position, &mut row);
            row
        });
        let rows: Vec<Vec<E>> = rows.collect();
        let (_, opening) = self.tree.open_many(positions).expect("positions of the domain can be opened");
        Queries::new::<Blake3, E, ExactTree<Blake3>>(opening, rows)
    }
}

/// The tree of the rows of segments, each of so many elements.
#[expect(clippy::expect_used, reason = "an evaluation domain has a power of two of points")]
fn tree(segments: &[Segment<Felt, TOGETHER>], width: usize) -> ExactTree<Blake3> {
    let rows = segments.first().map_or(0, |segment| segment.num_rows());
    let mut digests: Vec<Digest> = Vec::with_capacity(rows);
    let mut lines = vec![0; BATCH * width * ELEMENT_BYTES];
    while digests.len() < rows {
        let batch = BATCH.min(rows - digests.len());
        for (row, line) in (digests.len()..).zip(lines.chunks_exact_mut(width * ELEMENT_BYTES)).take(batch) {
            for (part, segment) in line.chunks_mut(TOGETHER * ELEMENT_BYTES).zip(segments) {
                let (slots, _) = part.as_chunks_mut::<ELEMENT_BYTES>();
                for (slot, element) in slots.iter_mut().zip(&segment[row]) {
                    *slot = element.as_int().to_le_bytes();
                }
            }
        }
        let lines: Vec<&[u8]> = lines.chunks_exact(width * ELEMENT_BYTES).take(batch).collect();
        digests.extend(hash_each(&lines));
    }
    VectorCommitment::new(digests).expect("a tree over the evaluation domain")
}

/// Main and auxiliary columns.
pub(super) struct Columns<E: FieldElement<BaseField = Felt>> {
    info: TraceInfo,
    blowup: usize,
    main: Extended<Felt>,
    auxiliary: Option<Extended<E>>,
}

impl<E: FieldElement<BaseField = Felt>> Columns<E> {
    pub(super) fn new(
        info: &TraceInfo,
        main: &ColMatrix<Felt>,
        domain: &StarkDomain<Felt>,
    ) -> (Columns<E>, TracePolyTable<E>) {
        let polys = main.interpolate_columns();
        let columns = Columns {
            info: info.clone(),
            blowup: domain.trace_to_lde_blowup(),
            main: Extended::new(&polys, domain),
            auxiliary: None,
        };
        (columns, TracePolyTable::new(polys))
    }

    fn after(&self, row: usize) -> usize {
        (row + self.blowup) % self.main.rows()
    }
}

impl<E: FieldElement<BaseField = Felt>> TraceLde<E> for Columns<E> {
    type HashFn = Blake3;
    type VC = ExactTree<Blake3>;

    fn get_main_trace_commitment(&self) -> Digest {
        self.main.tree.commitment()
    }

    fn set_aux_trace(
        &mut self,
        auxiliary: &ColMatrix<E>,
        domain: &StarkDomain<Felt>,
    ) -> (ColMatrix<E>, Digest) {
        let polys = auxiliary.interpolate_columns();
        let extended = self.auxiliary.insert(Extended::new(&polys, domain));
        (polys, extended.tree.commitment())
    }

    fn read_main_trace_frame_into(&self, row: usize, frame: &mut EvaluationFrame<Felt>) {
        self.main.read(row, frame.current_mut());
        self.main.read(self.after(row), frame.next_mut());
    }

    fn read_aux_trace_frame_into(&self, row: usize, frame: &mut EvaluationFrame<E>) {
        if let Some(auxiliary) = &self.auxiliary {
            auxiliary.read(row, frame.current_mut());
            auxiliary.read(self.after(row), frame.next_mut());
        }
    }

    fn query(&self, positions: &[usize]) -> Vec<Queries> {
        let auxiliary = self.auxiliary.iter().map(|auxiliary| auxiliary.open(positions));
        std::iter::once(self.main.open(positions)).chain(auxiliary).collect()
    }

    fn trace_len(&self) -> usize {
        self.main.rows()
    }

    fn blowup(&self) -> usize {
        self.blowup
    }

    fn trace_info(&self) -> &TraceInfo {
        &self.info
    }
}

/// The quotient's chunks.
pub(super) struct Quotient<E: FieldElement<BaseField = Felt>>(Extended<E>);

impl<E: FieldElement<BaseField = Felt>> Quotient<E> {
    pub(super) fn new(
        values: CompositionPolyTrace<E>,
        columns: usize,
        domain: &StarkDomain<Felt>,
    ) -> (Quotient<E>, CompositionPoly<E>) {
        let poly = CompositionPoly::new(values, domain, columns);
        (Quotient(Extended::new(poly.data(), domain)), poly)
    }
}

impl<E: FieldElement<BaseField = Felt>> ConstraintCommitment<E> for Quotient<E> {
    type HashFn = Blake3;
    type VC = ExactTree<Blake3>;

    fn commitment(&self) -> Digest {
        self.0.tree.commitment()
    }

    fn query(self, positions: &[usize]) -> Queries {
        self.0.open(positions)
    }
}

#[cfg(test)]
mod tests;
