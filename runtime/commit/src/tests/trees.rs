//! Trees and their openings.

use crate::hash::node;
use crate::tree::DEPTH;
use crate::*;

fn leaves(count: u64) -> Vec<Digest> {
    (1..=count).map(|number| Digest([number; 4])).collect()
}

#[test]
fn shapes_are_as_documented() {
    let (zero, one, two, three) = (Digest::ZERO, Digest([1; 4]), Digest([2; 4]), Digest([3; 4]));
    let empty = Tree::new(Vec::new());
    assert_eq!((empty.root(), empty.depth(), empty.open(0)), (node(zero, zero), 1, None));
    assert_eq!((empty.digest(0, 0), empty.digest(0, 1), empty.digest(0, 2)), (Some(zero), Some(zero), None));
    let single = Tree::new(leaves(1));
    assert_eq!((single.root(), single.depth()), (node(one, zero), 1));
    assert_eq!(Tree::new(leaves(2)).root(), node(one, two));
    let tree = Tree::new(leaves(3));
    assert_eq!((tree.root(), tree.depth()), (node(node(one, two), node(three, zero)), 2));
    let five = Tree::new(leaves(5));
    let right = node(node(Digest([5; 4]), zero), node(zero, zero));
    assert_eq!(five.digest(2, 1), Some(right));
    assert_eq!(five.digest(3, 0), Some(five.root()));
    assert_eq!((five.digest(3, 1), five.digest(4, 0)), (None, None));
}

#[test]
fn every_leaf_opens_where_it_stands_and_nowhere_else() {
    for count in [1, 2, 3, 8, 9, 31] {
        let tree = Tree::new(leaves(count));
        for (at, leaf) in (0u64..).zip(leaves(count)) {
            let siblings = tree.open(at as usize).unwrap();
            assert_eq!(siblings.len(), tree.depth());
            let root = Some(tree.root());
            assert_eq!(root_above(leaf, at, &siblings), root);
            assert_ne!(root_above(leaf, at ^ 1, &siblings), root);
            assert_ne!(root_above(Digest([0, 0, 0, 1]), at, &siblings), root);
            assert_eq!(root_above(leaf, at + (1 << tree.depth()), &siblings), None, "beyond the tree");
            assert_ne!(root_above(leaf, at, &siblings[1..]), root, "a level short");
            for level in 0..siblings.len() {
                let mut bent = siblings.clone();
                bent[level].0[0] += 1;
                assert_ne!(root_above(leaf, at, &bent), root);
            }
        }
        assert_eq!(tree.open(count as usize), None);
    }
}

#[test]
fn openings_have_a_length() {
    assert_eq!(root_above(Digest::ZERO, 0, &[]), None);
    assert!(root_above(Digest::ZERO, 0, &[Digest::ZERO; DEPTH]).is_some());
    assert_eq!(root_above(Digest::ZERO, 0, &[Digest::ZERO; DEPTH + 1]), None);
}
