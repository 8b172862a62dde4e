//! What a connection may take of the process that serves it.

use capnp::message::ReaderOptions;
use std::time::Duration;

/// The limits of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest message that is received, in bytes.
    pub message_bytes: usize,
    /// How many bytes may be read out of one message; more than `message_bytes`, as reading a part twice counts twice.
    pub traversal_bytes: usize,
    /// How deeply structs may nest in a message.
    pub nesting: u16,
    /// After how long without a byte received a connection is closed.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            message_bytes: 8 << 20,
            traversal_bytes: 64 << 20,
            nesting: 32,
            idle: Duration::from_secs(300),
        }
    }
}

impl Limits {
    /// The same for the library.
    pub fn reader(&self) -> ReaderOptions {
        let mut options = ReaderOptions::new();
        options.traversal_limit_in_words(Some(self.traversal_bytes / 8)).nesting_limit(self.nesting.into());
        options
    }
}
