//! The command as people run it: exit codes, where output goes, and files that are not what they seem.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by a panic")]
#![allow(clippy::indexing_slicing, reason = "as above")]

mod files;
mod formats;
mod outcomes;
mod provable;
mod verbs;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A directory of its own for one test, gone afterwards.
struct Place {
    directory: TempDir,
}

impl Place {
    fn new(files: &[(&str, &str)]) -> Place {
        let place = Place { directory: tempfile::tempdir().expect("a directory") };
        for (name, text) in files {
            place.write(name, text);
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, bytes).expect("written");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("read")
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran(command(self.directory.path(), arguments).output().expect("it runs"))
    }
}

/// The command, not yet started.
fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dreggc"));
    command.current_dir(directory).args(arguments).env_remove("NO_COLOR");
    command
}

/// What a run gave.
struct Ran(Output);

impl Ran {
    fn code(&self) -> i32 {
        self.0.status.code().expect("it exits")
    }

    fn data(&self) -> &str {
        std::str::from_utf8(&self.0.stdout).expect("UTF-8")
    }

    fn errors(&self) -> &str {
        std::str::from_utf8(&self.0.stderr).expect("UTF-8")
    }

    /// Asserts the exit code, with everything printed if it is another.
    #[track_caller]
    fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code(), code, "stdout:\n{}\nstderr:\n{}", self.data(), self.errors());
        self
    }

    /// Asserts that it is refused with this code, in one finding.
    #[track_caller]
    fn refused(self, code: &str) -> Ran {
        let ran = self.exits(1);
        assert_eq!(ran.errors().matches("error[").count(), 1, "{}", ran.errors());
        assert!(ran.errors().contains(&format!("error[{code}]")), "{}", ran.errors());
        ran
    }
}

/// A file of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

const GOOD: &str = "policy t version 1;\n\nroute /a allow read: open;\n";
const BAD: &str = "policy t version 1;\nroute /a allow read: nothing();\n";
const UGLY: &str = "policy t version 1;\n\nroute   /a allow read: open;\n";

/// A good policy with a cell `@a` and one test block of this text.
fn with_test(body: &str) -> String {
    format!("{GOOD}\ncell @a = 0x{};\n\ntest \"t\" {{\n    {body}\n}}\n", "11".repeat(32))
}
