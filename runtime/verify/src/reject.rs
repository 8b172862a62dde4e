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
    /// The bytes are no access proof, or longer than any can be.
    NotAProof,
    /// The access proof is of a version that this code does not speak.
    FileVersion,
    /// The access proof is not in its one form.
    FileForm,
    /// The proof is under another attested root.
    Root,
    /// The proof is of another epoch than the attested root.
    Epoch,
    /// The proof is of another permission.
    Permission,
    /// The path asked for is no path of the policy.
    BadPath,
    /// The proof is of another path.
    Path,
    /// The path is redirected; decisions are about its target, which the proof names.
    Redirect,
    /// The proof is of another caller.
    Caller,
    /// The proof is bound to another connection.
    Bind,
    /// The proof was made for another verifier.
    Verifier,
    /// The proof was made for another nonce.
    Nonce,
    /// The nonce is shorter than 16 bytes or longer than 32.
    NonceLength,
    /// The nonce was never issued, or not in this epoch.
    NonceUnknown,
    /// The nonce was used before.
    NonceSpent,
    /// The parts of the policy are not those under the attested root.
    Policy,
    /// The class is not opened under the policy.
    Class,
    /// The walk shown beside the proof does not lead to the class.
    Walk,
    /// The class has no program for this request.
    Program,
    /// The class needs a segment of the hidden path.
    SegmentsHidden,
    /// The proof is of the gateway's envelope alone, and nothing shows that no table is published there.
    Gateway,
    /// An opening where a proof is required.
    OpeningOnly,
    /// A fact of the opening is not under the facts root.
    FactOpening,
    /// The opening's derivation does not derive the goal.
    Derivation,
    /// Nobody has shown to be the caller.
    CallerUnproved,
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
            Reject::NotAProof => "NotAProof",
            Reject::FileVersion => "FileVersion",
            Reject::FileForm => "FileForm",
            Reject::Root => "Root",
            Reject::Epoch => "Epoch",
            Reject::Permission => "Permission",
            Reject::BadPath => "BadPath",
            Reject::Path => "Path",
            Reject::Redirect => "Redirect",
            Reject::Caller => "Caller",
            Reject::Bind => "Bind",
            Reject::Verifier => "Verifier",
            Reject::Nonce => "Nonce",
            Reject::NonceLength => "NonceLength",
            Reject::NonceUnknown => "NonceUnknown",
            Reject::NonceSpent => "NonceSpent",
            Reject::Policy => "Policy",
            Reject::Class => "Class",
            Reject::Walk => "Walk",
            Reject::Program => "Program",
            Reject::SegmentsHidden => "SegmentsHidden",
            Reject::Gateway => "Gateway",
            Reject::OpeningOnly => "OpeningOnly",
            Reject::FactOpening => "FactOpening",
            Reject::Derivation => "Derivation",
            Reject::CallerUnproved => "CallerUnproved",
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
            Reject::NotAProof => "the bytes are no access proof",
            Reject::FileVersion => "the access proof is of an unknown version",
            Reject::FileForm => "the access proof is not in its one form",
            Reject::Root => "the proof is under another attested root",
            Reject::Epoch => "the proof is of another epoch",
            Reject::Permission => "the proof is of another permission",
            Reject::BadPath => "the path is no path",
            Reject::Path => "the proof is of another path",
            Reject::Redirect => "the path is redirected: ask for its target",
            Reject::Caller => "the proof is of another caller",
            Reject::Bind => "the proof is bound to another connection",
            Reject::Verifier => "the proof was made for another verifier",
            Reject::Nonce => "the proof was made for another nonce",
            Reject::NonceLength => "a nonce has 16 to 32 bytes",
            Reject::NonceUnknown => "the nonce was not issued",
            Reject::NonceSpent => "the nonce was used before",
            Reject::Policy => "the policy is not the one under the attested root",
            Reject::Class => "the class does not open under the policy",
            Reject::Walk => "the walk does not lead to the class",
            Reject::Program => "the class has no program for this request",
            Reject::SegmentsHidden => "the rules need a segment of the hidden path",
            Reject::Gateway => "the proof is of the gateway's envelope alone",
            Reject::OpeningOnly => "an opening where a proof is required",
            Reject::FactOpening => "a fact does not open under the facts root",
            Reject::Derivation => "the derivation does not derive the goal",
            Reject::CallerUnproved => "nobody has shown to be the caller",
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
