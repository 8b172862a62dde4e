//! Who was granted what, who passed it on, and what is asked: the same for every engine.
//!
//! Half of the delegation chains begin at a cell that was granted the capability. The others are as long and begin at
//! one that was not, so that a denial costs the walk that an allowance costs.

use crate::dregg::cell;
use crate::tables::Random;

/// The capability.
pub const CAPABILITY: &str = "tier2";
/// How many cells the set of `/cells` has.
pub const MEMBERS: usize = 1_000;
/// The least stake that `/stake` asks for.
pub const STAKE: u64 = 1_000;
/// How many requests are generated.
pub const REQUESTS: usize = 1 << 16;

/// The facts.
pub struct World {
    /// Routes beside the first four, each asking for the capability as `/cap` does.
    pub extra: usize,
    /// The cells that were granted the capability.
    pub granted: Vec<String>,
    /// Who passed it on to whom.
    pub delegated: Vec<(String, String)>,
    /// The cell set.
    pub members: Vec<String>,
    /// Some stakes.
    pub stakes: Vec<(String, u64)>,
    /// Ends of chains that begin at a grant.
    holders: Vec<String>,
    /// Ends of chains that do not.
    outsiders: Vec<String>,
}

impl World {
    /// A world of about this many facts, with this many delegations between a grant and the cells that are asked
    /// about.
    pub fn new(facts: usize, depth: usize, extra: usize) -> World {
        let mut random = Random::new(facts as u64 ^ (depth as u64) << 32);
        let mut world = World {
            extra,
            granted: Vec::new(),
            delegated: Vec::new(),
            members: (0..MEMBERS).map(|_| cell(&mut random)).collect(),
            stakes: (0..16)
                .map(|at| (cell(&mut random), if at % 2 == 0 { STAKE } else { STAKE - 1 }))
                .collect(),
            holders: Vec::new(),
            outsiders: Vec::new(),
        };
        while world.facts() < facts || world.outsiders.is_empty() {
            let granted = world.holders.len() <= world.outsiders.len();
            let mut last = cell(&mut random);
            if granted {
                world.granted.push(last.clone());
            }
            for _ in 0..depth {
                let next = cell(&mut random);
                world.delegated.push((std::mem::replace(&mut last, next.clone()), next));
            }
            if granted { &mut world.holders } else { &mut world.outsiders }.push(last);
        }
        // No engine may profit from the order in which chains were made.
        random.shuffle(&mut world.granted);
        random.shuffle(&mut world.delegated);
        world
    }

    /// How many facts there are about the capability.
    pub fn facts(&self) -> usize {
        self.granted.len() + self.delegated.len()
    }

    /// The path of an extra route.
    pub fn extra_path(number: usize) -> String {
        format!("/svc/{number}")
    }

    /// Requests of one kind in random order.
    pub fn requests(&self, kind: Kind) -> Vec<Request> {
        let mut random = Random::new(self.facts() as u64);
        let request = |_| {
            let expected = kind == Kind::Open || random.percent(50);
            let cell = match (kind, expected) {
                (Kind::Set, true) => random.pick(&self.members).clone(),
                (Kind::Open | Kind::Capability, true) => random.pick(&self.holders).clone(),
                (Kind::Set | Kind::Open | Kind::Capability, false) => random.pick(&self.outsiders).clone(),
            };
            let path = match kind {
                Kind::Open => "/public".to_owned(),
                Kind::Set => "/cells".to_owned(),
                Kind::Capability => match random.below(self.extra + 1) {
                    0 => "/cap".to_owned(),
                    number => World::extra_path(number - 1),
                },
            };
            Request { cell, path, expected }
        };
        (0..REQUESTS).map(request).collect()
    }
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `/public`, open to all.
    Open,
    /// `/cells`, open to a set.
    Set,
    /// `/cap` and the extra routes, open to whoever holds the capability.
    Capability,
}

/// May this cell invoke this path?
pub struct Request {
    /// 64 hexadecimal digits.
    pub cell: String,
    /// The path.
    pub path: String,
    /// Whether it may.
    pub expected: bool,
}
