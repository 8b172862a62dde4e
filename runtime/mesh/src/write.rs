//! Who may write facts, credentials and stakes, and what is then pending.

use crate::event::Event;
use crate::mesh::{Admitted, Effect, Mesh};
use crate::refusal::Refusal;
use dregg_artifact::value::{CellId, INT_BOUND, Value};
use dregg_artifact::{Fact, Limits, Visibility, Writer};
use dregg_attest::StatedFact;
use dregg_commit::{Digest, record, relation_element};

/// The most leaves of credentials, and of stakes.
pub const LEAVES: usize = 1 << 20;

impl Mesh {
    pub(crate) fn prepare_facts(
        &self,
        admitted: &Admitted<'_>,
        stated: &[StatedFact],
        asserted: bool,
    ) -> Result<Effect, Refusal> {
        if stated.is_empty() {
            return Err(Refusal::NoFacts);
        }
        let artifact = self.policy().artifact();
        let mut facts = Vec::with_capacity(stated.len());
        for one in stated {
            let fact = one.typed(artifact).map_err(Refusal::Fact)?;
            let named = || one.relation.clone();
            let relation = artifact.relations.get(fact.relation as usize).ok_or(Refusal::Malformed)?;
            if relation.visibility == Visibility::Held {
                return Err(Refusal::HeldRelation { relation: named() });
            }
            self.check_writer(admitted, &relation.writer, Some(&fact), &relation.name)?;
            // The facts of a policy are sorted.
            let own = artifact.facts.binary_search(&fact).is_ok();
            if own && !asserted {
                return Err(Refusal::PolicyFact { relation: named() });
            }
            if !asserted && !self.will_hold(&fact) {
                return Err(Refusal::UnknownFact { relation: named() });
            }
            if !own {
                facts.push(fact);
            }
        }
        let there = artifact.facts.len() + self.snapshot.public.stated.len() + self.pending.facts.len();
        if asserted && there + facts.len() > Limits::FACTS {
            return Err(Refusal::TooMany);
        }
        Ok(Effect::Facts { facts, asserted })
    }

    /// Whether a fact will be there in the next epoch, as things stand.
    fn will_hold(&self, fact: &Fact) -> bool {
        let pending = self.pending.facts.get(fact).copied();
        pending.unwrap_or_else(|| self.snapshot.public.stated.contains(fact))
    }

    pub(crate) fn commit_facts(&mut self, facts: Vec<Fact>, asserted: bool) -> Vec<Event> {
        let count = facts.len();
        self.pending.facts.extend(facts.into_iter().map(|fact| (fact, asserted)));
        let (asserted, retracted) = if asserted { (count, 0) } else { (0, count) };
        vec![Event::FactsPending { asserted, retracted }]
    }

    pub(crate) fn prepare_credential(
        &self,
        admitted: &Admitted<'_>,
        name: &str,
        commitment: Digest,
        expiry: u64,
    ) -> Result<Effect, Refusal> {
        let artifact = self.policy().artifact();
        let unknown = || dregg_attest::FactFault::Unknown { relation: name.to_owned() };
        let relation = artifact.relations.iter().find(|relation| relation.name == name);
        let relation = relation.ok_or_else(|| Refusal::Fact(unknown()))?;
        if relation.visibility == Visibility::Public {
            return Err(Refusal::PublicRelation { relation: name.to_owned() });
        }
        self.check_writer(admitted, &relation.writer, None, name)?;
        if expiry >= INT_BOUND || expiry <= self.epoch().saturating_add(1) {
            return Err(Refusal::Expired);
        }
        let signer = Digest::from_bytes(&admitted.actor.0).ok_or(Refusal::Malformed)?;
        let leaf = record::credential(commitment, signer, relation_element(relation), expiry).digest();
        if self.snapshot.credentials.leaves.contains_key(&leaf)
            || self.pending.credentials.contains_key(&leaf)
        {
            return Err(Refusal::KnownLeaf);
        }
        if self.snapshot.credentials.leaves.len() + self.pending.credentials.len() >= LEAVES {
            return Err(Refusal::TooMany);
        }
        Ok(Effect::Credential { leaf, expiry })
    }

    pub(crate) fn prepare_stake(
        &self,
        admitted: &Admitted<'_>,
        cell: CellId,
        leaf: Digest,
    ) -> Result<Effect, Refusal> {
        let governance = self.policy().artifact().governance.as_ref();
        let writer = governance.map_or(&Writer::Council, |governance| &governance.stakes);
        self.check_writer(admitted, writer, None, "stakes")?;
        // SOUNDNESS: a leaf names its cell where nobody sees it. One that is there already may be another cell's.
        let stakes = &self.snapshot.stakes;
        let others =
            stakes.tree.leaves().binary_search(&leaf).is_ok() && stakes.leaves.get(&cell) != Some(&leaf);
        let pending = self.pending.stake_cells.get(&leaf).is_some_and(|other| *other != cell);
        if leaf != Digest::ZERO && (others || pending) {
            return Err(Refusal::KnownLeaf);
        }
        if self.snapshot.stakes.leaves.len() + self.pending.stakes.len() >= LEAVES {
            return Err(Refusal::TooMany);
        }
        Ok(Effect::Stake { cell, leaf })
    }

    /// Whether the signers may write what this writer clause guards. `fact` is the one to be written, if it is seen.
    fn check_writer(
        &self,
        admitted: &Admitted<'_>,
        writer: &Writer,
        fact: Option<&Fact>,
        what: &str,
    ) -> Result<(), Refusal> {
        let not_writer = || Refusal::NotWriter { what: what.to_owned() };
        match writer {
            Writer::Cells(cells) => {
                if cells.contains(&admitted.actor) {
                    Ok(())
                } else {
                    Err(not_writer())
                }
            }
            Writer::Column(column) => match fact.map(|fact| fact.arguments.get(usize::from(*column))) {
                // SPEC: nobody sees the arguments of a held fact here; whoever is shown them compares the signer.
                None => Ok(()),
                Some(Some(Value::Cell(cell))) if *cell == admitted.actor => Ok(()),
                Some(_) => Err(not_writer()),
            },
            Writer::Council => {
                let member = |cell: &&CellId| self.council().members.contains(cell);
                if !member(&&admitted.actor) {
                    return Err(not_writer());
                }
                let have = admitted.signers.iter().filter(member).count();
                let needed = self.council().threshold as usize;
                if have < needed { Err(Refusal::BelowThreshold { needed, have }) } else { Ok(()) }
            }
        }
    }
}
