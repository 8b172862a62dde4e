//! What the length of a trace tells: within the policy's allowance neither the branch taken nor, where the path is hidden,
//! which of the paths of its number of blocks it is.
//!
//! `DREGG_SEED` sets which policies are looked at.

use dregg_air::route::witness::path_blocks;
use dregg_air::statement::AccessProof;
use dregg_artifact::{Permission, Value};
use dregg_compiler::hir::Fact;
use dregg_prove::{Ask, AskCaller, Plan, ProveError, Prover};
use dregg_tests::engines::Given;
use dregg_tests::kinds::{self, KINDS};
use dregg_tests::policies::CELLS;
use dregg_tests::world::{World, ask, keys, with_keys};
use dregg_tests::{Compiled, compile};
use rand::SeedableRng;
use rand_chacha::{ChaCha8Rng, ChaCha20Rng};
use std::collections::{BTreeMap, BTreeSet};
use winter_air::proof::Proof;

fn plan(world: &World<'_>, prover: &Prover<'_>, ask: &Ask<'_>, caller: usize) -> Result<Plan, ProveError> {
    let keys = keys(caller);
    let mut random = ChaCha20Rng::seed_from_u64(1);
    prover.plan(ask, &keys, Some(&world.bundle(&keys.cell())), &mut random)
}

fn given(compiled: &Compiled, facts: &[(&str, usize)]) -> Given {
    let fact = |(name, cell): &(&str, usize)| {
        let relation = compiled.hir.relations.iter().position(|relation| relation.name == *name).unwrap();
        Fact { relation: relation as u32, arguments: vec![Value::Cell(keys(*cell).cell())] }
    };
    Given { facts: facts.iter().map(fact).collect(), stakes: BTreeMap::new(), epoch: 7, proved: true }
}

fn cells(number: usize) -> String {
    (0..number).map(|cell| format!("cell @c{cell} = 0x;\n")).collect()
}

/// A clause that costs nothing, and one whose rules take more rows than everything else together.
fn two_clauses() -> Compiled {
    let others = "who != @c2, who != @c3, who != @c4, who != @c5";
    let mut text = format!("policy t version 1;\nlimits {{ proof_facts 1; }}\n{}", cells(6));
    text += "relation badge(who: cell) held;\nrule s60(who) if badge(who);\n";
    for number in 0..60 {
        text += &format!("rule s{number}(who) if s{}(who), {others};\n", number + 1);
    }
    text += "route /x allow invoke: cells { @c0 } or s0();\n";
    compile(&with_keys(&text)).unwrap_or_else(|reports| panic!("{reports:#?}\n{text}"))
}

#[test]
fn the_rows_of_rules_do_not_tell_the_clause() {
    let compiled = two_clauses();
    let world = World::new(&compiled, given(&compiled, &[("badge", 1)]));
    let prover = world.prover();
    let base = ask(Permission::Invoke, "/x");
    for ask in [base, Ask { open_route: true, ..base }, Ask { caller: AskCaller::Hidden([3; 32]), ..base }] {
        let [cheap, dear] = [0, 1].map(|caller| plan(&world, &prover, &ask, caller).unwrap());
        assert!((cheap.instances, cheap.facts) == (3, 0) && (dear.instances, dear.facts) == (64, 1));
        // With its own rows alone the one is shorter.
        assert!(dear.events > cheap.events + 500, "{cheap:?} {dear:?}");
        assert_eq!((cheap.log2_rows, dear.log2_rows), (11, 11), "{ask:?}");
    }
    // The trace made is the one that was planned.
    let mut random = ChaCha20Rng::seed_from_u64(2);
    let made = prover.prove(&base, &keys(0), None, &mut random).unwrap();
    let stark = AccessProof::from_bytes(&made.bytes).unwrap().evidence.stark;
    assert_eq!(Proof::from_bytes(&stark).unwrap().trace_info().length(), 1 << 11);
    assert_eq!(made.plan, plan(&world, &prover, &base, 0).ok());
}

/// Paths of one length at routes that share little with one another, and one that shares nothing.
fn paths() -> Vec<String> {
    let names = ["abcd", "cdef", "efgh", "ghij", "ijkl", "klmn", "mnop", "opqr"];
    let mut paths = vec![format!("/{}", "z".repeat(26))];
    for (first, second) in names.iter().flat_map(|first| names.map(|second| (first, second))) {
        paths.extend(names.map(|third| format!("/{first}{second}/{second}{third}/{third}{first}")));
    }
    paths
}

/// The lengths of traces at all of these, and how many cycles each takes.
fn lengths(prover: &Prover<'_>, world: &World<'_>, hide_path: bool) -> (BTreeSet<u8>, BTreeSet<usize>) {
    let plans = paths().into_iter().map(|path| {
        let ask = Ask { hide_path, ..ask(Permission::Read, &path) };
        plan(world, prover, &ask, 0).unwrap()
    });
    plans.map(|plan| (plan.log2_rows, plan.hash_cycles)).unzip()
}

#[test]
fn the_length_does_not_tell_a_hidden_path() {
    assert!(paths().iter().all(|path| path_blocks(path.len()) == 7));
    // One fact is within the allowance, so many are beyond it.
    for (proof_facts, relations) in [(8, 1), (1, 22)] {
        let names: Vec<String> = (0..relations).map(|number| format!("r{number}")).collect();
        let mut text = format!("policy t version 1;\nlimits {{ proof_facts {proof_facts}; }}\n{}", cells(1));
        text.extend(names.iter().map(|name| format!("relation {name}(who: cell) public;\n")));
        let clause = names.iter().map(|name| format!("{name}()")).collect::<Vec<String>>().join(" and ");
        text.extend(paths().iter().map(|path| format!("route {path} allow read: {clause};\n")));
        let compiled = compile(&with_keys(&text)).unwrap_or_else(|reports| panic!("{reports:#?}"));
        let facts: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 0)).collect();
        let world = World::new(&compiled, given(&compiled, &facts));
        let prover = world.prover();
        let (in_clear, costs) = lengths(&prover, &world, false);
        let (hidden, hidden_costs) = lengths(&prover, &world, true);
        let shown = format!("{in_clear:?} {costs:?} {hidden:?} {hidden_costs:?}");
        assert!(costs.len() > 5 && hidden_costs.len() > 5, "{shown}");
        // Walks are dear enough for the next length at some of these paths, at others not.
        assert_eq!((in_clear.len(), hidden.len(), in_clear.last()), (2, 1, hidden.last()), "{shown}");
    }
}

/// All cells at all routes of each kind, by any branch: what needs no more facts than the policy allows for is as long as
/// anything else that is asked for there.
#[test]
fn within_the_allowance_no_request_is_longer_than_another() {
    let seed = std::env::var("DREGG_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(5);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut groups, mut told, mut beyond) = (0, 0, 0);
    for _ in 0..4 {
        let text = with_keys(&kinds::policy(&mut rng));
        let compiled = compile(&text).unwrap_or_else(|reports| panic!("{reports:#?}\n{text}"));
        let most = usize::from(compiled.artifact.limits.proof_facts);
        let world = World::new(&compiled, kinds::given(&mut rng, &compiled, 7));
        let prover = world.prover();
        for (kind, permission, path) in KINDS {
            let base = ask(permission, path);
            let bind = AskCaller::Hidden([3; 32]);
            for ask in [base, Ask { open_route: true, ..base }, Ask { caller: bind, ..base }] {
                let plans = (0..CELLS).filter_map(|caller| plan(&world, &prover, &ask, caller).ok());
                let plans: Vec<Plan> = plans.collect();
                let within: Vec<&Plan> = plans.iter().filter(|plan| plan.facts <= most).collect();
                let lengths: BTreeSet<u8> = within.iter().map(|plan| plan.log2_rows).collect();
                assert!(lengths.len() <= 1, "{kind}: {within:?}\n{text}");
                let least = |plan: &&&Plan| (plan.instances, plan.facts);
                groups += usize::from(within.len() > 1);
                told += usize::from(within.iter().min_by_key(least) != within.iter().max_by_key(least));
                beyond += plans.len() - within.len();
            }
        }
    }
    println!("{groups} groups, {told} of several branches, {beyond} plans beyond the allowance");
    assert!(groups > 50 && told > 5 && beyond > 0, "{groups} {told} {beyond}");
}
