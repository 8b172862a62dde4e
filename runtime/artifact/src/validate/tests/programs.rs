//! Policy classes: kinds, goals, the shape of `allow`, services.

use super::{accepted, refused, wild_cell};
use crate::sample::{access, cell, goal, variable};
use crate::{
    Access, Artifact, ClassKind, Comparison, Fault, GoalRule, Literal, Permission, Place, Service, Term,
};

/// The class of `/services/ai`: it has guards, two clauses and services.
fn services(artifact: &Artifact) -> u32 {
    artifact.classes.iter().position(|class| !class.services.is_empty()).unwrap() as u32
}

fn place(goal: u16) -> Place {
    Place::ClassGoal {
        class: services(&crate::sample::realistic()),
        permission: Permission::Invoke.ordinal() as u8,
        goal,
    }
}

/// Changes the invoke program of that class, keeping the classes sorted.
fn invoke(change: impl FnOnce(&mut Access)) -> impl FnOnce(&mut Artifact) {
    |artifact| {
        let class = services(artifact) as usize;
        change(&mut artifact.classes[class].access[Permission::Invoke.ordinal()]);
    }
}

/// Puts a body in the place of the guard's: goal 0, which may call nothing.
fn body(body: Vec<Literal>) -> impl FnOnce(&mut Artifact) {
    invoke(|access| access.goals[0].rules = vec![GoalRule { body }])
}

#[test]
fn classes_are_sorted_and_unique() {
    refused(|artifact| artifact.classes.swap(0, 1), Place::Class(1), Fault::Order);
    refused(|artifact| artifact.classes[1] = artifact.classes[0].clone(), Place::Class(1), Fault::Order);
}

#[test]
fn kinds_refer_to_what_is_there() {
    let kind = |from: ClassKind, to: ClassKind| {
        move |artifact: &mut Artifact| {
            artifact
                .classes
                .iter_mut()
                .filter(|class| class.kind == from)
                .for_each(|class| class.kind = to.clone());
        }
    };
    let unknown = |what| Fault::Reference { what, number: 1 };
    refused(kind(ClassKind::Redirect(0), ClassKind::Redirect(1)), Place::Class(3), unknown("redirect"));
    refused(kind(ClassKind::Gateway(0), ClassKind::Gateway(1)), Place::Class(4), unknown("gateway"));
}

#[test]
fn a_redirect_class_has_no_program() {
    let redirect = |change: fn(&mut crate::PolicyClass)| {
        move |artifact: &mut Artifact| {
            let class = artifact.classes.iter_mut().find(|class| class.kind == ClassKind::Redirect(0));
            change(class.unwrap());
        }
    };
    let (place, fault) = (Place::Class(3), Fault::RedirectProgram);
    refused(redirect(|class| class.access[0] = access(false, &[], &[])), place, fault);
    refused(redirect(|class| class.access[2].proof = true), place, fault);
    let service = |class: &mut crate::PolicyClass| {
        class.services.push(Service { priority: 1, cell: cell(1), coordinator: false });
    };
    refused(redirect(service), place, fault);
}

#[test]
fn a_program_has_goals_that_call_earlier_ones() {
    refused(invoke(|access| access.goals.clear()), place(0), Fault::GoalCount);
    let call = |goal| vec![Literal::Goal { goal }];
    refused(body(call(0)), place(0), Fault::GoalOrder { called: 0 });
    refused(body(call(3)), place(0), Fault::GoalOrder { called: 3 });
    let earlier = |called| {
        invoke(move |access| {
            access.goals[2].rules = vec![GoalRule { body: vec![Literal::Goal { goal: called }] }]
        })
    };
    accepted(earlier(1));
    refused(earlier(2), place(2), Fault::GoalOrder { called: 2 });
}

#[test]
fn the_rules_of_a_goal_are_sorted() {
    refused(invoke(|access| access.goals[2].rules.reverse()), place(2), Fault::Order);
    refused(
        invoke(|access| access.goals[2].rules[1] = access.goals[2].rules[0].clone()),
        place(2),
        Fault::Order,
    );
}

/// The sample's invoke program: goal 0 is the guard, 1 and 2 are clauses, 3 is `allow`.
#[test]
fn the_last_goal_is_what_the_lists_say() {
    let shape = |change: fn(&mut Access)| refused(invoke(change), place(3), Fault::AllowShape);
    shape(|access| access.guards.clear());
    shape(|access| access.guards = vec![1]);
    shape(|access| access.clauses = vec![1]);
    shape(|access| access.clauses = vec![1, 2, 2]);
    shape(|access| access.clauses = vec![1, 3]);
    shape(|access| access.clauses = vec![1, u16::MAX]);
    shape(|access| access.goals[3].rules.truncate(1));
    shape(|access| {
        access.goals[3].rules[1].body.remove(0);
        access.goals[3].rules.sort();
    });
    shape(|access| access.goals[3].rules[1].body.swap(0, 1));
    shape(|access| access.goals[3].rules[1].body.push(Literal::Stake { at_least: 0 }));
    shape(|access| access.goals[3].rules.insert(0, GoalRule { body: vec![] }));
    // Clauses are named by their place, in whatever order their goals are numbered.
    accepted(invoke(|access| access.clauses.reverse()));
}

#[test]
fn a_guard_may_be_called_twice_and_a_program_grant_nobody() {
    accepted(|artifact| {
        invoke(|access| {
            access.guards = vec![0, 0];
            for rule in &mut access.goals[3].rules {
                rule.body.insert(0, Literal::Goal { goal: 0 });
            }
        })(artifact);
        artifact.texts.classes.clear();
    });
    let class = |artifact: &mut Artifact| {
        let class = services(artifact) as usize;
        artifact.classes[class].access[1] = access(true, &[goal(&[vec![]])], &[]);
        artifact.texts.classes.clear();
        artifact.classes.sort();
        // Its place among the classes may have changed, and with it what the rows mean; the form is still valid.
    };
    let mut artifact = crate::sample::realistic();
    class(&mut artifact);
    assert_eq!(super::super::programs::validate(&artifact), Ok(()));
}

#[test]
fn members_are_sorted_cells_and_stakes_are_ints() {
    let member = |cells: Vec<crate::CellId>| body(vec![Literal::Member { cells, negated: false }]);
    accepted(member(vec![]));
    accepted(member(vec![cell(1), cell(2)]));
    refused(member(vec![cell(2), cell(1)]), place(0), Fault::Order);
    refused(member(vec![cell(1), cell(1)]), place(0), Fault::Order);
    refused(member(vec![wild_cell()]), place(0), Fault::Cell);
    let stake = |at_least| body(vec![Literal::Stake { at_least }]);
    accepted(stake((1 << 56) - 1));
    refused(stake(1 << 56), place(0), Fault::Int);
}

#[test]
fn the_caller_is_a_bound_cell_and_segments_are_texts_within_the_limit() {
    let granted =
        |who: Term, what: Term| body(vec![crate::sample::holds(crate::sample::GRANTED, &[who, what])]);
    let revoked = |what: Term| body(vec![crate::sample::not(crate::sample::REVOKED, &[what])]);
    accepted(granted(variable(0), Term::Segment(11)));
    refused(granted(variable(0), Term::Segment(12)), place(0), Fault::SegmentNumber);
    refused(granted(variable(0), variable(0)), place(0), Fault::Type);
    refused(granted(Term::Segment(0), Term::Segment(0)), place(0), Fault::Type);
    refused(granted(variable(2), Term::Segment(0)), place(0), Fault::VariableNumbering);
    accepted(granted(variable(1), variable(2)));
    refused(revoked(variable(0)), place(0), Fault::Type);
    refused(revoked(variable(1)), place(0), Fault::Unbound { variable: 1 });
    accepted(body(vec![crate::sample::compare(variable(0), Comparison::Equal, variable(0))]));
}

#[test]
fn services_are_sorted_by_priority_then_cell() {
    let change = |change: fn(&mut Vec<Service>)| {
        move |artifact: &mut Artifact| {
            let class = services(artifact) as usize;
            change(&mut artifact.classes[class].services);
        }
    };
    let place = Place::Class(services(&crate::sample::realistic()));
    refused(change(|services| services.swap(0, 1)), place, Fault::Order);
    refused(change(|services| services.swap(1, 2)), place, Fault::Order);
    refused(change(|services| services[1].cell = services[0].cell), place, Fault::Order);
    refused(change(|services| services[0].cell = wild_cell()), place, Fault::Cell);
}
