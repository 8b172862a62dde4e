//! Statements that two witnesses satisfy, and one whose witness is secret in every part.

use crate::statement::Scenario;
use crate::statement::cases::{ALLOW, EPOCH, GOAL, cell, fact, open, table};
use crate::statement::rules::{Short, at_most, constant, goal, head, int, less, program};
use crate::statement::scenario::instance;
use dregg_air::derivation::witness::Support::{Caller, Instance as Derived, Record as Fact};
use dregg_air::identity::witness::Identity;
use dregg_air::record::witness::Record;
use dregg_air::source;
use dregg_commit::{Digest, text_digest};

/// `vouched(by, whom, until)`, held, signed by its first column.
const VOUCHED: u64 = 15;
/// The stake that is asked for.
const NEEDED: u64 = 1000;

/// The caller's stake in a proof of nothing else.
pub const STAKE: u64 = 0x0012_3456_789a_bcde;

fn stake(of: Digest, amount: u64, number: u64) -> Record {
    let salt = text_digest(&format!("salt of stake {number}")).0;
    Record::Stake { cell: of, amount, salt: [salt[0], salt[1], salt[2]] }
}

fn vouched(by: Digest, whom: Digest) -> Record {
    let salt = text_digest("salt of a voucher").0;
    Record::Held {
        fact: fact(VOUCHED, &[by, whom, int(EPOCH + 0x0004_7777_7777)]),
        salt: [salt[0], salt[1], salt[2]],
        writer_column: Some(0),
        signer: by,
        expiry: 0x0003_1415_9265,
    }
}

fn goal_rule(shown: Option<Digest>) -> Vec<Short> {
    let own = |source| vec![head(GOAL, &[1]), goal(source, 0, &[1])];
    let mut rule = own(if shown.is_some() { source::CALLER } else { source::HIDDEN_CALLER });
    rule.extend(shown.map(|cell| constant(1, cell)));
    rule.push(goal(source::DERIVED, ALLOW, &[1]));
    rule
}

/// The caller, variable 1, has the stake.
fn by_stake() -> Vec<Short> {
    vec![goal(source::STAKE, 0, &[1, 2]), constant(3, int(NEEDED)), at_most(3, 2)]
}

/// Somebody vouched for the caller, variable 1.
fn by_voucher() -> Vec<Short> {
    let credentials = source::credentials(Some(0));
    vec![
        goal(credentials, VOUCHED, &[4, 1, 5]),
        constant(6, int(0)),
        at_most(6, 5),
        constant(7, int(EPOCH)),
        less(7, 5),
    ]
}

fn allow(body: Vec<Short>) -> Vec<Short> {
    std::iter::once(head(ALLOW, &[1])).chain(body).collect()
}

fn leaves(records: &[Record]) -> Vec<(u64, Vec<Digest>)> {
    records.iter().map(|record| (record.tree(), vec![record.leaf()])).collect()
}

/// A stake *or* a voucher: the one witness uses the first rule, the other the second. The caller has both.
pub fn branches() -> [Scenario; 2] {
    let (me, other) = (cell(1), cell(2));
    let records = [stake(me, STAKE, 0), vouched(other, me)];
    let base = open(false);
    let others = [base.others.clone(), leaves(&records)].concat();
    let program = program(&[goal_rule(Some(me)), allow(by_stake()), allow(by_voucher())]);
    let first = [(1, me), (2, int(STAKE)), (3, int(NEEDED))];
    let until = records[1].arguments()[2];
    let second = [(1, me), (4, other), (5, until), (6, int(0)), (7, int(EPOCH))];
    let of = |rule: usize, values: &[(u8, Digest)]| Scenario {
        name: "one of two rules",
        program: program.clone(),
        instances: vec![
            instance(0, 1, &[(1, me)], &[Caller, Derived(1)]),
            instance(rule, 1, values, &[Fact(0)]),
        ],
        records: vec![records[rule - 1].clone()],
        others: others.clone(),
        ..base.clone()
    };
    [of(1, &first), of(2, &second)]
}

/// Two stakes of the caller under one root, each enough.
pub fn amounts() -> [Scenario; 2] {
    let me = cell(1);
    let both = [STAKE, STAKE / 3];
    let records = [stake(me, both[0], 0), stake(me, both[1], 1)];
    let base = open(false);
    let of = |number: usize| Scenario {
        name: "one of two stakes",
        program: program(&[goal_rule(Some(me)), allow(by_stake())]),
        instances: vec![
            instance(0, 1, &[(1, me)], &[Caller, Derived(1)]),
            instance(1, 1, &[(1, me), (2, int(both[number])), (3, int(NEEDED))], &[Fact(0)]),
        ],
        records: vec![records[number].clone()],
        others: [base.others.clone(), leaves(&records)].concat(),
        ..base.clone()
    };
    [of(0), of(1)]
}

/// A hidden caller on a hidden path with a stake *and* a voucher.
pub fn secretive() -> Scenario {
    let identity = Identity {
        secret: blake3::hash(b"a secret").into(),
        key_digest: text_digest("a key"),
        hidden: Some(text_digest("salt of a caller").0),
    };
    let (me, other) = (identity.cell(), cell(2));
    let records = vec![stake(me, STAKE, 0), vouched(other, me)];
    let until = records[1].arguments()[2];
    let body = [by_stake(), by_voucher()].concat();
    let values =
        [(1, me), (2, int(STAKE)), (3, int(NEEDED)), (4, other), (5, until), (6, int(0)), (7, int(EPOCH))];
    Scenario {
        name: "everything hidden",
        table: Some(table()),
        path: "/services/secret-thing/v1".to_owned(),
        hidden_path: Some(text_digest("salt of a path").0),
        program: program(&[goal_rule(None), allow(body)]),
        instances: vec![
            instance(0, 1, &[(1, me)], &[Caller, Derived(1)]),
            instance(1, 1, &values, &[Fact(0), Fact(1)]),
        ],
        records,
        identity: Some(identity),
        ..open(true)
    }
}
