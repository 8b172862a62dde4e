//! What has no program, and why.

use super::*;

#[track_caller]
fn assert_refused(leaf: &ClassLeaf, error: ProgramError) {
    assert_eq!(Program::of(&query(leaf)).err(), Some(error));
}

#[test]
fn what_has_no_program() {
    let mut redirect = clause(&[]);
    redirect.content.kind = ClassKind::Redirect(0);
    redirect.content.access = Default::default();
    assert_refused(&redirect, ProgramError::Redirect);

    let too_large = [holds(HELD, &[variable(0), int(1 << 56)])];
    assert_refused(&clause(&too_large), ProgramError::IntTooLarge);
    let epoch = clause(&[holds(HELD, &[variable(0), Term::Epoch])]);
    let last = Query { epoch: (1 << 56) - 1, ..query(&epoch) };
    assert!(Program::of(&last).is_ok());
    assert_eq!(Program::of(&Query { epoch: 1 << 56, ..last }), Err(ProgramError::IntTooLarge));

    assert_refused(&clause(&[member([255], false)]), ProgramError::Cell);
    let nobody = clause(&[]);
    let caller = Some(cell(255));
    assert_eq!(Program::of(&Query { caller, ..query(&nobody) }), Err(ProgramError::Cell));

    let mut twice = clause(&[]);
    let (_, mark) = relations().remove(0);
    twice.relations.push((9, mark));
    assert_refused(&twice, ProgramError::Collision(0, 9));
    let mut reserved = clause(&[]);
    let both = [Type::Cell];
    let mut member_of = relation("member of (set,", &both, Visibility::Public, Writer::Council);
    member_of.name = "member of (set,cell)".to_owned();
    reserved.relations.push((9, member_of));
    // Its name would have to be that text without the columns that follow a name.
    assert!(Program::of(&query(&reserved)).is_ok());
}

#[test]
fn what_is_too_large() {
    // The caller and 254 variables more; the language's own numbers end there, and a constant is one too many.
    let pair = |place: u8| holds(MARK, &[variable(2 * place + 1), variable(2 * place + 2)]);
    let mut body: Vec<Literal> = (0..127).map(pair).collect();
    assert!(Program::of(&query(&clause(&body))).is_ok());
    body.push(holds(MARK, &[variable(0), text("a")]));
    assert_refused(&clause(&body), ProgramError::Variables);
    assert_refused(&clause(&[holds(MARK, &[variable(255), text("a")])]), ProgramError::Variables);
    let many: Vec<Literal> = (0..255).map(|number| holds(HELD, &[variable(0), int(number)])).collect();
    assert_refused(&clause(&many), ProgramError::Variables);
    let fits: Vec<Literal> = many.into_iter().take(254).collect();
    assert!(Program::of(&query(&clause(&fits))).is_ok());

    let bodies: Vec<GoalRule> = (0..2_000)
        .map(|number| GoalRule {
            body: vec![holds(HELD, &[variable(0), int(number)]), compare(int(0), Comparison::Less, int(1))],
        })
        .collect();
    let mut large = access(&[&[]], &[], &[0]);
    large.goals[0].rules = bodies;
    assert!(Program::of(&query(&leaf(large.clone(), vec![]))).unwrap().atoms.len() > 6_000);
    let again = large.goals[0].rules.clone();
    large.goals[0].rules.extend(again);
    assert_refused(&leaf(large, vec![]), ProgramError::TooLarge);

    // Goals and predicates never share a number.
    let mut many = access(&[&[&[]]], &[], &[0]);
    many.goals.resize((PREDICATES - RESERVED) as usize, Goal::default());
    assert!(Program::of(&query(&leaf(many.clone(), vec![]))).is_ok());
    many.goals.push(Goal::default());
    assert_refused(&leaf(many, vec![]), ProgramError::TooLarge);
}

#[test]
fn leaves_of_no_valid_policy() {
    let refused = |leaf: &ClassLeaf| assert_refused(leaf, ProgramError::Malformed);
    refused(&clause(&[not(HELD, &[variable(0), variable(1)])]));
    refused(&clause(&[holds(99, &[variable(0)])]));
    refused(&clause(&[holds(MARK, &[variable(0)])]));
    refused(&clause(&[call(0, &[variable(0)])]));
    refused(&clause(&[Literal::Goal { goal: 0 }]));
    refused(&leaf(Access::default(), vec![]));
    let goal_only: [&[Literal]; 4] = [
        &[member([1], false)],
        &[Literal::Stake { at_least: 0 }],
        &[Literal::Goal { goal: 0 }],
        &[holds(MARK, &[variable(0), Term::Segment(0)])],
    ];
    for body in goal_only {
        let head: &[Term] = &[variable(0)];
        let rules = predicate("p", &[(Type::Cell, false)], &[(head, body)]);
        let calls: &[Literal] = &[call(0, &[variable(0)])];
        refused(&leaf(access(&[&[calls]], &[], &[0]), vec![(0, rules)]));
    }
    let mut signed = clause(&[holds(SIGNED, &[variable(0), variable(0), text("a"), int(1)])]);
    signed.relations[2].1.writer = Writer::Column(4);
    refused(&signed);
    let mut wide = clause(&[holds(MARK, &vec![variable(0); 5])]);
    wide.relations[0].1.columns = vec![Column { name: "c".to_owned(), ty: Type::Cell }; 5];
    refused(&wide);
}
