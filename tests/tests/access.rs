//! Access proofs end to end: policy, facts, attested root, bundle, proof, verdict.

use dregg_air::statement::{AccessProof, ClaimedCaller};
use dregg_artifact::{CellId, Fact, Permission, Value};
use dregg_attest::{Bundle, Council, Genesis, Keys, PolicyPart, Position, SignedRoot, Tops, attest};
use dregg_prove::{Ask, AskCaller, ProveError, Prover, Refusal};
use dregg_tests::compile;
use dregg_verify::{AskedCaller, AskedPath, Form, Reject, Request, requirement, verify};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeMap;

/// A world of one policy under one attested root.
struct World {
    artifact: dregg_artifact::Artifact,
    root: SignedRoot,
    bundles: BTreeMap<CellId, Bundle>,
}

fn keys(number: u8) -> Keys {
    Keys::new(&format!("cell{number}"), &[number; 32], &[number + 100; 32]).unwrap()
}

const EPOCH: u64 = 7;

fn world(source: &str, facts: &[(&str, Vec<Value>)], stakes: &[(u8, u64)]) -> World {
    let cells: String = (1..=4).map(|n| keys(n).declaration() + "\n").collect();
    let artifact = compile(&format!("policy t version 1;\n{cells}{source}")).unwrap().artifact;
    let fact = |(name, arguments): &(&str, Vec<Value>)| {
        let relation = artifact.relations.iter().position(|relation| relation.name == *name).unwrap();
        Fact { relation: relation as u32, arguments: arguments.clone() }
    };
    let facts: Vec<Fact> = facts.iter().map(fact).collect();
    let stakes: BTreeMap<CellId, u64> =
        stakes.iter().map(|(cell, amount)| (keys(*cell).cell(), *amount)).collect();
    let council = Council::founding(&artifact, keys(1).cell());
    let genesis = Genesis { policy: artifact.policy_root(), council, random: [9; 32] };
    let position = Position {
        instance: genesis.instance(),
        epoch: EPOCH,
        previous: [0; 32],
        height: 0,
        council: keys(1).cell(),
    };
    let mut salt = 0u8;
    let attested = attest(&artifact, &facts, &stakes, &position, || {
        salt += 1;
        [salt; 32]
    })
    .unwrap();
    let bundles = attested.cells().iter().map(|cell| (*cell, attested.bundle(cell))).collect();
    let mut root = SignedRoot::new(
        attested.root().clone(),
        PolicyPart::of(&artifact),
        genesis,
        None,
        attested.public_facts().to_vec(),
    );
    root.tops = Tops::of(attested.credentials(), attested.stakes());
    World { artifact, root, bundles }
}

fn ask<'a>(permission: Permission, path: &'a str) -> Ask<'a> {
    Ask {
        permission,
        path,
        hide_path: false,
        caller: AskCaller::Shown,
        open_route: false,
        open: false,
        verifier: "gateway-1",
        nonce: &[5; 16],
    }
}

fn request<'a>(ask: &Ask<'a>, caller: u8) -> Request<'a> {
    Request {
        permission: ask.permission,
        path: if ask.hide_path { AskedPath::Hidden(None) } else { AskedPath::Shown(ask.path) },
        caller: match ask.caller {
            AskCaller::Shown => AskedCaller::Cell(keys(caller).cell()),
            AskCaller::Hidden(bind) => AskedCaller::Hidden { bind, commitment: None },
        },
        verifier: ask.verifier,
        nonce: ask.nonce,
        accept_opening: ask.open,
        registry: None,
    }
}

impl World {
    fn prove(&self, ask: &Ask<'_>, caller: u8) -> Result<Vec<u8>, ProveError> {
        let prover = Prover::new(&self.artifact, &self.root)?;
        let keys = keys(caller);
        let bundle = self.bundles.get(&keys.cell());
        let mut random = ChaCha20Rng::seed_from_u64(1);
        prover.prove(ask, &keys, bundle, &mut random).map(|made| made.bytes)
    }

    fn verify(&self, request: &Request<'_>, bytes: &[u8]) -> Result<Form, Reject> {
        verify(request, self.root.root(), bytes).map(|verdict| verdict.form)
    }
}

const MESH: &str = r#"
use std.capability;
cellset ops = { @cell1, @cell2 };
cellset many = { @cell1, 0x01, 0x02 };
route /public/** allow read, invoke: open;
route /staked allow invoke: stake >= 1000;
route /ops allow read: cells ops; 
route /tier/{name} { require not revoked("mesh"); allow invoke: capability("tier2"); allow read: capability(name); }
redirect /latest -> /public/now;
"#;

fn mesh() -> World {
    let cell = |n: u8| Value::Cell(keys(n).cell());
    let text = |t: &str| Value::Text(t.to_owned());
    let source = MESH.replace("cellset many = { @cell1, 0x01, 0x02 };\n", "");
    let facts = [
        ("granted", vec![cell(1), text("tier2")]),
        ("granted", vec![cell(3), text("gold")]),
        ("delegated", vec![cell(1), cell(2), text("tier2"), Value::Int(100)]),
    ];
    world(&source, &facts, &[(2, 5000), (3, 999)])
}

#[test]
fn every_kind_of_rule_proves_and_verifies() {
    let world = mesh();
    let cases = [
        (Permission::Read, "/public/x/y", 4),
        (Permission::Invoke, "/staked", 2),
        (Permission::Read, "/ops", 1),
        (Permission::Invoke, "/tier/x", 1),
        (Permission::Invoke, "/tier/x", 2),
        (Permission::Read, "/tier/gold", 3),
        (Permission::Read, "/latest", 3),
    ];
    for (permission, path, caller) in cases {
        let ask = ask(permission, path);
        let bytes = world.prove(&ask, caller).unwrap_or_else(|error| panic!("{path} {caller}: {error:?}"));
        let mut request = request(&ask, caller);
        if path == "/latest" {
            assert_eq!(world.verify(&request, &bytes), Err(Reject::Redirect));
            request.path = AskedPath::Shown("/public/now");
        }
        assert_eq!(world.verify(&request, &bytes), Ok(Form::Proof), "{path} {caller}");
    }
}

#[test]
fn hidden_and_opened_forms_verify() {
    let world = mesh();
    let base = ask(Permission::Invoke, "/tier/x");
    let forms = [
        (Ask { open_route: true, ..base }, Form::RouteOpened),
        (Ask { hide_path: true, ..base }, Form::Proof),
        (Ask { caller: AskCaller::Hidden([3; 32]), ..base }, Form::Proof),
        (Ask { caller: AskCaller::Hidden([3; 32]), hide_path: true, ..base }, Form::Proof),
    ];
    for (ask, form) in forms {
        let bytes = world.prove(&ask, 2).unwrap();
        assert_eq!(world.verify(&request(&ask, 2), &bytes), Ok(form), "{ask:?}");
    }
    let open = Ask { open: true, ..base };
    let bytes = world.prove(&open, 1).unwrap();
    assert_eq!(world.verify(&request(&open, 1), &bytes), Ok(Form::Opening));
    assert_eq!(world.verify(&request(&base, 1), &bytes), Err(Reject::OpeningOnly));
    // The right of cell 2 rests on a held fact, which an opening would show.
    assert_eq!(world.prove(&open, 2), Err(ProveError::NotPublic));
}

/// Facts that are not those under the root are refused by what rests on public facts, and looked at by nothing else.
#[test]
fn public_facts_are_held_against_the_root_where_rules_can_use_them() {
    let mut world = mesh();
    let right = ask(Permission::Invoke, "/tier/x");
    assert!(world.prove(&right, 1).is_ok());
    let taken = world.root.facts.pop();
    assert!(taken.is_some());
    // Somebody who would be allowed, and somebody who would be denied, by these facts or the right ones.
    for (ask, caller) in
        [(right, 1), (right, 4), (Ask { open: true, ..right }, 1), (Ask { hide_path: true, ..right }, 1)]
    {
        assert_eq!(world.prove(&ask, caller), Err(ProveError::Facts), "{ask:?}");
    }
    for (permission, path, caller) in [
        (Permission::Read, "/public/x/y", 4),
        (Permission::Invoke, "/staked", 2),
        (Permission::Read, "/ops", 1),
    ] {
        let ask = ask(permission, path);
        let bytes = world.prove(&ask, caller).unwrap();
        assert_eq!(world.verify(&request(&ask, caller), &bytes), Ok(Form::Proof), "{path}");
    }
    let poor = world.prove(&ask(Permission::Invoke, "/staked"), 3);
    assert!(matches!(poor, Err(ProveError::Denied(_))), "{poor:?}");
}

/// A delegation is in the bundle without the stake that its clause asks for beside it, so only the stake is missing.
#[test]
fn what_is_there_is_not_called_missing() {
    let source = "use std.capability;
route /a allow invoke: capability(\"t\") and stake >= 1000;
";
    let (cell, right) = (|n: u8| Value::Cell(keys(n).cell()), || Value::Text("t".to_owned()));
    let facts = [
        ("granted", vec![cell(1), right()]),
        ("delegated", vec![cell(1), cell(2), right(), Value::Int(100)]),
    ];
    let world = world(source, &facts, &[(2, 999)]);
    let ask = ask(Permission::Invoke, "/a");
    let Err(ProveError::Denied(unmet)) = world.prove(&ask, 2) else { panic!("allowed") };
    let missing = Refusal::new(&world.artifact, ask.permission, ask.path, &unmet).missing;
    assert_eq!(
        missing.first().map(String::as_str),
        Some("a large enough stake of the caller"),
        "{missing:?}"
    );
    assert!(!missing.iter().any(|fact| fact.starts_with("delegated(some from, @cell2")), "{missing:?}");
}

#[test]
fn what_is_denied_is_not_proved() {
    let world = mesh();
    for (permission, path, caller) in [
        (Permission::Invoke, "/staked", 3),
        (Permission::Invoke, "/staked", 4),
        (Permission::Read, "/ops", 3),
        (Permission::Invoke, "/tier/x", 3),
        (Permission::Read, "/tier/silver", 3),
        (Permission::Mount, "/public/x", 1),
    ] {
        let denied = world.prove(&ask(permission, path), caller);
        assert!(matches!(denied, Err(ProveError::Denied(_))), "{path} {caller}: {denied:?}");
    }
    assert_eq!(world.prove(&ask(Permission::Read, "/nowhere"), 1), Err(ProveError::NoRoute));
}

#[test]
fn every_wrong_combination_is_rejected_by_name() {
    let world = mesh();
    let good = ask(Permission::Invoke, "/tier/x");
    let bytes = world.prove(&good, 2).unwrap();
    let right = request(&good, 2);
    assert_eq!(world.verify(&right, &bytes), Ok(Form::Proof));
    let wrong = [
        (Request { permission: Permission::Read, ..right }, Reject::Permission),
        (Request { path: AskedPath::Shown("/tier/y"), ..right }, Reject::Path),
        (Request { path: AskedPath::Shown("/tier"), ..right }, Reject::Path),
        (Request { path: AskedPath::Hidden(None), ..right }, Reject::Path),
        (Request { caller: AskedCaller::Cell(keys(1).cell()), ..right }, Reject::Caller),
        (
            Request { caller: AskedCaller::Hidden { bind: [0; 32], commitment: None }, ..right },
            Reject::Caller,
        ),
        (Request { verifier: "gateway-2", ..right }, Reject::Verifier),
        (Request { nonce: &[6; 16], ..right }, Reject::Nonce),
        (Request { nonce: &[5; 15], ..right }, Reject::NonceLength),
    ];
    for (request, reject) in wrong {
        assert_eq!(world.verify(&request, &bytes), Err(reject), "{request:?}");
    }
    let mut later = world.root.root().clone();
    later.epoch += 1;
    assert_eq!(verify(&right, &later, &bytes).map(|_| ()), Err(Reject::Epoch));
    let mut other = world.root.root().clone();
    other.height += 1;
    assert_eq!(verify(&right, &other, &bytes).map(|_| ()), Err(Reject::Root));
    // With every claim bent to match, the constraints do not hold.
    let mut proof = AccessProof::from_bytes(&bytes).unwrap();
    proof.claim.caller = ClaimedCaller::Shown(keys(1).cell());
    let request = Request { caller: AskedCaller::Any, ..right };
    assert_eq!(world.verify(&request, &proof.to_bytes()), Err(Reject::Constraints));
}

#[test]
fn a_denied_caller_can_check_what_is_required() {
    let world = mesh();
    let prover = Prover::new(&world.artifact, &world.root).unwrap();
    let root = world.root.root();
    let bytes = prover.requirement(Permission::Invoke, "/tier/x").unwrap();
    let required = requirement(root, Permission::Invoke, "/tier/x", &bytes).unwrap();
    assert_eq!(required.guards(), ["not revoked(\"mesh\")"]);
    assert_eq!(required.clauses(), ["capability(\"tier2\")"]);
    assert!(!required.proof());
    let reject = |permission, path: &str| requirement(root, permission, path, &bytes).unwrap_err();
    assert_eq!(reject(Permission::Read, "/tier/x"), Reject::Permission);
    assert_eq!(reject(Permission::Invoke, "/tier/y"), Reject::Path);
    let mut other = root.clone();
    other.epoch += 1;
    assert_eq!(requirement(&other, Permission::Invoke, "/tier/x", &bytes), Err(Reject::Root));
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(requirement(root, Permission::Invoke, "/tier/x", &longer), Err(Reject::FileForm));
    // A service that shows the class of another route in its place.
    let elsewhere = prover.requirement(Permission::Invoke, "/public/x").unwrap();
    let mut forged = AccessProof::from_bytes(&elsewhere).unwrap();
    forged.claim.path = AccessProof::from_bytes(&bytes).unwrap().claim.path;
    let forged = forged.to_bytes();
    assert_eq!(requirement(root, Permission::Invoke, "/tier/x", &forged), Err(Reject::Walk));
    let redirect = prover.requirement(Permission::Read, "/latest").unwrap();
    let redirect = requirement(root, Permission::Read, "/latest", &redirect).unwrap();
    assert_eq!(redirect.target.as_deref(), Some("/public/now"));
}

#[test]
fn a_hidden_path_stays_hidden_behind_a_redirect() {
    let world = mesh();
    let hidden = Ask { hide_path: true, ..ask(Permission::Read, "/latest") };
    let bytes = world.prove(&hidden, 3).unwrap();
    assert_eq!(world.verify(&request(&hidden, 3), &bytes), Ok(Form::Proof));
    for path in [&b"/latest"[..], b"/public/now"] {
        assert!(!bytes.windows(path.len()).any(|window| window == path));
    }
    let mut telling = AccessProof::from_bytes(&bytes).unwrap();
    telling.asked = Some("/latest".to_owned());
    assert_eq!(world.verify(&request(&hidden, 3), &telling.to_bytes()), Err(Reject::FileForm));
}
