//! The crate's suites over its samples: `good` and `bad` beside this folder, and every `.dregg` file of the repository.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test reads its samples and may fail"
)]

mod corpus;
mod damage;
mod formatting;
mod limits;
mod messages;
mod reference;
