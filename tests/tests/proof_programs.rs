//! The public program of a statement means what the policy means: a plain interpreter of it, the prover's search for a
//! derivation, and `decide` agree on random policies. `DREGG_PROGRAMS` and `DREGG_SEED` run more.

use dregg_air::program::{Program, ProgramError, Query};
use dregg_air::source;
use dregg_artifact::{CellId, ClassLeaf, Permission, Relation, Value, Visibility, Writer, class_leaf};
use dregg_commit::record::set_element;
use dregg_commit::{Digest, FactElements, member_sets, value_elements};
use dregg_prove::derive::{Known, Lacking, NoDerivation, PublicFacts, derive};
use dregg_runtime::{Decision, Facts, Reason, Request};
use dregg_tests::engines::{self, Given};
use dregg_tests::interpreter::{self, Tuples};
use dregg_tests::{Compiled, compile, policies, programs};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// The facts of a question as a prover and the interpreter see them.
struct Base {
    public: PublicFacts,
    /// Held facts with the writer's column.
    held: Vec<(FactElements, Option<u8>)>,
    tuples: Tuples,
}

fn writer_column(relation: &Relation) -> Option<u8> {
    match relation.writer {
        Writer::Council | Writer::Cells(_) => None,
        Writer::Column(column) => Some(column),
    }
}

fn base(compiled: &Compiled, facts: &Facts) -> Base {
    let (mut public, mut held, mut tuples) = (Vec::new(), Vec::new(), Tuples::new());
    for fact in facts.iter() {
        let relation = &compiled.artifact.relations[fact.relation as usize];
        let elements = FactElements::new(relation, &fact.arguments).unwrap();
        match relation.visibility {
            Visibility::Public => public.push(elements),
            Visibility::Held => {
                let column = writer_column(relation);
                let key = (source::credentials(column), elements.relation);
                tuples.entry(key).or_default().insert(elements.values);
                held.push((elements, column));
            }
        }
    }
    for cells in member_sets(&compiled.artifact) {
        public.extend(cells.iter().map(|cell| FactElements::member(set_element(cells), cell).unwrap()));
    }
    for fact in &public {
        tuples.entry((source::FACTS, fact.relation)).or_default().insert(fact.values);
    }
    Base { public: PublicFacts::new(public), held, tuples }
}

fn cell_elements(cell: CellId) -> Digest {
    value_elements(&Value::Cell(cell)).unwrap()
}

impl Base {
    /// With the stake that a caller can show of itself.
    fn known(&self, caller: CellId, given: &Given) -> (Known<'_>, Tuples) {
        let mut known = Known::new(&self.public, cell_elements(caller));
        self.held.iter().for_each(|(fact, column)| known.hold(fact, *column));
        let mut tuples = self.tuples.clone();
        let one = |first: Digest, second: Digest| [first, second, Digest::ZERO, Digest::ZERO];
        if let Some(stake) = given.stakes.get(&caller) {
            known.stake(cell_elements(caller), *stake);
            let stake = one(cell_elements(caller), Digest([*stake, 0, 0, 0]));
            tuples.entry((source::STAKE, 0)).or_default().insert(stake);
        }
        for from in [source::CALLER, source::HIDDEN_CALLER] {
            let caller = one(cell_elements(caller), Digest::ZERO);
            tuples.entry((from, 0)).or_default().insert(caller);
        }
        (known, tuples)
    }
}

#[derive(Debug, Default)]
struct Counts {
    asked: u64,
    allowed: u64,
    interpreted: u64,
    too_large: u64,
    guards: u64,
    instances: usize,
    records: usize,
}

/// Puts every permission at a path to all, and for some callers to the interpreter.
fn compare(
    compiled: &Compiled,
    given: &Given,
    path: &str,
    rng: &mut ChaCha8Rng,
    counts: &mut Counts,
    shown: &str,
) {
    let facts = engines::runtime_facts(compiled, given);
    let base = base(compiled, &facts);
    let class = compiled.policy.classify(path).unwrap().unwrap().class;
    let leaf = ClassLeaf::decode(&class_leaf(&compiled.artifact, class)).unwrap();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let depth = leaf.limits.derivation_depth;
    for permission in Permission::ALL {
        let access = &leaf.content.access[permission.ordinal()];
        for cell in &compiled.hir.cells {
            let request = Request { permission, path, caller: cell.id, epoch: given.epoch, proved: true };
            let decision = compiled.policy.decide(&request, &facts);
            let query = Query {
                leaf: &leaf,
                permission,
                caller: Some(cell.id),
                epoch: given.epoch,
                segments: Some(&segments),
            };
            let context =
                || format!("{permission:?} {path} as @{}: {decision:?}\n{given:?}\n{shown}", cell.name);
            let program = Program::of(&query).unwrap_or_else(|error| panic!("{error}: {}", context()));
            let (known, tuples) = base.known(cell.id, given);
            counts.asked += 1;
            counts.allowed += u64::from(decision.is_allow());
            match (derive(&program, &known, depth), &decision) {
                (Ok(derivation), Decision::Allow { .. }) => {
                    assert_eq!(derivation.holds(&program, &known, depth), Ok(()), "{}", context());
                    counts.instances = counts.instances.max(derivation.instances.len());
                    counts.records = counts.records.max(derivation.records.len());
                }
                (Err(NoDerivation::TooLarge), Decision::Allow { .. }) => counts.too_large += 1,
                (Err(NoDerivation::Missing(unmet)), Decision::Deny { reason, .. }) => {
                    let expected = match (reason, unmet.lacking(access)) {
                        (Reason::Guard(guard), found) => {
                            counts.guards += 1;
                            // Without a clause nothing calls the guards.
                            let called = !access.clauses.is_empty();
                            !called || found == Lacking::Guard(*guard)
                        }
                        (Reason::NoClause, Lacking::Clauses) | (Reason::Clause, Lacking::Clause) => true,
                        (_, _) => false,
                    };
                    assert!(expected, "{unmet:?}: {}", context());
                }
                (found, _) => panic!("{found:?}: {}", context()),
            }
            if rng.random_range(0..8) == 0 {
                counts.interpreted += 1;
                let found = interpreter::derivable(&program, &tuples, depth);
                assert_eq!(found, decision.is_allow(), "{}", context());
                let hidden = Program::of(&Query { caller: None, ..query }).unwrap();
                let found = interpreter::derivable(&hidden, &tuples, depth);
                assert_eq!(found, decision.is_allow(), "hidden, {}", context());
                let found = derive(&hidden, &known, depth).is_ok();
                assert_eq!(found, decision.is_allow(), "hidden, {}", context());
                let hidden = Program::of(&Query { segments: None, ..query });
                if hidden != Err(ProgramError::SegmentsHidden) {
                    assert_eq!(hidden.as_ref(), Ok(&program), "{}", context());
                }
            }
        }
    }
}

#[test]
fn random_policies_mean_the_same() {
    let count = number("DREGG_PROGRAMS", 60);
    let mut rng = ChaCha8Rng::seed_from_u64(number("DREGG_SEED", 4));
    let mut counts = Counts::default();
    for _ in 0..count {
        let text = policies::policy(&mut rng);
        let compiled = compile(&text).unwrap_or_else(|reports| panic!("{reports:#?}\n{text}"));
        let given = policies::given(&mut rng, &compiled);
        for path in policies::PATHS {
            compare(&compiled, &given, path, &mut rng, &mut counts, &text);
        }
    }
    eprintln!("{count} policies: {counts:?}");
    assert!(counts.allowed > counts.asked / 10 && counts.allowed < counts.asked * 9 / 10, "{counts:?}");
    assert!(counts.guards > counts.asked / 50 && counts.too_large == 0, "{counts:?}");
}

#[test]
fn random_rules_mean_the_same_at_every_depth() {
    let count = number("DREGG_PROGRAMS", 60);
    let mut rng = ChaCha8Rng::seed_from_u64(number("DREGG_SEED", 5));
    let mut counts = Counts::default();
    for _ in 0..count {
        let program = programs::program(&mut rng);
        let levels = programs::levels(&mut rng);
        let epoch = rng.random_range(0..6);
        for depth in [program.depth.saturating_sub(1).max(1), program.depth, program.depth + 1] {
            let limit = format!("derivation_depth {};", program.depth);
            let text = program.text.replace(&limit, &format!("derivation_depth {depth};"));
            let compiled = compile(&text).unwrap_or_else(|reports| panic!("{reports:#?}\n{text}"));
            let level = compiled.hir.relations.iter().position(|relation| relation.name == "level").unwrap();
            let facts = levels.iter().map(|(cell, height)| dregg_compiler::hir::Fact {
                relation: u32::try_from(level).unwrap(),
                arguments: vec![Value::Cell(compiled.hir.cells[*cell].id), Value::Int(*height)],
            });
            let given = Given { facts: facts.collect(), epoch, proved: true, ..Given::default() };
            compare(&compiled, &given, "/goal", &mut rng, &mut counts, &text);
        }
    }
    eprintln!("{count} programs: {counts:?}");
    assert!(counts.allowed > counts.asked / 20 && counts.too_large == 0, "{counts:?}");
}
