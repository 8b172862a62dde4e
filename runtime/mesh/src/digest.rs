//! One digest over the whole state, so that two meshes can be compared.

use crate::mesh::Mesh;
use dregg_artifact::{Fact, Value};
use dregg_commit::Digest;

/// A hasher of counted parts.
struct State(blake3::Hasher);

impl State {
    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.update(bytes);
    }

    fn number(&mut self, number: u64) {
        self.0.update(&number.to_le_bytes());
    }

    fn digest(&mut self, digest: &Digest) {
        self.0.update(&digest.to_bytes());
    }

    fn fact(&mut self, fact: &Fact) {
        self.number(u64::from(fact.relation));
        self.number(fact.arguments.len() as u64);
        for argument in &fact.arguments {
            match argument {
                Value::Cell(cell) => self.bytes(&cell.0),
                Value::Text(text) => self.bytes(text.as_bytes()),
                Value::Int(int) => self.number(*int),
            }
        }
    }
}

impl Mesh {
    /// The digest of everything that later answers depend on.
    pub fn state_digest(&self) -> [u8; 32] {
        let mut state = State(blake3::Hasher::new_derive_key("dregg mesh state"));
        state.bytes(&self.root().root().digest());
        state.number(self.root().chain.len() as u64);
        for signature in &self.root().attested.signatures {
            state.bytes(&signature.key);
            state.bytes(&signature.signature);
        }
        state.number(self.height());
        self.hash_leaves(&mut state);
        self.hash_registry(&mut state);
        state.number(self.seen.len() as u64);
        self.seen.iter().for_each(|digest| state.bytes(digest));
        *state.0.finalize().as_bytes()
    }

    /// The roots cover which leaves there are, but not when they end or whose they are.
    fn hash_leaves(&self, state: &mut State) {
        for credentials in [&self.snapshot.credentials.leaves, &self.pending.credentials] {
            state.number(credentials.len() as u64);
            for (leaf, expiry) in credentials {
                state.digest(leaf);
                state.number(*expiry);
            }
        }
        for stakes in [&self.snapshot.stakes.leaves, &self.pending.stakes] {
            state.number(stakes.len() as u64);
            for (cell, leaf) in stakes {
                state.bytes(&cell.0);
                state.digest(leaf);
            }
        }
        state.number(self.pending.stake_cells.len() as u64);
        self.pending.stake_cells.keys().for_each(|leaf| state.digest(leaf));
        state.number(self.pending.facts.len() as u64);
        for (fact, there) in &self.pending.facts {
            state.fact(fact);
            state.number(u64::from(*there));
        }
    }

    fn hash_registry(&self, state: &mut State) {
        let counts =
            [self.registry.all().count(), self.registry.delegations.len(), self.pending.tables.len()];
        counts.iter().for_each(|count| state.number(*count as u64));
        for entry in self.registry.all() {
            state.digest(&entry.leaf());
            state.number(entry.height);
            state.number(entry.delegated.map_or(0, |gateway| u64::from(gateway) + 1));
        }
        for (gateway, all) in &self.registry.delegations {
            let prefix = self.registry.prefix(*gateway);
            all.iter().for_each(|(to, delegation)| state.digest(&delegation.leaf(prefix, to)));
        }
        for (gateway, table) in &self.pending.tables {
            state.digest(&table.leaf(self.registry.prefix(*gateway)));
        }
        for (path, cells) in &self.registry.retired {
            state.bytes(path.as_bytes());
            state.number(cells.len() as u64);
            for (cell, version) in cells {
                state.bytes(&cell.0);
                state.number(*version);
            }
        }
    }
}
