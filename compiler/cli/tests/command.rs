//! The command as people run it: exit codes, where output goes, and files that would lead out of the root directory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by a panic")]

use std::path::Path;
use std::process::{Command, Output};

fn dreggc(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dreggc"));
    command.current_dir(directory).args(arguments).env("NO_COLOR", "1").output().expect("it runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it exits")
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

const GOOD: &str = "policy t version 1;\n\nroute /a allow read: open;\n";

#[test]
fn exit_codes() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    std::fs::write(here.join("good.dregg"), GOOD).unwrap();
    std::fs::write(here.join("bad.dregg"), "policy t version 1;\nroute /a allow read: nothing();\n").unwrap();
    std::fs::write(here.join("ugly.dregg"), "policy t version 1;\nroute   /a allow read: open;\n").unwrap();
    let cell = format!("cell @a = 0x{};\n", "11".repeat(32));
    let failing = format!("{GOOD}{cell}test \"t\" {{ expect deny read /a as @a; }}\n");
    std::fs::write(here.join("failing.dregg"), failing).unwrap();
    assert_eq!(code(&dreggc(here, &["check", "good.dregg"])), 0);
    assert_eq!(code(&dreggc(here, &["check", "bad.dregg"])), 1);
    assert_eq!(code(&dreggc(here, &["test", "failing.dregg"])), 3);
    assert_eq!(code(&dreggc(here, &["fmt", "--check", "ugly.dregg"])), 4);
    assert_eq!(code(&dreggc(here, &["fmt", "--check", "good.dregg"])), 0);
    assert_eq!(code(&dreggc(here, &["no-such-verb"])), 64);
    assert_eq!(code(&dreggc(here, &["explain", "E0301"])), 0);
    assert_eq!(code(&dreggc(here, &["explain", "E9999"])), 1);
    assert_eq!(code(&dreggc(here, &["completions", "bash"])), 0);
    assert_eq!(code(&dreggc(here, &["check", "missing.dregg"])), 1);
}

#[test]
fn findings_for_machines() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    std::fs::write(here.join("bad.dregg"), "policy t version 1;\n\troute /a allow read: nothing();\n")
        .unwrap();
    let short = errors(&dreggc(here, &["check", "--format", "short", "bad.dregg"]));
    assert!(short.starts_with("bad.dregg:2:23: error[E0401]: "), "{short}");
    let output = dreggc(here, &["check", "--format", "json", "bad.dregg"]);
    let line = String::from_utf8(output.stdout).unwrap();
    let object: serde_json::Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    for field in ["code", "severity", "file", "line", "column", "message", "labels", "help", "fix"] {
        assert!(object.get(field).is_some(), "no {field} in {object}");
    }
    assert_eq!((object["code"].as_str(), object["line"].as_u64()), (Some("E0401"), Some(2)));
}

#[test]
fn nothing_outside_the_root_directory_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("root");
    std::fs::create_dir(&root).unwrap();
    std::fs::write(directory.path().join("outside.dregg"), "cellset x = {};\n").unwrap();
    std::fs::write(root.join("dots.dregg"), "policy t version 1;\nuse \"../outside.dregg\";\n").unwrap();
    assert!(errors(&dreggc(&root, &["check", "dots.dregg"])).contains("E0203"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../outside.dregg", root.join("link.dregg")).unwrap();
        std::fs::write(root.join("linked.dregg"), "policy t version 1;\nuse \"link.dregg\";\n").unwrap();
        let output = dreggc(&root, &["check", "linked.dregg"]);
        assert_eq!(code(&output), 1);
        assert!(errors(&output).contains("E0203"), "{}", errors(&output));
    }
    std::fs::write(root.join("latin.dregg"), b"policy t version 1; # \xe9\n").unwrap();
    assert!(errors(&dreggc(&root, &["check", "latin.dregg"])).contains("E0007"));
}

#[test]
fn an_artifact_is_written_whole_or_not_at_all() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    std::fs::write(here.join("good.dregg"), GOOD).unwrap();
    std::fs::write(here.join("bad.dregg"), "policy t version 1;\nroute /a allow read: nothing();\n").unwrap();
    assert_eq!(code(&dreggc(here, &["compile", "good.dregg", "-o", "out.dga"])), 0);
    let written = std::fs::read(here.join("out.dga")).unwrap();
    assert_eq!(code(&dreggc(here, &["compile", "bad.dregg", "-o", "out.dga"])), 1);
    assert_eq!(std::fs::read(here.join("out.dga")).unwrap(), written);
    assert_eq!(code(&dreggc(here, &["inspect", "out.dga", "--verify"])), 0);
    std::fs::write(here.join("cut.dga"), written.get(..100).unwrap()).unwrap();
    let output = dreggc(here, &["inspect", "cut.dga"]);
    assert_eq!(code(&output), 1);
    assert!(errors(&output).contains("E0803"), "{}", errors(&output));
}
