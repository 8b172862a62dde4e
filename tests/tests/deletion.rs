//! Deletion: whatever is left out of the AIR, some forgery passes. A constraint that none needs is not in it.
//!
//! Which attack needs which is decided by the checker; that the verifier then accepts is shown for a few of them, and for
//! all with `DREGG_DELETION=all`.

use dregg_air::air::{MAIN_CONSTRAINTS, fixed, names};
use dregg_tests::statement::attacks::{self, Attack, Break, on_all_cores};
use dregg_tests::statement::deleted::{masked, number_of};
use dregg_tests::statement::{Deleted, Without, without};
use std::collections::BTreeMap;

/// What an attack needs left out, if that is a single constraint or assertion.
fn needs(attack: &Attack) -> Option<Without> {
    match attack.breaks.as_slice() {
        [Break::Constraint(name, place)] => Some(Without::Transition(number_of(name, *place))),
        [one @ (Break::First(_) | Break::Last(_))] => attack.assertion(*one).map(Without::Assertion),
        [] | [Break::Bus(_)] | [_, _, ..] => None,
    }
}

/// The attacks by what they need.
fn by_need() -> BTreeMap<String, (Without, Attack)> {
    let all = attacks::all().into_iter();
    all.filter_map(|attack| needs(&attack).map(|what| (format!("{what:?}"), (what, attack)))).collect()
}

#[test]
fn every_constraint_and_assertion_stops_an_attack_that_nothing_else_stops() {
    let by_need = by_need();
    for (what, attack) in by_need.values() {
        let violations = without(*what, || attack.claimed.violations(&masked::<_, Deleted>(&attack.inputs)));
        assert!(violations.none(), "{}: {violations:?}", attack.name);
    }
    let mut missing = Vec::new();
    let mut before: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, name) in names().enumerate() {
        let place = before.entry(name).or_default();
        if !by_need.contains_key(&format!("{:?}", Without::Transition(number))) {
            missing.push(format!("{name}[{place}]"));
        }
        *place += 1;
    }
    assert_eq!(names().count(), MAIN_CONSTRAINTS);
    for (number, fixed) in fixed(440).into_iter().enumerate() {
        if !by_need.contains_key(&format!("{:?}", Without::Assertion(number))) {
            missing.push(format!("{fixed:?}"));
        }
    }
    assert!(missing.is_empty(), "no attack needs:\n{}", missing.join("\n"));
}

#[test]
fn the_verifier_accepts_a_forgery_without_the_constraint_it_violates() {
    let everything = std::env::var("DREGG_DELETION").is_ok_and(|value| value == "all");
    let some = by_need().into_values().enumerate().filter(|(number, _)| everything || number % 16 == 0);
    let some: Vec<(Without, Attack)> = some.map(|(_, one)| one).collect();
    on_all_cores(&some, |(what, attack)| {
        let verdict = without(*what, || attack.claimed.verdict(&masked::<_, Deleted>(&attack.inputs)));
        assert_eq!(verdict, Ok(()), "{} without {what:?}", attack.name);
    });
}
