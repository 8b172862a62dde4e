//! Rules of predicates: safety, types, numbering, negation, bounds.

use super::{accepted, refused, wild_cell};
use crate::sample::{
    CAPABILITY, DELEGATED, GRANTED, HOLDS, REVOKED, SPENT, WITHIN, call, compare, holds, int, not, predicate,
    text, variable,
};
use crate::{Artifact, Comparison, Fault, Literal, Place, PredicateColumn, Rule, Term, Type, Value};

/// Puts a rule in the place of `capability(who, what)`'s.
fn rule(head: &[Term], body: &[Literal]) -> impl FnOnce(&mut Artifact) + use<> {
    let rule = Rule { head: head.to_vec(), body: body.to_vec() };
    |artifact| artifact.predicates[CAPABILITY as usize].rules = vec![rule]
}

const PLACE: Place = Place::Rule { predicate: CAPABILITY, rule: 0 };

fn head() -> [Term; 2] {
    [variable(0), variable(1)]
}

#[test]
fn every_variable_of_a_head_is_bound() {
    let granted = holds(GRANTED, &head());
    accepted(rule(&head(), std::slice::from_ref(&granted)));
    refused(rule(&head(), &[]), PLACE, Fault::Unbound { variable: 0 });
    let other = holds(GRANTED, &[variable(0), variable(2)]);
    refused(rule(&head(), &[other]), PLACE, Fault::Unbound { variable: 1 });
    let constants = [Term::Value(Value::Cell(crate::sample::cell(1))), text("x")];
    accepted(rule(&constants, &[]));
}

#[test]
fn negations_and_comparisons_bind_nothing() {
    let granted = holds(GRANTED, &head());
    let unbound = not(REVOKED, &[variable(2)]);
    refused(rule(&head(), &[granted.clone(), unbound]), PLACE, Fault::Unbound { variable: 2 });
    let compared = compare(variable(2), Comparison::Equal, int(1));
    refused(rule(&head(), &[granted.clone(), compared]), PLACE, Fault::Unbound { variable: 2 });
    // Bound later in the body is bound.
    let early = [not(REVOKED, &[variable(1)]), granted];
    accepted(rule(&head(), &early));
}

/// `within(who, in max)`: a use binds `max` itself.
#[test]
fn input_columns_are_bound_by_each_use() {
    let spent = holds(SPENT, &[variable(0), variable(2)]);
    let granted = holds(GRANTED, &head());
    let use_of = |max: Term| call(WITHIN, &[variable(0), max]);
    accepted(rule(&head(), &[granted.clone(), use_of(int(5))]));
    accepted(rule(&head(), &[granted.clone(), use_of(variable(2)), spent.clone()]));
    refused(rule(&head(), &[granted.clone(), use_of(variable(2))]), PLACE, Fault::Unbound { variable: 2 });
    // Its other column is bound by it.
    let bound_who = [use_of(int(5)), holds(GRANTED, &[variable(2), variable(1)])];
    accepted(rule(&head(), &bound_who));
}

#[test]
fn an_input_column_of_the_head_counts_as_bound() {
    let (a, b) = (variable(0), variable(1));
    let atom = compare(b.clone(), Comparison::Greater, int(3));
    let change = |input| {
        let rule = Rule {
            head: vec![a.clone(), b.clone()],
            body: vec![call(HOLDS, &[a.clone(), text("x")]), atom.clone()],
        };
        move |artifact: &mut Artifact| {
            let columns =
                [PredicateColumn { ty: Type::Cell, input: false }, PredicateColumn { ty: Type::Int, input }];
            artifact.predicates[WITHIN as usize].columns = columns.to_vec();
            artifact.predicates[WITHIN as usize].rules = vec![rule];
        }
    };
    accepted(change(true));
    let place = Place::Rule { predicate: WITHIN, rule: 0 };
    refused(change(false), place, Fault::Unbound { variable: 1 });
}

/// Two literals that wait for each other are both refused; a chain that begins somewhere is not, in any order.
#[test]
fn input_columns_do_not_bind_in_a_circle() {
    let (a, b, c) = (variable(0), variable(1), variable(2));
    let doubled = |artifact: &mut Artifact| {
        let rule = Rule { head: vec![variable(0), variable(0)], body: vec![] };
        let columns = [(Type::Text, true), (Type::Text, false)];
        artifact.predicates.push(predicate("zero", &columns, vec![rule]));
    };
    let zero = |from: &Term, to: &Term| call(3, &[from.clone(), to.clone()]);
    let with = |body: Vec<Literal>| {
        move |artifact: &mut Artifact| {
            doubled(artifact);
            rule(&head(), &body)(artifact);
        }
    };
    let granted = holds(GRANTED, &[a.clone(), b.clone()]);
    let d = variable(3);
    accepted(with(vec![zero(&b, &c), zero(&c, &d), granted.clone()]));
    accepted(with(vec![granted.clone(), zero(&b, &c), zero(&c, &d)]));
    accepted(with(vec![granted.clone(), zero(&b, &c), zero(&b, &c)]));
    let circle = with(vec![granted.clone(), zero(&c, &d), zero(&d, &c)]);
    refused(circle, PLACE, Fault::Unbound { variable: 2 });
    refused(with(vec![granted, zero(&c, &c)]), PLACE, Fault::Unbound { variable: 2 });
    // An input column of the head reaches the calls.
    accepted(doubled);
}

#[test]
fn terms_are_as_many_as_columns_and_of_their_types() {
    let granted = holds(GRANTED, &head());
    refused(rule(&[variable(0)], std::slice::from_ref(&granted)), PLACE, Fault::TermCount);
    refused(rule(&head(), &[holds(GRANTED, &[variable(0)])]), PLACE, Fault::TermCount);
    refused(rule(&head(), &[call(HOLDS, &[variable(0)])]), PLACE, Fault::TermCount);
    let swapped = holds(GRANTED, &[variable(1), variable(0)]);
    refused(rule(&head(), &[swapped]), PLACE, Fault::Type);
    let ints = holds(SPENT, &[variable(0), text("5")]);
    refused(rule(&head(), &[granted.clone(), ints]), PLACE, Fault::Type);
    let texts = compare(variable(1), Comparison::Less, text("z"));
    refused(rule(&head(), &[granted.clone(), texts]), PLACE, Fault::Type);
    let mixed = compare(variable(1), Comparison::Equal, int(1));
    refused(rule(&head(), &[granted.clone(), mixed]), PLACE, Fault::Type);
    let equal = compare(variable(1), Comparison::NotEqual, text("z"));
    accepted(rule(&head(), &[granted.clone(), equal]));
    let epoch = holds(SPENT, &[variable(0), Term::Epoch]);
    accepted(rule(&head(), &[granted.clone(), epoch]));
    let epoch = holds(GRANTED, &[variable(0), Term::Epoch]);
    refused(rule(&head(), &[granted, epoch]), PLACE, Fault::Type);
}

#[test]
fn numbers_refer_to_what_is_there() {
    let unknown = |what| Fault::Reference { what, number: 4 };
    refused(rule(&head(), &[holds(4, &head())]), PLACE, unknown("relation"));
    refused(rule(&head(), &[not(4, &head())]), PLACE, unknown("relation"));
    refused(rule(&head(), &[call(4, &head())]), PLACE, unknown("predicate"));
}

#[test]
fn variables_are_numbered_by_first_occurrence() {
    let flipped = [variable(1), variable(0)];
    refused(rule(&flipped, &[holds(GRANTED, &flipped)]), PLACE, Fault::VariableNumbering);
    let gap = [holds(GRANTED, &head()), holds(SPENT, &[variable(0), variable(3)])];
    refused(rule(&head(), &gap), PLACE, Fault::VariableNumbering);
    let last = [holds(GRANTED, &head()), holds(SPENT, &[variable(255), variable(2)])];
    refused(rule(&head(), &last), PLACE, Fault::VariableNumbering);
}

#[test]
fn only_public_relations_are_negated() {
    let granted = holds(GRANTED, &head());
    let held = not(DELEGATED, &[variable(0), variable(0), variable(1), int(1)]);
    refused(rule(&head(), &[granted.clone(), held]), PLACE, Fault::NegatedHeld);
    accepted(rule(&head(), &[granted.clone(), not(GRANTED, &head())]));
}

#[test]
fn goals_callers_and_segments_stay_out_of_rules() {
    let granted = holds(GRANTED, &head());
    for literal in [
        Literal::Member { cells: vec![], negated: false },
        Literal::Stake { at_least: 1 },
        Literal::Goal { goal: 0 },
        not(REVOKED, &[Term::Segment(0)]),
    ] {
        refused(rule(&head(), &[granted.clone(), literal]), PLACE, Fault::GoalOnly);
    }
    refused(
        rule(&[variable(0), Term::Segment(0)], &[holds(GRANTED, &[variable(0), text("x")])]),
        PLACE,
        Fault::GoalOnly,
    );
}

#[test]
fn bodies_have_at_most_six_atoms() {
    let granted = holds(GRANTED, &head());
    accepted(rule(&head(), &vec![granted.clone(); 6]));
    refused(rule(&head(), &vec![granted; 7]), PLACE, Fault::BodyAtoms);
}

#[test]
fn constants_are_within_their_bounds() {
    let with = |who: Value, what: Value| rule(&[Term::Value(who), Term::Value(what)], &[]);
    let (ann, long) = (Value::Cell(crate::sample::cell(1)), Value::Text("x".repeat(256)));
    accepted(with(ann.clone(), Value::Text("x".repeat(255))));
    refused(with(ann.clone(), long), PLACE, Fault::TextLength);
    refused(with(Value::Cell(wild_cell()), Value::Text(String::new())), PLACE, Fault::Cell);
    let granted = holds(GRANTED, &head());
    let spent = |amount| holds(SPENT, &[variable(0), int(amount)]);
    accepted(rule(&head(), &[granted.clone(), spent((1 << 56) - 1)]));
    refused(rule(&head(), &[granted, spent(1 << 56)]), PLACE, Fault::Int);
}

/// Longer than its 16-bit count can say: the list is cut in the bytes, and refused there as well.
#[test]
fn overlong_terms_and_texts_are_refused_in_bytes_as_well() {
    let mut artifact = crate::sample::realistic();
    rule(&head(), &[holds(GRANTED, &vec![variable(0); 70_000])])(&mut artifact);
    assert_eq!(Artifact::decode(&artifact.encode()), Err(Fault::TermCount.at(PLACE)));
    let mut artifact = crate::sample::realistic();
    rule(&[variable(0), text(&"x".repeat(70_000))], &[holds(GRANTED, &[variable(0), text("x")])])(
        &mut artifact,
    );
    assert_eq!(Artifact::decode(&artifact.encode()), Err(Fault::TextLength.at(PLACE)));
}

#[test]
fn rules_of_a_predicate_are_sorted_and_unique() {
    let reversed = |artifact: &mut Artifact| artifact.predicates[HOLDS as usize].rules.reverse();
    refused(reversed, Place::Rule { predicate: HOLDS, rule: 1 }, Fault::Order);
    accepted(|artifact| artifact.predicates[CAPABILITY as usize].rules.clear());
}
