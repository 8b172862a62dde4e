//! What a proof must look like: every size that follows from the statement.

use winter_air::{Air, ProofOptions};

/// The sizes of a proof of one statement. From the statement and the length of the trace only, never from the proof's own
/// claims (the length may be read from it with [`log2_rows`](super::log2_rows), which bounds it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Columns of the main segment.
    pub main_width: u8,
    /// Columns of the auxiliary segment; 0 if there is none.
    pub aux_width: u8,
    /// Random elements from which the auxiliary segment is built; 0 if there is none.
    pub aux_randoms: u8,
    /// The trace has 2 to this power rows.
    pub log2_rows: u8,
    /// Transition constraints and assertions of both segments together.
    pub constraints: u32,
    /// Columns into which the quotient is cut.
    pub quotient_columns: u8,
    /// The parameters.
    pub options: ProofOptions,
}

impl Shape {
    /// The shape of the proofs of a statement, told by its constraints.
    ///
    /// `None` if a number does not fit, which is a mistake of whoever wrote the constraints.
    pub fn of<A: Air>(air: &A) -> Option<Shape> {
        let (context, trace) = (air.context(), air.trace_info());
        let constraints = context.num_transition_constraints() + context.num_assertions();
        Some(Shape {
            main_width: trace.main_trace_width().try_into().ok()?,
            aux_width: trace.aux_segment_width().try_into().ok()?,
            aux_randoms: trace.get_num_aux_segment_rand_elements().try_into().ok()?,
            log2_rows: trace.length().ilog2().try_into().ok()?,
            constraints: constraints.try_into().ok()?,
            quotient_columns: context.num_constraint_composition_columns().try_into().ok()?,
            options: air.options().clone(),
        })
    }

    /// How many segments the trace has.
    pub(super) fn segments(&self) -> usize {
        if self.aux_width == 0 { 1 } else { 2 }
    }

    /// How many points the evaluation domain has.
    pub(super) fn domain(&self) -> usize {
        self.options.blowup_factor() << self.log2_rows
    }

    /// Base field elements in an element of the extension.
    pub(super) fn degree(&self) -> usize {
        self.options.field_extension().degree() as usize
    }

    /// How many layers of the low-degree proof are opened.
    pub(super) fn layers(&self) -> usize {
        self.options.to_fri_options().num_fri_layers(self.domain())
    }
}
