//! The commands of the README, as they stand there.

use super::Place;
use std::path::Path;
use std::process::Command;

/// The commands of a section: its first block.
fn commands(section: &str) -> String {
    let readme = include_str!("../../../../README.md");
    let (_, after) = readme.split_once(&format!("\n## {section}\n")).expect("the section");
    let (_, block) = after.split_once("```sh\n").expect("a block");
    block.split_once("```").expect("its end").0.to_owned()
}

fn shell(place: &Place, script: &str) -> String {
    let own = Path::new(env!("CARGO_BIN_EXE_dregg")).parent().expect("a directory").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path =
        std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&path))).expect("a path");
    // What a script leaves running would keep its output open, also if it fails half-way.
    let script = format!("trap 'trap \"\" TERM; kill 0' EXIT\n{script}");
    let mut command = Command::new("sh");
    command.current_dir(place.directory.path()).env("PATH", path).args(["-euc", script.as_str()]);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let output = command.output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let (data, errors) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{data}\n{errors}");
    data
}

#[cfg(unix)]
#[test]
fn what_the_readme_proves_is_proved() {
    let place = Place::new();
    let all = commands("Prove it");
    // The compiler's command is another crate's.
    let (before, after) =
        all.split_once("dreggc compile api.dregg -o api.dga\n").expect("the policy is compiled");
    shell(&place, before);
    place.compile(&place.read("api.dregg"), "api.dga");
    let printed = shell(&place, after);
    for line in
        ["attested root ", "proved and verified: ", "valid (proof): may invoke /api/books\n", "form: proof\n"]
    {
        assert!(printed.contains(line), "{line}: {printed}");
    }
}

#[cfg(unix)]
#[test]
fn the_mesh_of_the_readme_runs() {
    let place = Place::new();
    let printed = shell(&place, &commands("Run a mesh"));
    for line in [
        "begun mesh ",
        "mounted /services/ai/inference (height 0, epoch 0)\n",
        "effects: [Invoke]\npricing: 1 computrons/call\n/services/ai/inference -- ",
        "epoch 1 has begun\n",
        "{\"label\":\"text\",",
        "denied, as it should be\n",
    ] {
        assert!(printed.contains(line), "{line}: {printed}");
    }
}
