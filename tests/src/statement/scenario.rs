//! A statement with all of its witness, to be proved as it is or bent first.

use dregg_air::check::{Extension, Violations, check};
use dregg_air::derivation::witness::{Instance, Support};
use dregg_air::identity::witness::Identity;
use dregg_air::inputs::{AccessInputs, Bounds, PathInput, Walk};
use dregg_air::layout::{Layout, RouteWitness, TreeWitness, Witness};
use dregg_air::mask::Mask;
use dregg_air::options::{proof_options, real_rows};
use dregg_air::program::Program;
use dregg_air::record::witness::Record;
use dregg_air::route::witness::{path_blocks, path_cycles, walk};
use dregg_air::source::tree;
use dregg_air::trace::Columns;
use dregg_air::tuple::Challenges;
use dregg_air::{AccessAir, air};
use dregg_artifact::{Dfa, alphabet};
use dregg_commit::tree::Tree;
use dregg_commit::{Digest, TableTree};
use dregg_verify::Reject;
use dregg_verify::guard::{self, Shape};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use winter_air::Air;

/// The automaton of a scenario with its rows hashed.
#[derive(Clone)]
pub struct Table {
    /// The automaton.
    pub dfa: Dfa,
    /// Its rows.
    pub rows: TableTree,
}

/// A statement and its witness.
#[derive(Clone)]
pub struct Scenario {
    /// What it is called.
    pub name: &'static str,
    /// The route, unless it is opened.
    pub table: Option<Table>,
    /// The path.
    pub path: String,
    /// The salts of a hidden path.
    pub hidden_path: Option<[u64; 4]>,
    /// The program.
    pub program: Program,
    /// The derivation.
    pub instances: Vec<Instance>,
    /// The base facts used.
    pub records: Vec<Record>,
    /// Other leaves that stand beside them, by tree.
    pub others: Vec<(u64, Vec<Digest>)>,
    /// The caller.
    pub identity: Option<Identity>,
    /// The bounds.
    pub bounds: Bounds,
}

/// A trace with the statement it claims to satisfy.
#[derive(Clone)]
pub struct Claimed {
    /// The trace.
    pub columns: Columns,
    /// The logarithm of its rows.
    pub log2_rows: u8,
}

/// An instance in short form.
pub fn instance(rule: usize, height: u8, values: &[(u8, Digest)], premises: &[Support]) -> Instance {
    Instance { rule, values: values.iter().copied().collect(), premises: premises.to_vec(), height }
}

/// The symbols of a path.
pub fn symbols(path: &str) -> Vec<u8> {
    path.bytes().map(|byte| alphabet::symbol(byte).unwrap()).collect()
}

impl Scenario {
    /// The trees of records, in the order of their numbers.
    pub fn trees(&self) -> BTreeMap<u64, Tree> {
        let mut leaves: BTreeMap<u64, Vec<Digest>> = BTreeMap::new();
        for (tree, others) in &self.others {
            leaves.entry(*tree).or_default().extend(others);
        }
        for record in &self.records {
            leaves.entry(record.tree()).or_default().push(record.leaf());
        }
        leaves
            .into_iter()
            .map(|(tree, mut leaves)| {
                leaves.sort();
                leaves.dedup();
                (tree, Tree::new(leaves))
            })
            .collect()
    }

    /// The public inputs.
    pub fn inputs<M: Mask>(&self) -> AccessInputs<M> {
        let trees = self.trees();
        let mut roots: Vec<(u64, Digest)> = trees.iter().map(|(tree, own)| (*tree, own.root())).collect();
        let mut walks = Vec::new();
        let mut path = PathInput::Opened;
        if let Some(table) = &self.table {
            roots.insert(0, (tree::ROUTE, Digest::from_bytes(&table.rows.root()).unwrap()));
            let walked = walk(&table.dfa, &table.rows, &symbols(&self.path)).unwrap();
            walks.push(Walk { tree: tree::ROUTE, class: walked.class });
            path = PathInput::Shown(symbols(&self.path));
            if let Some(salt) = self.hidden_path {
                let (blocks, commitment) = self.path_blocks(salt);
                path = PathInput::Hidden { blocks: blocks.len() as u64, commitment };
            }
        }
        AccessInputs {
            context: [1, 2, 3, 4, 5].map(dregg_air::field::Felt::new),
            roots,
            path,
            walks,
            hidden_caller: self.identity.as_ref().and_then(Identity::commitment),
            program: self.program.clone(),
            bounds: self.bounds,
            mask: PhantomData,
        }
    }

    fn path_blocks(&self, salt: [u64; 4]) -> (Vec<dregg_air::hash::witness::Cycle>, Digest) {
        let symbols = symbols(&self.path);
        let salts = vec![salt; path_blocks(symbols.len())];
        path_cycles(&symbols, &salts, 1)
    }

    /// The honest trace.
    pub fn claimed(&self) -> Claimed {
        let trees = self.trees();
        let routes = self.table.iter().map(|table| RouteWitness {
            tree: tree::ROUTE,
            table: &table.rows,
            walked: walk(&table.dfa, &table.rows, &symbols(&self.path)).unwrap(),
        });
        let opened = trees.iter().map(|(tree, own)| {
            let of_tree = self.records.iter().enumerate().filter(|(_, record)| record.tree() == *tree);
            let leaves = of_tree.map(|(number, record)| {
                (number, own.leaves().iter().position(|leaf| *leaf == record.leaf()).unwrap())
            });
            TreeWitness { tree: *tree, digests: own, leaves: leaves.collect() }
        });
        let witness = Witness {
            routes: routes.collect(),
            path: self.hidden_path.map(|salt| self.path_blocks(salt).0).unwrap_or_default(),
            program: &self.program,
            bounds: self.bounds,
            instances: self.instances.clone(),
            records: self.records.clone(),
            trees: opened.collect(),
            identity: self.identity.clone(),
        };
        let layout = Layout::new(witness).unwrap();
        let log2_rows = layout.log2_rows().unwrap();
        Claimed { columns: layout.trace(log2_rows), log2_rows }
    }
}

impl Claimed {
    /// How many rows are real.
    pub fn real_rows(&self) -> usize {
        real_rows(self.log2_rows)
    }

    /// What it violates.
    pub fn violations<M: Mask>(&self, inputs: &AccessInputs<M>) -> Violations {
        let element = |seed: u64| {
            let part = |place: u64| {
                dregg_air::field::Felt::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(place) >> 1)
            };
            Extension::new(part(11), part(222), part(3333))
        };
        check(&self.columns, self.real_rows(), inputs, &Challenges::new(element(7), element(13)))
    }

    /// A proof by a prover that believes whatever the trace says.
    pub fn prove<M: Mask>(&self, inputs: &AccessInputs<M>) -> Vec<u8> {
        let mut random = ChaCha20Rng::seed_from_u64(7);
        dregg_prove::stark::prove(self.columns.clone(), inputs, &mut random).unwrap()
    }

    /// What the verifier says to it.
    pub fn verdict<M: Mask>(&self, inputs: &AccessInputs<M>) -> Result<(), Reject> {
        verify(self.log2_rows, inputs, &self.prove(inputs))
    }
}

/// The guard and winterfell on a statement's proof.
pub fn verify<M: Mask>(log2_rows: u8, inputs: &AccessInputs<M>, proof: &[u8]) -> Result<(), Reject> {
    let air = AccessAir::<M>::new(air::trace_info(1 << log2_rows), inputs.clone(), proof_options());
    guard::check::<AccessAir<M>>(&Shape::of(&air).unwrap(), inputs.clone(), proof)
}
