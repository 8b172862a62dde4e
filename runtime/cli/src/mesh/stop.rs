//! Being told to stop, by whoever sits at the terminal or by a supervisor.

use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// From when it is made on, neither signal ends the process by itself.
pub struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    /// Begins to listen; inside a runtime only.
    ///
    /// # Errors
    /// What the system says.
    pub fn new() -> io::Result<Stop> {
        Ok(Stop { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for either.
    pub async fn told(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
