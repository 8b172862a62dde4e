//! Commands that run until they are stopped, ended with the test.

use super::Place;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Something that runs.
pub struct Running {
    process: Child,
    lines: Vec<String>,
}

impl Running {
    /// Starts a script in which `dregg` is the command under test, and waits until it has printed so many lines.
    pub fn start(place: &Place, script: &str, lines: usize) -> Running {
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(place.path(".")).env("PATH", path()).env_remove("DREGG_KEY");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("it runs");
        let out = BufReader::new(process.stdout.take().expect("its output"));
        let found: Vec<String> = out.lines().take(lines).map(|line| line.expect("a line")).collect();
        let running = Running { process, lines: found };
        if running.lines.len() < lines {
            panic!("{:?}", running.end());
        }
        running
    }

    /// What it says after a word.
    pub fn told(&self, word: &str) -> &str {
        self.lines.iter().find_map(|line| line.strip_prefix(word)).expect("it says so")
    }

    /// Waits for its end: the exit status, and what it has logged.
    pub fn end(mut self) -> (Option<i32>, String) {
        let mut log = String::new();
        self.process.stderr.take().expect("its log").read_to_string(&mut log).expect("read");
        (self.process.wait().expect("it ends").code(), log)
    }

    /// Tells it to stop.
    pub fn terminate(&self) {
        let process = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &process]).status().expect("told").success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The `PATH` with the command under test first.
pub fn path() -> std::ffi::OsString {
    let own = Path::new(env!("CARGO_BIN_EXE_dregg")).parent().expect("a directory").to_owned();
    let rest = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&rest))).expect("a path")
}
