//! What a node allows its peers to take.

use dregg_rpc::Limits;
use std::time::Duration;

/// The settings of a node. SPEC: `docs/rpc.md`, limits.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Of each connection.
    pub limits: Limits,
    /// The most calls of one session that are not answered yet.
    pub calls: usize,
    /// The most live references of one session that it has not let go.
    pub references: usize,
    /// The most services that one session has attached.
    pub attachments: usize,
    /// The most nonces of one session that are out.
    pub nonces: usize,
    /// How long a service may take for one call.
    pub call_time: Duration,
    /// The most connections at a time, over each listener.
    pub connections: usize,
    /// The most bytes of a payload and of a response.
    pub payload_bytes: usize,
    /// The most bytes of payloads and responses that are held for one session.
    pub held_bytes: usize,
    /// The most sturdy references and open handoffs that are kept.
    pub kept: u64,
    /// The most of them that one cell has made.
    pub kept_each: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            limits: Limits::default(),
            calls: 256,
            references: 4096,
            attachments: 16,
            nonces: 64,
            call_time: Duration::from_secs(30),
            connections: 1024,
            payload_bytes: 4 << 20,
            held_bytes: 64 << 20,
            kept: 1 << 20,
            kept_each: 1 << 12,
        }
    }
}
