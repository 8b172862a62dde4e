//! The DFA's rows, and where redirects walk.

use super::{accepted, refused};
use crate::alphabet::END;
use crate::{Artifact, BadPath, ClassKind, Dfa, Fault, Place, Row};

/// Changes the rows; the number of states stays unless given.
fn rows(change: impl FnOnce(&mut Vec<Row>)) -> impl FnOnce(&mut Artifact) {
    |artifact| {
        let mut rows = artifact.dfa.rows().to_vec();
        change(&mut rows);
        artifact.dfa = Dfa::new(rows, artifact.dfa.states());
    }
}

fn end_row(artifact: &Artifact) -> usize {
    artifact.dfa.rows().iter().position(|row| row.lo == END).unwrap()
}

/// The first row from `state`, and its number.
fn first_of(artifact: &Artifact, state: u32) -> usize {
    artifact.dfa.rows().iter().position(|row| row.state == state).unwrap()
}

#[test]
fn targets_are_in_range() {
    let sample = crate::sample::realistic();
    let states = sample.dfa.states();
    let unknown = |what, number| Fault::Reference { what, number };
    refused(rows(|rows| rows[0].next = states), Place::Row(0), unknown("state", states));
    refused(rows(|rows| rows[0].state = states), Place::Row(0), unknown("state", states));
    refused(rows(|rows| rows[0].next = u32::MAX), Place::Row(0), unknown("state", u32::MAX));
    let end = end_row(&sample);
    let place = Place::Row(end as u32);
    refused(rows(|rows| rows[end].next = 5), place, unknown("policy class", 5));
    accepted(rows(|rows| rows[end].next = 4));
}

#[test]
fn intervals_are_symbols_or_the_end() {
    let sample = crate::sample::realistic();
    let wide = sample.dfa.rows().iter().position(|row| row.lo < row.hi).unwrap();
    let place = Place::Row(wide as u32);
    refused(rows(|rows| rows[wide].lo = rows[wide].hi + 1), place, Fault::Interval);
    refused(rows(|rows| rows[wide].hi = END), place, Fault::Interval);
    refused(rows(|rows| rows[wide].hi = END + 1), place, Fault::Interval);
    let end = end_row(&sample);
    let place = Place::Row(end as u32);
    refused(rows(|rows| rows[end].hi = END + 1), place, Fault::Interval);
    refused(rows(|rows| (rows[end].lo, rows[end].hi) = (255, 255)), place, Fault::Interval);
}

#[test]
fn intervals_of_a_state_are_disjoint() {
    let sample = crate::sample::realistic();
    let copied = |rows: &mut Vec<Row>| rows.push(rows[0]);
    refused(rows(copied), Place::State(0), Fault::Overlap);
    let end = sample.dfa.rows()[end_row(&sample)];
    refused(rows(move |rows| rows.push(Row { next: 0, ..end })), Place::State(end.state), Fault::Overlap);
}

#[test]
fn states_are_numbered_by_first_appearance() {
    let sample = crate::sample::realistic();
    let (one, two) = (first_of(&sample, 1), first_of(&sample, 2));
    refused(rows(|rows| rows.swap(one, two)), Place::Row(one as u32), Fault::StateNumbering);
    refused(rows(|rows| rows[0].state = 1), Place::Row(0), Fault::StateNumbering);
}

#[test]
fn every_state_has_a_row_and_is_reached() {
    let states = crate::sample::realistic().dfa.states();
    // A further state that nothing enters, though it has a row.
    let orphan = |artifact: &mut Artifact| {
        let mut rows = artifact.dfa.rows().to_vec();
        rows.push(Row { state: states, lo: 1, hi: 1, next: states });
        artifact.dfa = Dfa::new(rows, states + 1);
    };
    refused(orphan, Place::State(states), Fault::Unreachable);
    // One that is entered and has no row.
    let bare = |artifact: &mut Artifact| {
        let rows = artifact.dfa.rows().to_vec();
        artifact.dfa = Dfa::new(rows, states + 1);
    };
    refused(bare, Place::State(states), Fault::Unreachable);
}

/// More states than rows is refused before any state costs memory.
#[test]
fn states_are_believed_only_up_to_the_rows() {
    let mut artifact = crate::sample::realistic();
    artifact.dfa = Dfa::new(artifact.dfa.rows().to_vec(), 100);
    let error = Artifact::decode(&artifact.encode()).unwrap_err();
    assert_eq!(error, Fault::Unreachable.at(Place::Dfa));
}

#[test]
fn a_redirect_walks_to_its_class_and_its_target_to_none() {
    let place = Place::Redirect(0);
    refused(|artifact| artifact.redirects[0].to = "/latest".into(), place, Fault::WalkEnd);
    refused(|artifact| artifact.redirects[0].to = "/nowhere".into(), place, Fault::WalkEnd);
    refused(|artifact| artifact.redirects[0].from = "/services/ai".into(), place, Fault::WalkEnd);
    refused(|artifact| artifact.redirects[0].from = "/nowhere".into(), place, Fault::WalkEnd);
    accepted(|artifact| artifact.redirects[0].to = "/acme/x".into());
    accepted(|artifact| artifact.redirects[0].to = "/public".into());
    let bad = |to: &str, reason| {
        let to = to.to_owned();
        refused(move |artifact| artifact.redirects[0].to = to, place, Fault::Path(reason));
    };
    bad("", BadPath::NotAbsolute);
    bad("public", BadPath::NotAbsolute);
    bad("/public/", BadPath::TrailingSlash);
    bad("/public/../x", BadPath::DotSegment(8));
    bad("/public/a b", BadPath::Byte(9, b' '));
}

/// The `END` row of a redirect's source is sent to an ordinary class, so the redirect is never taken.
#[test]
fn a_redirect_without_its_class_is_refused() {
    let sample = crate::sample::realistic();
    let class = sample.classes.iter().position(|class| class.kind == ClassKind::Redirect(0)).unwrap() as u32;
    let lost = |rows: &mut Vec<Row>| {
        let end = |row: &&mut Row| row.lo == END && row.next == class;
        rows.iter_mut().filter(|row| end(row)).for_each(|row| row.next = 0);
    };
    refused(rows(lost), Place::Redirect(0), Fault::WalkEnd);
}
