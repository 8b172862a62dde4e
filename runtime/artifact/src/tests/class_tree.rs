//! Leaves and openings: accepted where they stand, refused anywhere else.

use crate::{
    Access, Artifact, ClassKind, ClassLeaf, Opening, PolicyClass, class_leaf, class_opening, class_root,
    sample, verify_opening,
};

/// An artifact with so many classes; nothing else about it matters here.
fn of_size(count: u32) -> Artifact {
    let mut artifact = sample::realistic();
    let access = |_| [Access::default(), Access::default(), Access::default()];
    artifact.classes = (0..count)
        .map(|n| PolicyClass { kind: ClassKind::Gateway(n), access: access(n), services: vec![] })
        .collect();
    artifact
}

#[test]
fn a_leaf_holds_what_its_class_can_reach_and_no_more() {
    let artifact = sample::realistic();
    for number in 0..artifact.classes.len() as u32 {
        let leaf = ClassLeaf::decode(&class_leaf(&artifact, number)).unwrap();
        let class = &artifact.classes[number as usize];
        assert_eq!((leaf.class, &leaf.content, &leaf.limits), (number, class, &artifact.limits));
        assert_eq!(
            leaf.redirect.as_ref(),
            (class.kind == ClassKind::Redirect(0)).then(|| &artifact.redirects[0])
        );
        assert_eq!(
            leaf.gateway.as_ref(),
            (class.kind == ClassKind::Gateway(0)).then(|| &artifact.gateways[0])
        );
        for (number, predicate) in &leaf.predicates {
            assert_eq!(*predicate, artifact.predicates[*number as usize]);
        }
        for (number, relation) in &leaf.relations {
            assert_eq!(*relation, artifact.relations[*number as usize]);
        }
        let numbers: (Vec<u32>, Vec<u32>) = (
            leaf.predicates.iter().map(|(number, _)| *number).collect(),
            leaf.relations.iter().map(|(number, _)| *number).collect(),
        );
        // Through `capability` to `holds`, which calls itself; `within` beside it.
        let expected: (&[u32], &[u32]) = match (&class.kind, class.services.is_empty()) {
            (ClassKind::Route, false) => (&[0, 1, 2], &[0, 1, 2, 3]),
            (ClassKind::Gateway(_), _) => (&[0, 1], &[0, 1, 2]),
            (ClassKind::Redirect(_), _) => (&[], &[]),
            (ClassKind::Route, true) if class.access[0].goals[0].rules[0].body.is_empty() => (&[], &[]),
            (ClassKind::Route, true) => (&[], &[1]),
        };
        assert_eq!((numbers.0.as_slice(), numbers.1.as_slice()), expected, "class {number}");
    }
    assert_eq!(class_leaf(&artifact, 5), Vec::<u8>::new());
    assert_eq!(class_opening(&artifact, 5), None);
}

#[test]
fn a_leaf_is_exactly_its_bytes() {
    let leaf = class_leaf(&sample::realistic(), 2);
    for length in 0..leaf.len() {
        assert!(ClassLeaf::decode(&leaf[..length]).is_err(), "{length}");
    }
    let mut longer = leaf.clone();
    longer.push(0);
    assert!(ClassLeaf::decode(&longer).is_err());
}

/// The gateway's delegation program belongs to the envelope's leaf.
#[test]
fn a_delegation_reaches_predicates_too() {
    let mut artifact = sample::realistic();
    let class = artifact.classes.iter().position(|class| class.kind == ClassKind::Gateway(0)).unwrap();
    artifact.classes[class].access = [sample::closed(), sample::closed(), sample::closed()];
    let leaf = ClassLeaf::decode(&class_leaf(&artifact, class as u32)).unwrap();
    assert_eq!(leaf.predicates.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1]);
    artifact.gateways[0].delegation = None;
    let leaf = ClassLeaf::decode(&class_leaf(&artifact, class as u32)).unwrap();
    assert_eq!(leaf.predicates, []);
}

#[test]
fn every_class_opens_where_it_stands_and_nowhere_else() {
    for count in [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17] {
        let artifact = of_size(count);
        let root = class_root(&artifact);
        for class in 0..count {
            let opening = class_opening(&artifact, class).unwrap();
            assert!(verify_opening(&opening, &root), "{class} of {count}");
            for index in (0..=count).filter(|index| *index != class) {
                assert!(!verify_opening(&Opening { index, ..opening.clone() }, &root));
                // With the stated number changed as well.
                let mut leaf = opening.leaf.clone();
                leaf[..4].copy_from_slice(&index.to_le_bytes());
                assert!(!verify_opening(&Opening { index, leaf, ..opening.clone() }, &root));
            }
            for other in (0..20).filter(|other| *other != count) {
                assert!(!verify_opening(&Opening { count: other, ..opening.clone() }, &root));
            }
        }
        assert_eq!(class_opening(&artifact, count), None);
    }
}

#[test]
fn changed_openings_are_refused() {
    let artifact = of_size(6);
    let root = class_root(&artifact);
    let good = class_opening(&artifact, 2).unwrap();
    assert!(verify_opening(&good, &root));
    for at in 0..good.leaf.len() {
        let mut bent = good.clone();
        bent.leaf[at] ^= 1;
        assert!(!verify_opening(&bent, &root));
    }
    for level in 0..good.siblings.len() {
        let mut bent = good.clone();
        bent.siblings[level][0] ^= 1;
        assert!(!verify_opening(&bent, &root));
    }
    let mut swapped = good.clone();
    swapped.siblings.swap(0, 1);
    let mut short = good.clone();
    short.siblings.pop();
    let mut long = good.clone();
    long.siblings.push([0; 32]);
    let empty = Opening { leaf: Vec::new(), index: 0, count: 0, siblings: Vec::new() };
    let huge = Opening { index: u32::MAX - 1, count: u32::MAX, ..good.clone() };
    for opening in [swapped, short, long, empty, huge] {
        assert!(!verify_opening(&opening, &root));
    }
    assert!(!verify_opening(&good, &class_root(&of_size(7))));
}

#[test]
fn the_number_of_classes_is_under_the_root() {
    let mut roots: Vec<[u8; 32]> = (0..20).map(|count| class_root(&of_size(count))).collect();
    roots.sort_unstable();
    roots.dedup();
    assert_eq!(roots.len(), 20);
}

/// Two nodes written as a leaf hash to no node: leaves and nodes have domains of their own.
#[test]
fn a_node_is_no_leaf() {
    let artifact = of_size(2);
    let root = class_root(&artifact);
    let siblings: Vec<[u8; 32]> =
        (0..2).flat_map(|class| class_opening(&artifact, class).unwrap().siblings).collect();
    let leaf = [siblings[1], siblings[0]].concat();
    let index = u32::from_le_bytes(leaf[..4].try_into().unwrap());
    for count in [1, 2, index.saturating_add(1)] {
        let forged = Opening { leaf: leaf.clone(), index, count, siblings: Vec::new() };
        assert!(!verify_opening(&forged, &root));
    }
}
