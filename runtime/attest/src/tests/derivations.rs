//! Which held facts a cell gets: all that its derivations use, and no stranger's.

use super::*;
use std::collections::BTreeSet;

/// The held facts of a cell's bundle as `relation(args)`, with cells by number.
fn of(attestation: &Attestation, number: u8) -> BTreeSet<String> {
    let name = |argument: &crate::Argument| match argument {
        crate::Argument::Int(int) => int.to_string(),
        crate::Argument::Text(text) => (1..=9)
            .find(|number| cell(*number).to_hex() == *text)
            .map_or(text.clone(), |number| format!("@{number}")),
    };
    let facts = attestation.bundle(&cell(number)).facts;
    facts
        .iter()
        .map(|held| {
            format!("{}({})", held.relation, held.args.iter().map(name).collect::<Vec<_>>().join(","))
        })
        .collect()
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

const CHAIN: &str = "
relation granted(who: cell, what: text) public;
relation revoked(what: text) public;
relation lent(from: cell, to: cell, what: text, until: int) held by column from;
rule holds(who, what) if granted(who, what);
rule holds(who, what) if holds(from, what), lent(from, who, what, until), until > epoch;
route /a allow read: holds(\"t\");
";

fn lent(artifact: &Artifact, from: u8, to: u8, what: &str, until: u64) -> Fact {
    fact(artifact, "lent", &[who(from), who(to), text(what), Value::Int(until)])
}

#[test]
fn a_chain_is_whole_and_no_strangers() {
    let artifact = policy(CHAIN);
    let facts = [
        fact(&artifact, "granted", &[who(1), text("t")]),
        lent(&artifact, 1, 2, "t", 30),
        lent(&artifact, 2, 3, "t", 30),
        lent(&artifact, 3, 4, "t", 30),
        // Beside the chain: another right, one that has ended, one that rests on nothing, and one to a stranger.
        lent(&artifact, 2, 3, "u", 30),
        lent(&artifact, 1, 3, "t", 10),
        lent(&artifact, 6, 3, "t", 30),
        lent(&artifact, 2, 5, "t", 30),
    ];
    let attestation = attested(&artifact, &facts, &[], 10);
    let (first, second) = ("lent(@1,@2,t,30)", "lent(@2,@3,t,30)");
    assert_eq!(of(&attestation, 1), names(&[]));
    assert_eq!(of(&attestation, 2), names(&[first]));
    assert_eq!(of(&attestation, 3), names(&[first, second]));
    assert_eq!(of(&attestation, 4), names(&[first, second, "lent(@3,@4,t,30)"]));
    assert_eq!(of(&attestation, 5), names(&[first, "lent(@2,@5,t,30)"]));
    assert_eq!(of(&attestation, 6), names(&[]), "what a cell gave is the receiver's");
    assert_eq!(of(&attestation, 7), names(&[]));
    // An epoch before, the ended one counts too.
    let before = attested(&artifact, &facts, &[], 9);
    assert_eq!(of(&before, 3), names(&[first, second, "lent(@1,@3,t,10)"]));
}

#[test]
fn cycles_end_and_all_ways_count() {
    let artifact = policy(CHAIN);
    let facts = [
        fact(&artifact, "granted", &[who(1), text("t")]),
        lent(&artifact, 1, 2, "t", 30),
        lent(&artifact, 2, 3, "t", 30),
        lent(&artifact, 3, 2, "t", 30),
        lent(&artifact, 1, 3, "t", 30),
        lent(&artifact, 4, 4, "t", 30),
    ];
    let attestation = attested(&artifact, &facts, &[], 0);
    let circle = ["lent(@1,@2,t,30)", "lent(@2,@3,t,30)", "lent(@3,@2,t,30)", "lent(@1,@3,t,30)"];
    assert_eq!(of(&attestation, 2), names(&circle));
    assert_eq!(of(&attestation, 3), names(&circle));
    assert_eq!(of(&attestation, 4), names(&[]));
}

#[test]
fn what_is_deeper_than_derivations_go_is_no_use() {
    let facts = |artifact: &Artifact| {
        vec![
            fact(artifact, "granted", &[who(1), text("t")]),
            lent(artifact, 1, 2, "t", 30),
            lent(artifact, 2, 3, "t", 30),
            lent(artifact, 3, 4, "t", 30),
        ]
    };
    let of_depth = |depth: u8| {
        let artifact = policy(&format!("limits {{ derivation_depth {depth}; }}\n{CHAIN}"));
        let attestation = attested(&artifact, &facts(&artifact), &[], 0);
        (1..=4).map(|number| of(&attestation, number).len()).collect::<Vec<_>>()
    };
    assert_eq!(of_depth(4), [0, 1, 2, 3]);
    assert_eq!(of_depth(3), [0, 1, 2, 0]);
    assert_eq!(of_depth(1), [0, 0, 0, 0]);
}

#[test]
fn guards_members_and_absence_count_and_stakes_do_not() {
    let artifact = policy(
        "
relation badge(who: cell, level: int) held;
relation pass(who: cell, what: text) held;
relation banned(who: cell) public;
rule fit(who, in least) if badge(who, level), level >= least;
rule quiet(who) if pass(who, what), not banned(who), what != \"loud\";
route /a { require read: quiet(); allow read: fit(5) and stake >= 100; allow invoke: fit(9) and cells { @k2 }; }
",
    );
    let facts = [
        fact(&artifact, "badge", &[who(1), Value::Int(6)]),
        fact(&artifact, "badge", &[who(2), Value::Int(9)]),
        fact(&artifact, "badge", &[who(3), Value::Int(4)]),
        fact(&artifact, "badge", &[who(4), Value::Int(6)]),
        fact(&artifact, "pass", &[who(1), text("x")]),
        fact(&artifact, "pass", &[who(2), text("loud")]),
        fact(&artifact, "pass", &[who(3), text("x")]),
        fact(&artifact, "banned", &[who(3)]),
    ];
    let attestation = attested(&artifact, &facts, &[(1, 100), (3, 100), (4, 99)], 0);
    assert_eq!(of(&attestation, 1), names(&["badge(@1,6)", "pass(@1,x)"]));
    assert_eq!(of(&attestation, 2), names(&["badge(@2,9)"]));
    assert_eq!(of(&attestation, 3), names(&[]));
    assert_eq!(of(&attestation, 4), names(&["badge(@4,6)"]), "the stake is one below");
}

/// The parts of a clause are looked at one by one: what is there does not depend on what is missing.
#[test]
fn what_is_missing_takes_nothing_else_away() {
    let rules = format!(
        "{}relation medal(who: cell, what: text) held;\n",
        CHAIN.replace(
            "holds(\"t\");",
            "holds(\"t\") and medal(\"gold\") and stake >= 5 and not revoked(\"t\") and cells { @k2, @k3 };"
        )
    );
    let artifact = policy(&rules);
    let chain = |artifact: &Artifact| {
        vec![
            fact(artifact, "granted", &[who(1), text("t")]),
            lent(artifact, 1, 2, "t", 30),
            lent(artifact, 1, 4, "t", 30),
        ]
    };
    let lent_to_second = "lent(@1,@2,t,30)";
    // Without medal and stake, and although the right is revoked.
    let mut facts = chain(&artifact);
    facts.push(fact(&artifact, "revoked", &[text("t")]));
    let attestation = attested(&artifact, &facts, &[], 10);
    assert_eq!(of(&attestation, 2), names(&[lent_to_second]));
    // The medal alone, then both.
    facts.push(fact(&artifact, "medal", &[who(2), text("gold")]));
    facts.push(fact(&artifact, "medal", &[who(3), text("gold")]));
    facts.push(fact(&artifact, "medal", &[who(3), text("silver")]));
    let attestation = attested(&artifact, &facts, &[], 10);
    assert_eq!(of(&attestation, 3), names(&["medal(@3,gold)"]));
    assert_eq!(of(&attestation, 2), names(&[lent_to_second, "medal(@2,gold)"]));
    // Whom the clause is not for gets nothing by it.
    assert_eq!(of(&attestation, 4), names(&[]));
}

#[test]
fn segments_may_be_anything() {
    let artifact = policy(
        "
relation owns(who: cell, what: text) held;
relation closed(what: text) public;
relation seal(by: cell, who: cell) held by column by;
route /m/{name} { require read: not closed(name); allow read: owns(name) and seal(@k9); }
",
    );
    // `seal(@k9)` has the caller first: sealed by the caller for k9.
    let facts = [
        fact(&artifact, "owns", &[who(1), text("x")]),
        fact(&artifact, "owns", &[who(1), text("y")]),
        fact(&artifact, "owns", &[who(2), text("x")]),
        fact(&artifact, "closed", &[text("x")]),
        fact(&artifact, "seal", &[who(1), who(9)]),
    ];
    let attestation = attested(&artifact, &facts, &[], 0);
    assert_eq!(of(&attestation, 1), names(&["owns(@1,x)", "owns(@1,y)", "seal(@1,@9)"]));
    assert_eq!(of(&attestation, 9), names(&[]));
}

#[test]
fn large_chains_are_done_in_time() {
    let artifact = policy(CHAIN);
    let number = |number: u32| {
        let digest = dregg_commit::text_digest(&number.to_string());
        Value::Cell(CellId(digest.to_bytes()))
    };
    let mut facts = vec![fact(&artifact, "granted", &[number(0), text("t")])];
    // A tree of 3,000 delegations, of which 40 are one above the other.
    for at in 1..3_000u32 {
        let from = if at < 40 { at - 1 } else { at % 40 };
        facts.push(fact(&artifact, "lent", &[number(from), number(at), text("t"), Value::Int(9)]));
    }
    let attestation = attested(&artifact, &facts, &[], 0);
    let Value::Cell(last) = number(39 + 40 * 3) else { panic!() };
    assert_eq!(attestation.bundle(&last).facts.len(), 40);
}
