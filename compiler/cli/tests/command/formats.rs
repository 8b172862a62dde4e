//! How findings are shown: to people, on one line, as objects; in colour and without.

use super::*;
use serde_json::Value;

const MARKED: &str = "policy t version 1;\nuse std.capabilty; # \u{e9}\n";

#[test]
fn people_get_the_source_and_what_to_do() {
    let place = Place::new(&[("bad.dregg", MARKED)]);
    let ran = place.run(&["check", "bad.dregg"]).exits(1);
    assert_eq!(ran.data(), "");
    let expected = [
        "error[E0205]: there is no standard module `std.capabilty`\n",
        "[ bad.dregg:2:5 ]\n",
        "2 │ use std.capabilty; # é\n",
        "  help: did you mean `std.capability`?\n",
        "  see: dreggc explain E0205\n",
        "1 error\n",
    ];
    let mut rest = ran.errors();
    for part in expected {
        rest = rest.split_once(part).unwrap_or_else(|| panic!("no {part:?} in:\n{}", ran.errors())).1;
    }
    assert!(!ran.errors().contains('\u{1b}'));
}

#[test]
fn colour_is_for_terminals_and_for_those_who_insist() {
    let place = Place::new(&[("bad.dregg", BAD)]);
    let colored = |color: &str, variable: Option<&str>| {
        let mut command = command(place.directory.path(), &["check", "--color", color, "bad.dregg"]);
        if let Some(value) = variable {
            command.env("NO_COLOR", value);
        }
        Ran(command.output().unwrap()).exits(1).errors().contains('\u{1b}')
    };
    assert!(colored("always", None));
    assert!(colored("always", Some("1")));
    assert!(!colored("auto", None));
    assert!(!colored("never", None));
}

#[test]
fn one_line_a_finding() {
    let place =
        Place::new(&[("bad.dregg", "policy t version 1;\n\troute /é allow read: nothing();\nfact ;\n")]);
    place.write("worse.dregg", BAD);
    let ran = place.run(&["check", "--format", "short", "bad.dregg", "worse.dregg"]).exits(1);
    assert_eq!(ran.data(), "");
    assert!(ran.errors().lines().all(|line| line.contains(": error[E")), "{}", ran.errors());
    assert!(ran.errors().contains("\nworse.dregg:2:22: error[E0401]: "), "{}", ran.errors());
}

#[test]
fn objects_hold_everything_and_go_where_data_go() {
    let place = Place::new(&[("bad.dregg", MARKED)]);
    let ran = place.run(&["check", "--format", "json", "bad.dregg"]).exits(1);
    assert_eq!(ran.errors(), "");
    assert_eq!(ran.data().lines().count(), 1);
    let object: Value = serde_json::from_str(ran.data()).unwrap();
    let keys: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    let wanted = [
        "code",
        "severity",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "message",
        "labels",
        "notes",
        "help",
        "fix",
    ];
    assert_eq!(keys, wanted);
    assert_eq!((&object["code"], &object["severity"]), (&"E0205".into(), &"error".into()));
    let place_of = |object: &Value| {
        ["line", "column", "end_line", "end_column"].map(|key| object[key].as_u64().unwrap())
    };
    assert_eq!(place_of(&object), [2, 5, 2, 18]);
    assert_eq!(object["labels"][0]["text"], "unknown module");
    assert_eq!(place_of(&object["labels"][0]), [2, 5, 2, 18]);
    let fix = &object["fix"];
    assert_eq!((&fix["file"], &fix["safe"]), (&"bad.dregg".into(), &false.into()));
    assert_eq!((fix["start"].as_u64(), fix["end"].as_u64()), (Some(24), Some(37)));
    let mut fixed = MARKED.to_owned();
    fixed.replace_range(24..37, fix["text"].as_str().unwrap());
    assert_eq!(fixed, MARKED.replace("capabilty", "capability"));

    let good = Place::new(&[("good.dregg", GOOD)]);
    let ran = good.run(&["check", "--format", "json", "good.dregg"]).exits(0);
    assert_eq!((ran.data(), ran.errors()), ("", ""));
    // For other verbs findings are no data.
    let ran = place.run(&["routes", "--format", "json", "bad.dregg"]).exits(1);
    assert_eq!(ran.data(), "");
    assert!(serde_json::from_str::<Value>(ran.errors()).is_ok());
}

#[test]
fn labels_in_other_files_name_them() {
    let place = Place::new(&[
        ("root.dregg", "policy t version 1;\nuse \"a.dregg\";\n"),
        ("a.dregg", "use \"b.dregg\";\n"),
        ("b.dregg", "use \"a.dregg\";\n"),
    ]);
    let ran = place.run(&["check", "root.dregg"]).refused("E0202");
    for part in ["[ b.dregg:1:1 ]", "[ a.dregg:1:1 ]", "note: the cycle: `a.dregg` -> `b.dregg` -> `a.dregg`"]
    {
        assert!(ran.errors().contains(part), "no {part} in {}", ran.errors());
    }
    let ran = place.run(&["check", "--format", "json", "root.dregg"]).exits(1);
    let object: Value = serde_json::from_str(ran.data()).unwrap();
    let files: Vec<&str> =
        object["labels"].as_array().unwrap().iter().filter_map(|label| label["file"].as_str()).collect();
    assert_eq!(files, ["b.dregg", "a.dregg"]);
}

#[test]
fn control_characters_of_a_source_do_not_reach_the_terminal() {
    let place = Place::new(&[(
        "evil.dregg",
        "policy t version 1; # \u{1b}]0;owned\u{7}\u{202e}\nfact \u{1b}[31m;\n",
    )]);
    for format in ["human", "short"] {
        let ran = place.run(&["check", "--format", format, "evil.dregg"]).exits(1);
        assert!(
            ran.errors().chars().all(|character| character == '\n' || !character.is_control()),
            "{:?}",
            ran.errors()
        );
        assert!(!ran.errors().contains('\u{202e}'));
    }
}
