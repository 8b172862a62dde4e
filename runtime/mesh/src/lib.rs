//! The mesh as a pure state machine: `apply(height, signed transaction)` gives events or a refusal.
//!
//! A [`Mesh`] begins with a policy and a signed root. Cells ask for changes by [`Transaction`]s; [`Mesh::prepare`] checks
//! one and changes nothing, [`Mesh::commit`] makes the change and cannot fail. Policy, facts, credentials, stakes and the
//! tables of gateways count from the next epoch on; mounts and delegations count at once. The council closes an epoch by
//! signing the root that follows ([`Mesh::next_root`]). Two meshes that are fed the same transactions agree in every byte
//! ([`Mesh::state_digest`]), and a refused transaction changes nothing.
//!
//! The modules: `transaction`, `signed` and `wire` are what is asked for and its bytes; `mesh` admits and commits, with
//! `write` (facts, credentials, stakes), `mount` and `gateway` for the single actions; `epoch` holds what counts now and
//! what will, `registry` what is mounted and delegated, `table` what gateways publish; `decide` answers questions.
//!
//! Not here: where transactions are kept (`dregg-node`), how they travel (`dregg-rpc`), who makes them (`dregg-sdk`).
//! SPEC: `docs/mesh.md`.

mod decide;
mod descriptor;
mod digest;
mod epoch;
mod event;
mod gateway;
mod mesh;
mod mount;
mod refusal;
mod registry;
mod signed;
mod table;
#[cfg(test)]
mod tests;
mod transaction;
mod wire;
mod write;

pub use decide::{Asked, Located, TreeName};
pub use descriptor::{DESCRIPTION_BYTES, Descriptor, DescriptorError, Effect, OFFERS, Offer, Pricing};
pub use epoch::PublicFacts;
pub use event::Event;
pub use mesh::{Change, Mesh};
pub use refusal::{GenesisError, Refusal};
pub use registry::{Delegation, MountEntry};
pub use signed::{Enclosed, MAX_SIGNERS, MAX_TRANSACTION_BYTES, Signed, SignedTransaction};
pub use table::TableFault;
pub use transaction::{Action, Transaction, Witness};
pub use write::LEAVES;

/// The name of an instance's mesh as a verifier of access proofs that go with transactions: the instance in lower-case
/// hexadecimal digits.
pub fn verifier_name(instance: &[u8; 32]) -> String {
    instance.iter().map(|byte| format!("{byte:02x}")).collect()
}
