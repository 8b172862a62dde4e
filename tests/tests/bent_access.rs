//! Access proofs bent field by field: each lie in a head, an opening or a signature is rejected by its name.

use dregg_air::statement::{AccessProof, ClaimedCaller, ClaimedPath, PublicOpening};
use dregg_artifact::{CellId, Permission};
use dregg_commit::{Digest, cell_of};
use dregg_prove::Ask;
use dregg_tests::samples::{Sample, policy, samples, world};
use dregg_tests::world::{World, ask, keys};
use dregg_verify::{AskedCaller, Reject, Request, Verdict, requirement, signed_message, verify};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeMap;

/// A way to bend a proof.
type Bend = fn(&mut AccessProof);

fn bent(world: &World<'_>, sample: &Sample, bend: impl Fn(&mut AccessProof)) -> Result<Verdict, Reject> {
    let mut proof = AccessProof::from_bytes(&sample.bytes).unwrap();
    bend(&mut proof);
    let bytes = proof.to_bytes();
    assert_ne!(bytes, sample.bytes, "{}: nothing bent", sample.name);
    world.verify(&sample.ask, keys(sample.caller).cell(), &bytes)
}

fn check(world: &World<'_>, samples: &[Sample], bends: &[(&str, Reject, Bend)]) {
    for sample in samples {
        for (what, reject, bend) in bends {
            let verdict = bent(world, sample, bend);
            assert_eq!(verdict.map(|verdict| verdict.claim), Err(*reject), "{}: {what}", sample.name);
        }
    }
}

/// The element after this one.
fn next(digest: &mut Digest) {
    digest.0[0] = (digest.0[0] + 1) % dregg_commit::hash::MODULUS;
}

#[test]
fn every_field_of_the_head_is_compared_or_proved() {
    let compiled = policy();
    let world = world(&compiled);
    let samples = samples(&world, 1);
    for sample in &samples {
        let verdict = world.verify(&sample.ask, keys(sample.caller).cell(), &sample.bytes).unwrap();
        assert_eq!(verdict.form, sample.form);
    }
    check(
        &world,
        &samples,
        &[
            ("root", Reject::Root, |proof| proof.claim.root[31] ^= 1),
            ("epoch", Reject::Epoch, |proof| proof.claim.epoch += 1),
            ("permission", Reject::Permission, |proof| proof.claim.permission = Permission::Read),
            ("class", Reject::Class, |proof| proof.claim.class += 1),
            ("nobody", Reject::Caller, |proof| proof.claim.caller = ClaimedCaller::Nobody),
            ("verifier", Reject::Verifier, |proof| proof.claim.verifier.push('x')),
            ("nonce", Reject::Nonce, |proof| proof.claim.nonce[0] ^= 1),
            ("length of the nonce", Reject::Nonce, |proof| proof.claim.nonce.push(5)),
            ("who shows the walk", Reject::Walk, |proof| proof.claim.route_opened ^= true),
            ("edition", Reject::Policy, |proof| proof.evidence.policy.edition += 1),
            ("first part", Reject::Policy, |proof| proof.evidence.policy.parts[0][0] ^= 1),
            ("last part", Reject::Policy, |proof| proof.evidence.policy.parts.last_mut().unwrap()[31] ^= 1),
            ("leaf", Reject::Class, |proof| proof.evidence.class.leaf[4] ^= 1),
            ("longer leaf", Reject::Class, |proof| proof.evidence.class.leaf.push(0)),
            ("classes", Reject::Class, |proof| proof.evidence.class.count += 1),
            ("way up", Reject::Class, |proof| proof.evidence.class.siblings[0][0] ^= 1),
            ("longer way up", Reject::Class, |proof| proof.evidence.class.siblings.push([0; 32])),
            ("shorter way up", Reject::Class, |proof| _ = proof.evidence.class.siblings.pop()),
        ],
    );
    let [shown, hidden, route, opening] = samples.as_slice() else { panic!("four samples") };
    for sample in [shown, route, opening] {
        check(
            &world,
            std::slice::from_ref(sample),
            &[
                ("path", Reject::Path, |proof| {
                    proof.claim.path = ClaimedPath::Shown("/services/z".to_owned())
                }),
                ("caller", Reject::Caller, |proof| proof.claim.caller = ClaimedCaller::Shown(keys(5).cell())),
            ],
        );
    }
    for sample in [shown, hidden, route] {
        check(
            &world,
            std::slice::from_ref(sample),
            &[
                ("no proof", Reject::Truncated, |proof| proof.evidence.stark.clear()),
                ("longer proof", Reject::TrailingBytes, |proof| proof.evidence.stark.push(0)),
            ],
        );
    }
    // Beside a proof there is no opening.
    let verdict = bent(&world, route, |proof| proof.evidence.opening = Some(PublicOpening::default()));
    assert_eq!(verdict, Err(Reject::OpeningOnly));
    check(
        &world,
        std::slice::from_ref(hidden),
        &[
            ("shown path", Reject::Path, |proof| {
                proof.claim.path = ClaimedPath::Shown("/services/x".to_owned())
            }),
            ("shown caller", Reject::Caller, |proof| {
                proof.claim.caller = ClaimedCaller::Shown(keys(2).cell())
            }),
            ("bind", Reject::Bind, |proof| {
                let ClaimedCaller::Hidden { bind, .. } = &mut proof.claim.caller else { panic!("hidden") };
                bind[0] ^= 1;
            }),
            ("blocks", Reject::Constraints, |proof| {
                let ClaimedPath::Hidden { blocks, .. } = &mut proof.claim.path else { panic!("hidden") };
                *blocks += 1;
            }),
            ("path's commitment", Reject::Constraints, |proof| {
                let ClaimedPath::Hidden { commitment, .. } = &mut proof.claim.path else { panic!("hidden") };
                next(commitment);
            }),
            ("caller's commitment", Reject::Constraints, |proof| {
                let ClaimedCaller::Hidden { commitment, .. } = &mut proof.claim.caller else {
                    panic!("hidden")
                };
                next(commitment);
            }),
        ],
    );
    // Bent to what is asked, the constraints do not hold.
    let other = Sample { caller: 3, bytes: shown.bytes.clone(), ..*shown };
    let verdict = bent(&world, &other, |proof| proof.claim.caller = ClaimedCaller::Shown(keys(3).cell()));
    assert_eq!(verdict, Err(Reject::Constraints));
    let other = Sample { ask: Ask { nonce: &[6; 16], ..shown.ask }, bytes: shown.bytes.clone(), ..*shown };
    let verdict = bent(&world, &other, |proof| proof.claim.nonce = vec![6; 16]);
    assert_eq!(verdict, Err(Reject::Constraints));
    // What was asked for before a redirect is a hint for people and no part of the statement.
    let honest = world.verify(&shown.ask, keys(2).cell(), &shown.bytes);
    let verdict = bent(&world, shown, |proof| proof.asked = Some("/latest".to_owned()));
    assert_eq!(verdict, honest);
}

#[test]
fn every_part_of_a_walk_counts() {
    let compiled = policy();
    let world = world(&compiled);
    let samples = samples(&world, 2);
    let [shown, _, route, opening] = samples.as_slice() else { panic!("four samples") };
    let walk = AccessProof::from_bytes(&route.bytes).unwrap().evidence.walk.unwrap();
    assert!(!walk.siblings.is_empty());
    for sample in [route, opening] {
        let bends = |bend: &dyn Fn(&mut dregg_commit::WalkOpening)| {
            bent(&world, sample, |proof| bend(proof.evidence.walk.as_mut().unwrap())).map(|_| ())
        };
        assert_eq!(bends(&|walk| walk.depth += 1), Err(Reject::Walk));
        assert_eq!(bends(&|walk| walk.depth = 255), Err(Reject::Walk));
        assert_eq!(bends(&|walk| walk.siblings.push(Digest::ZERO)), Err(Reject::Walk));
        let walk = AccessProof::from_bytes(&sample.bytes).unwrap().evidence.walk.unwrap();
        for at in 0..walk.siblings.len() {
            assert_eq!(bends(&|walk| next(&mut walk.siblings[at])), Err(Reject::Walk), "sibling {at}");
            assert_eq!(bends(&|walk| _ = walk.siblings.remove(at)), Err(Reject::Walk), "without {at}");
        }
        for at in 0..walk.leaves.len() {
            assert_eq!(bends(&|walk| walk.leaves[at].0 ^= 1), Err(Reject::Walk), "place {at}");
            assert_eq!(bends(&|walk| _ = walk.leaves.remove(at)), Err(Reject::Walk), "without leaf {at}");
            for row in 0..4 {
                assert_eq!(bends(&|walk| walk.leaves[at].1[row].0 += 1), Err(Reject::Walk), "key {at} {row}");
                assert_eq!(
                    bends(&|walk| walk.leaves[at].1[row].1 += 1),
                    Err(Reject::Walk),
                    "value {at} {row}"
                );
            }
        }
        assert_eq!(bent(&world, sample, |proof| proof.evidence.walk = None), Err(Reject::Walk));
    }
    // Beside a proof that has it inside, there is none.
    assert_eq!(bent(&world, shown, |proof| proof.evidence.walk = Some(walk.clone())), Err(Reject::Walk));
}

#[test]
fn every_part_of_an_opening_counts() {
    let compiled = policy();
    let world = world(&compiled);
    let samples = samples(&world, 3);
    let opening = &samples[3];
    let honest = AccessProof::from_bytes(&opening.bytes).unwrap().evidence.opening.unwrap();
    let bends = |bend: &dyn Fn(&mut PublicOpening)| {
        bent(&world, opening, |proof| bend(proof.evidence.opening.as_mut().unwrap())).map(|_| ())
    };
    assert!(
        honest.facts.iter().any(|fact| fact.gap.is_some())
            && honest.facts.iter().any(|fact| fact.gap.is_none())
    );
    for at in 0..honest.facts.len() {
        let bends = |bend: &dyn Fn(&mut dregg_air::statement::OpenedFact)| {
            let verdict = bends(&|opening| bend(&mut opening.facts[at]));
            // Another absent fact may lie in the same gap; then it is not the one that the rules need.
            let absent = honest.facts[at].gap.is_some() && verdict == Err(Reject::Derivation);
            assert!(absent || verdict == Err(Reject::FactOpening), "fact {at}: {verdict:?}");
        };
        bends(&|fact| fact.fact.relation += 1);
        bends(&|fact| fact.fact.arity = 4);
        bends(&|fact| fact.fact.arity = 5);
        bends(&|fact| next(&mut fact.fact.values[1]));
        bends(&|fact| fact.fact.values[3].0[0] += 1);
        bends(&|fact| fact.leaf ^= 1);
        bends(&|fact| fact.leaf |= 1 << 40);
        bends(&|fact| next(&mut fact.siblings[0]));
        bends(&|fact| _ = fact.siblings.pop());
        bends(&|fact| fact.siblings.push(Digest::ZERO));
        match honest.facts[at].gap {
            Some(_) => {
                bends(&|fact| fact.gap = None);
                bends(&|fact| fact.gap.as_mut().unwrap().low += 1);
                bends(&|fact| fact.gap.as_mut().unwrap().high -= 1);
            }
            None => bends(&|fact| {
                let relation = fact.fact.relation;
                fact.gap = Some(dregg_commit::Gap { relation, low: 0, high: 1 << 56 });
            }),
        }
        assert_eq!(bends_without(&world, opening, at), Err(Reject::Derivation), "without fact {at}");
    }
    for at in 0..honest.instances.len() {
        // The height of the goal itself counts nowhere.
        let verdict = bends(&|opening| opening.instances[at].height = u8::MAX);
        let expected = if at == 0 { Ok(()) } else { Err(Reject::Derivation) };
        assert_eq!(verdict, expected, "instance {at}: great height");
        let bends = |what: &str, bend: &dyn Fn(&mut dregg_air::derivation::witness::Instance)| {
            let verdict = bends(&|opening| bend(&mut opening.instances[at]));
            assert_eq!(verdict, Err(Reject::Derivation), "instance {at}: {what}");
        };
        bends("rule", &|instance| instance.rule += 1);
        bends("no such rule", &|instance| instance.rule = usize::from(u16::MAX));
        bends("height", &|instance| instance.height = 0);
        bends("premises", &|instance| _ = instance.premises.pop());
        let variables: Vec<u8> = honest.instances[at].values.keys().copied().collect();
        for variable in variables {
            bends("value", &|instance| next(instance.values.get_mut(&variable).unwrap()));
            bends("no value", &|instance| _ = instance.values.remove(&variable));
        }
    }
    assert_eq!(bends(&|opening| opening.instances.clear()), Err(Reject::Derivation));
    assert_eq!(bends(&|opening| opening.signature = None), Err(Reject::CallerUnproved));
    // It stands for nobody else and is no proof.
    let verdict = bent(&world, opening, |proof| proof.claim.caller = ClaimedCaller::Nobody);
    assert_eq!(verdict, Err(Reject::Caller));
    let asked = Ask { open: false, ..opening.ask };
    let verdict = world.verify(&asked, keys(1).cell(), &opening.bytes);
    assert_eq!(verdict, Err(Reject::OpeningOnly));
}

fn bends_without(world: &World<'_>, opening: &Sample, at: usize) -> Result<(), Reject> {
    bent(world, opening, |proof| _ = proof.evidence.opening.as_mut().unwrap().facts.remove(at)).map(|_| ())
}

/// The order of the group of Ed25519, in little-endian bytes.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Adds the group's order to the second half of a signature.
fn add_order(signature: &mut [u8; 64]) {
    let mut carry = 0;
    for (byte, more) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
}

#[test]
fn a_signature_has_one_form_and_one_signer() {
    let compiled = policy();
    let world = world(&compiled);
    let samples = samples(&world, 4);
    let opening = &samples[3];
    let signed = |bend: &dyn Fn(&mut dregg_air::statement::CallerSignature)| {
        let verdict = bent(&world, opening, |proof| {
            bend(proof.evidence.opening.as_mut().unwrap().signature.as_mut().unwrap());
        });
        assert_eq!(verdict, Err(Reject::CallerUnproved));
    };
    signed(&|signed| add_order(&mut signed.signature));
    signed(&|signed| signed.signature[63] |= 0x20);
    signed(&|signed| signed.signature[63] |= 0x80);
    for byte in 0..64 {
        signed(&|signed| signed.signature[byte] ^= 1);
    }
    signed(&|signed| signed.signature = [0; 64]);
    signed(&|signed| signed.key = keys(2).public_key());
    signed(&|signed| signed.key = [0xff; 32]);
    signed(&|signed| signed.proving_key = keys(2).proving_key());
    signed(&|signed| next(&mut signed.proving_key));
    signed(&|signed| {
        // Another cell's signature, with both of its keys.
        let other = keys(2);
        (signed.key, signed.proving_key) = (other.public_key(), other.proving_key());
    });
    // The signature of another statement.
    let ask = Ask { nonce: &[6; 16], ..opening.ask };
    let (caller, mut random) = (keys(1), ChaCha20Rng::seed_from_u64(1));
    let later = world.prover().prove(&ask, &caller, None, &mut random).unwrap().bytes;
    let later = AccessProof::from_bytes(&later).unwrap().evidence.opening.unwrap().signature.unwrap();
    signed(&|signed| signed.signature = later.signature);
    assert_ne!(signed_message(&[0; 32]), signed_message(&[1; 32]));
}

/// Keys of small order, for which there are signatures of every message, and other spellings of the same points.
const SMALL: [&str; 8] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

#[test]
fn a_key_of_small_order_signs_nothing() {
    let compiled = policy();
    let world = world(&compiled);
    let honest = keys(5);
    let open = Ask { open: true, ..ask(Permission::Read, "/public/now") };
    let mut random = ChaCha20Rng::seed_from_u64(1);
    let bytes = world.prover().prove(&open, &honest, None, &mut random).unwrap().bytes;
    assert!(world.verify(&open, honest.cell(), &bytes).is_ok());
    let (own, proving_key) = (Digest::from_bytes(&honest.cell().0).unwrap(), keys(6).proving_key());
    for text in SMALL {
        let key = CellId::from_hex(text).unwrap().0;
        let cell = cell_of(&key, &proving_key);
        let mut proof = AccessProof::from_bytes(&bytes).unwrap();
        proof.claim.caller = ClaimedCaller::Shown(cell);
        let opening = proof.evidence.opening.as_mut().unwrap();
        for instance in &mut opening.instances {
            for value in instance.values.values_mut().filter(|value| **value == own) {
                *value = Digest::from_bytes(&cell.0).unwrap();
            }
        }
        let signed = opening.signature.as_mut().unwrap();
        (signed.key, signed.proving_key) = (key, proving_key);
        // The neutral point and zero: good for the neutral key whatever the message, unless one is strict.
        signed.signature = [0; 64];
        signed.signature[0] = 1;
        let request = Request { caller: AskedCaller::Any, ..dregg_tests::world::request(&open, cell) };
        let verdict = verify(&request, world.root.root(), &proof.to_bytes());
        assert_eq!(verdict, Err(Reject::CallerUnproved), "{text}");
        // The lie is in the signature alone: where nobody need be the caller, the same opening passes.
        proof.claim.caller = ClaimedCaller::Nobody;
        assert!(verify(&request, world.root.root(), &proof.to_bytes()).is_ok());
    }
}

/// Arities below four, and heights, can be written in more than one way; so whoever tells replays goes by the statement.
#[test]
fn a_changed_opening_is_refused_or_states_the_same() {
    let compiled = policy();
    let world = world(&compiled);
    let opening = &samples(&world, 5)[3];
    let caller = keys(1).cell();
    let honest = world.verify(&opening.ask, caller, &opening.bytes);
    let (mut same, mut rejects) = (Vec::new(), BTreeMap::<&str, u64>::new());
    for at in 0..opening.bytes.len() {
        for flip in [1, 1 << (at % 8), 0x80, 0xff] {
            let mut bytes = opening.bytes.clone();
            bytes[at] ^= flip;
            match world.verify(&opening.ask, caller, &bytes) {
                Err(reject) => *rejects.entry(reject.name()).or_default() += 1,
                Ok(verdict) => {
                    assert_eq!(Ok(verdict), honest, "byte {at}");
                    same.push((at, flip));
                }
            }
        }
        let cut = world.verify(&opening.ask, caller, &opening.bytes[..at]);
        assert_eq!(cut, Err(Reject::NotAProof), "cut at {at}");
    }
    for more in [&[0][..], &[0xff; 40], &opening.bytes] {
        let bytes = [&opening.bytes, more].concat();
        assert_eq!(world.verify(&opening.ask, caller, &bytes), Err(Reject::OpeningOnly));
    }
    println!("{} bytes: {same:?} the same, {rejects:?}", opening.bytes.len());
    assert!(same.len() < 16, "{same:?}");
}

#[test]
fn a_changed_requirement_is_refused_or_says_the_same() {
    let compiled = policy();
    let world = world(&compiled);
    let root = world.root.root();
    let path = "/services/x";
    let bytes = world.prover().requirement(Permission::Invoke, path).unwrap();
    let honest = requirement(root, Permission::Invoke, path, &bytes).unwrap();
    let (mut refused, mut same) = (0, 0);
    let mut check = |bytes: &[u8], what: &str| match requirement(root, Permission::Invoke, path, bytes) {
        Ok(found) => {
            assert_eq!(found, honest, "{what}");
            same += 1;
        }
        Err(_) => refused += 1,
    };
    for at in 0..bytes.len() {
        for flip in [1, 1 << (at % 8), 0x80] {
            let mut changed = bytes.clone();
            changed[at] ^= flip;
            check(&changed, &format!("byte {at}"));
        }
        check(&bytes[..at], &format!("cut at {at}"));
    }
    println!("{} bytes: {refused} refused, {same} the same", bytes.len());
    assert!(same * 20 < refused, "{same} the same");
}
