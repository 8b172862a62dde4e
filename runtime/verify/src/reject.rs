//! Why a proof is not accepted, under the names a user sees.
//!
//! Not here: errors of making a proof (`dregg-prove`).

use core::fmt;
use winter_verifier::VerifierError;

/// Why a proof is rejected.
///
/// Every reason means the same for the caller: nothing is proved. They are told apart for tests and for whoever made the
/// proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reject {
    /// The proof is longer than [`MAX_PROOF_BYTES`](crate::guard::MAX_PROOF_BYTES).
    TooLong,
    /// The proof ends before all its parts are there.
    Truncated,
    /// Bytes follow the last part of the proof.
    TrailingBytes,
    /// A length is not written in its shortest form, or is beyond anything that occurs.
    LengthForm,
    /// Widths, length or metadata of the trace are not those of the statement.
    TraceShape,
    /// The proof is over another field.
    Field,
    /// The proof was made with other parameters than the one pinned set.
    Options,
    /// The proof counts other constraints than the statement has.
    ConstraintCount,
    /// No query, or more than there are to be.
    QueryCount,
    /// The number of commitments is wrong.
    Commitments,
    /// The rows opened at the queries have another size than the trace or the quotient.
    QueryRows,
    /// A Merkle opening has an impossible depth, number of vectors or number of digests.
    Opening,
    /// The values out of the domain are too few, too many or mislabelled.
    OutOfDomain,
    /// The layers of the low-degree proof have another number or size.
    Layers,
    /// The last polynomial of the low-degree proof has another number of coefficients.
    RemainderLength,
    /// The low-degree proof claims to be partitioned.
    Partitions,
    /// A field element is not written in its only form: it is the modulus or more.
    Element,
    /// The last polynomial of the low-degree proof is not the one that was committed to before the queries were drawn.
    Remainder,
    /// The constraints do not hold: values out of the domain contradict the quotient.
    Constraints,
    /// Rows opened at the queries are not those committed to.
    Queries,
    /// The proof of work is missing.
    Grinding,
    /// The low-degree proof does not hold.
    LowDegree,
    /// A part could not be read although its form is right. Not known to occur.
    Malformed,
    /// No random element could be drawn. Not known to occur.
    Coin,
}

impl Reject {
    /// The name of the reason, as commands print it.
    pub fn name(self) -> &'static str {
        match self {
            Reject::TooLong => "TooLong",
            Reject::Truncated => "Truncated",
            Reject::TrailingBytes => "TrailingBytes",
            Reject::LengthForm => "LengthForm",
            Reject::TraceShape => "TraceShape",
            Reject::Field => "Field",
            Reject::Options => "Options",
            Reject::ConstraintCount => "ConstraintCount",
            Reject::QueryCount => "QueryCount",
            Reject::Commitments => "Commitments",
            Reject::QueryRows => "QueryRows",
            Reject::Opening => "Opening",
            Reject::OutOfDomain => "OutOfDomain",
            Reject::Layers => "Layers",
            Reject::RemainderLength => "RemainderLength",
            Reject::Partitions => "Partitions",
            Reject::Element => "Element",
            Reject::Remainder => "Remainder",
            Reject::Constraints => "Constraints",
            Reject::Queries => "Queries",
            Reject::Grinding => "Grinding",
            Reject::LowDegree => "LowDegree",
            Reject::Malformed => "Malformed",
            Reject::Coin => "Coin",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Reject::TooLong => "the proof is longer than any can be",
            Reject::Truncated => "the proof ends too early",
            Reject::TrailingBytes => "bytes follow the proof",
            Reject::LengthForm => "a length is not in its shortest form, or too large",
            Reject::TraceShape => "the trace has another shape than the statement's",
            Reject::Field => "the proof is over another field",
            Reject::Options => "the proof was made with other parameters",
            Reject::ConstraintCount => "the proof counts other constraints than the statement has",
            Reject::QueryCount => "the number of queries is impossible",
            Reject::Commitments => "the number of commitments is wrong",
            Reject::QueryRows => "the opened rows have a wrong size",
            Reject::Opening => "a Merkle opening has an impossible size",
            Reject::OutOfDomain => "the values out of the domain have a wrong form",
            Reject::Layers => "the low-degree proof has wrong layers",
            Reject::RemainderLength => "the last polynomial has a wrong length",
            Reject::Partitions => "the low-degree proof is partitioned",
            Reject::Element => "a field element is not canonical",
            Reject::Remainder => "the last polynomial is not the one committed to",
            Reject::Constraints => "the constraints do not hold",
            Reject::Queries => "opened rows are not those committed to",
            Reject::Grinding => "the proof of work is missing",
            Reject::LowDegree => "the low-degree proof does not hold",
            Reject::Malformed => "a part cannot be read",
            Reject::Coin => "no random element could be drawn",
        }
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}: {}", self.name(), self.sentence())
    }
}

impl core::error::Error for Reject {}

impl From<VerifierError> for Reject {
    fn from(error: VerifierError) -> Reject {
        match error {
            VerifierError::InconsistentBaseField => Reject::Field,
            VerifierError::UnsupportedFieldExtension(_)
            | VerifierError::InsufficientConjecturedSecurity(..)
            | VerifierError::InsufficientProvenSecurity(..)
            | VerifierError::UnacceptableProofOptions => Reject::Options,
            VerifierError::ProofDeserializationError(_) => Reject::Malformed,
            VerifierError::RandomCoinError => Reject::Coin,
            VerifierError::InconsistentOodConstraintEvaluations => Reject::Constraints,
            VerifierError::TraceQueryDoesNotMatchCommitment
            | VerifierError::ConstraintQueryDoesNotMatchCommitment => Reject::Queries,
            VerifierError::QuerySeedProofOfWorkVerificationFailed => Reject::Grinding,
            VerifierError::FriVerificationFailed(_) => Reject::LowDegree,
        }
    }
}
