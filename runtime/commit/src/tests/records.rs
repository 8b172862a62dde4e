//! Every record as the list of blocks it hashes, and its digest for ever.

use crate::hash::{Kind, MODULUS, hash_elements};
use crate::record::*;
use crate::*;
use dregg_artifact::{CellId, Column, Relation, Type, Value, Visibility, Writer};
use winter_crypto::hashers::Rp64_256;
use winter_math::fields::f64::BaseElement;

pub(super) fn relation(name: &str, types: &[Type], visibility: Visibility) -> Relation {
    let column = |(at, ty): (usize, &Type)| Column { name: format!("c{at}"), ty: *ty };
    let columns = types.iter().enumerate().map(column).collect();
    Relation { name: name.to_owned(), columns, visibility, writer: Writer::Council }
}

pub(super) fn cell(number: u8) -> CellId {
    cell_of(&[number; 32], &proving_key(&[number; 32]))
}

fn delegated() -> FactElements {
    let types = [Type::Cell, Type::Cell, Type::Text, Type::Int];
    let values =
        [Value::Cell(cell(1)), Value::Cell(cell(2)), Value::Text("tier2".to_owned()), Value::Int(100)];
    FactElements::new(&relation("delegated", &types, Visibility::Held), &values).unwrap()
}

fn granted(who: u8, what: &str) -> FactElements {
    let relation = relation("granted", &[Type::Cell, Type::Text], Visibility::Public);
    FactElements::new(&relation, &[Value::Cell(cell(who)), Value::Text(what.to_owned())]).unwrap()
}

/// The permutation by hand: what a circuit does.
fn by_hand(preimage: &Preimage) -> Digest {
    let mut state = [BaseElement::new(0); 12];
    for (slot, value) in state.iter_mut().zip(preimage.capacity()) {
        *slot = BaseElement::new(value);
    }
    for block in preimage.blocks() {
        for (slot, value) in state[4..].iter_mut().zip(block) {
            *slot = BaseElement::new(*value);
        }
        Rp64_256::apply_permutation(&mut state);
    }
    Digest(std::array::from_fn(|at| state[4 + at].as_int()))
}

#[test]
fn records_are_frozen() {
    let salt = salt_elements(&[5; 32]);
    let (owner, signer) = (Digest::from_bytes(&cell(1).0).unwrap(), Digest::from_bytes(&cell(2).0).unwrap());
    let fact = delegated();
    let commitment = fact.held(salt).digest();
    let frozen = [
        (granted(1, "tier2").public(), "5a7bd40c2904644f1a1e3ac26158a0e675a2f36c51ac5422e0ca30856a9d1c76"),
        (fact.public(), "6416fb756bdbce11bf64753bc9e7ed71bc2a2ea178d08621ae602831cf27a04b"),
        (fact.held(salt), "f6edd1f44351d975bf8dafc2a885e11c795a39af3db73e290f391d80186480ce"),
        (granted(1, "tier2").held(salt), "bb30658170b26c328058e3832804c1293ac46fcf9a2502b6ce4363e544a97c25"),
        (
            credential(commitment, signer, fact.relation, 12),
            "7456c3380386e14b3599cd147b5ca3bb826e8b0000f9575c307ddea2c3041794",
        ),
        (stake(owner, 12_000, salt), "49c3cf6aefd3eb746faaa89f3b12cb33482f6a7d0ce13a03caf11165bf876adf"),
        (
            gap(fact.relation, 0, facts::LAST_HIGH),
            "3877c792ba4b25625f0f424e5c0e72aae51a4fae30fafb23068e9586f6716b56",
        ),
        (
            caller(owner, salt_elements(&[5; 32])),
            "d9afa67eb6bf1bdb7dfdac4d2bc5afeea01bc73ecf98f0408636217bb621dfa6",
        ),
    ];
    for (preimage, digest) in frozen {
        assert_eq!(CellId(preimage.digest().to_bytes()).to_hex(), digest, "{preimage:?}");
        assert_eq!(preimage.digest(), by_hand(&preimage));
    }
}

#[test]
fn elements_of_relations_sets_and_salts_are_frozen() {
    let types = [Type::Cell, Type::Text];
    assert_eq!(relation_element(&relation("granted", &types, Visibility::Public)), 4924844377030523396);
    assert_eq!(relation_element(&relation("granted", &types, Visibility::Held)), 4924844377030523396);
    assert_eq!(member_relation(), 196116452018321530);
    let set = set_element(&[cell(1), cell(2)]);
    assert_eq!(
        CellId(set.to_bytes()).to_hex(),
        "6b72b506987058a4db94b255ff9545a7296e08a6af30e89360f75cf13f8fe13c"
    );
    assert_eq!(salt_elements::<3>(&[5; 32]), [6152427812557597281, 3782290223414018368, 6890569316747066582]);
}

#[test]
fn blocks_are_as_documented() {
    let salt = [7, 8, 9];
    let fact = granted(1, "a");
    let [v0, v1] = [cell_limbs(1), text_digest("a").0];
    let first = |x: [u64; 4]| [x[0], x[1], x[2], x[3], v0[0], v0[1], v0[2], v0[3]];
    let second = [v1[0], v1[1], v1[2], v1[3], 0, 0, 0, 0];
    let public = fact.public();
    assert_eq!((public.kind(), public.capacity()), (Kind::Record, [8, 2, 2, 0]));
    assert_eq!(public.blocks(), [first([fact.relation, 0, 0, 0]), second]);
    let held = fact.held(salt);
    assert_eq!((held.kind(), held.capacity()), (Kind::Held, [8, 8, 2, 0]));
    assert_eq!(held.blocks(), [first([fact.relation, 7, 8, 9]), second]);
    let four = delegated();
    let [.., v3] = four.values;
    assert_eq!(four.public().capacity(), [8, 2, 3, 0]);
    assert_eq!(four.public().blocks()[2], [v3.0[0], 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(v3, Digest([100, 0, 0, 0]));

    let (one, two) = (Digest([1, 2, 3, 4]), Digest([5, 6, 7, 8]));
    let leaf = credential(one, two, 40, 41);
    assert_eq!(leaf.capacity(), [8, 9, 2, 0]);
    assert_eq!(leaf.blocks(), [[1, 2, 3, 4, 5, 6, 7, 8], [40, 41, 0, 0, 0, 0, 0, 0]]);
    assert_eq!(stake(two, 30, salt).capacity(), [8, 10, 0, 0]);
    assert_eq!(stake(two, 30, salt).blocks(), [[30, 7, 8, 9, 5, 6, 7, 8]]);
    assert_eq!(gap(40, 3, 9).capacity(), [8, 11, 0, 0]);
    assert_eq!(gap(40, 3, 9).blocks(), [[40, 3, 9, 0, 0, 0, 0, 0]]);
    assert_eq!(caller(one, [5, 6, 7, 8]).capacity(), [8, 12, 0, 0]);
    assert_eq!(caller(one, [5, 6, 7, 8]).blocks(), [[1, 2, 3, 4, 5, 6, 7, 8]]);
    let limbs = [vec![2], cell_limbs(1).to_vec(), cell_limbs(2).to_vec()].concat();
    assert_eq!(set_element(&[cell(1), cell(2)]), hash_elements(Kind::Set, &limbs));
}

fn cell_limbs(number: u8) -> [u64; 4] {
    cell(number).limbs()
}

#[test]
fn only_facts_of_the_columns_types_are_facts() {
    let relation = relation("granted", &[Type::Cell, Type::Int], Visibility::Public);
    let new = |values: &[Value]| FactElements::new(&relation, values).is_some();
    assert!(new(&[Value::Cell(cell(1)), Value::Int((1 << 56) - 1)]));
    assert!(!new(&[Value::Cell(cell(1)), Value::Int(1 << 56)]));
    assert!(!new(&[Value::Cell(CellId([0xff; 32])), Value::Int(1)]));
    assert!(!new(&[Value::Cell(cell(1)), Value::Text("1".to_owned())]));
    assert!(!new(&[Value::Cell(cell(1))]));
    assert!(!new(&[Value::Cell(cell(1)), Value::Int(1), Value::Int(1)]));
    assert!(FactElements::member(Digest::ZERO, &cell(1)).is_some());
    assert!(FactElements::member(Digest::ZERO, &CellId([0xff; 32])).is_none());
}

#[test]
fn the_name_and_the_types_make_the_relation() {
    let public = Visibility::Public;
    let mut elements = vec![
        relation_element(&relation("a", &[Type::Cell], public)),
        relation_element(&relation("b", &[Type::Cell], public)),
        relation_element(&relation("a", &[Type::Text], public)),
        relation_element(&relation("a", &[Type::Cell, Type::Cell], public)),
        relation_element(&relation("a", &[], public)),
        member_relation(),
    ];
    elements.sort();
    elements.dedup();
    assert_eq!(elements.len(), 6);
}

#[test]
fn every_part_of_a_record_reaches_its_digest() {
    let salt = salt_elements(&[1; 32]);
    let fact = delegated();
    let mut digests = vec![fact.public().digest(), fact.held(salt).digest(), fact.held([0; 3]).digest()];
    for at in 0..4 {
        let mut other = fact;
        other.values[at].0[3] ^= 1;
        digests.push(other.held(salt).digest());
        digests.push(other.public().digest());
    }
    digests.push(FactElements { relation: fact.relation ^ 1, ..fact }.held(salt).digest());
    let (one, two) = (Digest([1; 4]), Digest([2; 4]));
    let leaves = [
        credential(one, two, 3, 4),
        credential(two, one, 3, 4),
        credential(one, two, 4, 3),
        stake(one, 3, [4, 5, 6]),
        stake(two, 3, [4, 5, 6]),
        stake(one, 4, [4, 5, 6]),
        stake(one, 3, [4, 5, 7]),
        gap(1, 2, 3),
        gap(2, 2, 3),
        gap(1, 1, 3),
        gap(1, 2, 4),
        caller(one, [3; 4]),
        caller(two, [3; 4]),
        caller(one, [4; 4]),
    ];
    digests.extend(leaves.iter().map(Preimage::digest));
    let all = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), all);
}

#[test]
fn salts_are_elements_and_depend_on_every_byte() {
    let salt = salt_elements::<4>(&[1; 32]);
    assert!(salt.iter().all(|limb| *limb < MODULUS));
    assert_eq!(salt_elements::<3>(&[1; 32]), salt[..3]);
    for byte in 0..32 {
        let mut other = [1; 32];
        other[byte] ^= 1;
        assert_ne!(salt_elements::<4>(&other), salt);
    }
}
