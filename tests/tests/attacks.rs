//! Forged access statements: the checker names what each violates, and the verifier rejects its proof.

use dregg_tests::statement::attacks::{self, Attack, Break};
use dregg_verify::Reject;
use std::collections::BTreeSet;

fn violated(attack: &Attack) -> BTreeSet<String> {
    let violations = attack.claimed.violations(&attack.inputs);
    let mut all = BTreeSet::new();
    let first: std::collections::BTreeMap<&str, usize> = {
        let mut first = std::collections::BTreeMap::new();
        dregg_air::air::names().enumerate().for_each(|(number, name)| {
            first.entry(name).or_insert(number);
        });
        first
    };
    for ((number, name), row) in &violations.constraints {
        all.insert(format!("{name}[{}] (row {row})", number - first[name]));
    }
    all.extend(violations.assertions.iter().map(|number| format!("assertion {number}")));
    all.extend(violations.buses.iter().map(|tag| format!("{tag:?}")));
    all
}

fn expected(attack: &Attack) -> BTreeSet<String> {
    let one = |wanted: &Break| match wanted {
        Break::Constraint(name, place) => format!("{name}[{place}]"),
        Break::First(_) | Break::Last(_) => format!("assertion {}", attack.assertion(*wanted).unwrap()),
        Break::Bus(tag) => format!("{tag:?}"),
    };
    attack.breaks.iter().map(one).collect()
}

#[test]
fn the_checker_names_what_each_attack_violates() {
    let mut wrong = Vec::new();
    for attack in attacks::all() {
        let found = violated(&attack);
        let plain: BTreeSet<String> =
            found.iter().map(|one| one.split(" (").next().unwrap().to_owned()).collect();
        if plain != expected(&attack) {
            wrong.push(format!("{}: expected {:?}, found {found:?}", attack.name, expected(&attack)));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_verifier_rejects_every_attack() {
    for attack in attacks::all() {
        assert_eq!(attack.claimed.verdict(&attack.inputs), Err(Reject::Constraints), "{}", attack.name);
    }
}
