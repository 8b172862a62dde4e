//! The proof that a DFA is its table's, and that it fails for one that is not.

use super::super::{Budget, Product, build, dfa_disagreement};
use super::naive::*;
use super::random_tables::random_table;
use dregg_artifact::{Dfa, Pattern, Row};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

fn forms(table: &[Pattern]) -> (Product, Dfa) {
    let product = build(table, &sets(), &Budget::DEFAULT).expect("not ambiguous");
    let dfa = product.to_dfa(|accept| accept.patterns.len() as u32);
    (product, dfa)
}

#[test]
fn forms_of_one_table_agree() {
    for seed in 4000..4080 {
        let table = random_table(&mut ChaCha8Rng::seed_from_u64(seed));
        let (product, dfa) = forms(&table);
        assert_eq!(
            dfa_disagreement(&product, &dfa, |accept| accept.patterns.len() as u32),
            None,
            "seed {seed}"
        );
    }
    let (product, dfa) = forms(&[]);
    assert_eq!(dfa_disagreement(&product, &dfa, |_| 0), None);
}

#[test]
fn the_shortest_difference_of_a_dfa_is_shown() {
    let table = patterns(&["/a/**", "/a/{0}", "/b", "/*/c"][..3]);
    let (product, dfa) = forms(&table);
    let class = |accept: &super::super::Accept| accept.patterns.len() as u32;
    let changed = |change: &dyn Fn(&mut Vec<Row>)| {
        let mut rows = dfa.rows().to_vec();
        change(&mut rows);
        dfa_disagreement(&product, &Dfa::new(rows, dfa.states()), class)
    };
    assert_eq!(changed(&|_| {}), None);
    // Another table.
    let (other, _) = forms(&patterns(&["/a/**", "/a/{0}"]));
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
