//! Hostile bytes: a typed refusal, and nothing changes.

use super::*;
use crate::{DescriptorError, MAX_TRANSACTION_BYTES, Witness};

const POLICY: &str = r#"
relation listed(who: cell) public by cells { @k1 };
route /open/** allow read, mount: open;
gateway /g/** owner @k1 { delegate mount to open depth 2 max_routes 9; allow read: open; }
"#;

/// One of every action, each good by itself.
pub(super) fn samples(world: &mut World) -> Vec<SignedTransaction> {
    let bundle = dregg_attest::Bundle {
        cell: cell(1),
        epoch: 0,
        root: world.mesh.root().root().digest(),
        stake: None,
        facts: Vec::new(),
    };
    let witness = Some(Witness::Openings(Box::new(bundle)));
    let gateway = || "/g".to_owned();
    let table = policy("route /g/x allow read: open;").encode();
    let close = world.mesh.sign_next(0, &[&keys(1)]);
    let mut offers = descriptor("offers");
    offers.offers.insert("model".to_owned(), crate::Offer::Text("gpt4".to_owned()));
    offers.offers.insert("size".to_owned(), crate::Offer::Int(7));
    let actions = [
        assert_fact("listed", &["@k1"]),
        Action::SetStake { cell: cell(2), leaf: dregg_commit::Digest([1, 2, 3, 4]) },
        mount("/open/x", 0, 0),
        Action::Mount {
            path: "/g/x".to_owned(),
            descriptor: offers,
            priority: 3,
            expected_version: 0,
            witness: witness.clone(),
        },
        Action::Publish { gateway: gateway(), table },
        Action::Delegate { gateway: gateway(), to: cell(2), depth: 1, witness },
        close,
    ];
    actions.into_iter().map(|action| world.signed(&[1], action)).collect()
}

#[test]
fn every_action_has_one_form_of_bytes() {
    let mut world = world(POLICY);
    let refused = [unmount("/open/x", 1), transfer("/open/x", 2, 1), retract("listed", &["@k1"])];
    let mut all = samples(&mut world);
    for signed in &all {
        assert!(world.mesh.prepare(0, signed).is_ok());
    }
    all.extend(refused.into_iter().map(|action| world.signed(&[1, 2], action)));
    for signed in all {
        let bytes = signed.to_bytes();
        assert_eq!(SignedTransaction::from_bytes(&bytes), Ok(signed.clone()));
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(SignedTransaction::from_bytes(&longer), Err(Refusal::Malformed));
        assert_eq!(SignedTransaction::from_bytes(&bytes[..bytes.len() - 1]), Err(Refusal::Malformed));
        let mut body = signed.clone();
        body.body.push(0);
        assert_eq!(body.transaction(), Err(Refusal::Malformed));
    }
    let long = vec![0; MAX_TRANSACTION_BYTES + 1];
    assert_eq!(SignedTransaction::from_bytes(&long), Err(Refusal::TooLong));
    // A witness where an action has none.
    let mut odd = world.signed(&[1], unmount("/open/x", 1));
    odd.witness = crate::Enclosed::Witness(vec![0, 0]);
    assert_eq!(odd.transaction(), Err(Refusal::Malformed));
}

#[test]
fn ten_thousand_changed_transactions_change_nothing() {
    let mut world = world(POLICY);
    let samples = samples(&mut world);
    let before = world.mesh.state_digest();
    let mut random = 1u64;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below
    };
    let mut read = 0;
    for number in 0..10_000 {
        let original = samples[number % samples.len()].to_bytes();
        let mut bytes = original.clone();
        match next(4) {
            0 => bytes.truncate(next(bytes.len())),
            1 => {
                let (from, to) = (next(bytes.len()), next(bytes.len()));
                bytes[to] = bytes[from];
            }
            2 => bytes.insert(next(bytes.len()), next(256) as u8),
            _ => {
                let at = next(bytes.len());
                bytes[at] ^= 1 << next(8);
            }
        }
        if bytes == original {
            continue;
        }
        if let Ok(signed) = SignedTransaction::from_bytes(&bytes) {
            read += 1;
            // Its hash says that it is the same, but not its bytes.
            let refusal = world.mesh.apply(world.mesh.height(), &signed).unwrap_err();
            assert!(!refusal.name().is_empty() && !refusal.to_string().is_empty());
        }
        assert!(!number.is_multiple_of(500) || before == world.mesh.state_digest());
    }
    assert!(read > 1_000, "{read}");
    assert_eq!(before, world.mesh.state_digest());
}

#[test]
fn every_refusal_is_in_the_page() {
    let page = include_str!("../../../../docs/mesh.md");
    let sources = [include_str!("../refusal.rs"), include_str!("../table.rs")].concat();
    let (refusals, rest) = sources.split_once("pub enum GenesisError").unwrap();
    let (_, table) = rest.split_once("impl std::error::Error for GenesisError").unwrap();
    let arms = [refusals, table].into_iter().flat_map(|text| text.split("=> \"").skip(1));
    let names: Vec<&str> = arms.filter_map(|arm| arm.split('"').next()).collect();
    assert!(names.len() > 40);
    for name in names {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn a_descriptor_is_read_strictly() {
    let text = r#"{"name":"inference-api","description":"GPT-4 inference service","effects":["Invoke","Transfer"],
        "pricing":{"per_call":10,"budget_required":true},"verification_key":"optional-vk-hex"}"#;
    let descriptor = Descriptor::from_json(text).unwrap();
    assert_eq!(Descriptor::from_json(&descriptor.to_json()), Ok(descriptor.clone()));
    assert_eq!(descriptor.effects, [Effect::Invoke, Effect::Transfer]);
    let refused = |from: &str, to: &str| match Descriptor::from_json(&text.replace(from, to)) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{to}"),
    };
    assert!(refused(r#""name""#, r#""nam""#).contains("`nam`"));
    assert!(refused("per_call", "per_cal").contains("`per_cal`"));
    assert!(refused("Transfer", "Delete").contains("`Delete`"));
    assert!(refused("10", "72057594037927936").contains("per_call"));
    assert!(refused("10", "-1").contains("-1"));
    assert!(refused("true}", r#"true},"offers":{"model":[1]}"#).contains("Offer"));
    let offers: Vec<String> = (0..33).map(|number| format!(r#""k{number}":1"#)).collect();
    let many = text.replace("true}", &format!(r#"true}},"offers":{{{}}}"#, offers.join(",")));
    assert_eq!(Descriptor::from_json(&many), Err(DescriptorError::Offers));
    let changed = Descriptor { name: "inference".to_owned(), ..descriptor.clone() };
    assert_ne!(changed.digest(), descriptor.digest());
}
