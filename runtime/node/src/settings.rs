//! What a node allows its peers to take.

use dregg_rpc::Limits;
use std::time::Duration;

/// The settings of a node.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Of each connection.
    pub limits: Limits,
    /// The most calls of one session that are not answered yet.
    pub calls: usize,
    /// The most nonces of one session that are out.
    pub nonces: usize,
    /// How long a service may take for one call.
    pub call_time: Duration,
    /// The most connections at a time.
    pub connections: usize,
    /// The most bytes of a payload and of a response.
    pub payload_bytes: usize,
    /// The most sturdy references and open handoffs that are kept.
    pub kept: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            limits: Limits::default(),
            calls: 256,
            nonces: 64,
            call_time: Duration::from_secs(30),
            connections: 1024,
            payload_bytes: 4 << 20,
            kept: 1 << 20,
        }
    }
}
