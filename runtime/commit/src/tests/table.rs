//! Lookup rows, their tree, and the encodings of values.

use crate::hash::{Kind, MODULUS, hash_block, hash_elements, node};
use crate::table::{CLASS_BASE, ROWS, row_elements};
use crate::*;
use dregg_artifact::alphabet::{END, SLASH};
use dregg_artifact::{CellId, Row, Value};
use winter_crypto::hashers::Rp64_256;
use winter_math::fields::f64::BaseElement;

fn hex(bytes: [u8; 32]) -> String {
    CellId(bytes).to_hex()
}

fn row(state: u32, lo: u8, hi: u8, next: u32) -> Row {
    Row { state, lo, hi, next }
}

/// A chain of states with an `END` row here and there, `count` rows in all.
fn rows(count: u32) -> Vec<Row> {
    let state = |n: u32| n / 5 * 4 + n % 5;
    let first_row = |state: u32| state / 4 * 5 + state % 4;
    let next = |n: u32| Some(state(n) + 1).filter(|next| first_row(*next) < count).unwrap_or(0);
    let row = |n: u32| match n % 5 {
        4 => row(state(n) - 1, END, END, n % 3),
        _ => row(state(n), SLASH, (n % 70) as u8, next(n)),
    };
    (0..count).map(row).collect()
}

/// The digest of a leaf as the tree gives its rows.
fn leaf_digest(tree: &TableTree, at: usize) -> Digest {
    let [(a, b), (c, d), (e, f), (g, h)] = tree.leaf(at).unwrap();
    hash_block(Kind::RowLeaf, 0, [a, b, c, d, e, f, g, h])
}

#[test]
fn roots_are_frozen() {
    let frozen = [
        (0, "0000000000000000000000000000000000000000000000000000000000000000"),
        (1, "07737cd203ecf76cbc7df000adbbc1fd1a87bead4acb1ee81d39d8aaa3ff6b07"),
        (4, "a1e8cc247de600a7c05e8c1236bfda1589d757582eb7c85dec2322dbfcdbfb65"),
        (5, "10561e1f1a10186d644ce5734fa5a11bb49e96eeb4aa524bdc871372aa61d113"),
        (23, "6e5ba633640da6a83fdcbe9fd404f7742f8e3e41976cc3b59d63c4721476b32f"),
    ];
    for (count, root) in frozen {
        assert_eq!(hex(table_root(&rows(count))), root, "{count} rows");
    }
}

#[test]
fn encodings_are_frozen() {
    let key = proving_key(&[7; 32]);
    assert_eq!(hex(key.to_bytes()), "44a4156d50d3c1bf56fef7274b09ad70c890743d29f6c659776e5eacff41969b");
    assert_eq!(
        cell_of(&[9; 32], &key).to_hex(),
        "c066ca84e2c880eba55c9f7cc58128a3a4ec9c440a27e59b44af3f792fb5fa23"
    );
    assert_eq!(
        hex(text_digest("").to_bytes()),
        "0ec8adf40733cfc2513c78e37f02a6e7eb55fe94e90b2226288043def6491398"
    );
    assert_eq!(
        hex(text_digest("tier2").to_bytes()),
        "1a2998556d5258fbd1043258a99cd9a552aab8e3238477b0b6f5e9b9af21120a"
    );
    assert_eq!(
        hex(text_digest(&"x".repeat(1024)).to_bytes()),
        "12adfbc0fa0dcf3f48dccad32d68e479535eb16e5feefcf58265dd2d0afbd8cd"
    );
}

#[test]
fn a_row_leaf_is_one_permutation_of_the_documented_state() {
    let row_list = [row(0, 0, 0, 1), row(1, 2, 3, 0), row(1, END, END, 5)];
    let one = u64::from(TableTree::new(&row_list).name(1).unwrap());
    let key = (one << 24) + (2 << 12) + 3;
    let leaf = [0, one, key, 0, (one << 24) + (76 << 12) + 76, (1 << 32) + 5, 0xff_ffff, 0];
    assert_eq!(table_root(&row_list), hash_block(Kind::RowLeaf, 0, leaf).to_bytes());
}

#[test]
fn a_block_is_one_permutation_of_capacity_and_rate() {
    let mut state = [8, 1, 0, 0, 10, 11, 12, 13, 14, 15, 16, 17].map(BaseElement::new);
    Rp64_256::apply_permutation(&mut state);
    let digest = Digest(std::array::from_fn(|at| state[4 + at].as_int()));
    assert_eq!(hash_block(Kind::RowLeaf, 0, [10, 11, 12, 13, 14, 15, 16, 17]), digest);
    // A second block overwrites the rate and leaves the capacity.
    let mut state = [8, 7, 2, 0, 9, 1, 2, 3, 4, 5, 6, 7].map(BaseElement::new);
    Rp64_256::apply_permutation(&mut state);
    state[4..].copy_from_slice(&[8, 0, 0, 0, 0, 0, 0, 0].map(BaseElement::new));
    Rp64_256::apply_permutation(&mut state);
    let digest = Digest(std::array::from_fn(|at| state[4 + at].as_int()));
    assert_eq!(hash_elements(Kind::Text, &[9, 1, 2, 3, 4, 5, 6, 7, 8]), digest);
}

#[test]
fn two_leaves_meet_in_a_node_of_kind_zero() {
    let tree = TableTree::new(&rows(8));
    assert_eq!(table_root(&rows(8)), node(leaf_digest(&tree, 0), leaf_digest(&tree, 1)).to_bytes());
}

#[test]
fn missing_leaves_are_zero_and_empty_subtrees_made_of_them() {
    let tree = TableTree::new(&rows(17));
    let leaf = |at: usize| leaf_digest(&tree, at);
    let left = node(node(leaf(0), leaf(1)), node(leaf(2), leaf(3)));
    let right = node(node(leaf(4), Digest::ZERO), node(Digest::ZERO, Digest::ZERO));
    assert_eq!((tree.depth(), tree.leaf(5)), (3, None));
    assert_eq!(table_root(&rows(17)), node(left, right).to_bytes());
}

#[test]
fn kinds_and_block_counts_separate_hashes() {
    let block = [1, 2, 3, 4, 5, 6, 7, 8];
    let kinds = Kind::ALL;
    let mut digests: Vec<Digest> = kinds.into_iter().map(|kind| hash_block(kind, 0, block)).collect();
    digests.push(hash_block(Kind::Text, 1, block));
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), kinds.len() + 1);
    assert_eq!(hash_elements(Kind::Text, &block), hash_block(Kind::Text, 1, block));
    assert_ne!(hash_elements(Kind::Text, &[1; 8]), hash_elements(Kind::Text, &[1, 1, 1, 1, 1, 1, 1, 1, 0]));
}

#[test]
fn the_root_depends_on_every_field_and_on_order() {
    let all = rows(11);
    let root = table_root(&all);
    for at in 0..all.len() {
        let Row { state, lo, hi, next } = all[at];
        let edits =
            [row(state + 1, lo, hi, next), row(state, lo, hi, next + 1), row(state, lo ^ 1, hi, next), {
                row(state, lo, hi ^ 1, next)
            }];
        for edit in edits {
            let mut other = all.clone();
            other[at] = edit;
            assert_ne!(table_root(&other), root, "row {at} as {edit:?}");
        }
        let mut other = all.clone();
        other.swap(at, (at + 1) % all.len());
        assert_ne!(table_root(&other), root);
    }
    assert_ne!(table_root(&all[..10]), root);
}

#[test]
fn padding_is_no_row_of_zeros() {
    let three = rows(3);
    let mut four = three.clone();
    four.push(row(0, 0, 0, 0));
    assert_ne!(table_root(&three), table_root(&four));
    // The filler's low 12 bits are beyond every `hi` a row or a walk can have.
    let tree = TableTree::new(&three);
    let (key, _) = tree.leaf(0).unwrap()[3];
    assert!(key % (1 << 12) > 76 + 255);
    assert_eq!(tree.opening(3), None);
}

#[test]
fn every_row_opens_where_it_stands_and_nowhere_else() {
    for count in [1, 3, 4, 5, 9, 16, 17, 37] {
        let all = rows(count);
        let tree = TableTree::new(&all);
        let root = table_root(&all);
        assert_eq!(tree.root(), root);
        for (at, row) in all.iter().enumerate() {
            let (opening, place, row) = (tree.opening(at).unwrap(), tree.place(at).unwrap(), tree.named(row));
            assert!(verify_row(&root, place, &row, &opening));
            assert!(!verify_row(&root, place ^ 1, &row, &opening), "neighbour in the leaf");
            assert!(!verify_row(&root, place ^ ROWS, &row, &opening), "neighbour leaf");
            let beyond = place + (ROWS << tree.depth());
            assert!(!verify_row(&root, beyond, &row, &opening), "beyond the tree");
        }
        assert_eq!(tree.opening(all.len()), None);
    }
}

#[test]
fn no_other_row_opens() {
    let all = rows(17);
    let tree = TableTree::new(&all);
    let root = tree.root();
    for (at, honest) in all.iter().enumerate() {
        let (opening, place, honest) =
            (tree.opening(at).unwrap(), tree.place(at).unwrap(), tree.named(honest));
        let mut lies =
            vec![Row { next: honest.next + 1, ..honest }, Row { state: honest.state + 1, ..honest }];
        lies.push(if honest.lo == END {
            // The class as a state to walk on from.
            Row { lo: 0, ..honest }
        } else {
            Row { lo: END, hi: END, ..honest }
        });
        for lie in lies {
            assert!(!verify_row(&root, place, &lie, &opening));
            let mut forged = opening.clone();
            forged.leaf[place % ROWS] = row_elements(&lie);
            assert!(!verify_row(&root, place, &lie, &forged));
        }
    }
}

#[test]
fn damaged_openings_are_refused() {
    let all = rows(17);
    let tree = TableTree::new(&all);
    let root = tree.root();
    let (at, honest) = (tree.place(6).unwrap(), tree.named(&all[6]));
    let good = tree.opening(6).unwrap();
    assert!(verify_row(&root, at, &honest, &good));

    let mut swapped = good.clone();
    swapped.siblings.swap(0, 1);
    assert!(!verify_row(&root, at, &honest, &swapped));
    let mut short = good.clone();
    short.siblings.pop();
    assert!(!verify_row(&root, at, &honest, &short));
    let mut long = good.clone();
    long.siblings.push([0; 32]);
    assert!(!verify_row(&root, at, &honest, &long));
    for level in 0..good.siblings.len() {
        for byte in 0..32 {
            let mut bent = good.clone();
            bent.siblings[level][byte] ^= 1;
            assert!(!verify_row(&root, at, &honest, &bent));
        }
    }
    let mut aliased = good.clone();
    aliased.leaf[1].1 += MODULUS;
    assert!(!verify_row(&root, at, &honest, &aliased), "the same elements in another spelling");
    assert!(!verify_row(&[0xff; 32], at, &honest, &good));
}

#[test]
fn a_node_is_no_leaf_of_a_shallower_tree() {
    let all = rows(8);
    let tree = TableTree::new(&all);
    let (left, right) = (tree.digest(0, 0).unwrap(), tree.digest(0, 1).unwrap());
    let ([a, b, c, d], [e, f, g, h]) = (left.0, right.0);
    let forged = RowOpening { leaf: [(a, b), (c, d), (e, f), (g, h)], siblings: Vec::new() };
    for at in 0..ROWS {
        for state in 0..3 {
            assert!(!verify_row(&tree.root(), at, &row(state, 0, 0, 1), &forged));
        }
    }
    assert_eq!(tree.digest(0, 2), None);
    assert_eq!(tree.digest(1, 0).unwrap().to_bytes(), tree.root());
    assert_eq!(tree.digest(2, 0), None);
}

#[test]
fn a_class_is_no_state() {
    assert_eq!(row_elements(&row(3, END, END, 9)), ((3 << 24) + (76 << 12) + 76, CLASS_BASE + 9));
    assert_eq!(row_elements(&row(3, 1, 2, 9)), ((3 << 24) + (1 << 12) + 2, 9));
}

#[test]
fn texts_differ_by_length_and_by_content() {
    let texts = ["", "\0", "\0\0", "a", "a\0", "aaaaaaa", "aaaaaaaa", "b"];
    let mut digests: Vec<Digest> = texts.into_iter().map(text_digest).collect();
    digests.push(text_digest(&"a".repeat(49)));
    digests.push(text_digest(&"a".repeat(50)));
    let all = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), all);
}

#[test]
fn values_enter_by_type() {
    assert_eq!(value_elements(&Value::Int(10_000)), Some(Digest([10_000, 0, 0, 0])));
    assert_eq!(value_elements(&Value::Int((1 << 56) - 1)), Some(Digest([(1 << 56) - 1, 0, 0, 0])));
    assert_eq!(value_elements(&Value::Int(1 << 56)), None);
    assert_eq!(value_elements(&Value::Text("a".into())), Some(text_digest("a")));
    let cell = cell_of(&[1; 32], &proving_key(&[2; 32]));
    assert!(cell.is_canonical());
    assert_eq!(value_elements(&Value::Cell(cell)).map(|digest| digest.to_bytes()), Some(cell.0));
    assert_eq!(value_elements(&Value::Cell(CellId([0xff; 32]))), None);
}

#[test]
fn a_cell_needs_both_its_keys() {
    let key = proving_key(&[2; 32]);
    let cell = cell_of(&[1; 32], &key);
    assert_ne!(cell, cell_of(&[3; 32], &key));
    assert_ne!(cell, cell_of(&[1; 32], &proving_key(&[3; 32])));
    for byte in 0..32 {
        let mut secret = [2; 32];
        secret[byte] ^= 0x80;
        assert_ne!(proving_key(&secret), key);
    }
}
