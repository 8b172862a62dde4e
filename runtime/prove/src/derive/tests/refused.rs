//! What has no derivation that fits, what is missing then, and derivations that are none.

use super::*;
use dregg_artifact::{Access, Goal};

#[test]
fn what_is_missing_is_named() {
    let program = program(&[
        "g9(c) :- g0(c); g1(c); g3(c)",
        "g9(c) :- g0(c); g1(c); g4(c)",
        "g0(c) :- banned@6(c)",
        "g1(c) :- mark@2(c, 1)",
        "g3(c) :- mark@2(c, 2); mark@2(c, 3)",
        "g4(c) :- key@3(c, x)",
    ]);
    let access = |clauses: &[u16]| Access {
        proof: false,
        guards: vec![0, 1],
        clauses: clauses.to_vec(),
        goals: vec![Goal::default(); 10],
    };
    let both = access(&[3, 4]);
    let facts = public(&[("banned", &[7]), ("mark", &[7, 2])]);
    let missing = unmet(&program, &known(&facts, &[]), 9);
    assert_eq!(missing.goals, [0, 1, 3, 4, 9]);
    assert_eq!(missing.lacking(&both), Lacking::Guard(0));

    let facts = public(&[("mark", &[7, 2])]);
    let missing = unmet(&program, &known(&facts, &[]), 9);
    assert_eq!(missing.lacking(&both), Lacking::Guard(1));

    let facts = public(&[("mark", &[7, 1]), ("mark", &[7, 2])]);
    let missing = unmet(&program, &known(&facts, &[]), 9);
    assert_eq!((missing.lacking(&both), missing.lacking(&access(&[]))), (Lacking::Clause, Lacking::Clauses));
    assert_eq!(missing.goals, [3, 4, 9]);
    let named: Vec<(u64, Option<Digest>, Option<Digest>)> =
        missing.facts.iter().map(|fact| (fact.predicate, fact.arguments[0], fact.arguments[1])).collect();
    let caller = Some(value(CALLER));
    assert!(named.contains(&(predicate("mark"), caller, Some(value(3)))), "{named:?}");
    assert!(named.contains(&(predicate("key"), caller, None)), "{named:?}");
    assert!(found(&program, &known(&facts, &[("key", &[7, 5])]), 9).records.len() == 3);
}

#[test]
fn a_fact_with_other_values_is_missing_where_a_comparison_fails() {
    let program = program(&["g9(c) :- mark@2(c, 5, x); key@3(c); x <= 3; x != 1"]);
    let facts = PublicFacts::new([fact("mark", &[7, 5, 4]), fact("mark", &[7, 5, 1])]);
    let missing = unmet(&program, &known(&facts, &[("key", &[7])]), 1);
    let [other] = &missing.facts[..] else { panic!("{missing:?}") };
    assert_eq!((other.source, other.predicate, other.arity), (2, predicate("mark"), 3));
    assert_eq!(other.arguments, [Some(value(CALLER)), Some(value(5)), None, None]);
    let facts = PublicFacts::new([fact("mark", &[7, 5, 3])]);
    assert_eq!(found(&program, &known(&facts, &[("key", &[7])]), 1).records.len(), 2);
}

#[test]
fn held_facts_are_counted() {
    // One rule a step, each with one held fact.
    let chain = |length: u64| {
        let rules: Vec<String> =
            (0..length).map(|at| format!("p{at}(c) :- key@3(c, {at}); p{}(c)", at + 1)).collect();
        let last = format!("p{length}(c) :- ");
        let all: Vec<&str> = ["g9(c) :- p0(c)"]
            .into_iter()
            .chain(rules.iter().map(String::as_str))
            .chain([last.as_str()])
            .collect();
        program(&all)
    };
    let public = public(&[]);
    let mut known = known(&public, &[]);
    (0..40).for_each(|at| known.hold(&fact("key", &[7, at]), None));
    let fits = found(&chain(32), &known, 64);
    assert_eq!((fits.records.len(), fits.instances.len()), (32, 35));
    assert_eq!(derive(&chain(33), &known, 64), Err(NoDerivation::TooLarge));
}

#[test]
fn instances_are_counted() {
    // A path of so many steps that all of them have to be taken, by halves.
    let halves = [
        "g9(c) :- p0(c, 1, n); end@2(n)",
        "p0(c, a, b) :- next@2(a, b)",
        "p0(c, a, b) :- p0(c, a, m); p0(c, m, b); mid@2(a, m, b)",
    ];
    let program = program(&halves);
    let facts = |length: u64| {
        let mut facts = vec![fact("end", &[1 + length])];
        facts.extend((1..=length).map(|at| fact("next", &[at, at + 1])));
        let mut work = vec![(1, 1 + length)];
        while let Some((from, to)) = work.pop() {
            let middle = u64::midpoint(from, to);
            if middle != from {
                facts.push(fact("mid", &[from, middle, to]));
                work.extend([(from, middle), (middle, to)]);
            }
        }
        PublicFacts::new(facts)
    };
    let fits = facts(127);
    let derivation = found(&program, &known(&fits, &[]), 64);
    assert_eq!(derivation.instances.len(), 255);
    assert_eq!(
        derive(&program, &known(&facts(128), &[]), 64).map(|found| found.instances.len()),
        Err(NoDerivation::TooLarge)
    );
}

#[test]
fn what_is_no_derivation() {
    let program = program(&[
        "g9(c) :- p0(c, 40)",
        "p0(x, w) :- p1(x, w); revoked@6(w)",
        "p1(x, w) :- granted@2(x, w); x != w",
        "p1(x, w) :- p1(y, w); delegated@11(y, x, w, until); 5 < until",
    ]);
    let facts = public(&[("granted", &[100, 40])]);
    let mut known = known(&facts, &[]);
    known.hold(&fact("delegated", &[100, 7, 40, 9]), Some(0));
    let honest = found(&program, &known, 3);
    let lie = |change: &dyn Fn(&mut Derivation)| {
        let mut derivation = honest.clone();
        change(&mut derivation);
        derivation.holds(&program, &known, 3)
    };
    assert_eq!(lie(&|_| ()), Ok(()));
    assert_eq!(lie(&|lie| lie.instances.clear()), Err(Fault::Goal));
    assert_eq!(lie(&|lie| _ = lie.instances.remove(0)), Err(Fault::Goal));
    assert_eq!(lie(&|lie| lie.instances.resize(257, lie.instances[1].clone())), Err(Fault::Size));
    assert_eq!(lie(&|lie| lie.instances[0].rule = 1), Err(Fault::Goal));
    assert_eq!(lie(&|lie| lie.instances[2].rule = 99), Err(Fault::Premise(1)));
    assert_eq!(
        lie(&|lie| lie.instances.push(Instance { rule: 99, ..lie.instances[1].clone() })),
        Err(Fault::Rule(5))
    );
    assert_eq!(lie(&|lie| _ = lie.instances[2].values.remove(&1)), Err(Fault::Premise(1)));
    assert_eq!(lie(&|lie| _ = lie.instances[3].values.remove(&4)), Err(Fault::Rule(3)));
    assert_eq!(lie(&|lie| _ = lie.instances[1].values.insert(1, value(8))), Err(Fault::Premise(0)));
    assert_eq!(lie(&|lie| _ = lie.instances[2].premises.pop()), Err(Fault::Premise(2)));
    assert_eq!(lie(&|lie| lie.instances[2].premises.push(Support::Caller)), Err(Fault::Premise(2)));
    assert_eq!(lie(&|lie| lie.instances[2].premises[0] = Support::Instance(2)), Err(Fault::Premise(2)));
    assert_eq!(lie(&|lie| lie.instances[2].premises[0] = Support::Instance(9)), Err(Fault::Premise(2)));
    assert_eq!(lie(&|lie| lie.instances[2].premises[1] = Support::Record(0)), Err(Fault::Premise(2)));
    assert_eq!(lie(&|lie| lie.instances[2].premises[1] = Support::Caller), Err(Fault::Premise(2)));
    assert_eq!(lie(&|lie| lie.instances[3].height = 1), Err(Fault::Height(3)));
    assert_eq!(lie(&|lie| lie.instances[3].height = 0), Err(Fault::Height(3)));
    assert_eq!(lie(&|lie| lie.instances[2].height = 4), Err(Fault::Height(1)));
    assert_eq!(lie(&|lie| lie.records[0].arguments[0] = value(101)), Err(Fault::Unknown(0)));
    let expired = |lie: &mut Derivation| {
        assert_eq!(lie.instances[3].values.insert(4, value(5)), Some(value(9)));
    };
    // The fact is another then, and stands before the comparison.
    assert_eq!(lie(&expired), Err(Fault::Premise(3)));
    let mut other = Known::new(&facts, value(8));
    other.hold(&fact("delegated", &[100, 7, 40, 9]), Some(0));
    assert_eq!(honest.holds(&program, &other, 3), Err(Fault::Premise(0)));
    assert_eq!(honest.holds(&program, &known, 2), Err(Fault::Height(1)));
}

#[test]
fn conditions_are_checked() {
    let program = program(&["g9(c) :- mark@2(c, x, y); x != 3; 2 < x; 5 <= y"]);
    let rows: [[u64; 3]; 5] = [[7, 4, 5], [7, 3, 5], [7, 2, 5], [7, 4, 4], [7, 4, 1 << 56]];
    let facts = PublicFacts::new(rows.iter().map(|row| fact("mark", row)));
    let known = known(&facts, &[]);
    let honest = found(&program, &known, 1);
    for row in rows {
        let mut lie = honest.clone();
        lie.records[0] = BaseFact { arguments: fact("mark", &row).values, ..lie.records[0] };
        for (variable, number) in (1..).zip(row) {
            lie.instances[1].values.insert(variable, value(number));
        }
        let expected = if row == rows[0] { Ok(()) } else { Err(Fault::Condition(1)) };
        assert_eq!(lie.holds(&program, &known, 1), expected, "{row:?}");
    }
    let mut lie = honest;
    lie.instances[1].values.insert(4, value(9));
    assert_eq!(lie.holds(&program, &known, 1), Err(Fault::Condition(1)));
}
