//! GitHub's REST routes, from the policy in `examples/github-api`.
//!
//! Routers have no regular sets, so here a capture is any segment. Routes that then match the same paths become one, and
//! where two overlap without one lying inside the other, the common paths get a route of their own, as the policy does
//! it too.

use super::{Route, Segment, Table};
use std::fs;
use std::path::Path;

/// The routes of the example.
pub fn github() -> Table {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/github-api/github.dregg");
    let text = fs::read_to_string(file).expect("the example is in the tree");
    let mut table = Table::default();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("route ") {
            // The body begins at a brace after a blank; those of captures touch a slash.
            let path = rest.split(" { ").next().unwrap_or(rest).trim();
            table.add(path);
        }
    }
    cover(&mut table);
    table.close()
}

/// Adds routes for the common paths of overlapping routes until there is nothing to add.
fn cover(table: &mut Table) {
    let mut next = 0;
    while next < table.routes.len() {
        let common: Vec<Route> =
            table.routes[..next].iter().filter_map(|other| common(&table.routes[next], other)).collect();
        for route in common {
            if table.known.insert(route.clone()) {
                table.routes.push(route);
            }
        }
        next += 1;
    }
}

/// The paths both match. The table has no tails.
fn common(one: &Route, other: &Route) -> Option<Route> {
    assert!(!one.tail && !other.tail, "GitHub has no tails");
    if one.segments.len() != other.segments.len() {
        return None;
    }
    let segments = one.segments.iter().zip(&other.segments).map(|pair| match pair {
        (Segment::Literal(one), Segment::Literal(other)) => (one == other).then_some(Segment::Literal(*one)),
        (Segment::Literal(word), Segment::Parameter) | (Segment::Parameter, Segment::Literal(word)) => {
            Some(Segment::Literal(*word))
        }
        (Segment::Parameter, Segment::Parameter) => Some(Segment::Parameter),
    });
    Some(Route { segments: segments.collect::<Option<_>>()?, tail: false })
}
