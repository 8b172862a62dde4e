//! Segment sets, and how the index numbers routes and redirects. Its own checks: `index/tests.rs`.

use super::{accepted, refused};
use crate::alphabet::{END, SLASH, symbol};
use crate::{Artifact, BadPath, Fault, Place, Redirect, Route, RouteIndex, Segment, SegmentSet};

/// Changes the sample's only set.
fn set(change: impl FnOnce(&mut SegmentSet)) -> impl FnOnce(&mut Artifact) {
    |artifact| change(&mut artifact.sets[0])
}

#[test]
fn a_set_stays_in_range_and_off_the_slash() {
    let place = Place::Set(0);
    let unknown = |number| Fault::Reference { what: "state", number };
    refused(set(|set| set.rows[2].3 = 3), place, unknown(3));
    refused(set(|set| set.rows[2].0 = 9), place, unknown(9));
    refused(set(|set| set.rows[0].1 = SLASH), place, Fault::Interval);
    refused(set(|set| set.rows[2].2 = END), place, Fault::Interval);
    refused(set(|set| set.rows[2].1 = set.rows[2].2 + 1), place, Fault::Interval);
}

#[test]
fn the_rows_of_a_set_are_sorted_and_disjoint() {
    let place = Place::Set(0);
    refused(set(|set| set.rows.swap(0, 1)), place, Fault::Overlap);
    refused(set(|set| set.rows.push(set.rows[2])), place, Fault::Overlap);
    accepted(set(|set| {
        let a = symbol(b'a').unwrap();
        set.rows.push((2, a, a, 1));
    }));
}

#[test]
fn the_states_of_a_set_lead_from_start_to_end() {
    let place = Place::Set(0);
    refused(set(|set| set.accepting.push(true)), place, Fault::Unreachable);
    refused(set(|set| set.accepting[2] = false), place, Fault::Unreachable);
    let dead = |set: &mut SegmentSet| {
        set.accepting.push(false);
        let a = symbol(b'a').unwrap();
        set.rows.push((2, a, a, 3));
    };
    refused(set(dead), place, Fault::Unreachable);
    refused(set(|set| *set = SegmentSet { accepting: vec![], rows: vec![] }), place, Fault::SetLanguage);
}

#[test]
fn a_set_holds_segments_only() {
    let place = Place::Set(0);
    refused(set(|set| set.accepting[0] = true), place, Fault::SetLanguage);
    let dot = symbol(b'.').unwrap();
    let dots = |count: usize| SegmentSet {
        accepting: (0..=count).map(|at| at == count).collect(),
        rows: (0..count as u32).map(|at| (at, dot, dot, at + 1)).collect(),
    };
    refused(set(|set| *set = dots(1)), place, Fault::SetLanguage);
    refused(set(|set| *set = dots(2)), place, Fault::SetLanguage);
    accepted(set(|set| *set = dots(3)));
}

#[test]
fn sets_are_sorted() {
    refused(|artifact| artifact.sets.push(crate::sample::version()), Place::Set(1), Fault::Order);
}

/// Lays the sample's index out again with other classes.
fn classed(change: impl FnOnce(&mut Vec<Option<u32>>)) -> impl FnOnce(&mut Artifact) {
    |artifact| {
        let index = &artifact.index;
        let mut classes: Vec<Option<u32>> =
            (0..index.patterns()).map(|pattern| index.class(pattern)).collect();
        change(&mut classes);
        artifact.index = RouteIndex::new(&index.graph(), &classes, index.routes()).unwrap();
    }
}

#[test]
fn the_index_counts_the_routes_and_redirects() {
    refused(|artifact| artifact.index = RouteIndex::default(), Place::Index, Fault::Placement);
    refused(classed(|classes| classes.push(None)), Place::Index, Fault::Placement);
    refused(|artifact| drop(artifact.routes.pop()), Place::Index, Fault::Placement);
}

#[test]
fn classes_of_patterns_are_there_and_of_their_kind() {
    let redirect = |artifact: &Artifact| artifact.index.class(4);
    let (route, target) = (crate::sample::realistic().index.class(3), redirect(&crate::sample::realistic()));
    let unknown = Fault::Reference { what: "policy class", number: 9 };
    refused(classed(|classes| classes[2] = Some(9)), Place::Route(2), unknown);
    refused(classed(|classes| classes[2] = target), Place::Route(2), Fault::WalkEnd);
    refused(classed(|classes| classes[4] = route), Place::Redirect(0), Fault::WalkEnd);
    // A pattern that decides no path has no class.
    accepted(classed(|classes| classes[2] = None));
}

#[test]
fn a_redirect_is_where_the_index_leads_its_path() {
    // The automaton is looked at first, so its source stays; the index alone is made for another path.
    let moved = |artifact: &mut Artifact| {
        let mut graph = artifact.index.graph();
        let key = graph.keys.iter().position(|key| key == "latest").unwrap();
        graph.keys[key] = "lateZZ".into();
        let classes: Vec<Option<u32>> = (0..5).map(|pattern| artifact.index.class(pattern)).collect();
        artifact.index = RouteIndex::new(&graph, &classes, 4).unwrap();
    };
    refused(moved, Place::Redirect(0), Fault::Placement);
}

#[test]
fn routes_and_redirects_are_sorted_and_unique() {
    refused(|artifact| artifact.routes.swap(2, 3), Place::Route(3), Fault::Order);
    let twice = |artifact: &mut Artifact| {
        let route: Route = artifact.routes[3].clone();
        artifact.routes.push(route);
    };
    refused(twice, Place::Route(4), Fault::Order);
    let unplaced = |artifact: &mut Artifact| {
        let pattern = crate::sample::pattern(&[Segment::Literal("z".into())], false);
        artifact.routes.push(Route { pattern, gateway: None, deprecated: None });
        artifact.texts.routes.clear();
    };
    refused(unplaced, Place::Index, Fault::Placement);
    // The walk of the automaton is looked at before the order of the list.
    let again = |artifact: &mut Artifact| {
        let redirect: Redirect = artifact.redirects[0].clone();
        artifact.redirects.push(redirect);
    };
    refused(again, Place::Redirect(1), Fault::WalkEnd);
    refused(
        |artifact| artifact.redirects[0].from = "latest".into(),
        Place::Redirect(0),
        Fault::Path(BadPath::NotAbsolute),
    );
}
