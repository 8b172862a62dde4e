//! No engine: two look-ups of texts in hash tables, with all chains closed beforehand. What a decision could cost at
//! best if facts never changed.

use super::Engine;
use super::world::{STAKE, World};
use rustc_hash::{FxHashMap, FxHashSet};

enum Rule {
    Open,
    Set,
    Stake,
    Capability,
}

/// The tables.
pub struct Bound {
    rules: FxHashMap<String, Rule>,
    members: FxHashSet<String>,
    holders: FxHashSet<String>,
    stakes: FxHashMap<String, u64>,
}

impl Engine for Bound {
    const NAME: &'static str = "hash tables, closed (no engine)";

    fn build(world: &World) -> Result<Bound, String> {
        let mut receivers: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for (from, to) in &world.delegated {
            receivers.entry(from).or_default().push(to);
        }
        let mut holders = FxHashSet::default();
        let mut work: Vec<&str> = world.granted.iter().map(String::as_str).collect();
        while let Some(who) = work.pop() {
            if holders.insert(who.to_owned()) {
                work.extend(receivers.get(who).into_iter().flatten());
            }
        }
        let first = [
            ("/public", Rule::Open),
            ("/cells", Rule::Set),
            ("/stake", Rule::Stake),
            ("/cap", Rule::Capability),
        ];
        let first = first.into_iter().map(|(path, rule)| (path.to_owned(), rule));
        let extra = (0..world.extra).map(|number| (World::extra_path(number), Rule::Capability));
        Ok(Bound {
            rules: first.chain(extra).collect(),
            members: world.members.iter().cloned().collect(),
            holders,
            stakes: world.stakes.iter().cloned().collect(),
        })
    }

    #[inline(always)]
    fn decide(&mut self, cell: &str, path: &str) -> bool {
        match self.rules.get(path) {
            None => false,
            Some(Rule::Open) => true,
            Some(Rule::Set) => self.members.contains(cell),
            Some(Rule::Stake) => self.stakes.get(cell).is_some_and(|stake| *stake >= STAKE),
            Some(Rule::Capability) => self.holders.contains(cell),
        }
    }
}
