//! Forgeries, by module: each a false statement and a trace that is right but for one thing, made by a prover that
//! believes the lie.
//!
//! Reading order: `forge` (the forger's tools), `scenes` (what is forged), then any module.

pub mod forge;
pub mod hash;
pub mod scenes;

pub use forge::{Attack, Break, Forge};

/// All attacks.
pub fn all() -> Vec<Attack> {
    let mut all = hash::all();
    all.extend(hash::buses());
    all
}
