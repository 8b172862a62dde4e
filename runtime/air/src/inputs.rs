//! The public inputs of the access statement: all that its constraints use, and the digest of everything else.
//!
//! The verifier makes them from what it trusts; nothing of them is read from a proof.

use crate::field::{Felt, felts, signed};
use crate::mask::{Mask, Whole};
use crate::program::{Atom, Program};
use crate::source::tree;
use crate::tuple::{self, Challenges, Tag};
use dregg_artifact::alphabet::END;
use dregg_commit::Digest;
use dregg_commit::table::CLASS_BASE;
use std::marker::PhantomData;
use winter_math::{FieldElement, ToElements};

/// Bounds of the policy that the constraints check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The most segments of a path, at least 1.
    pub segments: u64,
    /// The most symbols of a path, without the end.
    pub bytes: u64,
    /// The greatest height of a derivation.
    pub depth: u64,
}

/// How the path enters the statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathInput {
    /// The walk is shown beside the proof; the statement starts at the class.
    Opened,
    /// The symbols, without the end.
    Shown(Vec<u8>),
    /// A commitment, and in how many blocks of four symbols.
    Hidden {
        /// How many blocks.
        blocks: u64,
        /// The digest after the last one.
        commitment: Digest,
    },
}

/// The end of a walk over the rows of a tree: a policy class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// The tree of the rows: the policy's own, or that of a gateway's sub-table.
    pub tree: u64,
    /// The class.
    pub class: u32,
}

/// The public inputs.
#[derive(Clone, Debug)]
pub struct AccessInputs<M = Whole> {
    /// The digest of the whole statement, as elements: what binds the proof to one request.
    pub context: [Felt; 5],
    /// The roots, each with its tree; every one of them is opened.
    pub roots: Vec<(u64, Digest)>,
    /// The path.
    pub path: PathInput,
    /// Where it leads; empty for [`PathInput::Opened`].
    pub walks: Vec<Walk>,
    /// The commitment of a hidden caller.
    pub hidden_caller: Option<Digest>,
    /// The program of the class and permission.
    pub program: Program,
    /// The policy's bounds.
    pub bounds: Bounds,
    /// Which constraints are left out: none, outside tests of the tests.
    pub mask: PhantomData<M>,
}

/// The coordinates of an atom, in the order of [`tuple::rule`].
pub fn atom_elements(atom: &Atom) -> [Felt; 17] {
    let mut elements = [Felt::ZERO; 17];
    let header = [atom.pc, atom.kind.number(), atom.source, atom.predicate, u64::from(atom.last)];
    let header = header.into_iter().map(Felt::new);
    let variables = atom.variables.into_iter().map(|variable| Felt::new(u64::from(variable)));
    let occurrences = atom.occurrences.into_iter().map(signed);
    let all = header.chain(variables).chain(occurrences).chain(felts(&atom.constant));
    for (slot, element) in elements.iter_mut().zip(all) {
        *slot = element;
    }
    elements
}

/// A tuple that the statement puts on the bus itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicTerm {
    /// How often; negative for what it consumes.
    pub times: Felt,
    /// The kind.
    pub tag: Tag,
    /// The coordinates.
    pub coordinates: Vec<Felt>,
}

impl<M: Mask> AccessInputs<M> {
    /// The public side of the bus.
    pub fn terms(&self) -> Vec<PublicTerm> {
        let mut terms = Vec::new();
        let mut put = |times: i64, tag: Tag, coordinates: &[Felt]| {
            if !M::public(tag) {
                terms.push(PublicTerm { times: signed(times), tag, coordinates: coordinates.to_vec() });
            }
        };
        for (tree, root) in &self.roots {
            put(1, Tag::Claim, &tuple::claim(Felt::new(*tree), felts(root)).coordinates);
        }
        let walks = i64::try_from(self.walks.len()).unwrap_or(i64::MAX);
        match &self.path {
            PathInput::Opened => {}
            PathInput::Shown(symbols) => {
                for (index, symbol) in (0u64..).zip(symbols.iter().chain([&END])) {
                    let symbol = tuple::path(Felt::new(index), Felt::new(u64::from(*symbol)));
                    put(walks, Tag::Path, &symbol.coordinates);
                }
            }
            PathInput::Hidden { blocks, commitment } => {
                let last = Felt::new(tree::PATH + blocks) - Felt::ONE;
                put(1, Tag::HiddenPath, &tuple::hidden_path(last, felts(commitment)).coordinates);
            }
        }
        for walk in &self.walks {
            let class = Felt::new(CLASS_BASE + u64::from(walk.class));
            put(-1, Tag::Walk, &tuple::walk(Felt::new(walk.tree), class).coordinates);
        }
        if let Some(commitment) = &self.hidden_caller {
            put(1, Tag::HiddenCaller, &tuple::hidden_caller(Felt::ZERO, felts(commitment)).coordinates);
        }
        for atom in &self.program.atoms {
            put(1, Tag::Program, &atom_elements(atom));
        }
        terms
    }

    /// The sum of the public side for some challenges.
    pub fn public_sum<E: FieldElement<BaseField = Felt>>(&self, challenges: &Challenges<E>) -> E {
        let terms = self.terms();
        let denominators: Vec<E> =
            terms.iter().map(|term| challenges.of(term.tag, &term.coordinates)).collect();
        let inverses = winter_math::batch_inversion(&denominators);
        inverses
            .into_iter()
            .zip(terms)
            .fold(E::ZERO, |sum, (inverse, term)| sum + inverse.mul_base(term.times))
    }
}

/// Everything, each list with its length before it, so that no two statements have one sequence.
impl<M: Mask> ToElements<Felt> for AccessInputs<M> {
    fn to_elements(&self) -> Vec<Felt> {
        let length = |length: usize| Felt::new(length as u64);
        let mut elements = self.context.to_vec();
        elements.extend([self.bounds.segments, self.bounds.bytes, self.bounds.depth].map(Felt::new));
        elements.push(length(self.roots.len()));
        for (tree, root) in &self.roots {
            elements.push(Felt::new(*tree));
            elements.extend(felts(root));
        }
        match &self.path {
            PathInput::Opened => elements.push(Felt::new(0)),
            PathInput::Shown(symbols) => {
                elements.extend([Felt::new(1), length(symbols.len())]);
                elements.extend(symbols.iter().map(|symbol| Felt::new(u64::from(*symbol))));
            }
            PathInput::Hidden { blocks, commitment } => {
                elements.extend([Felt::new(2), Felt::new(*blocks)]);
                elements.extend(felts(commitment));
            }
        }
        elements.push(length(self.walks.len()));
        for walk in &self.walks {
            elements.extend([Felt::new(walk.tree), Felt::new(u64::from(walk.class))]);
        }
        elements.push(Felt::new(u64::from(self.hidden_caller.is_some())));
        elements.extend(felts(&self.hidden_caller.unwrap_or_default()));
        elements.push(length(self.program.atoms.len()));
        elements.extend(self.program.atoms.iter().flat_map(atom_elements));
        elements
    }
}
