//! Segment sets, the trie's shape, and placement.

use super::{accepted, refused};
use crate::alphabet::{END, SLASH, symbol};
use crate::{Artifact, BadPath, Fault, IndexNode, Leaf, Place, Redirect, Route, Segment, SegmentSet};

/// Changes the sample's only set.
fn set(change: impl FnOnce(&mut SegmentSet)) -> impl FnOnce(&mut Artifact) {
    |artifact| change(&mut artifact.index.sets[0])
}

/// Changes a node.
fn node(number: usize, change: impl FnOnce(&mut IndexNode)) -> impl FnOnce(&mut Artifact) {
    move |artifact| change(&mut artifact.index.nodes[number])
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
    refused(|artifact| artifact.index.sets.push(crate::sample::version()), Place::Set(1), Fault::Order);
}

#[test]
fn children_come_after_their_only_parent() {
    // Nodes: 0 root, 1 acme, 2 latest, 3 m, 4 {name}, 5 {rev}, 6 public, 7 services, 8 ai.
    refused(node(3, |node| node.any = Some(3)), Place::Node(3), Fault::ChildOrder);
    refused(node(3, |node| node.any = Some(0)), Place::Node(3), Fault::ChildOrder);
    refused(node(3, |node| node.any = Some(5)), Place::Node(5), Fault::Parents);
    refused(node(3, |node| node.any = Some(9)), Place::Node(3), Fault::Reference { what: "node", number: 9 });
    let orphan = |artifact: &mut Artifact| {
        artifact.index.nodes.push(IndexNode { exact: Some(Leaf::Route(0)), ..IndexNode::default() });
    };
    refused(orphan, Place::Node(9), Fault::Parents);
}

#[test]
fn every_branch_ends_somewhere() {
    let bare = |artifact: &mut Artifact| {
        artifact.index.nodes[8].any = Some(9);
        artifact.index.nodes.push(IndexNode::default());
    };
    refused(bare, Place::Node(9), Fault::EmptyNode);
    refused(|artifact| artifact.index.nodes.clear(), Place::Index, Fault::EmptyNode);
}

#[test]
fn literals_are_sorted_segments() {
    let renamed = |text: &str| {
        let text = text.to_owned();
        node(7, move |node| node.literals[0].0 = text)
    };
    for text in ["", ".", "..", "a/b", "a b", "\u{e9}", "a%20"] {
        refused(renamed(text), Place::Node(7), Fault::Segment);
    }
    refused(node(0, |node| node.literals.swap(0, 1)), Place::Node(0), Fault::Order);
    refused(node(0, |node| node.literals[1].0 = "acme".into()), Place::Node(0), Fault::Order);
}

#[test]
fn sets_of_a_node_are_known_and_named_once() {
    let unknown = Fault::Reference { what: "segment set", number: 1 };
    refused(node(4, |node| node.sets[0].0 = 1), Place::Node(4), unknown);
    let twice = |artifact: &mut Artifact| {
        artifact.index.nodes[4].sets.push((0, 9));
        artifact.index.nodes.push(IndexNode { exact: Some(Leaf::Route(0)), ..IndexNode::default() });
    };
    refused(twice, Place::Node(4), Fault::Order);
}

#[test]
fn leaves_are_known_and_placed_once_where_their_pattern_leads() {
    let unknown = |what, number| Fault::Reference { what, number };
    refused(node(8, |node| node.exact = Some(Leaf::Route(4))), Place::Node(8), unknown("route", 4));
    refused(node(2, |node| node.exact = Some(Leaf::Redirect(1))), Place::Node(2), unknown("redirect", 1));
    // Swapped routes, a route under another path, one as exact instead of with its tail, one at two places.
    let swapped = |artifact: &mut Artifact| {
        artifact.index.nodes[1].tail = Some(Leaf::Route(2));
        artifact.index.nodes[6].tail = Some(Leaf::Route(0));
    };
    refused(swapped, Place::Route(0), Fault::Placement);
    refused(node(7, |node| node.literals[0].0 = "aj".into()), Place::Route(3), Fault::Placement);
    refused(node(6, |node| node.exact = node.tail.take()), Place::Route(2), Fault::Placement);
    refused(node(6, |node| node.exact = node.tail), Place::Index, Fault::Placement);
    refused(node(2, |node| node.exact = Some(Leaf::Route(3))), Place::Redirect(0), Fault::Placement);
    refused(node(2, |node| node.tail = node.exact.take()), Place::Redirect(0), Fault::Placement);
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
    refused(unplaced, Place::Route(4), Fault::Placement);
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
