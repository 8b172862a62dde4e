//! The artifact and the proofs of format version 1 that must be accepted for ever.
//!
//! They are in `tests/proofs/v1`, written once with `DREGG_FREEZE=1`, and a version of the code that refuses them breaks the
//! format. Before version 1 there is nothing to keep: then the same files are written into a directory of the test's own and
//! verified from there.

use dregg_air::statement::{AccessProof, PROTOCOL};
use dregg_artifact::{Artifact, CellId, Permission};
use dregg_attest::SignedRoot;
use dregg_prove::AskCaller;
use dregg_tests::samples::{Sample, policy, samples, world};
use dregg_tests::world::keys;
use dregg_verify::{AskedCaller, AskedPath, Form, Reject, Request, requirement, verify};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// The first version that is kept.
const FIRST: u16 = 1;

/// A request, and the file that shows it is to be allowed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Frozen {
    file: String,
    permission: String,
    /// None if it is hidden.
    path: Option<String>,
    /// None if it is hidden.
    caller: Option<String>,
    /// The key of the connection, of a hidden caller.
    bind: Option<String>,
    verifier: String,
    nonce: String,
    form: String,
}

/// What a denial was explained by.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FrozenRequirement {
    file: String,
    permission: String,
    path: String,
    guards: Vec<String>,
    clauses: Vec<String>,
}

/// The content of `requests.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Requests {
    /// The digest of the attested root.
    root: String,
    proofs: Vec<Frozen>,
    requirements: Vec<FrozenRequirement>,
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs/v1")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn form(form: Form) -> &'static str {
    match form {
        Form::Proof => "proof",
        Form::RouteOpened => "route-opened",
        Form::Opening => "opening",
    }
}

fn permission(word: &str) -> Permission {
    Permission::ALL.into_iter().find(|permission| permission.word() == word).unwrap()
}

fn frozen(sample: &Sample) -> Frozen {
    let bind = match sample.ask.caller {
        AskCaller::Shown => None,
        AskCaller::Hidden(bind) => Some(hex(&bind)),
    };
    Frozen {
        file: format!("{}.proof", sample.name),
        permission: sample.ask.permission.word().to_owned(),
        path: (!sample.ask.hide_path).then(|| sample.ask.path.to_owned()),
        caller: bind.is_none().then(|| keys(sample.caller).cell().to_hex()),
        bind,
        verifier: sample.ask.verifier.to_owned(),
        nonce: hex(sample.ask.nonce),
        form: form(sample.form).to_owned(),
    }
}

/// Writes everything into a directory that holds none of it yet.
fn freeze(to: &Path) {
    assert!(!to.join("requests.json").exists(), "{}: what is frozen stays as it is", to.display());
    fs::create_dir_all(to).unwrap();
    let compiled = policy();
    let world = world(&compiled);
    fs::write(to.join("policy.dga"), &compiled.bytes).unwrap();
    fs::write(to.join("ROOT.json"), world.root.to_json()).unwrap();
    let samples = samples(&world, 1);
    for sample in &samples {
        fs::write(to.join(format!("{}.proof", sample.name)), &sample.bytes).unwrap();
    }
    let (path, file) = ("/services/x", "requirement.proof");
    let bytes = world.prover().requirement(Permission::Invoke, path).unwrap();
    let required = requirement(world.root.root(), Permission::Invoke, path, &bytes).unwrap();
    fs::write(to.join(file), bytes).unwrap();
    let requests = Requests {
        root: hex(&world.root.root().digest()),
        proofs: samples.iter().map(frozen).collect(),
        requirements: vec![FrozenRequirement {
            file: file.to_owned(),
            permission: Permission::Invoke.word().to_owned(),
            path: path.to_owned(),
            guards: required.guards(),
            clauses: required.clauses(),
        }],
    };
    fs::write(to.join("requests.json"), serde_json::to_string_pretty(&requests).unwrap() + "\n").unwrap();
}

/// Verifies everything from its files alone.
fn check(from: &Path, version: u16) {
    let read = |name: &str| fs::read(from.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let text = |name: &str| String::from_utf8(read(name)).unwrap();
    let artifact = Artifact::decode(&read("policy.dga")).unwrap();
    assert_eq!(artifact.encode(), read("policy.dga"), "the artifact is written as it was read");
    let root = SignedRoot::from_json(&text("ROOT.json")).unwrap();
    assert_eq!(root.check(), Ok(()));
    assert_eq!(root.root().policy, artifact.policy_root());
    let requests: Requests = serde_json::from_str(&text("requests.json")).unwrap();
    assert_eq!(hex(&root.root().digest()), requests.root);
    let mut forms = Vec::new();
    for frozen in &requests.proofs {
        let bytes = read(&frozen.file);
        assert_eq!(bytes[8..10], version.to_le_bytes(), "{}", frozen.file);
        let nonce = unhex(&frozen.nonce);
        let bind = frozen.bind.as_ref().map(|bind| unhex(bind).try_into().unwrap());
        let caller = frozen.caller.as_ref().map(|cell| CellId::from_hex(cell).unwrap());
        let request = Request {
            permission: permission(&frozen.permission),
            path: frozen.path.as_ref().map_or(AskedPath::Hidden(None), |path| AskedPath::Shown(path)),
            caller: match (caller, bind) {
                (Some(cell), None) => AskedCaller::Cell(cell),
                (None, Some(bind)) => AskedCaller::Hidden { bind, commitment: None },
                (cell, bind) => panic!("{}: {cell:?} and {bind:?}", frozen.file),
            },
            verifier: &frozen.verifier,
            nonce: &nonce,
            accept_opening: frozen.form == "opening",
            registry: None,
        };
        let verdict = verify(&request, root.root(), &bytes)
            .unwrap_or_else(|reject| panic!("{}: {reject}", frozen.file));
        assert_eq!(form(verdict.form), frozen.form, "{}", frozen.file);
        assert_eq!(AccessProof::from_bytes(&bytes).unwrap().to_bytes(), bytes);
        forms.push((verdict.form, frozen.path.is_some(), frozen.caller.is_some()));
        // It is accepted for what it says and for nothing else.
        let other = Request { nonce: &[6; 16], ..request };
        assert_eq!(verify(&other, root.root(), &bytes), Err(Reject::Nonce), "{}", frozen.file);
        let mut later = root.root().clone();
        later.height += 1;
        assert_eq!(verify(&request, &later, &bytes), Err(Reject::Root), "{}", frozen.file);
        let mut changed = bytes.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(verify(&request, root.root(), &changed).is_err(), "{}", frozen.file);
    }
    let expected = [
        (Form::Proof, true, true),
        (Form::Proof, false, false),
        (Form::RouteOpened, true, true),
        (Form::Opening, true, true),
    ];
    assert_eq!(forms, expected);
    for frozen in &requests.requirements {
        let required =
            requirement(root.root(), permission(&frozen.permission), &frozen.path, &read(&frozen.file))
                .unwrap();
        assert_eq!((required.guards(), required.clauses()), (frozen.guards.clone(), frozen.clauses.clone()));
    }
    assert_eq!(requests.requirements.len(), 1);
}

#[test]
fn what_was_frozen_is_accepted() {
    let directory = directory();
    let wanted = std::env::var("DREGG_FREEZE").is_ok_and(|value| value == "1");
    if PROTOCOL < FIRST {
        let temporary = tempfile::tempdir().unwrap();
        freeze(temporary.path());
        return check(temporary.path(), PROTOCOL);
    }
    if PROTOCOL == FIRST && wanted {
        freeze(&directory);
    }
    assert!(
        directory.join("requests.json").exists(),
        "{} is missing: the files of version 1 must be kept; they are written once, by this test with DREGG_FREEZE=1",
        directory.display()
    );
    check(&directory, FIRST);
}
