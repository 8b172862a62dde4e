//! One scenario of each kind, small enough for the shortest traces.

use super::rules::{at_most, constant, differ, goal, head, int, less, premise, program};
use super::scenario::{Scenario, Table, instance};
use dregg_air::derivation::witness::Support::{Caller, Instance, Record as Fact};
use dregg_air::identity::witness::Identity;
use dregg_air::inputs::Bounds;
use dregg_air::record::witness::Record;
use dregg_air::source::{self, tree};
use dregg_commit::facts::{Gap, key};
use dregg_commit::record::FactElements;
use dregg_commit::{Digest, TableTree, text_digest};

/// A named scenario.
pub type Case = Scenario;

/// The numbers of the predicates here.
pub const GOAL: u64 = 1;
/// `allow(caller)`.
pub const ALLOW: u64 = 16;
/// `holds(who, what)`.
pub const HOLDS: u64 = 65536;
/// The relations' elements.
pub const GRANTED: u64 = 11;
/// `delegated(from, to, what, until)`, held.
pub const DELEGATED: u64 = 12;
/// `revoked(what)`.
pub const REVOKED: u64 = 13;
/// `quad(a, b, c, d)`, of four columns.
pub const QUAD: u64 = 14;
/// The epoch.
pub const EPOCH: u64 = 700;

/// The caller's identity.
pub fn identity(number: u8, hidden: bool) -> Identity {
    Identity {
        secret: [number; 32],
        key_digest: text_digest(&format!("key {number}")),
        hidden: hidden.then_some([11, 22, 33, 44]),
    }
}

/// The cell of an identity.
pub fn cell(number: u8) -> Digest {
    identity(number, false).cell()
}

/// The right that is granted.
pub fn tier2() -> Digest {
    text_digest("tier2")
}

/// A fact of so many columns.
pub fn fact(relation: u64, values: &[Digest]) -> FactElements {
    let mut all = [Digest::ZERO; 4];
    all.iter_mut().zip(values).for_each(|(slot, value)| *slot = *value);
    FactElements { relation, arity: values.len(), values: all }
}

/// The gap around an absent fact, with neighbours so far away.
pub fn gap_around(fact: &FactElements, distance: u64) -> Gap {
    let key = key(&fact.public().digest());
    Gap { relation: fact.relation, low: key.saturating_sub(distance), high: key + distance }
}

/// The goal's rule for a shown caller or a hidden one.
fn goal_rule(caller: Option<Digest>) -> Vec<super::rules::Short> {
    match caller {
        Some(cell) => vec![
            head(GOAL, &[1]),
            goal(source::CALLER, 0, &[1]),
            constant(1, cell),
            goal(source::DERIVED, ALLOW, &[1]),
        ],
        None => {
            vec![head(GOAL, &[1]), goal(source::HIDDEN_CALLER, 0, &[1]), goal(source::DERIVED, ALLOW, &[1])]
        }
    }
}

/// A table of a few routes.
pub fn table() -> Table {
    let source = "policy t version 1; route /services/ai allow read: open; route /services/{x}/v1 allow invoke: open; \
                  route /public/** allow read, invoke: open;";
    let artifact = crate::compile(source).unwrap().artifact;
    let rows = TableTree::new(artifact.dfa.rows());
    Table { dfa: artifact.dfa, rows }
}

fn base(name: &'static str) -> Scenario {
    let noise = |tag: u64| (0..4).map(|n| Digest([tag, n, 1, 2])).collect::<Vec<Digest>>();
    Scenario {
        name,
        table: None,
        path: "/services/gpu/v1".to_owned(),
        hidden_path: None,
        program: Default::default(),
        instances: Vec::new(),
        records: Vec::new(),
        others: vec![(tree::FACTS, noise(2)), (tree::CREDENTIALS, noise(3)), (tree::STAKE, noise(4))],
        identity: Some(identity(1, false)),
        bounds: Bounds { segments: 12, bytes: 192, depth: 16 },
    }
}

/// Anybody who is somebody.
pub fn open(hidden_caller: bool) -> Scenario {
    let me = cell(1);
    Scenario {
        program: program(&[goal_rule((!hidden_caller).then_some(me)), vec![head(ALLOW, &[1])]]),
        instances: vec![instance(0, 1, &[(1, me)], &[Caller, Instance(1)]), instance(1, 1, &[(1, me)], &[])],
        identity: Some(identity(1, hidden_caller)),
        ..base(if hidden_caller { "open, hidden caller" } else { "open" })
    }
}

/// The same with the route in the proof, the path shown or hidden.
pub fn routed(hidden_path: bool) -> Scenario {
    Scenario {
        name: if hidden_path { "route, hidden path" } else { "route" },
        table: Some(table()),
        hidden_path: hidden_path.then_some([5, 6, 7, 8]),
        ..open(false)
    }
}

/// A right granted to one cell and delegated to the caller by a held fact that the delegator signed.
pub fn delegated() -> Scenario {
    let (me, other) = (cell(1), cell(2));
    let until = int(EPOCH + 50);
    let (zero, epoch) = (int(0), int(EPOCH));
    let credentials = source::credentials(Some(0));
    let rules = [
        goal_rule(Some(me)),
        vec![head(ALLOW, &[1]), goal(source::DERIVED, HOLDS, &[1, 2]), constant(2, tier2())],
        vec![head(HOLDS, &[1, 2]), premise(source::FACTS, GRANTED, &[1, 2])],
        vec![
            head(HOLDS, &[1, 2]),
            premise(source::DERIVED, HOLDS, &[3, 2]),
            premise(credentials, DELEGATED, &[3, 1, 2, 4]),
            constant(5, zero),
            at_most(5, 4),
            constant(6, epoch),
            less(6, 4),
        ],
    ];
    let last = [(1, me), (2, tier2()), (3, other), (4, until), (5, zero), (6, epoch)];
    Scenario {
        program: program(&rules),
        instances: vec![
            instance(0, 1, &[(1, me)], &[Caller, Instance(1)]),
            instance(1, 1, &[(1, me), (2, tier2())], &[Instance(2)]),
            instance(3, 2, &last, &[Instance(3), Fact(1)]),
            instance(2, 1, &[(1, other), (2, tier2())], &[Fact(0)]),
        ],
        records: vec![
            Record::Public { fact: fact(GRANTED, &[other, tier2()]) },
            Record::Held {
                fact: fact(DELEGATED, &[other, me, tier2(), until]),
                salt: [7, 8, 9],
                writer_column: Some(0),
                signer: other,
                expiry: 1000,
            },
        ],
        ..base("delegated")
    }
}

/// A stake, and a public fact that is absent.
pub fn staked() -> Scenario {
    let me = cell(1);
    let (need, have) = (int(1000), int(5000));
    let revoked = fact(REVOKED, &[tier2()]);
    let gap = gap_around(&revoked, 1000);
    let rules = [
        goal_rule(Some(me)),
        vec![
            head(ALLOW, &[1]),
            goal(source::absent(1), REVOKED, &[2]),
            constant(2, tier2()),
            goal(source::STAKE, 0, &[1, 3]),
            constant(4, need),
            at_most(4, 3),
        ],
    ];
    Scenario {
        program: program(&rules),
        instances: vec![
            instance(0, 1, &[(1, me)], &[Caller, Instance(1)]),
            instance(1, 1, &[(1, me), (2, tier2()), (3, have), (4, need)], &[Fact(1), Fact(0)]),
        ],
        records: vec![
            Record::Stake { cell: me, amount: 5000, salt: [4, 5, 6] },
            Record::Absent { fact: revoked, gap },
        ],
        ..base("stake and absence")
    }
}

/// Facts of four columns, one present and one absent, and values that differ.
pub fn wide() -> Scenario {
    let (me, other) = (cell(1), cell(2));
    let present = fact(QUAD, &[me, tier2(), int(5), other]);
    let missing = fact(QUAD, &[me, tier2(), int(6), int(0)]);
    let gap = gap_around(&missing, 77);
    let rules = [
        goal_rule(Some(me)),
        vec![
            head(ALLOW, &[1]),
            goal(source::FACTS, QUAD, &[1, 2, 3, 4]),
            differ(4, 1),
            goal(source::absent(4), QUAD, &[1, 2, 5, 6]),
            constant(5, int(6)),
            constant(6, int(0)),
        ],
    ];
    let values = [(1, me), (2, tier2()), (3, int(5)), (4, other), (5, int(6)), (6, int(0))];
    Scenario {
        program: program(&rules),
        instances: vec![
            instance(0, 1, &[(1, me)], &[Caller, Instance(1)]),
            instance(1, 1, &values, &[Fact(0), Fact(1)]),
        ],
        records: vec![Record::Public { fact: present }, Record::Absent { fact: missing, gap }],
        ..base("four columns")
    }
}

/// All of them.
pub fn all() -> Vec<Case> {
    vec![open(false), open(true), routed(false), routed(true), delegated(), staked(), wide()]
}
