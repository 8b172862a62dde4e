//! `dregg demo`: the main job on the example mesh, step by step, with the real compiler, runtime, prover and verifier.
//!
//! `mesh` compiles the example, `steps` classifies and decides, `proof` proves, `network` runs a mesh.

mod mesh;
mod network;
mod proof;
mod steps;

pub use steps::run;
