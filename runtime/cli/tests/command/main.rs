//! The command as people run it: exit codes, what it prints, and the files it leaves.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by a panic")]
#![allow(clippy::indexing_slicing, clippy::string_slice, reason = "as above")]

mod attest;
#[cfg(unix)]
mod coordinators;
mod demo;
mod keys;
#[cfg(unix)]
mod operations;
#[cfg(unix)]
mod patterns;
mod prove;
mod readme;
#[cfg(unix)]
mod running;
#[cfg(unix)]
mod tutorial;

use dregg_compiler::load::{Memory, load};
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

/// A directory of its own for one test, gone afterwards.
struct Place {
    directory: TempDir,
}

impl Place {
    fn new() -> Place {
        Place { directory: tempfile::tempdir().expect("a directory") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).expect("written");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("read")
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("read")
    }

    fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(name)).expect("JSON")
    }

    /// Runs the command with words separated by blanks.
    fn run(&self, arguments: &str) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dregg"));
        command.current_dir(self.directory.path()).args(arguments.split_whitespace());
        Ran(command.output().expect("it runs"))
    }

    /// Makes keys and returns the line that declares their cell.
    fn keys(&self, name: &str) -> String {
        self.run(&format!("keys new --name {name} -o {name}.json")).exits(0).data().to_owned()
    }

    /// Compiles a policy to a file.
    fn compile(&self, text: &str, file: &str) {
        let mut memory = Memory::default();
        memory.add("policy.dregg", text);
        let loaded = load(&mut memory, "policy.dregg");
        let lowered = dregg_compiler::lower::lower(&loaded);
        let reports = loaded.diagnostics.iter().chain(&lowered.diagnostics);
        let errors: Vec<&str> = reports.filter(|one| one.is_error()).map(|one| &*one.message).collect();
        assert_eq!(errors, [] as [&str; 0]);
        match dregg_compiler::generate::compile(&lowered.hir) {
            Ok(artifact) => self.write(file, artifact.encode()),
            Err(_) => panic!("not compiled"),
        }
    }

    /// The mode of a file.
    #[cfg(unix)]
    fn mode(&self, name: &str) -> u32 {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(self.path(name)).expect("there").permissions().mode() & 0o777
    }
}

/// What a run gave.
struct Ran(Output);

impl Ran {
    fn data(&self) -> &str {
        std::str::from_utf8(&self.0.stdout).expect("UTF-8")
    }

    fn errors(&self) -> &str {
        std::str::from_utf8(&self.0.stderr).expect("UTF-8")
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(self.data()).expect("JSON")
    }

    /// Asserts the exit code, with everything printed if it is another.
    #[track_caller]
    fn exits(self, code: i32) -> Ran {
        let found = self.0.status.code().expect("it exits");
        assert_eq!(found, code, "stdout:\n{}\nstderr:\n{}", self.data(), self.errors());
        self
    }

    /// Asserts that it fails, with this in the message.
    #[track_caller]
    fn fails(self, message: &str) -> Ran {
        let ran = self.exits(1);
        assert!(ran.errors().contains(message), "{}", ran.errors());
        assert_eq!(ran.data(), "");
        ran
    }
}
