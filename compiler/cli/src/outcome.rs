//! What a run came to, and the exit code that says so.

/// What a run came to. Ordered by how much it matters when there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// Nothing to say.
    Fine,
    /// Warnings, and they were denied.
    Warnings,
    /// A difference was found.
    Difference,
    /// A test failed.
    TestsFailed,
    /// A policy or file is not acceptable.
    Errors,
    /// The command line makes no sense.
    Usage,
    /// A defect of this program.
    Internal,
}

impl Outcome {
    /// The exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Outcome::Fine => 0,
            Outcome::Errors => 1,
            Outcome::Warnings => 2,
            Outcome::TestsFailed => 3,
            Outcome::Difference => 4,
            Outcome::Usage => 64,
            Outcome::Internal => 70,
        }
    }

    /// The one that matters more.
    pub(crate) fn and(self, other: Outcome) -> Outcome {
        self.max(other)
    }
}

/// Why a verb stopped: something that is no finding about a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What happened, in lower case without a final period.
    pub(crate) message: String,
    /// What it means for the exit code.
    pub(crate) outcome: Outcome,
}

impl Failure {
    /// Something could not be done.
    pub(crate) fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), outcome: Outcome::Errors }
    }

    /// The command line makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), outcome: Outcome::Usage }
    }
}

/// What a verb comes to.
pub(crate) type Done = Result<Outcome, Failure>;
