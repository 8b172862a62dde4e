//! Statements made by hand, with programs as the compiler lowers them: who is asked for what, and by which facts.

use super::sparse::digest;
use crate::tables::Random;
use dregg_air::derivation::witness::{Instance, Support};
use dregg_air::identity::witness::Identity;
use dregg_air::program::Program;
use dregg_air::record::witness::Record;
use dregg_air::source;
use dregg_commit::Digest;
use dregg_tests::statement::cases::{ALLOW, DELEGATED, EPOCH, GOAL, GRANTED, HOLDS, fact, identity, tier2};
use dregg_tests::statement::rules::{at_most, constant, goal, head, int, less, premise, program};
use dregg_tests::statement::scenario::instance;

/// A statement without its route.
pub struct Statement {
    /// What the report calls it.
    pub name: &'static str,
    /// The program.
    pub program: Program,
    /// The derivation.
    pub instances: Vec<Instance>,
    /// The base facts it uses.
    pub records: Vec<Record>,
    /// The caller.
    pub identity: Identity,
    /// Whether the path is hidden.
    pub hidden_path: bool,
}

/// All statements that are measured.
pub fn all(random: &mut Random) -> Vec<Statement> {
    vec![
        open("open", false),
        open("open, hidden caller", true),
        cells(random),
        Chain { name: "two credentials, one held", ..CHAIN }.statement(random),
        Chain { name: "two credentials, both held", granted_held: true, ..CHAIN }.statement(random),
        Chain { name: "two credentials, hidden path", hidden_path: true, ..CHAIN }.statement(random),
        Chain { name: "chain of 4", links: 3, ..CHAIN }.statement(random),
        Chain { name: "chain of 4 and a stake", links: 3, staked: true, ..CHAIN }.statement(random),
    ]
}

type Rule = Vec<dregg_tests::statement::rules::Short>;

/// The goal: the caller is this cell, or hidden, and is allowed.
fn goal_rule(identity: &Identity) -> Rule {
    let allowed = goal(source::DERIVED, ALLOW, &[1]);
    match identity.hidden {
        None => {
            vec![head(GOAL, &[1]), goal(source::CALLER, 0, &[1]), constant(1, identity.cell()), allowed]
        }
        Some(_) => vec![head(GOAL, &[1]), goal(source::HIDDEN_CALLER, 0, &[1]), allowed],
    }
}

fn open(name: &'static str, hidden_caller: bool) -> Statement {
    let identity = identity(1, hidden_caller);
    let me = identity.cell();
    Statement {
        name,
        program: program(&[goal_rule(&identity), vec![head(ALLOW, &[1])]]),
        instances: vec![
            instance(0, 1, &[(1, me)], &[Support::Caller, Support::Instance(1)]),
            instance(1, 1, &[(1, me)], &[]),
        ],
        records: Vec::new(),
        identity,
        hidden_path: false,
    }
}

/// One of a set of more cells than are written into the program.
fn cells(random: &mut Random) -> Statement {
    let identity = identity(1, false);
    let (me, set) = (identity.cell(), digest(random));
    let member = dregg_commit::record::member_relation();
    let rules = [
        goal_rule(&identity),
        vec![head(ALLOW, &[1]), goal(source::FACTS, member, &[2, 1]), constant(2, set)],
    ];
    Statement {
        name: "one of a set of cells",
        program: program(&rules),
        instances: vec![
            instance(0, 1, &[(1, me)], &[Support::Caller, Support::Instance(1)]),
            instance(1, 1, &[(1, me), (2, set)], &[Support::Record(0)]),
        ],
        records: vec![Record::Public { fact: fact(member, &[set, me]) }],
        identity,
        hidden_path: false,
    }
}

/// A right granted to one cell, and delegations of it, the last to the caller, each held and signed by who delegates.
struct Chain {
    name: &'static str,
    /// How many delegations.
    links: u8,
    /// Whether a stake is asked for too.
    staked: bool,
    /// Whether the grant is a held fact too.
    granted_held: bool,
    hidden_path: bool,
}

/// Two credentials: a public grant, and one delegation.
const CHAIN: Chain = Chain { name: "", links: 1, staked: false, granted_held: false, hidden_path: false };

impl Chain {
    fn statement(&self, random: &mut Random) -> Statement {
        let Chain { name, links, staked, granted_held, hidden_path } = *self;
        let caller = identity(1, false);
        // From the one who was granted the right to the caller.
        let cells: Vec<Digest> = (1..=links + 1).rev().map(|number| identity(number, false).cell()).collect();
        let me = caller.cell();
        let until = int(EPOCH + 50);
        let (need, have) = (int(1000), int(5000));
        let grants = if granted_held { source::credentials(None) } else { source::FACTS };
        let mut allow = vec![head(ALLOW, &[1]), goal(source::DERIVED, HOLDS, &[1, 2]), constant(2, tier2())];
        if staked {
            allow.extend([goal(source::STAKE, 0, &[1, 3]), constant(4, need), at_most(4, 3)]);
        }
        let rules = [
            goal_rule(&caller),
            allow,
            vec![head(HOLDS, &[1, 2]), premise(grants, GRANTED, &[1, 2])],
            vec![
                head(HOLDS, &[1, 2]),
                premise(source::DERIVED, HOLDS, &[3, 2]),
                premise(source::credentials(Some(0)), DELEGATED, &[3, 1, 2, 4]),
                constant(5, int(0)),
                at_most(5, 4),
                constant(6, int(EPOCH)),
                less(6, 4),
            ],
        ];
        let held = |fact, writer_column, signer, random: &mut Random| Record::Held {
            fact,
            salt: [random.bits() >> 1, random.bits() >> 1, random.bits() >> 1],
            writer_column,
            signer,
            expiry: 1000,
        };
        let granted = fact(GRANTED, &[cells[0], tier2()]);
        let mut records = vec![match granted_held {
            true => held(granted, None, identity(99, false).cell(), random),
            false => Record::Public { fact: granted },
        }];
        for pair in cells.windows(2) {
            let link = fact(DELEGATED, &[pair[0], pair[1], tier2(), until]);
            records.push(held(link, Some(0), pair[0], random));
        }
        let mut values = vec![(1, me), (2, tier2())];
        let mut supports = vec![Support::Instance(2)];
        if staked {
            values.extend([(3, have), (4, need)]);
            supports.push(Support::Record(records.len()));
            records.push(Record::Stake { cell: me, amount: 5000, salt: [4, 5, 6] });
        }
        let mut instances = vec![
            instance(0, 1, &[(1, me)], &[Support::Caller, Support::Instance(1)]),
            instance(1, 1, &values, &supports),
        ];
        for link in (1..cells.len()).rev() {
            let values = [
                (1, cells[link]),
                (2, tier2()),
                (3, cells[link - 1]),
                (4, until),
                (5, int(0)),
                (6, int(EPOCH)),
            ];
            let next = Support::Instance(instances.len() + 1);
            instances.push(instance(3, link as u8 + 1, &values, &[next, Support::Record(link)]));
        }
        instances.push(instance(2, 1, &[(1, cells[0]), (2, tier2())], &[Support::Record(0)]));
        Statement { name, program: program(&rules), instances, records, identity: caller, hidden_path }
    }
}
