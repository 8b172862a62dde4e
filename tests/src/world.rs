//! A policy whose cells have keys, with facts and stakes under an attested root: what its cells ask, prove and verify there,
//! and proofs by a prover that believes what it likes.

use crate::Compiled;
use crate::engines::{self, Given};
use dregg_air::AccessInputs;
use dregg_air::identity::witness::Identity;
use dregg_air::layout::{Layout, RouteWitness, TreeWitness, Witness};
use dregg_air::membership::witness::Digests;
use dregg_air::record::witness::Record;
use dregg_air::route::witness::walk;
use dregg_air::source::{self, tree};
use dregg_air::statement::{AccessProof, Claim, ClaimedCaller, ClaimedPath, Sources, lower};
use dregg_air::trace::Columns;
use dregg_artifact::{CellId, ClassLeaf, Fact, Permission, Writer, alphabet, class_leaf};
use dregg_attest::{
    Attestation, Bundle, Council, Genesis, Keys, PolicyPart, Position, SignedRoot, Tops, attest,
};
use dregg_commit::encode::key_digest;
use dregg_commit::facts::reserved_facts;
use dregg_commit::{Digest, FactElements, TableTree, salt_elements};
use dregg_prove::derive::{BaseFact, Known, PublicFacts, derive};
use dregg_prove::{Ask, AskCaller, Prover};
use dregg_runtime::{Decision, Facts};
use dregg_verify::{AskedCaller, AskedPath, Reject, Request, Verdict, verify};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeMap;

/// The keys of cell `@cN`.
pub fn keys(number: usize) -> Keys {
    let byte = number as u8;
    Keys::new(&format!("c{number}"), &[byte + 1; 32], &[byte + 101; 32]).unwrap()
}

/// A policy's text with the cells of [`keys`] in the places of those it declares under the same names.
pub fn with_keys(text: &str) -> String {
    let keyed = |line: &str| {
        let number = line.strip_prefix("cell @c").and_then(|rest| rest.split(' ').next()?.parse().ok());
        number.map_or_else(|| line.to_owned(), |number| keys(number).declaration()) + "\n"
    };
    text.lines().map(keyed).collect()
}

/// A request in clear for a proof with everything in it.
pub fn ask<'a>(permission: Permission, path: &'a str) -> Ask<'a> {
    Ask {
        permission,
        path,
        hide_path: false,
        caller: AskCaller::Shown,
        open_route: false,
        open: false,
        verifier: "gateway-1",
        nonce: &[5; 16],
    }
}

/// What a verifier asks when it is shown the proof of `ask` by `caller`.
pub fn request<'a>(ask: &Ask<'a>, caller: CellId) -> Request<'a> {
    Request {
        permission: ask.permission,
        path: if ask.hide_path { AskedPath::Hidden(None) } else { AskedPath::Shown(ask.path) },
        caller: match ask.caller {
            AskCaller::Shown => AskedCaller::Cell(caller),
            AskCaller::Hidden(bind) => AskedCaller::Hidden { bind, commitment: None },
        },
        verifier: ask.verifier,
        nonce: ask.nonce,
        accept_opening: ask.open,
        registry: None,
    }
}

/// A policy under one attested root.
pub struct World<'a> {
    /// The policy.
    pub compiled: &'a Compiled,
    /// What is given beside it.
    pub given: Given,
    /// The same for `decide`.
    pub facts: Facts,
    /// The same as trees.
    pub attested: Attestation,
    /// The root, signed by `@c0`.
    pub root: SignedRoot,
    stated: Vec<Fact>,
}

/// A claim with its public inputs.
pub struct Stated {
    /// The claim.
    pub claim: Claim,
    /// The inputs.
    pub inputs: AccessInputs,
    depth: u8,
}

impl<'a> World<'a> {
    /// Attests what is given.
    pub fn new(compiled: &'a Compiled, given: Given) -> World<'a> {
        let artifact = &compiled.artifact;
        let stated: Vec<Fact> = given
            .facts
            .iter()
            .map(|fact| {
                let name = &compiled.hir.relations[fact.relation as usize].name;
                let at = artifact.relations.iter().position(|relation| relation.name == *name).unwrap();
                Fact { relation: at as u32, arguments: fact.arguments.clone() }
            })
            .collect();
        let founder = keys(0);
        let council = Council::founding(artifact, founder.cell());
        let genesis = Genesis { policy: artifact.policy_root(), council, random: [9; 32] };
        let position = Position {
            instance: genesis.instance(),
            epoch: given.epoch,
            previous: [0; 32],
            height: 0,
            council: founder.cell(),
        };
        let mut number = 0u64;
        let salt = || {
            number += 1;
            *blake3::hash(&number.to_le_bytes()).as_bytes()
        };
        let attested = attest(artifact, &stated, &given.stakes, &position, salt).unwrap();
        let mut root = SignedRoot::new(
            attested.root().clone(),
            PolicyPart::of(artifact),
            genesis,
            None,
            attested.public_facts().to_vec(),
        );
        root.tops = Tops::of(attested.credentials(), attested.stakes());
        root.sign(&founder);
        let facts = engines::runtime_facts(compiled, &given);
        World { compiled, given, facts, attested, root, stated }
    }

    /// The prover of this policy and root.
    pub fn prover(&self) -> Prover<'_> {
        Prover::new(&self.compiled.artifact, &self.root).unwrap()
    }

    /// What a cell got.
    pub fn bundle(&self, cell: &CellId) -> Bundle {
        self.attested.bundle(cell)
    }

    /// What `decide` says to a request with a proof.
    pub fn decide(&self, permission: Permission, path: &str, caller: CellId) -> Decision {
        let epoch = self.given.epoch;
        let request = dregg_runtime::Request { permission, path, caller, epoch, proved: true };
        self.compiled.policy.decide(&request, &self.facts)
    }

    /// What the verifier says to these bytes in the place of a proof of `ask`.
    pub fn verify(&self, ask: &Ask<'_>, caller: CellId, bytes: &[u8]) -> Result<Verdict, Reject> {
        verify(&request(ask, caller), self.root.root(), bytes)
    }

    /// The statement of a request whose path and caller are in clear. `None` at a path without a route.
    pub fn stated(&self, ask: &Ask<'_>, caller: &Keys) -> Option<Stated> {
        let artifact = &self.compiled.artifact;
        let class = self.compiled.policy.classify(ask.path).ok()??.class;
        let leaf = ClassLeaf::decode(&class_leaf(artifact, class)).unwrap();
        let root = self.root.root();
        let claim = Claim {
            root: root.digest(),
            epoch: root.epoch,
            permission: ask.permission,
            path: ClaimedPath::Shown(ask.path.to_owned()),
            class,
            caller: ClaimedCaller::Shown(caller.cell()),
            verifier: ask.verifier.to_owned(),
            nonce: ask.nonce.to_vec(),
            route_opened: ask.open_route,
        };
        let table = Digest::from_bytes(&artifact.table_root).unwrap();
        let sources =
            Sources { table, facts: root.facts, credentials: root.credentials, stakes: root.stakes };
        let inputs = lower(&claim, &leaf, &sources).unwrap();
        Some(Stated { claim, inputs, depth: leaf.limits.derivation_depth })
    }

    /// The file in which `stark` is to show the claim; class and walk are as the policy has them.
    pub fn file(&self, prover: &Prover<'_>, claim: &Claim, stark: Vec<u8>) -> Vec<u8> {
        let ClaimedPath::Shown(path) = &claim.path else { panic!("a hidden path") };
        let mut proof =
            AccessProof::from_bytes(&prover.requirement(claim.permission, path).unwrap()).unwrap();
        proof.claim = claim.clone();
        proof.evidence.stark = stark;
        if !claim.route_opened {
            proof.evidence.walk = None;
        }
        proof.to_bytes()
    }

    /// The trace of a statement from what is true here, wherever the statement itself belongs. `None` if it is denied.
    pub fn trace(&self, stated: &Stated, caller: &Keys) -> Option<Columns> {
        let artifact = &self.compiled.artifact;
        let elements = |fact: &Fact| {
            FactElements::new(&artifact.relations[fact.relation as usize], &fact.arguments).unwrap()
        };
        let is_public = |fact: &&Fact| {
            artifact.relations[fact.relation as usize].visibility == dregg_artifact::Visibility::Public
        };
        let own = artifact.facts.iter().chain(self.stated.iter().filter(is_public));
        let public = PublicFacts::new(own.map(elements).chain(reserved_facts(artifact)));
        let cell = Digest::from_bytes(&caller.cell().0).unwrap();
        let held = self.held(caller);
        let mut known = Known::new(&public, cell);
        for record in &held {
            match record {
                Record::Held { fact, writer_column, .. } => known.hold(fact, *writer_column),
                Record::Stake { cell, amount, .. } => known.stake(*cell, *amount),
                Record::Public { .. } | Record::Absent { .. } => {}
            }
        }
        let derivation = derive(&stated.inputs.program, &known, stated.depth).ok()?;
        let records: Vec<Record> =
            derivation.records.iter().map(|base| self.record(base, &held)).collect::<Option<_>>()?;
        let path = match &stated.claim.path {
            ClaimedPath::Shown(path) => path,
            ClaimedPath::Hidden { .. } => return None,
        };
        let symbols: Vec<u8> = path.bytes().filter_map(alphabet::symbol).collect();
        let table = TableTree::new(artifact.dfa.rows());
        let route = (!stated.claim.route_opened).then(|| RouteWitness {
            tree: tree::ROUTE,
            table: &table,
            walked: walk(&artifact.dfa, &table, &symbols).unwrap(),
        });
        let trees = [
            (tree::FACTS, self.attested.facts().tree()),
            (tree::CREDENTIALS, self.attested.credentials()),
            (tree::STAKE, self.attested.stakes()),
        ];
        let used = |number: &u64| stated.inputs.roots.iter().any(|(other, _)| other == number);
        let trees = trees.into_iter().filter(|(number, _)| used(number)).map(|(number, own)| {
            let of_tree = records.iter().enumerate().filter(|(_, record)| record.tree() == number);
            let place =
                |record: &Record| own.leaves().iter().position(|leaf| *leaf == record.leaf()).unwrap();
            let leaves: BTreeMap<usize, usize> = of_tree.map(|(at, record)| (at, place(record))).collect();
            TreeWitness { tree: number, digests: own as &dyn Digests, leaves }
        });
        let witness = Witness {
            routes: route.into_iter().collect(),
            path: Vec::new(),
            program: &stated.inputs.program,
            bounds: stated.inputs.bounds,
            instances: derivation.instances,
            records: records.clone(),
            trees: trees.collect(),
            identity: Some(Identity {
                secret: *caller.secret(),
                key_digest: key_digest(&caller.public_key()),
                hidden: None,
            }),
        };
        let layout = Layout::new(witness)?;
        Some(layout.trace(layout.log2_rows()?))
    }

    /// The records of a bundle.
    fn held(&self, caller: &Keys) -> Vec<Record> {
        let artifact = &self.compiled.artifact;
        let bundle = self.bundle(&caller.cell());
        let mut records = Vec::new();
        for held in &bundle.facts {
            let (fact, elements) = held.fact(artifact).unwrap();
            records.push(Record::Held {
                fact: elements,
                salt: salt_elements(&held.salt),
                writer_column: match artifact.relations[fact.relation as usize].writer {
                    Writer::Column(column) => Some(column),
                    Writer::Council | Writer::Cells(_) => None,
                },
                signer: Digest::from_bytes(&held.signer.0).unwrap(),
                expiry: held.expiry,
            });
        }
        let cell = Digest::from_bytes(&caller.cell().0).unwrap();
        records.extend(bundle.stake.iter().map(|stake| Record::Stake {
            cell,
            amount: stake.amount,
            salt: salt_elements(&stake.salt),
        }));
        records
    }

    fn record(&self, base: &BaseFact, held: &[Record]) -> Option<Record> {
        let facts = self.attested.facts();
        let fact = base.elements();
        match base.source {
            source::FACTS => facts.find(&fact).map(|_| Record::Public { fact }),
            source::ABSENT | source::ABSENT_LONG => {
                facts.absent(&fact).map(|(_, gap)| Record::Absent { fact, gap })
            }
            _ => held
                .iter()
                .find(|record| {
                    record.source() == base.source
                        && record.predicate() == base.predicate
                        && record.arguments() == base.arguments
                })
                .cloned(),
        }
    }
}

/// A proof of whatever a trace says, for these inputs.
pub fn forced(columns: Columns, inputs: &AccessInputs, seed: u64) -> Vec<u8> {
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    dregg_prove::stark::prove(columns, inputs, &mut random).unwrap()
}
