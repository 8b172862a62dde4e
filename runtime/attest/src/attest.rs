//! From facts to trees, an attested root, and bundles.
//!
//! The facts are taken as given: this is for one machine, where whoever states them also signs. As signer of a held fact
//! stands the cell that its relation's writer clause requires.

use crate::bundle::{Bundle, HeldFact, StakeOpening};
use crate::error::AttestError;
use crate::provenance::Provenance;
use crate::root::AttestedRoot;
use crate::stated::StatedFact;
use dregg_artifact::value::INT_BOUND;
use dregg_artifact::{Artifact, CellId, Fact, Value, Visibility, Writer};
use dregg_commit::record::{self, Salt};
use dregg_commit::{Digest, FactElements, FactTree, Tree, salt_elements};
use std::collections::{BTreeMap, BTreeSet};

/// The expiry of a fact that is not dropped by itself.
pub const NEVER: u64 = INT_BOUND - 1;

/// Where a root stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The instance.
    pub instance: [u8; 32],
    /// The epoch, below 2^56.
    pub epoch: u64,
    /// The digest of the root before; zeros if there is none.
    pub previous: [u8; 32],
    /// The height of the log.
    pub height: u64,
    /// Who signs where a relation is written by the council: its first member.
    pub council: CellId,
}

/// A held fact, ready to be opened.
#[derive(Debug)]
struct Record {
    fact: Fact,
    salt: Salt,
    signer: CellId,
    leaf: usize,
}

/// A root and what is under it.
#[derive(Debug)]
pub struct Attestation {
    root: AttestedRoot,
    digest: [u8; 32],
    names: Vec<String>,
    facts: FactTree,
    public: Vec<StatedFact>,
    credentials: Tree,
    held: Vec<Record>,
    stakes: Tree,
    staked: BTreeMap<CellId, (u64, Salt, usize)>,
    provenance: Provenance,
    cells: BTreeSet<CellId>,
}

/// Commits to these facts (public and held, the policy's own may be among them) and stakes.
///
/// `salt` gives 32 random bytes, once for each held fact and each stake.
///
/// # Errors
/// [`AttestError`]: a fact or stake that is none of this policy, or rules that derive too much from them.
pub fn attest(
    artifact: &Artifact,
    facts: &[Fact],
    stakes: &BTreeMap<CellId, u64>,
    position: &Position,
    mut salt: impl FnMut() -> Salt,
) -> Result<Attestation, AttestError> {
    if position.epoch >= INT_BOUND {
        return Err(AttestError::Epoch);
    }
    let own: BTreeSet<&Fact> = artifact.facts.iter().collect();
    let (mut public, mut held) = (BTreeSet::new(), BTreeSet::new());
    for (index, fact) in facts.iter().enumerate() {
        let relation = artifact.relations.get(fact.relation as usize);
        let relation = relation.ok_or(AttestError::Fact { index })?;
        FactElements::new(relation, &fact.arguments).ok_or(AttestError::Fact { index })?;
        match relation.visibility {
            Visibility::Public if own.contains(fact) => {}
            Visibility::Public => _ = public.insert(fact.clone()),
            Visibility::Held => _ = held.insert(fact.clone()),
        }
    }
    let public: Vec<Fact> = public.into_iter().collect();
    let fact_tree = FactTree::new(artifact, &public).map_err(AttestError::Facts)?;

    let mut records = Vec::with_capacity(held.len());
    let mut leaves = Vec::with_capacity(held.len());
    for fact in held {
        let record = Record { salt: salt(), signer: signer(artifact, &fact, position), fact, leaf: 0 };
        leaves.push(credential(artifact, &record).ok_or(AttestError::Signer)?);
        records.push(record);
    }
    let (credentials, places) = sorted(leaves);
    for (record, place) in records.iter_mut().zip(places) {
        record.leaf = place;
    }

    let mut staked = BTreeMap::new();
    let mut leaves = Vec::with_capacity(stakes.len());
    for (cell, amount) in stakes {
        let digest = Digest::from_bytes(&cell.0).filter(|_| *amount < INT_BOUND);
        let digest = digest.ok_or(AttestError::Stake { cell: *cell })?;
        let salt = salt();
        leaves.push(record::stake(digest, *amount, salt_elements(&salt)).digest());
        staked.insert(*cell, (*amount, salt, 0));
    }
    let (stake_tree, places) = sorted(leaves);
    for ((_, _, leaf), place) in staked.values_mut().zip(places) {
        *leaf = place;
    }

    let root = AttestedRoot {
        instance: position.instance,
        epoch: position.epoch,
        previous: position.previous,
        policy: artifact.policy_root(),
        facts: fact_tree.root(),
        credentials: credentials.root(),
        stakes: stake_tree.root(),
        registry: Tree::new(Vec::new()).root(),
        height: position.height,
    };
    let all_public = || artifact.facts.iter().chain(&public);
    let all_held = || records.iter().map(|record| &record.fact);
    let cells = cells(artifact, all_public().chain(all_held()), stakes);
    let provenance = Provenance::new(artifact, all_public(), all_held(), position.epoch, &cells)
        .map_err(AttestError::Rules)?;
    Ok(Attestation {
        digest: root.digest(),
        root,
        names: artifact.relations.iter().map(|relation| relation.name.clone()).collect(),
        facts: fact_tree,
        public: public.iter().filter_map(|fact| StatedFact::of(artifact, fact)).collect(),
        credentials,
        held: records,
        stakes: stake_tree,
        staked,
        provenance,
        cells,
    })
}

impl Attestation {
    /// The root.
    pub fn root(&self) -> &AttestedRoot {
        &self.root
    }

    /// The tree over public facts.
    pub fn facts(&self) -> &FactTree {
        &self.facts
    }

    /// The tree over the leaves of held facts.
    pub fn credentials(&self) -> &Tree {
        &self.credentials
    }

    /// The tree over the leaves of stakes.
    pub fn stakes(&self) -> &Tree {
        &self.stakes
    }

    /// The public facts, without the policy's own.
    pub fn public_facts(&self) -> &[StatedFact] {
        &self.public
    }

    /// Every cell that the policy names, a fact mentions or a stake belongs to.
    pub fn cells(&self) -> &BTreeSet<CellId> {
        &self.cells
    }

    /// What a cell gets: its stake, and the held facts that occur in some derivation about it. Empty for a cell that is
    /// not among [`Attestation::cells`].
    pub fn bundle(&self, cell: &CellId) -> Bundle {
        let stake = self.staked.get(cell).and_then(|(amount, salt, leaf)| {
            let siblings = self.stakes.open(*leaf)?;
            Some(StakeOpening { amount: *amount, salt: *salt, leaf: *leaf as u64, siblings })
        });
        let held = self.provenance.held_facts(cell);
        let facts = held.into_iter().filter_map(|place| self.held.get(place)).filter_map(|record| {
            let relation = self.names.get(record.fact.relation as usize)?.clone();
            let args = StatedFact::arguments(&record.fact);
            let siblings = self.credentials.open(record.leaf)?;
            Some(HeldFact {
                relation,
                args,
                salt: record.salt,
                signer: record.signer,
                expiry: NEVER,
                leaf: record.leaf as u64,
                siblings,
            })
        });
        Bundle { cell: *cell, epoch: self.root.epoch, root: self.digest, stake, facts: facts.collect() }
    }
}

/// The leaf of a held fact. `None` if its signer is not canonical.
fn credential(artifact: &Artifact, held: &Record) -> Option<Digest> {
    let relation = artifact.relations.get(held.fact.relation as usize)?;
    let fact = FactElements::new(relation, &held.fact.arguments)?;
    let commitment = fact.held(salt_elements(&held.salt)).digest();
    let signer = Digest::from_bytes(&held.signer.0)?;
    Some(record::credential(commitment, signer, fact.relation, NEVER).digest())
}

/// The cell that may write a fact; the first where several may.
fn signer(artifact: &Artifact, fact: &Fact, position: &Position) -> CellId {
    let relation = artifact.relations.get(fact.relation as usize);
    let written = relation.and_then(|relation| match &relation.writer {
        Writer::Council => None,
        Writer::Cells(cells) => cells.first().copied(),
        Writer::Column(column) => match fact.arguments.get(usize::from(*column)) {
            Some(Value::Cell(cell)) => Some(*cell),
            Some(Value::Text(_) | Value::Int(_)) | None => None,
        },
    });
    written.unwrap_or(position.council)
}

/// A tree of these leaves in order, and the place of each.
fn sorted(leaves: Vec<Digest>) -> (Tree, Vec<usize>) {
    let mut order: Vec<(Digest, usize)> = leaves.into_iter().zip(0..).collect();
    order.sort_unstable();
    let mut places = vec![0; order.len()];
    for (place, (_, from)) in order.iter().enumerate() {
        if let Some(slot) = places.get_mut(*from) {
            *slot = place;
        }
    }
    (Tree::new(order.into_iter().map(|(digest, _)| digest).collect()), places)
}

fn cells<'a>(
    artifact: &'a Artifact,
    facts: impl Iterator<Item = &'a Fact>,
    stakes: &'a BTreeMap<CellId, u64>,
) -> BTreeSet<CellId> {
    let mentioned = facts.flat_map(|fact| &fact.arguments).filter_map(|value| match value {
        Value::Cell(cell) => Some(cell),
        Value::Text(_) | Value::Int(_) => None,
    });
    let named = artifact.cells.iter().map(|(_, cell)| cell);
    let council = artifact.governance.iter().flat_map(|governance| &governance.council);
    mentioned.chain(named).chain(council).chain(stakes.keys()).copied().collect()
}
