//! What a connection may take of the process at this end.

use capnp::message::ReaderOptions;
use std::time::Duration;

/// The limits of one connection. Nothing here is about what is meant by a message: only about memory and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest message that is received, in bytes. No more than this is reserved at once, whatever a header promises.
    pub message_bytes: usize,
    /// The same for whoever has not logged in yet.
    pub stranger_bytes: usize,
    /// How many bytes may be read out of one message; more than `message_bytes`, as reading a part twice counts twice.
    pub traversal_bytes: usize,
    /// How deeply structs may nest in a message.
    pub nesting: u16,
    /// How many calls of the peer may be unfinished. One more ends the connection; whoever serves calls refuses earlier,
    /// and in good order, by [`crate::Calls`].
    pub questions: usize,
    /// How many calls may wait for each other in a row, each on what the one before will answer.
    pub depth: u16,
    /// How many capabilities a message may carry.
    pub capabilities: u32,
    /// How many bytes may wait to be sent before a node reads no further; four times as many end the connection.
    pub queued_bytes: usize,
    /// How long a message may take from its first byte to its last, either way.
    pub message_time: Duration,
    /// How long a peer has to log in.
    pub login_time: Duration,
    /// After how long without a message a connection is closed, unless an answer is awaited on it.
    pub idle: Duration,
}

/// What a node allows its peers.
impl Default for Limits {
    fn default() -> Limits {
        Limits {
            message_bytes: 8 << 20,
            stranger_bytes: 64 << 10,
            traversal_bytes: 64 << 20,
            nesting: 32,
            questions: 1024,
            depth: 16,
            capabilities: 16,
            queued_bytes: 16 << 20,
            message_time: Duration::from_secs(120),
            login_time: Duration::from_secs(10),
            idle: Duration::from_secs(300),
        }
    }
}

impl Limits {
    /// What a client allows the node of its choice, which sends it artifacts and lists.
    pub fn client() -> Limits {
        Limits {
            message_bytes: 256 << 20,
            traversal_bytes: 1 << 30,
            capabilities: 4096,
            idle: Duration::from_secs(24 * 3600),
            ..Limits::default()
        }
    }

    /// What the library is told when it reads a message.
    pub(crate) fn reader(&self) -> ReaderOptions {
        self.options(self.traversal_bytes)
    }

    /// The same for receiving one: the library reserves as much as may be traversed.
    pub(crate) fn frame(&self, admitted: bool) -> ReaderOptions {
        self.options(if admitted { self.message_bytes } else { self.stranger_bytes.min(self.message_bytes) })
    }

    /// The same for looking at an envelope without its content.
    pub(crate) fn envelope(&self) -> ReaderOptions {
        self.options(8 << 10)
            .traversal_limit_in_words(Some(1024 + 16 * self.capabilities as usize))
            .to_owned()
    }

    fn options(&self, bytes: usize) -> ReaderOptions {
        let mut options = ReaderOptions::new();
        options.traversal_limit_in_words(Some(bytes / 8)).nesting_limit(self.nesting.into());
        options
    }
}
