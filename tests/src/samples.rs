//! One policy with an access proof of each form: what is bent, changed, and kept for ever.

use crate::engines::Given;
use crate::policies::CELLS;
use crate::world::{World, ask, keys};
use crate::{Compiled, compile};
use dregg_artifact::{Permission, Value};
use dregg_compiler::hir::Fact;
use dregg_prove::{Ask, AskCaller};
use dregg_verify::Form;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

/// The connection that proofs of hidden callers are bound to.
pub const BIND: [u8; 32] = [3; 32];

/// The path of most of them.
pub const PATH: &str = "/services/x";

const POLICY: &str = r#"
use std.capability;
limits { proof_facts 1; derivation_depth 8; }
route /public/** allow read, invoke: open;
route /services/{name} {
    require not revoked("mesh");
    allow read: capability(name);
    allow invoke: capability("tier2");
    allow mount: stake >= 1_000;
}
redirect /latest -> /public/now;
"#;

/// An access proof with what it is of.
pub struct Sample {
    /// The form, as a file is called.
    pub name: &'static str,
    /// What was asked.
    pub ask: Ask<'static>,
    /// By the cell of this number.
    pub caller: usize,
    /// The form of the verdict.
    pub form: Form,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The policy.
pub fn policy() -> Compiled {
    let cells: String = (0..CELLS).map(|number| keys(number).declaration() + "\n").collect();
    compile(&format!("policy samples version 1;\n{cells}{POLICY}")).unwrap()
}

/// Its world: `@c1` was granted a right and passed it on to `@c2`, which has a stake.
pub fn world(compiled: &Compiled) -> World<'_> {
    let cell = |number: usize| Value::Cell(keys(number).cell());
    let text = |text: &str| Value::Text(text.to_owned());
    let fact = |name: &str, arguments: Vec<Value>| {
        let found = compiled.hir.relations.iter().position(|relation| relation.name == name).unwrap();
        Fact { relation: u32::try_from(found).unwrap(), arguments }
    };
    let facts = vec![
        fact("granted", vec![cell(1), text("tier2")]),
        fact("granted", vec![cell(3), text("gold")]),
        fact("delegated", vec![cell(1), cell(2), text("tier2"), Value::Int(100)]),
        fact("revoked", vec![cell(4), text("mesh")]),
    ];
    let stakes = [(keys(2).cell(), 5000), (keys(3).cell(), 999)].into_iter().collect();
    World::new(compiled, Given { facts, stakes, epoch: 7, proved: true })
}

/// A proof of each form. Other seeds give other bytes for the same statements, but where a commitment is part of them.
pub fn samples(world: &World<'_>, seed: u64) -> Vec<Sample> {
    let invoke = ask(Permission::Invoke, PATH);
    let mount = ask(Permission::Mount, "/services/y");
    let hidden = Ask { hide_path: true, caller: AskCaller::Hidden(BIND), ..invoke };
    let forms = [
        ("shown", invoke, 2, Form::Proof),
        ("hidden", hidden, 2, Form::Proof),
        ("open-route", Ask { open_route: true, ..mount }, 2, Form::RouteOpened),
        ("opening", Ask { open: true, ..invoke }, 1, Form::Opening),
    ];
    let prover = world.prover();
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    forms
        .into_iter()
        .map(|(name, ask, caller, form)| {
            let keys = keys(caller);
            let bundle = world.bundle(&keys.cell());
            let bytes = prover.prove(&ask, &keys, Some(&bundle), &mut random).unwrap().bytes;
            Sample { name, ask, caller, form, bytes }
        })
        .collect()
}
