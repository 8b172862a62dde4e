//! Forged access statements: the checker names what each violates, and the verifier rejects its proof.

use dregg_tests::statement::attacks::{self, Attack, Break, on_all_cores};
use dregg_verify::Reject;
use std::collections::BTreeSet;

fn violated(attack: &Attack) -> BTreeSet<String> {
    let violations = attack.claimed.violations(&attack.inputs);
    let names: Vec<&str> = dregg_air::air::names().collect();
    let place = |number: usize| names[..number].iter().filter(|name| **name == names[number]).count();
    let constraints = violations.constraints.keys();
    let mut all: BTreeSet<String> =
        constraints.map(|(number, name)| format!("{name}[{}]", place(*number))).collect();
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
        if found != expected(&attack) {
            wrong.push(format!("{}: expected {:?}, found {found:?}", attack.name, expected(&attack)));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_verifier_rejects_every_attack() {
    let all = attacks::all();
    on_all_cores(&all, |attack| {
        assert_eq!(attack.claimed.verdict(&attack.inputs), Err(Reject::Constraints), "{}", attack.name);
    });
}
