//! Hiding, as `docs/zero-knowledge.md` argues it: opened values are uniform whatever the witness is, secrets stand in no
//! encoding in a proof, and proofs of two witnesses cannot be told apart.
//!
//! `DREGG_HIDING=1000 cargo test --release -p dregg-tests --test hiding` runs everything at full size.

use dregg_air::options::{EXTENSION_DEGREE, HIDING_ROWS, MAX_LOG2_ROWS, MIN_LOG2_ROWS, QUERIES, real_rows};
use dregg_tests::hiding::points::{Points, extension};
use dregg_tests::hiding::quotient::{self, Taken};
use dregg_tests::hiding::{columns, deep, elimination};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use winter_math::polynom;

/// How many proofs of each witness the distinguishers get: by hand 1,000.
fn proofs() -> Option<usize> {
    std::env::var("DREGG_HIDING").ok().and_then(|number| number.parse().ok())
}

fn lengths() -> std::ops::RangeInclusive<u8> {
    MIN_LOG2_ROWS..=MAX_LOG2_ROWS
}

#[test]
fn opened_values_of_every_column_are_uniform() {
    let mut random = ChaCha20Rng::seed_from_u64(1);
    let needed = QUERIES + 2 * EXTENSION_DEGREE;
    for log2_rows in lengths() {
        let first = real_rows(log2_rows);
        assert!((1 << log2_rows) - first >= HIDING_ROWS);
        let points = Points::random(log2_rows, QUERIES, &mut random);
        for points in [points.clone(), points.in_pairs()] {
            let opened = points.positions.len();
            let main = columns::main(&points, first);
            assert_eq!((main.len(), elimination::rank(main)), (opened + 6, opened + 6), "{log2_rows}");
            let auxiliary = columns::auxiliary(&points, first);
            assert_eq!((auxiliary.len(), elimination::rank(auxiliary)), (opened + 2, opened + 2));
        }
        // One random row less than values opened, and they are no longer independent.
        let points = Points::random(log2_rows, QUERIES, &mut random);
        let main = columns::main(&points, (1 << log2_rows) - (needed - 1));
        assert_eq!((main.len(), elimination::rank(main)), (needed, needed - 1));
    }
}

#[test]
fn opened_values_of_the_quotient_are_uniform() {
    let mut random = ChaCha20Rng::seed_from_u64(2);
    let all: Vec<u8> = match proofs() {
        Some(_) => lengths().collect(),
        None => vec![MIN_LOG2_ROWS, MAX_LOG2_ROWS],
    };
    for log2_rows in all {
        let points = Points::random(log2_rows, QUERIES, &mut random);
        let factor = quotient::factor(&points, &mut random);
        let map = quotient::of_one_column(&points, &factor, &mut random);
        // The sum of both halves is known where the next row is opened.
        let rank = 3 * points.all().len() - points.followed();
        assert_eq!(elimination::rank(map), rank, "{log2_rows}");
    }
}

/// Of all blinding columns at once: every value opened of them and of the chunks is independent, but for the one equation
/// that the verifier checks where the next row is opened as well.
#[test]
fn chunks_and_their_blinds_are_uniform_together() {
    let mut random = ChaCha20Rng::seed_from_u64(3);
    let (queries, all) = match proofs() {
        Some(_) => (QUERIES, lengths().collect()),
        None => (4, vec![MIN_LOG2_ROWS, MAX_LOG2_ROWS]),
    };
    for log2_rows in all {
        let points = Points::random(log2_rows, queries, &mut random);
        for points in [points.clone(), points.in_pairs()] {
            let factor = quotient::factor(&points, &mut random);
            let (opened, followed) = (points.all().len(), points.followed());
            let mut rank = |columns, taken| {
                elimination::rank(quotient::of_all_columns(&points, &factor, columns, taken, &mut random))
            };
            assert_eq!(rank(6, Taken::Next), 13 * opened - followed, "{log2_rows}");
            // Taken from the row itself, the blinds would tell the chunks' sum at every query.
            assert_eq!(rank(6, Taken::Same), 12 * opened, "{log2_rows}");
            // One blinding column fewer leaves a chunk bare.
            assert_eq!(rank(5, Taken::Next), 11 * opened - followed, "{log2_rows}");
        }
    }
}

#[test]
fn the_deep_polynomial_is_uniform() {
    let mut random = ChaCha20Rng::seed_from_u64(4);
    for log2_rows in lengths().take(if proofs().is_some() { 6 } else { 2 }) {
        let points = Points::random(log2_rows, QUERIES, &mut random);
        let column: Vec<_> = (0..points.rows()).map(|_| extension(&mut random)).collect();
        let opened = deep::opened(&points, &column);
        let own = deep::part(&points, &column);
        assert_eq!(deep::column_of(&points, &own, opened.out), Some(column.clone()));
        // Any other that agrees with the opened values comes from one column, which shows the same values.
        let other = deep::uniform_part(&points, &opened, &mut random);
        assert_eq!(other.len(), points.rows() - 1);
        let made = deep::column_of(&points, &other, opened.out).expect("the values agree");
        assert_eq!(deep::opened(&points, &made), opened);
        assert_eq!(polynom::remove_leading_zeros(&deep::part(&points, &made)), other);
        assert_ne!(made, column);
        // One that does not agree comes from none.
        let next = opened.out[1] + extension(&mut random);
        assert_eq!(deep::column_of(&points, &other, [opened.out[0], next]), None);
    }
}
