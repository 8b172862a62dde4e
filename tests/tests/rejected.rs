//! What comes along with a claim and is wrong: files, parts of the policy, openings, signatures. Each is rejected by name.
//!
//! Wrong requests are in `access`, forged proofs in `attacks` and `forged_proofs`.

use dregg_air::statement::{AccessProof, ClaimedCaller, ClaimedPath, MAX_FILE_BYTES};
use dregg_artifact::{Artifact, CellId, Permission};
use dregg_attest::{AttestedRoot, Council, Genesis, Keys, PolicyPart, Position, SignedRoot, attest};
use dregg_commit::Digest;
use dregg_commit::hash::node;
use dregg_prove::{Ask, AskCaller, ProveError, Prover};
use dregg_tests::compile;
use dregg_verify::{AskedCaller, AskedPath, Form, RegistryOpening, Reject, Request, requirement, verify};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeMap;

fn keys(number: u8) -> Keys {
    Keys::new(&format!("cell{number}"), &[number; 32], &[number + 100; 32]).unwrap()
}

const POLICY: &str = r#"
relation granted(who: cell, what: text) public;
relation revoked(what: text) public;
rule capability(who, what) if granted(who, what), not revoked(what);
fact granted(@cell1, "tier2");
route /open allow read: open;
route /tier { allow invoke: capability("tier2"); }
route /named/{what} { allow invoke: capability(what); }
route /proved { require proof; allow read: open; }
gateway /acme/** owner @cell1 { allow read: open; }
"#;

struct World {
    artifact: Artifact,
    root: SignedRoot,
}

fn world() -> World {
    let source = format!("policy t version 1;\n{}\n{POLICY}", keys(1).declaration());
    let artifact = compile(&source).unwrap_or_else(|reports| panic!("{reports:#?}")).artifact;
    let council = Council::founding(&artifact, keys(1).cell());
    let genesis = Genesis { policy: artifact.policy_root(), council, random: [9; 32] };
    let position = Position {
        instance: genesis.instance(),
        epoch: 7,
        previous: [0; 32],
        height: 0,
        council: keys(1).cell(),
    };
    let attested = attest(&artifact, &[], &BTreeMap::new(), &position, || [5; 32]).unwrap();
    let facts = attested.public_facts().to_vec();
    let root = SignedRoot::new(attested.root().clone(), PolicyPart::of(&artifact), genesis, None, facts);
    World { artifact, root }
}

fn ask(permission: Permission, path: &str) -> Ask<'_> {
    Ask {
        permission,
        path,
        hide_path: false,
        caller: AskCaller::Shown,
        open_route: false,
        open: true,
        verifier: "books",
        nonce: &[5; 16],
    }
}

fn request(permission: Permission, path: &str) -> Request<'_> {
    Request {
        permission,
        path: AskedPath::Shown(path),
        caller: AskedCaller::Any,
        verifier: "books",
        nonce: &[5; 16],
        accept_opening: true,
        registry: None,
    }
}

impl World {
    fn root(&self) -> &AttestedRoot {
        self.root.root()
    }

    fn prove(&self, ask: &Ask<'_>) -> Result<Vec<u8>, ProveError> {
        let mut random = ChaCha20Rng::seed_from_u64(1);
        let prover = Prover::new(&self.artifact, &self.root)?;
        prover.prove(ask, &keys(1), None, &mut random).map(|made| made.bytes)
    }

    fn says(&self, request: &Request<'_>, bytes: &[u8]) -> Result<Form, Reject> {
        verify(request, self.root(), bytes).map(|verdict| verdict.form)
    }

    /// The opening of a request, and what becomes of it with a change.
    fn opened(&self, permission: Permission, path: &'static str) -> Opened<'_> {
        let bytes = self.prove(&ask(permission, path)).unwrap();
        assert_eq!(self.says(&request(permission, path), &bytes), Ok(Form::Opening));
        Opened { world: self, proof: AccessProof::from_bytes(&bytes).unwrap(), permission, path }
    }
}

struct Opened<'a> {
    world: &'a World,
    proof: AccessProof,
    permission: Permission,
    path: &'static str,
}

impl Opened<'_> {
    #[track_caller]
    fn changed(&self, expected: Reject, change: impl FnOnce(&mut AccessProof)) {
        self.says(&request(self.permission, self.path), Err(expected), change);
    }

    #[track_caller]
    fn says(
        &self,
        request: &Request<'_>,
        expected: Result<Form, Reject>,
        change: impl FnOnce(&mut AccessProof),
    ) {
        let mut proof = self.proof.clone();
        change(&mut proof);
        assert_eq!(self.world.says(request, &proof.to_bytes()), expected);
    }
}

#[test]
fn a_file_has_one_form() {
    let world = world();
    let bytes = world.prove(&ask(Permission::Read, "/open")).unwrap();
    let says = |bytes: &[u8]| world.says(&request(Permission::Read, "/open"), bytes);
    assert_eq!(says(&bytes), Ok(Form::Opening));
    for length in 0..bytes.len() {
        assert_eq!(says(&bytes[..length]), Err(Reject::NotAProof), "{length}");
    }
    assert_eq!(says(b"\x89dgproofs are something else"), Err(Reject::FileVersion));
    assert_eq!(says(b"something else that is long enough"), Err(Reject::NotAProof));
    assert_eq!(says(&vec![0; MAX_FILE_BYTES + 1]), Err(Reject::NotAProof));
    let mut newer = bytes.clone();
    newer[8] += 1;
    assert_eq!(says(&newer), Err(Reject::FileVersion));
    // A byte more, said to be of the head; and as if it were a proof.
    let mut longer = [&bytes[..], &[0]].concat();
    assert_eq!(says(&longer), Err(Reject::OpeningOnly));
    longer[10] = longer[10].checked_add(1).unwrap();
    assert_eq!(says(&longer), Err(Reject::FileForm));
}

#[test]
fn the_policy_is_the_one_under_the_root() {
    let world = world();
    let opened = world.opened(Permission::Invoke, "/tier");
    for part in 0..opened.proof.evidence.policy.parts.len() {
        opened.changed(Reject::Policy, |proof| proof.evidence.policy.parts[part][0] ^= 1);
    }
    opened.changed(Reject::Policy, |proof| proof.evidence.policy.edition += 1);
    opened.changed(Reject::Class, |proof| proof.evidence.class.leaf[0] ^= 1);
    opened.changed(Reject::Class, |proof| proof.evidence.class.count += 1);
    opened.changed(Reject::Class, |proof| _ = proof.evidence.class.siblings.pop());
    opened.changed(Reject::Class, |proof| proof.claim.class ^= 1);
    opened.changed(Reject::Walk, |proof| proof.evidence.walk = None);
    opened.changed(Reject::Walk, |proof| proof.claim.route_opened = false);
    opened.changed(Reject::Walk, |proof| {
        proof.evidence.walk.as_mut().unwrap().leaves[0].1[0].1 ^= 1;
    });
    opened.changed(Reject::Walk, |proof| _ = proof.evidence.walk.as_mut().unwrap().siblings.pop());
    // The genuine class of another route.
    let other = world.opened(Permission::Read, "/open").proof;
    opened.changed(Reject::Walk, |proof| {
        proof.evidence.class = other.evidence.class.clone();
        proof.claim.class = other.claim.class;
    });
    opened.changed(Reject::Walk, |proof| {
        proof.evidence.class = other.evidence.class.clone();
        proof.evidence.walk = other.evidence.walk.clone();
        proof.claim.class = other.claim.class;
    });
}

#[test]
fn an_opening_is_of_its_facts_and_its_rules() {
    let world = world();
    let opened = world.opened(Permission::Invoke, "/tier");
    let facts = &opened.proof.evidence.opening.as_ref().unwrap().facts;
    let present = facts.iter().position(|fact| fact.gap.is_none()).unwrap();
    let absent = facts.iter().position(|fact| fact.gap.is_some()).unwrap();
    let other = Digest([1, 2, 3, 4]);
    for number in [present, absent] {
        let fact = |proof: &mut AccessProof, change: &dyn Fn(&mut dregg_air::statement::OpenedFact)| {
            change(&mut proof.evidence.opening.as_mut().unwrap().facts[number]);
        };
        opened.changed(Reject::FactOpening, |proof| fact(proof, &|fact| fact.leaf ^= 1));
        opened.changed(Reject::FactOpening, |proof| fact(proof, &|fact| fact.siblings[0] = other));
        opened.changed(Reject::FactOpening, |proof| fact(proof, &|fact| _ = fact.siblings.pop()));
        opened.changed(Reject::FactOpening, |proof| fact(proof, &|fact| fact.fact.arity = 5));
        opened.changed(Reject::FactOpening, |proof| fact(proof, &|fact| fact.fact.values[3] = other));
        opened.changed(Reject::FactOpening, |proof| fact(proof, &|fact| fact.fact.relation ^= 1));
    }
    opened.changed(Reject::FactOpening, |proof| {
        proof.evidence.opening.as_mut().unwrap().facts[present].fact.values[0] = other;
    });
    // A present fact in the gap of an absent one; and gaps that are told wider or narrower.
    opened.changed(Reject::FactOpening, |proof| {
        let facts = &mut proof.evidence.opening.as_mut().unwrap().facts;
        facts[absent].fact = facts[present].fact;
    });
    opened.changed(Reject::FactOpening, |proof| {
        proof.evidence.opening.as_mut().unwrap().facts[absent].gap.as_mut().unwrap().high -= 1;
    });
    opened.changed(Reject::FactOpening, |proof| {
        proof.evidence.opening.as_mut().unwrap().facts[absent].gap = None;
    });
    opened.changed(Reject::Derivation, |proof| {
        proof.evidence.opening.as_mut().unwrap().instances.clear();
    });
    opened.changed(Reject::Derivation, |proof| {
        proof.evidence.opening.as_mut().unwrap().facts.clear();
    });
    for number in 0..opened.proof.evidence.opening.as_ref().unwrap().instances.len() {
        opened.changed(Reject::Derivation, |proof| {
            proof.evidence.opening.as_mut().unwrap().instances[number].rule += 1;
        });
        opened.changed(Reject::Derivation, |proof| {
            proof.evidence.opening.as_mut().unwrap().instances[number].values.clear();
        });
        opened.changed(Reject::Derivation, |proof| {
            _ = proof.evidence.opening.as_mut().unwrap().instances[number].premises.pop();
        });
    }
}

#[test]
fn an_opening_is_signed_by_its_caller() {
    let world = world();
    let opened = world.opened(Permission::Invoke, "/tier");
    let unproved = Reject::CallerUnproved;
    opened.changed(unproved, |proof| proof.evidence.opening.as_mut().unwrap().signature = None);
    let other = world.opened(Permission::Read, "/open");
    let foreign = other.proof.evidence.opening.as_ref().unwrap().signature.clone();
    opened.changed(unproved, |proof| proof.evidence.opening.as_mut().unwrap().signature = foreign);
    let signed = |proof: &mut AccessProof, change: &dyn Fn(&mut dregg_air::statement::CallerSignature)| {
        change(proof.evidence.opening.as_mut().unwrap().signature.as_mut().unwrap());
    };
    opened.changed(unproved, |proof| signed(proof, &|signed| signed.signature[0] ^= 1));
    opened.changed(unproved, |proof| signed(proof, &|signed| signed.key = keys(2).public_key()));
    opened.changed(unproved, |proof| signed(proof, &|signed| signed.proving_key = keys(2).proving_key()));
    opened.changed(unproved, |proof| proof.claim.caller = ClaimedCaller::Shown(keys(2).cell()));
    opened.changed(unproved, |proof| proof.claim.caller = ClaimedCaller::Nobody);
    // What was signed is all of the claim.
    let later = Request { nonce: &[6; 16], ..request(Permission::Invoke, "/tier") };
    opened.says(&later, Err(unproved), |proof| proof.claim.nonce = vec![6; 16]);
    let elsewhere = Request { verifier: "films", ..request(Permission::Invoke, "/tier") };
    opened.says(&elsewhere, Err(unproved), |proof| proof.claim.verifier = "films".to_owned());
    // What asks for nothing may go without a caller, but not as a proof, nor where a caller is asked for.
    let nobody = |proof: &mut AccessProof| {
        proof.claim.caller = ClaimedCaller::Nobody;
        proof.evidence.opening.as_mut().unwrap().signature = None;
    };
    other.says(&request(Permission::Read, "/open"), Ok(Form::Opening), nobody);
    let named = Request { caller: AskedCaller::Cell(keys(1).cell()), ..request(Permission::Read, "/open") };
    other.says(&named, Err(Reject::Caller), nobody);
    other.changed(unproved, |proof| {
        nobody(proof);
        proof.evidence.opening = None;
        proof.evidence.stark = vec![0; 64];
    });
}

#[test]
fn what_no_opening_or_hidden_path_can_show() {
    let world = world();
    assert!(world.prove(&ask(Permission::Read, "/proved")).is_err());
    let opened = world.opened(Permission::Invoke, "/tier");
    let strict = Request { accept_opening: false, ..request(Permission::Invoke, "/tier") };
    opened.says(&strict, Err(Reject::OpeningOnly), |_| {});
    opened.changed(Reject::OpeningOnly, |proof| proof.evidence.stark = vec![1]);
    // A caller that is no cell has no statement.
    opened.changed(Reject::Program, |proof| {
        proof.claim.caller = ClaimedCaller::Shown(CellId([0xff; 32]));
        proof.evidence.opening = None;
        proof.evidence.stark = vec![0; 64];
    });
    let named = world.opened(Permission::Invoke, "/named/tier2");
    let hidden = Request { path: AskedPath::Hidden(None), ..request(Permission::Invoke, "") };
    let hide = |proof: &mut AccessProof| {
        proof.claim.path = ClaimedPath::Hidden { blocks: 4, commitment: Digest([1; 4]) };
        proof.claim.route_opened = false;
        proof.evidence.walk = None;
        proof.evidence.opening = None;
        proof.evidence.stark = vec![0; 64];
    };
    named.says(&hidden, Err(Reject::SegmentsHidden), hide);
    opened.says(&hidden, Err(Reject::TraceShape), hide);
}

#[test]
fn an_envelope_counts_as_long_as_no_table_is_published() {
    let mut world = world();
    let opened = world.opened(Permission::Read, "/acme/x");
    let (proof, published_proof) = (opened.proof.clone(), opened.proof.clone());
    world.root.attested.root.registry = Digest([1, 2, 3, 4]);
    let published = Opened { world: &world, proof, permission: Permission::Read, path: "/acme/x" };
    published.changed(Reject::Root, |_| {});
    let root = world.root().digest();
    published.changed(Reject::Gateway, |proof| proof.claim.root = root);
    // A registry that something is in, but no table of this gateway.
    let opening =
        RegistryOpening { entries: Digest([5; 4]), table: Digest::ZERO, siblings: vec![Digest::ZERO] };
    let tables = node(Digest::ZERO, Digest::ZERO);
    world.root.attested.root.registry = node(opening.entries, tables);
    let root = world.root().digest();
    let proof = published_proof;
    let unpublished = Opened { world: &world, proof, permission: Permission::Read, path: "/acme/x" };
    unpublished.changed(Reject::Gateway, |proof| proof.claim.root = root);
    let knows = Request { registry: Some(&opening), ..request(Permission::Read, "/acme/x") };
    unpublished.says(&knows, Ok(Form::Opening), |proof| {
        proof.claim.root = root;
        proof.claim.caller = ClaimedCaller::Nobody;
    });
}

#[test]
fn a_hidden_callers_proof_is_bound_to_its_connection() {
    let world = world();
    let hidden = AskCaller::Hidden([3; 32]);
    let ask = Ask { caller: hidden, open: false, open_route: true, ..ask(Permission::Read, "/open") };
    let bytes = world.prove(&ask).unwrap();
    let bound = |bind| Request {
        caller: AskedCaller::Hidden { bind, commitment: None },
        ..request(Permission::Read, "/open")
    };
    assert_eq!(world.says(&bound([3; 32]), &bytes), Ok(Form::RouteOpened));
    assert_eq!(world.says(&bound([4; 32]), &bytes), Err(Reject::Bind));
    assert_eq!(world.says(&request(Permission::Read, "/open"), &bytes), Err(Reject::Caller));
    let mut proof = AccessProof::from_bytes(&bytes).unwrap();
    let ClaimedCaller::Hidden { bind, commitment } = &mut proof.claim.caller else { panic!() };
    *bind = [4; 32];
    let commitment = *commitment;
    assert_eq!(world.says(&bound([4; 32]), &proof.to_bytes()), Err(Reject::Constraints));
    let caller = AskedCaller::Hidden { bind: [3; 32], commitment: Some(Digest([1; 4])) };
    assert_eq!(world.says(&Request { caller, ..bound([3; 32]) }, &bytes), Err(Reject::Caller));
    let caller = AskedCaller::Hidden { bind: [3; 32], commitment: Some(commitment) };
    assert_eq!(world.says(&Request { caller, ..bound([3; 32]) }, &bytes), Ok(Form::RouteOpened));
}

#[test]
fn what_goes_with_a_denial_opens_or_is_refused() {
    let world = world();
    let prover = Prover::new(&world.artifact, &world.root).unwrap();
    let bytes = prover.requirement(Permission::Read, "/proved").unwrap();
    let says = |bytes: &[u8]| requirement(world.root(), Permission::Read, "/proved", bytes);
    assert!(says(&bytes).unwrap().proof());
    assert_eq!(says(&bytes[..9]), Err(Reject::NotAProof));
    let mut proof = AccessProof::from_bytes(&bytes).unwrap();
    proof.evidence.class.leaf[0] ^= 1;
    assert_eq!(says(&proof.to_bytes()), Err(Reject::Class));
    let mut proof = AccessProof::from_bytes(&bytes).unwrap();
    proof.evidence.policy.parts[0][0] ^= 1;
    assert_eq!(says(&proof.to_bytes()), Err(Reject::Policy));
    let mut proof = AccessProof::from_bytes(&bytes).unwrap();
    proof.evidence.walk = None;
    assert_eq!(says(&proof.to_bytes()), Err(Reject::Walk));
    assert_eq!(prover.requirement(Permission::Read, "/nowhere"), Err(ProveError::NoRoute));
}
