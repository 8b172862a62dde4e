//! Writes the seeds of every target into `corpus/`: the policies of the repository, artifacts compiled from the examples,
//! paths, facts, and access proofs. Run it once in `tests/fuzz`; it needs no fuzzer.

use dregg_artifact::Permission;
use dregg_fuzz::{EXAMPLES, compile};
use dregg_tests::samples;
use std::path::Path;
use std::{fs, io};

const PATHS: [&str; 8] = [
    "/",
    "/public",
    "/services/ai/inference/v1",
    "/services/ai/models/gpt4/v2",
    "/services/ai/latest",
    "/services/acme/a.b-c_d~e:f@g",
    "/a//b/",
    "/./..",
];

const FACTS: [&str; 4] = [
    "{}",
    r#"{"facts":[{"relation":"granted","args":["@alice","tier2"]}],"stakes":{"@acme":10000}}"#,
    r#"{"facts":[{"relation":"delegated","args":["@acme","@gpu2","tier2",30]},{"relation":"spent","args":["@gpu1",501]}]}"#,
    r#"{"facts":[{"relation":"shared.rate","args":["@alice",1000]},{"relation":"employs","args":["@acme","@gpu2","curator"]}]}"#,
];

fn main() -> io::Result<()> {
    let corpus = Path::new("corpus");
    let write = |target: &str, name: &str, bytes: &[u8]| {
        let directory = corpus.join(target);
        fs::create_dir_all(&directory)?;
        fs::write(directory.join(name), bytes)
    };
    let mut count = 0;
    let mut work: Vec<_> =
        ["examples", "grammar", "stdlib", "tests"].map(|top| Path::new("../..").join(top)).into();
    while let Some(directory) = work.pop() {
        for path in fs::read_dir(&directory)?.map(|entry| entry.map(|entry| entry.path())) {
            let path = path?;
            if path.is_dir() && !path.ends_with("fuzz") {
                work.push(path);
            } else if path.extension().is_some_and(|extension| extension == "dregg") {
                let text = fs::read(&path)?;
                if text.len() <= 8 * 1024 {
                    write("parse", &format!("policy-{count}"), &text)?;
                    write("compile", &format!("policy-{count}"), &text)?;
                    count += 1;
                }
            }
        }
    }
    for (number, files) in EXAMPLES.into_iter().enumerate() {
        let artifact = compile(files).expect("the examples compile");
        write("load", &format!("example-{number}"), &artifact.encode())?;
    }
    let smallest = compile(&[("p.dregg", "policy p version 1;\nroute /a allow read: open;\n")]);
    write("load", "smallest", &smallest.expect("it compiles").encode())?;
    for (number, path) in PATHS.into_iter().enumerate() {
        write("path", &format!("path-{number}"), path.as_bytes())?;
    }
    for (number, facts) in FACTS.into_iter().enumerate() {
        write("facts", &format!("facts-{number}"), facts.as_bytes())?;
    }
    let policy = samples::policy();
    let world = samples::world(&policy);
    let proofs = samples::samples(&world, 1);
    for sample in &proofs {
        write("access", sample.name, &sample.bytes)?;
    }
    let requirement = world.prover().requirement(Permission::Invoke, samples::PATH);
    write("access", "requirement", &requirement.expect("there is such a path"))?;
    println!(
        "{count} policies, {} artifacts, {} paths, {} sets of facts, {} proofs",
        EXAMPLES.len() + 1,
        PATHS.len(),
        FACTS.len(),
        proofs.len()
    );
    Ok(())
}
