//! The proof that the forms of a table agree, and that it fails for forms that do not.

use super::super::{Budget, Product, build, dfa_disagreement, index_disagreement, number_sets, route_index};
use super::naive::*;
use super::random_tables::random_table;
use dregg_artifact::{Dfa, Leaf, Pattern, RouteIndex, Row};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

fn leaf(pattern: usize) -> Leaf {
    Leaf::Route(pattern as u32)
}

fn forms(table: &[Pattern]) -> (Product, Dfa, RouteIndex) {
    let product = build(table, &sets(), &Budget::DEFAULT).expect("not ambiguous");
    let dfa = product.to_dfa(|accept| accept.patterns.len() as u32);
    let mut table = table.to_vec();
    let sets = number_sets(&mut table, &sets());
    let leaves: Vec<(Pattern, Leaf)> = table.into_iter().zip((0..).map(leaf)).collect();
    (product, dfa, route_index(&leaves, sets))
}

#[test]
fn forms_of_one_table_agree() {
    for seed in 4000..4080 {
        let table = random_table(&mut ChaCha8Rng::seed_from_u64(seed));
        let (product, dfa, index) = forms(&table);
        assert_eq!(
            dfa_disagreement(&product, &dfa, |accept| accept.patterns.len() as u32),
            None,
            "seed {seed}"
        );
        assert_eq!(index_disagreement(&product, &index, leaf), None, "seed {seed}");
    }
    let (product, dfa, index) = forms(&[]);
    assert_eq!(dfa_disagreement(&product, &dfa, |_| 0), None);
    assert_eq!(index_disagreement(&product, &index, leaf), None);
}

#[test]
fn the_shortest_difference_of_a_dfa_is_shown() {
    let table = patterns(&["/a/**", "/a/{0}", "/b", "/*/c"][..3]);
    let (product, dfa, _) = forms(&table);
    let class = |accept: &super::super::Accept| accept.patterns.len() as u32;
    let changed = |change: &dyn Fn(&mut Vec<Row>)| {
        let mut rows = dfa.rows().to_vec();
        change(&mut rows);
        dfa_disagreement(&product, &Dfa::new(rows, dfa.states()), class)
    };
    assert_eq!(changed(&|_| {}), None);
    // Another table.
    let (other, _, _) = forms(&patterns(&["/a/**", "/a/{0}"]));
    assert_eq!(dfa_disagreement(&other, &dfa, class).as_deref(), Some("/b"));
    assert_eq!(dfa_disagreement(&product, &other.to_dfa(class), class).as_deref(), Some("/b"));
    assert_eq!(dfa_disagreement(&product, &Dfa::default(), class).as_deref(), Some("/a"));
    // Every row matters.
    for at in 0..dfa.rows().len() {
        let without = changed(&|rows| _ = rows.remove(at));
        assert!(without.is_some(), "without row {at}");
    }
    assert_eq!(dfa_disagreement(&product, &dfa, |accept| accept.least.min(1) as u32).as_deref(), Some("/a"));
}

#[test]
fn the_shortest_difference_of_an_index_is_shown() {
    let table = patterns(&["/a/**", "/a/{0}", "/a/v1", "/*/c", "/", "/a/c"]);
    let (product, _, index) = forms(&table);
    assert_eq!(index_disagreement(&product, &index, leaf), None);
    let changed = |change: &dyn Fn(&mut RouteIndex)| {
        let mut index = index.clone();
        change(&mut index);
        index_disagreement(&product, &index, leaf)
    };
    assert_eq!(changed(&|index| index.nodes[0].exact = None).as_deref(), Some("/"));
    assert_eq!(changed(&|index| index.nodes[0].tail = Some(Leaf::Route(0))).as_deref(), Some("/b"));
    assert_eq!(changed(&|index| index.nodes[0].any = None).as_deref(), Some("/b/c"));
    assert_eq!(changed(&|index| index.nodes[1].tail = None).as_deref(), Some("/a"));
    assert_eq!(changed(&|index| drop(index.nodes[1].literals.pop())).as_deref(), Some("/a/v1"));
    assert_eq!(changed(&|index| index.nodes[1].sets.clear()).as_deref(), Some("/a/v0"));
    assert_eq!(changed(&|index| index.nodes.clear()).as_deref(), Some("/"));
}

#[test]
fn a_wrong_order_of_sets_is_shown() {
    let table = patterns(&["/{2}", "/{3}", "/{2}/**"]);
    let (product, _, index) = forms(&table);
    let mut swapped = index.clone();
    swapped.nodes[0].sets.reverse();
    assert_eq!(index_disagreement(&product, &index, leaf), None);
    let witness = index_disagreement(&product, &swapped, leaf).expect("a set tried before its subset");
    assert_eq!(witness, "/a");
    assert_ne!(index.find(path(&witness)), swapped.find(path(&witness)));
}

#[test]
fn random_changes_of_an_index_are_found_or_change_nothing() {
    let mut found = 0;
    for seed in 5000..5040 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let table = random_table(&mut random);
        let (product, _, mut index) = forms(&table);
        let count = index.nodes.len();
        let node = &mut index.nodes[below(&mut random, count)];
        match below(&mut random, 4) {
            0 => node.exact = Some(Leaf::Route(u32::MAX)),
            1 => node.tail = None,
            2 => node.any = None,
            _ => node.literals.truncate(node.literals.len() / 2),
        }
        let witness = index_disagreement(&product, &index, leaf);
        found += usize::from(witness.is_some());
        for pattern in table.iter().cycle().take(200) {
            let text = random_member(&mut random, pattern);
            let expected = product.find(path(&text)).map(|accept| leaf(accept.least));
            let differs = index.find(path(&text)) != expected;
            assert!(!differs || witness.is_some(), "seed {seed}: {text}");
        }
        if let Some(witness) = witness {
            let expected = product.find(path(&witness)).map(|accept| leaf(accept.least));
            assert_ne!(index.find(path(&witness)), expected, "seed {seed}: {witness}");
        }
    }
    assert!(found > 10, "{found}");
}
