//! What `decide` allows is proved and accepted, in every form; what it denies the prover refuses, and a prover that makes a
//! proof of it all the same is rejected.
//!
//! `DREGG_PROVE` sets how many requests of each verdict there are at least, `DREGG_SEED` which.

use dregg_air::program::ProgramError;
use dregg_air::statement::LowerError;
use dregg_artifact::{CellId, Permission};
use dregg_prove::{Ask, AskCaller, ProveError, Prover};
use dregg_runtime::{Decision, Reason};
use dregg_tests::engines::Given;
use dregg_tests::kinds::{self, KINDS};
use dregg_tests::world::{World, ask, forced, keys, with_keys};
use dregg_tests::{Compiled, compile, engines, policies};
use dregg_verify::{Form, Reject};
use rand::{RngExt, SeedableRng};
use rand_chacha::{ChaCha8Rng, ChaCha20Rng};
use std::collections::BTreeMap;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[derive(Debug, Default)]
struct Counts {
    worlds: u64,
    allowed: u64,
    denied: u64,
    too_large: u64,
    /// Classes that need a segment of the path, asked for with a hidden path.
    segments: u64,
    /// Requests that rest on a held fact or a stake, asked for as an opening.
    not_public: u64,
    forms: BTreeMap<&'static str, u64>,
    /// Allowed and denied requests of each kind.
    kinds: BTreeMap<&'static str, [u64; 2]>,
    log2_rows: BTreeMap<u8, u64>,
    most_facts: usize,
    most_instances: usize,
    reasons: BTreeMap<&'static str, u64>,
    forced: BTreeMap<&'static str, u64>,
}

impl Counts {
    /// Whether each kind was allowed and denied; what is open is never denied.
    fn covered(&self) -> bool {
        KINDS.iter().all(|(kind, ..)| {
            let [allowed, denied] = self.kinds.get(kind).copied().unwrap_or_default();
            allowed > 0 && (denied > 0 || *kind == "open")
        })
    }
}

/// A request by a cell, for which rule it stands.
#[derive(Clone, Copy)]
struct Case {
    kind: &'static str,
    permission: Permission,
    path: &'static str,
    caller: usize,
}

impl Case {
    fn ask(&self) -> Ask<'static> {
        ask(self.permission, self.path)
    }

    fn cell(&self) -> CellId {
        keys(self.caller).cell()
    }
}

const BIND: AskCaller = AskCaller::Hidden([3; 32]);

/// The forms that a proof can have, in turn.
fn forms(base: Ask<'_>) -> [(&'static str, Ask<'_>, Form); 6] {
    [
        ("shown", base, Form::Proof),
        ("open route", Ask { open_route: true, ..base }, Form::RouteOpened),
        ("hidden path", Ask { hide_path: true, ..base }, Form::Proof),
        ("hidden caller", Ask { caller: BIND, ..base }, Form::Proof),
        ("both hidden", Ask { hide_path: true, caller: BIND, ..base }, Form::Proof),
        ("open route, hidden caller", Ask { open_route: true, caller: BIND, ..base }, Form::RouteOpened),
    ]
}

/// Proves an allowed request in the next form, and as an opening, and has both verified.
fn allowed(world: &World<'_>, prover: &Prover<'_>, case: Case, counts: &mut Counts, shown: &str) {
    let keys = keys(case.caller);
    let bundle = world.bundle(&keys.cell());
    let mut random = ChaCha20Rng::seed_from_u64(counts.allowed);
    let [first, ..] = forms(case.ask());
    let (name, mut ask, mut form) = forms(case.ask())[counts.allowed as usize % 6];
    counts.allowed += 1;
    counts.kinds.entry(case.kind).or_default()[0] += 1;
    let mut made = prover.prove(&ask, &keys, Some(&bundle), &mut random);
    if made.as_ref().err() == Some(&ProveError::Statement(LowerError::Program(ProgramError::SegmentsHidden)))
    {
        assert!(ask.hide_path, "{name}: {shown}");
        counts.segments += 1;
        (_, ask, form) = first;
        made = prover.prove(&ask, &keys, Some(&bundle), &mut random);
    }
    let context =
        || format!("{} {:?} {} as @c{}, {name}\n{shown}", case.kind, case.permission, case.path, case.caller);
    match made {
        Ok(made) => {
            if is_redirect(world.compiled, &case) && !ask.hide_path {
                let verdict = world.verify(&ask, keys.cell(), &made.bytes);
                assert_eq!(verdict, Err(Reject::Redirect), "{}", context());
                ask.path = "/stake";
            }
            let verdict = world
                .verify(&ask, keys.cell(), &made.bytes)
                .unwrap_or_else(|reject| panic!("{reject}: {}", context()));
            assert_eq!((verdict.form, &verdict.claim), (form, &made.claim), "{}", context());
            let plan = made.plan.unwrap();
            *counts.log2_rows.entry(plan.log2_rows).or_default() += 1;
            *counts.forms.entry(name).or_default() += 1;
            counts.most_facts = counts.most_facts.max(plan.facts);
            counts.most_instances = counts.most_instances.max(plan.instances);
        }
        Err(ProveError::TooLarge) => counts.too_large += 1,
        Err(error) => panic!("{error}: {}", context()),
    }
    let open = Ask { open: true, ..case.ask() };
    match prover.prove(&open, &keys, Some(&bundle), &mut random) {
        Ok(made) => {
            let path = if case.path == "/latest" { "/stake" } else { case.path };
            let verdict = world.verify(&Ask { path, ..open }, keys.cell(), &made.bytes).unwrap();
            assert_eq!(verdict.form, Form::Opening, "{}", context());
            *counts.forms.entry("opening").or_default() += 1;
        }
        Err(ProveError::NotPublic) => counts.not_public += 1,
        // An opening is no proof where one is required.
        Err(ProveError::ProofRequired) if case.kind == "proof required" => {}
        Err(error) => panic!("{error}: {}", context()),
    }
}

/// What a lie is taken from: a world in which the request is allowed, or another request that is.
struct Believed<'a> {
    elsewhere: Option<&'a World<'a>>,
    other: Option<Case>,
}

/// The prover refuses a denied request, and the verifier rejects proofs of it that were forced.
fn denied(
    world: &World<'_>,
    prover: &Prover<'_>,
    case: Case,
    reason: Reason,
    believed: &Believed<'_>,
    counts: &mut Counts,
    shown: &str,
) {
    let context = || {
        format!("{} {:?} {} as @c{}: {reason:?}\n{shown}", case.kind, case.permission, case.path, case.caller)
    };
    let caller = keys(case.caller);
    let number = counts.denied;
    counts.denied += 1;
    counts.kinds.entry(case.kind).or_default()[1] += 1;
    let base = case.ask();
    let refused = |ask: &Ask<'_>| {
        let mut random = ChaCha20Rng::seed_from_u64(1);
        let bundle = world.bundle(&caller.cell());
        prover.prove(ask, &caller, Some(&bundle), &mut random).map(|_| ())
    };
    match reason {
        Reason::Guard(_) | Reason::NoClause | Reason::Clause => {
            for ask in [base, Ask { open_route: true, caller: BIND, ..base }, Ask { open: true, ..base }] {
                let refused = refused(&ask);
                assert!(matches!(refused, Err(ProveError::Denied(_))), "{refused:?} {}", context());
            }
        }
        other => panic!("{other:?}: {}", context()),
    }
    *counts.reasons.entry(reason.name()).or_default() += 1;
    if is_redirect(world.compiled, &case) {
        return;
    }
    let ask = Ask { open_route: !number.is_multiple_of(3), ..base };
    let stated = world.stated(&ask, &caller).unwrap();
    let mut rejected = |how: &'static str, stark: Vec<u8>| {
        let file = world.file(prover, &stated.claim, stark);
        let verdict = world.verify(&ask, caller.cell(), &file);
        assert_eq!(verdict.map(|verdict| verdict.claim), Err(Reject::Constraints), "{how}: {}", context());
        *counts.forced.entry(how).or_default() += 1;
    };
    // The same request, where other facts allow it: an honest trace from there, or an honest proof.
    if let Some(elsewhere) = believed.elsewhere {
        let there = elsewhere.stated(&ask, &caller).unwrap();
        let trace = elsewhere.trace(&there, &caller).unwrap();
        let (how, inputs) = if number.is_multiple_of(2) {
            ("trace of other facts", &stated.inputs)
        } else {
            ("proof of other facts", &there.inputs)
        };
        rejected(how, forced(trace, inputs, number));
    } else if let Some(other) = believed.other {
        let keys = keys(other.caller);
        let there = world.stated(&Ask { open_route: ask.open_route, ..other.ask() }, &keys).unwrap();
        let trace = world.trace(&there, &keys).unwrap();
        let (how, inputs) = if number.is_multiple_of(2) {
            ("trace of another request", &stated.inputs)
        } else {
            ("proof of another request", &there.inputs)
        };
        rejected(how, forced(trace, inputs, number));
    }
}

/// A prover by hand, which is what the forced proofs come from, makes good proofs of what is allowed.
fn control(world: &World<'_>, prover: &Prover<'_>, case: Case) {
    let ask = Ask { open_route: true, ..case.ask() };
    let caller = keys(case.caller);
    let stated = world.stated(&ask, &caller).unwrap();
    let trace = world.trace(&stated, &caller).unwrap();
    let file = world.file(prover, &stated.claim, forced(trace, &stated.inputs, 1));
    let verdict = world.verify(&ask, case.cell(), &file).unwrap();
    assert_eq!((verdict.form, verdict.claim), (Form::RouteOpened, stated.claim));
}

/// Removes and returns an element.
fn take<T>(rng: &mut ChaCha8Rng, from: &mut Vec<T>) -> Option<T> {
    let at = (!from.is_empty()).then(|| rng.random_range(0..from.len()))?;
    Some(from.swap_remove(at))
}

fn is_redirect(compiled: &Compiled, case: &Case) -> bool {
    compiled.policy.classify(case.path).unwrap().is_none_or(|found| found.redirect.is_some())
}

/// Puts requests about one policy to `decide`, prover and verifier: of each kind up to `each` with each verdict.
fn compare(
    compiled: &Compiled,
    mut given: impl FnMut(&mut ChaCha8Rng) -> Given,
    requests: &[(&'static str, Permission, &'static str)],
    each: usize,
    rng: &mut ChaCha8Rng,
    counts: &mut Counts,
    text: &str,
) {
    let world = World::new(compiled, given(rng));
    let prover = world.prover();
    // Other facts in the same epoch.
    let others: Vec<Given> = (0..12).map(|_| Given { epoch: world.given.epoch, ..given(rng) }).collect();
    let shown = format!("{:?}\n{text}", world.given);
    counts.worlds += 1;
    let mut permitted: Vec<Case> = Vec::new();
    let mut refused: Vec<(Case, Reason)> = Vec::new();
    for (kind, permission, path) in requests {
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for caller in 0..policies::CELLS {
            let case = Case { kind, permission: *permission, path, caller };
            match world.decide(*permission, path, case.cell()) {
                Decision::Allow { .. } => yes.push(case),
                Decision::Deny { reason, .. } => no.push((case, reason)),
            }
        }
        for _ in 0..each {
            permitted.extend(take(rng, &mut yes));
            refused.extend(take(rng, &mut no));
        }
    }
    if let Some(case) = permitted.iter().find(|case| !is_redirect(compiled, case)) {
        control(&world, &prover, *case);
    }
    for case in &permitted {
        allowed(&world, &prover, *case, counts, &shown);
    }
    for (case, reason) in refused {
        let allows = |given: &&Given| {
            let facts = engines::runtime_facts(compiled, given);
            let request = dregg_runtime::Request {
                permission: case.permission,
                path: case.path,
                caller: case.cell(),
                epoch: given.epoch,
                proved: true,
            };
            compiled.policy.decide(&request, &facts).is_allow()
        };
        let elsewhere = others.iter().find(allows).map(|given| World::new(compiled, given.clone()));
        let near = |other: &&Case| !is_redirect(compiled, other);
        let other = permitted.iter().filter(near).max_by_key(|other| {
            (other.path == case.path, other.permission == case.permission, other.caller == case.caller)
        });
        let believed = Believed { elsewhere: elsewhere.as_ref(), other: other.copied() };
        denied(&world, &prover, case, reason, &believed, counts, &shown);
    }
}

#[test]
fn what_is_allowed_is_proved_and_what_is_denied_is_not() {
    let wanted = number("DREGG_PROVE", 25);
    let mut rng = ChaCha8Rng::seed_from_u64(number("DREGG_SEED", 11));
    let mut counts = Counts::default();
    while counts.allowed.min(counts.denied) < wanted || !counts.covered() {
        let text = with_keys(&kinds::policy(&mut rng));
        let compiled = compile(&text).unwrap_or_else(|reports| panic!("{reports:#?}\n{text}"));
        let epoch = rng.random_range(0..100);
        let given = |rng: &mut ChaCha8Rng| kinds::given(rng, &compiled, epoch);
        compare(&compiled, given, &KINDS, 1, &mut rng, &mut counts, &text);
        let text = with_keys(&policies::policy(&mut rng));
        let text = text.replace("limits { ", &format!("limits {{ proof_facts {}; ", rng.random_range(1..4)));
        let compiled = compile(&text).unwrap_or_else(|reports| panic!("{reports:#?}\n{text}"));
        let given = |rng: &mut ChaCha8Rng| policies::given(rng, &compiled);
        let paths = policies::PATHS.into_iter();
        let requests: Vec<_> =
            paths.flat_map(|path| Permission::ALL.map(|permission| ("random", permission, path))).collect();
        compare(&compiled, given, &requests, 1, &mut rng, &mut counts, &text);
    }
    println!("{counts:#?}");
    assert!(counts.too_large * 20 <= counts.allowed, "too large: {} of {}", counts.too_large, counts.allowed);
    assert!(counts.forms.len() == 7 && counts.forced.len() == 4, "{counts:?}");
}
