//! Files that lead elsewhere, are no files, or are being replaced.

use super::*;

const OUTSIDE: &str = "cellset x = {};\n";

fn importing(path: &str) -> String {
    format!("policy t version 1;\nuse \"{path}\";\n")
}

#[test]
fn imports_stay_below_the_root_directory() {
    let place = Place::new(&[
        ("outside.dregg", OUTSIDE),
        ("root/in/a.dregg", "use \"../b.dregg\";\n"),
        ("root/b.dregg", OUTSIDE),
    ]);
    place.write("root/good.dregg", importing("in/../in/a.dregg"));
    place.run(&["check", "root/good.dregg"]).exits(0);
    let absolute = place.path("outside.dregg");
    for path in
        ["../outside.dregg", "in/../../outside.dregg", absolute.to_str().unwrap(), "..", "in\\\\a.dregg"]
    {
        place.write("root/bad.dregg", importing(path));
        place.run(&["check", "root/bad.dregg"]).refused("E0203");
    }
    place.write("root/in/escaping.dregg", "use \"../../outside.dregg\";\n");
    place.write("root/bad.dregg", importing("in/escaping.dregg"));
    place.run(&["check", "root/bad.dregg"]).refused("E0203");
    place.write("root/bad.dregg", importing("missing.dregg"));
    place.run(&["check", "root/bad.dregg"]).refused("E0201");
}

#[cfg(unix)]
#[test]
fn links_may_lead_within_the_root_directory_only() {
    use std::os::unix::fs::symlink;
    let place = Place::new(&[("outside/x.dregg", OUTSIDE), ("root/real/x.dregg", OUTSIDE)]);
    symlink("real/x.dregg", place.path("root/inside.dregg")).unwrap();
    symlink("real", place.path("root/directory")).unwrap();
    symlink("../outside/x.dregg", place.path("root/out.dregg")).unwrap();
    symlink("../outside", place.path("root/away")).unwrap();
    symlink("loop.dregg", place.path("root/loop.dregg")).unwrap();
    for (path, code) in [
        ("inside.dregg", None),
        ("directory/x.dregg", None),
        ("out.dregg", Some("E0203")),
        ("away/x.dregg", Some("E0203")),
        ("loop.dregg", Some("E0201")),
    ] {
        place.write("root/root.dregg", importing(path));
        let ran = place.run(&["check", "root/root.dregg"]);
        match code {
            None => ran.exits(0),
            Some(code) => ran.refused(code),
        };
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_not_opened() {
    let place = Place::new(&[("good.dregg", GOOD), ("directory.dregg/x", "")]);
    let pipe = place.path("pipe.dregg");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    for name in ["pipe.dregg", "directory.dregg"] {
        place.write("root.dregg", importing(name));
        // Opening the pipe would wait for ever.
        place.run(&["check", "root.dregg"]).refused("E0201");
        place.run(&["check", name]).refused("E0201");
        place.run(&["fmt", name]).exits(1);
        place.run(&["compile", "good.dregg", "-o", name]).exits(1);
        place.run(&["inspect", name]).exits(1);
    }
    place.run(&["check", "/dev/zero"]).refused("E0201");
    place.run(&["compile", "good.dregg", "-o", "/dev/null"]).exits(1);
    use std::os::unix::fs::FileTypeExt;
    assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo());
}

#[test]
fn sources_have_a_largest_size_and_are_text() {
    let place = Place::new(&[]);
    let mut text = GOOD.to_owned() + "#";
    text.push_str(&"x".repeat((1 << 20) - text.len()));
    place.write("full.dregg", &text);
    place.run(&["check", "full.dregg"]).exits(0);
    text.push('x');
    place.write("over.dregg", &text);
    place.run(&["check", "over.dregg"]).refused("E0201");
    place.run(&["fmt", "over.dregg"]).exits(1);
    place.write("latin.dregg", b"policy t version 1;\n# \xe9\n");
    let ran = place.run(&["check", "latin.dregg"]).refused("E0007");
    assert!(ran.errors().contains("[ latin.dregg:2:3 ]"), "{}", ran.errors());
    place.run(&["fmt", "latin.dregg"]).refused("E0007");
    assert_eq!(place.read("latin.dregg"), b"policy t version 1;\n# \xe9\n");
    place.write("importing.dregg", importing("latin.dregg"));
    place.run(&["check", "importing.dregg"]).refused("E0007");
}

#[test]
fn an_artifact_is_written_whole_or_not_at_all() {
    let place = Place::new(&[("good.dregg", GOOD), ("bad.dregg", BAD)]);
    place.run(&["compile", "good.dregg", "-o", "out.dga"]).exits(0);
    let written = place.read("out.dga");
    place.run(&["compile", "bad.dregg", "-o", "out.dga"]).exits(1);
    assert_eq!(place.read("out.dga"), written);
    place.run(&["compile", "bad.dregg", "-o", "new.dga"]).exits(1);
    place.run(&["compile", "good.dregg", "-o", "no/such/directory.dga"]).exits(1);
    let mut left: Vec<_> =
        std::fs::read_dir(place.directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["bad.dregg", "good.dregg", "out.dga"]);
}

#[cfg(unix)]
#[test]
fn a_rewritten_file_keeps_its_permissions_and_its_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new(&[("ugly.dregg", UGLY)]);
    let mode = |name: &str| std::fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    std::fs::set_permissions(place.path("ugly.dregg"), PermissionsExt::from_mode(0o640)).unwrap();
    symlink("ugly.dregg", place.path("link.dregg")).unwrap();
    place.run(&["fmt", "link.dregg"]).exits(0);
    assert_eq!(place.read("ugly.dregg"), GOOD.as_bytes());
    assert_eq!(mode("ugly.dregg"), 0o640);
    assert!(std::fs::symlink_metadata(place.path("link.dregg")).unwrap().is_symlink());
    place.run(&["compile", "ugly.dregg", "-o", "out.dga"]).exits(0);
    assert_eq!(mode("out.dga") & 0o600, 0o600);
    assert_eq!(mode("out.dga") & 0o111, 0);
}
