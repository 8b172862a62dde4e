//! The bounds that are part of a policy's meaning, and the ceilings no policy may exceed.
//!
//! All of them are deterministic; none is a wall-clock time. (`design: security, limits`)

/// What a policy allows itself. Each field's ceiling is its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest path, in bytes.
    pub path_bytes: u16,
    /// The most segments of a path.
    pub segments: u8,
    /// The greatest height of a derivation tree; facts have height 0.
    pub derivation_depth: u8,
    /// How many held facts a proof's row bucket is laid out for.
    pub proof_facts: u8,
}

impl Limits {
    /// The ceiling of every field but `proof_facts`, whose ceiling is [`Limits::PROOF_FACTS`].
    pub const CEILING: Limits =
        Limits { path_bytes: 1024, segments: 32, derivation_depth: 64, proof_facts: 4 };
    /// The most held facts a proof may show.
    pub const PROOF_FACTS: u8 = 32;
    /// The most DFA states of a policy.
    pub const STATES: u32 = 4_000_000;
    /// The most routes of a policy.
    pub const ROUTES: u32 = 1_000_000;
    /// The largest artifact, in bytes.
    pub const ARTIFACT_BYTES: usize = 1 << 30;
    /// The most facts of a policy, or of a request.
    pub const FACTS: usize = 1_000_000;
    /// The most columns of a relation or predicate.
    pub const ARITY: usize = 4;
    /// The most atoms of a rule's body.
    pub const BODY_ATOMS: usize = 6;
    /// The deepest nesting of an ACL.
    pub const ACL_DEPTH: usize = 16;
    /// The most times a gateway's mount right may be passed on.
    pub const DELEGATION_DEPTH: u32 = 16;
    /// The most routes below one gateway.
    pub const GATEWAY_ROUTES: u32 = 1_000_000;
}

impl Default for Limits {
    fn default() -> Self {
        Limits::CEILING
    }
}
