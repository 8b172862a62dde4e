//! dregg: the policy as text, capabilities from `std.capability`, facts asserted, decisions from the loaded artifact.
//!
//! It checks more than the others: every link of a chain ends at an epoch, and nobody in it may be revoked.

use super::Engine;
use super::world::{CAPABILITY, Request as Asked, STAKE, World};
use crate::dregg::{compile, lower};
use dregg_runtime::{Decider, Facts, Permission, Policy, Request, Value};
use std::fmt::Write;

/// The epoch of every decision.
const EPOCH: u64 = 1;
/// The first epoch in which delegations no longer hold.
const UNTIL: u64 = 1_000;

/// The loaded policy with its facts.
pub struct Dregg {
    policy: Policy,
    facts: Facts,
}

impl Dregg {
    fn text(world: &World) -> String {
        let mut text = String::from("policy bench.decide version 1;\nuse std.capability;\n");
        for (number, member) in world.members.iter().enumerate() {
            let _ = writeln!(text, "cell @m{number} = 0x{member};");
        }
        let names: Vec<String> = (0..world.members.len()).map(|number| format!("@m{number}")).collect();
        let _ = writeln!(text, "cellset members = {{ {} }};", names.join(", "));
        let _ = writeln!(text, "route /public {{ allow invoke: open; }}");
        let _ = writeln!(text, "route /cells {{ allow invoke: cells members; }}");
        let _ = writeln!(text, "route /stake {{ allow invoke: stake >= {STAKE}; }}");
        let paths = ["/cap".to_owned()].into_iter().chain((0..world.extra).map(World::extra_path));
        for path in paths {
            let _ = writeln!(text, "route {path} {{ allow invoke: capability(\"{CAPABILITY}\"); }}");
        }
        text
    }
}

impl Engine for Dregg {
    const NAME: &'static str = "dregg";

    fn build(world: &World) -> Result<Dregg, String> {
        let hir = lower(&vec![("policy.dregg".to_owned(), Dregg::text(world))])?;
        let bytes = compile(&hir)?.encode();
        let policy = Policy::load(&bytes).map_err(|error| error.to_string())?;
        let mut facts = Facts::new(&policy);
        let cell = |text: &str| policy.cell(text).map(Value::Cell).ok_or("no cell");
        let what = || Value::Text(CAPABILITY.to_owned());
        for who in &world.granted {
            facts.assert("granted", vec![cell(who)?, what()]).map_err(|error| error.to_string())?;
        }
        for (from, to) in &world.delegated {
            let columns = vec![cell(from)?, cell(to)?, what(), Value::Int(UNTIL)];
            facts.assert("delegated", columns).map_err(|error| error.to_string())?;
        }
        for (who, amount) in &world.stakes {
            let who = policy.cell(who).ok_or("no cell")?;
            facts.stake(who, *amount).map_err(|error| error.to_string())?;
        }
        Ok(Dregg { policy, facts })
    }

    fn decide(&mut self, cell: &str, path: &str) -> bool {
        decide(&self.policy, &mut self.policy.decider(&self.facts), cell, path)
    }

    #[inline(always)]
    fn each(&mut self, requests: &[Asked], mut take: impl FnMut(bool)) {
        let mut decider = self.policy.decider(&self.facts);
        for asked in requests {
            take(decide(&self.policy, &mut decider, &asked.cell, &asked.path));
        }
    }
}

#[inline(always)]
fn decide(policy: &Policy, decider: &mut Decider<'_>, cell: &str, path: &str) -> bool {
    let Some(caller) = policy.cell(cell) else { return false };
    let request = Request { permission: Permission::Invoke, path, caller, epoch: EPOCH, proved: false };
    decider.decide(&request).is_allow()
}
