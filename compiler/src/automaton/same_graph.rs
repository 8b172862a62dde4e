//! Whether two route graphs are one, but for the numbers of their nodes.

use dregg_artifact::{Otherwise, RouteGraph};

/// Whether each node that leads on from the root of one graph is a node of the other, under other numbers.
pub fn same_graph(one: &RouteGraph, other: &RouteGraph) -> bool {
    if one.keys != other.keys || one.matchers != other.matchers || one.nodes.len() != other.nodes.len() {
        return false;
    }
    let mut counterpart: Vec<Option<u32>> = vec![None; one.nodes.len()];
    let root = u32::try_from(one.nodes.len()).ok().and_then(|count| count.checked_sub(1));
    let mut pending: Vec<(u32, u32)> = root.map(|root| (root, root)).into_iter().collect();
    while let Some((left, right)) = pending.pop() {
        let Some(known) = counterpart.get_mut(left as usize) else { return false };
        if let Some(known) = known {
            if *known != right {
                return false;
            }
            continue;
        }
        *known = Some(right);
        let (Some(left), Some(right)) = (one.nodes.get(left as usize), other.nodes.get(right as usize))
        else {
            return false;
        };
        let literals = || left.literals.iter().zip(&right.literals);
        if left.accept != right.accept
            || left.literals.len() != right.literals.len()
            || literals().any(|(left, right)| left.0 != right.0)
        {
            return false;
        }
        pending.extend(literals().map(|(left, right)| (left.1, right.1)));
        match (&left.matcher, &right.matcher) {
            (None, None) => {}
            (Some((left, to)), Some((right, other))) if left == right && to.len() == other.len() => {
                pending.extend(to.iter().copied().zip(other.iter().copied()));
            }
            (Some(_), _) | (None, Some(_)) => return false,
        }
        match (left.otherwise, right.otherwise) {
            (Otherwise::Node(left), Otherwise::Node(right))
            | (Otherwise::Link(left), Otherwise::Link(right)) => {
                pending.push((left, right));
            }
            (left, right) if left == right => {}
            (Otherwise::Nothing | Otherwise::Node(_) | Otherwise::Link(_) | Otherwise::Stay, _) => {
                return false;
            }
        }
    }
    true
}
