//! `docs/tutorial.md`: its commands, as they stand there, print what stands below them.

use super::Place;
use super::running::path;
use std::process::Command;

const PAGE: &str = include_str!("../../../../docs/tutorial.md");

/// What comes before the page's own commands: nothing is left running, and who waits for a process waits long enough.
const BEFORE: &str = r#"
exec 2>&1
trap 'kill $(jobs -p) 2> /dev/null' EXIT
sleep() {
    tries=0
    until grep -qs '^listening' node.log && { [ ! -e gpu.log ] || grep -qs '^serving' gpu.log; }; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || return 1
        command sleep 0.1
    done
}
"#;

/// The blocks of commands, each with the lines that it prints.
fn blocks() -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let mut rest = PAGE;
    while let Some((_, after)) = rest.split_once("\n```") {
        let (language, after) = after.split_once('\n').expect("a line");
        let (body, after) = after.split_once("\n```").expect("the end of a block");
        match language {
            "sh" => found.push((body.to_owned(), Vec::new())),
            "text" => {
                found.last_mut().expect("commands before").1 = body.lines().map(str::to_owned).collect();
            }
            other => panic!("a block of `{other}`"),
        }
        rest = after;
    }
    found
}

/// Whether a line is as the page has it; `…` stands for anything.
fn alike(line: &str, expected: &str) -> bool {
    let mut parts = expected.split('…');
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else { return false };
    let mut open = false;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        open = part.is_empty();
    }
    open || rest.is_empty()
}

#[test]
fn lines_are_compared_to_their_ends() {
    for (line, expected, like) in [
        ("node 12", "node …", true),
        ("node", "node …", false),
        ("a {1,2}", "a {…}", true),
        ("a {1,2} b", "a {…}", false),
        ("a", "a", true),
        ("ab", "a", false),
    ] {
        assert_eq!(alike(line, expected), like, "{line} {expected}");
    }
}

#[test]
fn the_tutorial_prints_what_it_says() {
    let place = Place::new();
    let blocks = blocks();
    assert!(blocks.len() > 10);
    let marked = blocks.iter().map(|(commands, _)| format!("{commands}\nprintf '@@@@\\n'\n"));
    let script: String = std::iter::once(BEFORE.to_owned()).chain(marked).collect();
    let mut command = Command::new("sh");
    command.current_dir(place.path(".")).env("PATH", path()).env_remove("DREGG_KEY");
    let output = command.args(["-uc", &script]).output().expect("it runs");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let parts: Vec<&str> = printed.split("@@@@\n").collect();
    assert_eq!(parts.len(), blocks.len() + 1, "{printed}");
    for ((commands, expected), part) in blocks.iter().zip(parts) {
        let lines: Vec<&str> = part.lines().collect();
        assert_eq!(lines.len(), expected.len(), "{commands}\n{part}");
        for (line, expected) in lines.iter().zip(expected) {
            assert!(alike(line, expected), "{commands}\n{part}\nnot: {expected}");
        }
    }
}
