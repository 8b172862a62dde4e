//! The Merkle tree over the policy classes, and openings of single classes.
//!
//! A leaf holds all that a verifier of one class needs, so an opening is one leaf and one path: it shows what a policy
//! requires at a path without the rest of the policy. SPEC: `FORMAT.md`, "Class tree".

use crate::artifact::Artifact;
use crate::error::DecodeError;
use crate::limits::Limits;
use crate::policy::{ClassKind, Gateway, PolicyClass, Predicate, Redirect};
use crate::reach::{Reach, Reached, gateway_of};
use crate::relation::Relation;
use crate::wire::{Reader, Record, Section, Writer};

/// One class under a root: its leaf and the way up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The bytes of the leaf; [`ClassLeaf::decode`] reads them.
    pub leaf: Vec<u8>,
    /// The class.
    pub index: u32,
    /// How many classes the policy has.
    pub count: u32,
    /// The digests beside the way up, lowest first. A node without a neighbour moves up as it is and needs none.
    pub siblings: Vec<[u8; 32]>,
}

/// The content of a leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassLeaf {
    /// The class's number.
    pub class: u32,
    /// The policy's limits.
    pub limits: Limits,
    /// The class itself: kind, programs, services.
    pub content: PolicyClass,
    /// The redirect, if the class is one.
    pub redirect: Option<Redirect>,
    /// The gateway, if the class is its envelope.
    pub gateway: Option<Gateway>,
    /// Every predicate that the programs can reach, by its number, sorted.
    pub predicates: Vec<(u32, Predicate)>,
    /// Every relation that they use, by its number, sorted.
    pub relations: Vec<(u32, Relation)>,
}

impl ClassLeaf {
    /// Reads the bytes of a leaf.
    ///
    /// Checks their form only: rely on the content after [`verify_opening`] against the root of a policy that was
    /// validated when it was accepted, and on nothing else.
    ///
    /// # Errors
    /// [`DecodeError`] if the bytes are not exactly one leaf.
    pub fn decode(bytes: &[u8]) -> Result<ClassLeaf, DecodeError> {
        let mut input = Reader::new(Section::Classes, bytes);
        let leaf = ClassLeaf {
            class: input.u32()?,
            limits: Record::read(&mut input)?,
            content: Record::read(&mut input)?,
            redirect: Record::read(&mut input)?,
            gateway: Record::read(&mut input)?,
            predicates: Record::read(&mut input)?,
            relations: Record::read(&mut input)?,
        };
        input.finish()?;
        Ok(leaf)
    }
}

/// Writes the leaf of a class field by field, in the order of [`ClassLeaf`].
fn write_leaf(artifact: &Artifact, number: u32, class: &PolicyClass, reached: &Reached) -> Vec<u8> {
    let mut out = Writer::default();
    out.u32(number);
    artifact.limits.write(&mut out);
    class.write(&mut out);
    let redirect = match class.kind {
        ClassKind::Redirect(redirect) => artifact.redirects.get(redirect as usize),
        ClassKind::Route | ClassKind::Gateway(_) => None,
    };
    write_optional(redirect, &mut out);
    write_optional(gateway_of(artifact, class), &mut out);
    write_numbered(&reached.predicates, &artifact.predicates, &mut out);
    write_numbered(&reached.relations, &artifact.relations, &mut out);
    out.finish()
}

fn write_optional<T: Record>(value: Option<&T>, out: &mut Writer) {
    value.is_some().write(out);
    if let Some(value) = value {
        value.write(out);
    }
}

fn write_numbered<T: Record>(numbers: &[u32], all: &[T], out: &mut Writer) {
    let found: Vec<(u32, &T)> =
        numbers.iter().filter_map(|&number| Some((number, all.get(number as usize)?))).collect();
    out.count(found.len());
    for (number, value) in found {
        out.u32(number);
        value.write(out);
    }
}

/// The bytes of the leaf of a class. Empty if there is no such class.
pub fn class_leaf(artifact: &Artifact, class: u32) -> Vec<u8> {
    let Some(content) = artifact.classes.get(class as usize) else { return Vec::new() };
    write_leaf(artifact, class, content, &Reach::new(artifact).of(content))
}

/// The root of the tree over all classes, in their order.
pub fn class_root(artifact: &Artifact) -> [u8; 32] {
    let (mut level, count) = leaf_digests(artifact);
    while level.len() > 1 {
        level = level_above(&level);
    }
    top(count, level.first())
}

/// The opening of a class. `None` if there is no such class.
pub fn class_opening(artifact: &Artifact, class: u32) -> Option<Opening> {
    let (mut level, count) = leaf_digests(artifact);
    let mut at = class as usize;
    level.get(at)?;
    let mut siblings = Vec::new();
    while level.len() > 1 {
        siblings.extend(level.get(at ^ 1));
        level = level_above(&level);
        at /= 2;
    }
    Some(Opening { leaf: class_leaf(artifact, class), index: class, count, siblings })
}

/// Whether the leaf stands at its index under this root of a class tree.
///
/// SOUNDNESS: leaves, nodes and the top hash in domains of their own, the top binds the number of leaves, and index and
/// number fix at which levels there is a sibling; so of each leaf there is one place, and of each place one leaf. The
/// leaf states its own number as well.
pub fn verify_opening(opening: &Opening, root: &[u8; 32]) -> bool {
    let states_index = opening.leaf.first_chunk::<4>() == Some(&opening.index.to_le_bytes());
    if opening.index >= opening.count || !states_index {
        return false;
    }
    let (mut at, mut width) = (opening.index, opening.count);
    let mut siblings = opening.siblings.iter();
    let mut digest = leaf_digest(&opening.leaf);
    while width > 1 {
        if at ^ 1 < width {
            let Some(sibling) = siblings.next() else { return false };
            digest = if at & 1 == 0 { node(&digest, sibling) } else { node(sibling, &digest) };
        }
        at /= 2;
        width = width.div_ceil(2);
    }
    siblings.next().is_none() && top(opening.count, Some(&digest)) == *root
}

fn leaf_digests(artifact: &Artifact) -> (Vec<[u8; 32]>, u32) {
    let mut reach = Reach::new(artifact);
    let digests: Vec<[u8; 32]> = (0u32..)
        .zip(&artifact.classes)
        .map(|(number, class)| leaf_digest(&write_leaf(artifact, number, class, &reach.of(class))))
        .collect();
    let count = u32::try_from(digests.len()).unwrap_or(u32::MAX);
    (digests, count)
}

fn level_above(level: &[[u8; 32]]) -> Vec<[u8; 32]> {
    let pairs = level.chunks(2);
    pairs
        .filter_map(|pair| match pair {
            [left, right] => Some(node(left, right)),
            [alone] => Some(*alone),
            _ => None,
        })
        .collect()
}

fn leaf_digest(leaf: &[u8]) -> [u8; 32] {
    blake3::derive_key("dregg artifact 1 class leaf", leaf)
}

fn node(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("dregg artifact 1 class node");
    hasher.update(left);
    hasher.update(right);
    *hasher.finalize().as_bytes()
}

fn top(count: u32, digest: Option<&[u8; 32]>) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("dregg artifact 1 class tree");
    hasher.update(&count.to_le_bytes());
    if let Some(digest) = digest {
        hasher.update(digest);
    }
    *hasher.finalize().as_bytes()
}
