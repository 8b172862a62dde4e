//! Forgeries, by module: each a false statement and a trace that is right but for one thing, made by a prover that
//! believes the lie.
//!
//! Reading order: `forge` (the forger's tools), `scenes` (what is forged), then any module.

pub mod borders;
pub mod derivation;
pub mod forge;
pub mod hash;
pub mod identity;
pub mod record;
pub mod route;
pub mod scenes;

pub use forge::{Attack, Break, Forge};

/// All attacks.
pub fn all() -> Vec<Attack> {
    let mut all = hash::all();
    all.extend(hash::buses());
    all.extend(record::all());
    all.extend(identity::all());
    all.extend(borders::all());
    all.extend(derivation::all());
    all.extend(route::all());
    all
}

/// Does something with each of many things, on all cores.
pub fn on_all_cores<T: Sync>(all: &[T], act: impl Fn(&T) + Sync) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for core in 0..cores {
            let act = &act;
            scope.spawn(move || all.iter().skip(core).step_by(cores).for_each(act));
        }
    });
}
