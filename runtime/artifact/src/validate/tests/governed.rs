//! Gateways, tombstones, governance, texts.

use super::{accepted, refused, wild_cell};
use crate::sample::{access, cell, goal};
use crate::{Artifact, BadPath, Fault, Gateway, Governance, Limits, Literal, Place, Segment, Writer};

#[test]
fn a_gateway_has_just_its_own_route() {
    let at = Place::Gateway(0);
    refused(|artifact| artifact.routes[0].gateway = None, at, Fault::Envelope);
    refused(|artifact| artifact.routes[2].gateway = Some(0), at, Fault::Envelope);
    refused(|artifact| artifact.gateways[0].prefix = "/public".into(), at, Fault::Envelope);
    refused(|artifact| artifact.gateways[0].prefix = "/acme/x".into(), at, Fault::Envelope);
    refused(
        |artifact| artifact.gateways[0].prefix = "/acme/".into(),
        at,
        Fault::Path(BadPath::TrailingSlash),
    );
    let unknown = Fault::Reference { what: "gateway", number: 1 };
    refused(|artifact| artifact.routes[2].gateway = Some(1), Place::Route(2), unknown);
    let second = |prefix: &str| {
        let gateway = Gateway { prefix: prefix.to_owned(), owner: cell(1), delegation: None };
        |artifact: &mut Artifact| artifact.gateways.push(gateway)
    };
    refused(second("/zoo"), Place::Gateway(1), Fault::Envelope);
    refused(second("/acme"), Place::Gateway(1), Fault::Order);
    let both = |artifact: &mut Artifact| {
        second("/public")(artifact);
        artifact.routes[2].gateway = Some(1);
    };
    accepted(both);
    refused(|artifact| artifact.gateways[0].owner = wild_cell(), at, Fault::Cell);
}

#[test]
fn delegations_are_bounded_and_plain_programs() {
    let change = |change: fn(&mut crate::Delegation)| {
        move |artifact: &mut Artifact| change(artifact.gateways[0].delegation.as_mut().unwrap())
    };
    let at = Place::Gateway(0);
    accepted(change(|delegation| delegation.depth = Limits::DELEGATION_DEPTH));
    refused(change(|delegation| delegation.depth = Limits::DELEGATION_DEPTH + 1), at, Fault::Delegation);
    accepted(change(|delegation| delegation.max_routes = Limits::GATEWAY_ROUTES));
    refused(change(|delegation| delegation.max_routes = Limits::GATEWAY_ROUTES + 1), at, Fault::Delegation);
    refused(change(|delegation| delegation.to.proof = true), at, Fault::DelegatePrograms);
    let guarded = change(|delegation| delegation.to = access(false, &[goal(&[vec![]])], &[goal(&[vec![]])]));
    refused(guarded, at, Fault::DelegatePrograms);
    let place = |goal| Place::GatewayGoal { gateway: 0, goal };
    refused(change(|delegation| delegation.to.goals.clear()), place(0), Fault::GoalCount);
    let calls = change(|delegation| delegation.to.goals[0] = goal(&[vec![Literal::Goal { goal: 0 }]]));
    refused(calls, place(0), Fault::GoalOrder { called: 0 });
    let short = change(|delegation| delegation.to.goals[1].rules.clear());
    refused(short, place(1), Fault::AllowShape);
    // It may admit nobody, but not by a goal that no clause names.
    accepted(change(|delegation| delegation.to = access(false, &[], &[])));
    let unnamed = change(|delegation| {
        delegation.to = access(false, &[], &[]);
        delegation.to.goals = vec![goal(&[vec![Literal::Stake { at_least: 5 }]])];
    });
    refused(unnamed, place(0), Fault::AllowShape);
}

#[test]
fn tombstones_are_sorted_patterns() {
    let segment = |segment: Segment| {
        move |artifact: &mut Artifact| artifact.tombstones[0].pattern.segments = vec![segment]
    };
    let at = Place::Tombstone(0);
    accepted(segment(Segment::Any));
    refused(segment(Segment::Literal("..".into())), at, Fault::Segment);
    refused(segment(Segment::Set(1)), at, Fault::Reference { what: "segment set", number: 1 });
    let twice = |artifact: &mut Artifact| artifact.tombstones.push(artifact.tombstones[0].clone());
    refused(twice, Place::Tombstone(1), Fault::Order);
    // A path may be removed more than once.
    accepted(|artifact: &mut Artifact| {
        let mut again = artifact.tombstones[0].clone();
        again.removed_at += 1;
        artifact.tombstones.push(again);
    });
}

#[test]
fn a_threshold_is_more_than_half_and_at_most_all() {
    let council = |members: u8, threshold: u32| {
        move |artifact: &mut Artifact| {
            let governance: &mut Governance = artifact.governance.as_mut().unwrap();
            governance.council = (1..=members).map(cell).collect();
            governance.threshold = threshold;
        }
    };
    for (members, threshold) in [(1, 1), (2, 2), (3, 2), (3, 3), (4, 3), (5, 3), (5, 5)] {
        accepted(council(members, threshold));
    }
    for (members, threshold) in
        [(0, 0), (0, 1), (1, 0), (1, 2), (2, 1), (3, 1), (4, 2), (5, 6), (5, u32::MAX)]
    {
        refused(council(members, threshold), Place::Governance, Fault::Threshold);
    }
}

#[test]
fn a_council_is_a_set_of_cells_and_stakes_have_a_writer() {
    let change = |change: fn(&mut Governance)| {
        move |artifact: &mut Artifact| change(artifact.governance.as_mut().unwrap())
    };
    let at = Place::Governance;
    refused(change(|governance| governance.council.swap(0, 1)), at, Fault::Order);
    refused(change(|governance| governance.council[1] = governance.council[0]), at, Fault::Order);
    refused(change(|governance| governance.council[2] = wild_cell()), at, Fault::Cell);
    refused(change(|governance| governance.stakes = Writer::Column(0)), at, Fault::Writer);
    refused(change(|governance| governance.stakes = Writer::Cells(vec![cell(2), cell(1)])), at, Fault::Order);
    accepted(change(|governance| governance.stakes = Writer::Council));
}

#[test]
fn texts_stand_one_for_one_or_not_at_all() {
    accepted(|artifact| artifact.texts = crate::Texts::default());
    refused(|artifact| drop(artifact.texts.routes.pop()), Place::Texts, Fault::TextCount);
    refused(|artifact| drop(artifact.texts.classes.pop()), Place::Texts, Fault::TextCount);
    let captures =
        |captures: Vec<(u8, String)>| |artifact: &mut Artifact| artifact.texts.routes[1].captures = captures;
    let name = || "name".to_owned();
    let at = Place::RouteText(1);
    refused(captures(vec![(3, name())]), at, Fault::TextCount);
    refused(captures(vec![(2, name()), (1, name())]), at, Fault::TextCount);
    refused(captures(vec![(1, name()), (1, name())]), at, Fault::TextCount);
    accepted(captures(vec![(2, name())]));
    let class = |artifact: &mut Artifact| artifact.texts.classes[0][1].push(name());
    refused(class, Place::ClassText(0), Fault::TextCount);
}
