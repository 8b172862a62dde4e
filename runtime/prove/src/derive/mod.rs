//! Finding a derivation: which rules to apply to which facts, so that the goal follows.
//!
//! Small derivations are looked for: few base facts first, since each costs a way up a tree, then few instances. Reading
//! order: `facts` (what the prover knows), `rules` (the program as the search reads it), `ground` (which instances can
//! matter at all, found from the goal backwards), `cheapest` (which of them to take, by rounds of height), `derivation`
//! (the result, and a check of it). Not here: openings and rows of a trace.

mod cheapest;
mod derivation;
mod facts;
mod ground;
mod missing;
mod rules;
#[cfg(test)]
pub(crate) mod tests;

pub use derivation::{Derivation, Fault, Instance, Support};
pub use facts::{BaseFact, Known, PublicFacts};
pub use missing::{Lacking, MissingFact, NoDerivation, Unmet};

use cheapest::Found;
use dregg_air::program::Program;
use facts::World;
use ground::{Exceeded, Ground};
use rules::Rules;

/// The most instances of a derivation.
pub const INSTANCES: usize = dregg_air::derivation::FIRST_INSTANCE as usize;

/// The most held facts a derivation may use: more than a policy's limits can lay out.
pub const HELD_FACTS: usize = dregg_artifact::Limits::PROOF_FACTS as usize;

/// How many steps a search among all derivations may take; most need a few hundred. Beyond, the first that is found at
/// the least of the heights 1, 2, 4 and so on is taken.
const STEPS_AMONG_ALL: usize = 1 << 17;

/// How many steps the search at one height may take.
const STEPS: usize = 1 << 20;

/// Finds a derivation of a program's goal from what the prover knows. `depth` is the policy's derivation depth.
///
/// Deterministic. Looks at facts by the values that are bound, so its time depends on the facts that can matter, not on
/// how many there are.
///
/// # Errors
/// [`NoDerivation`]: there is none, it is too large for a proof, or the search would take too long.
pub fn derive(program: &Program, known: &Known<'_>, depth: u8) -> Result<Derivation, NoDerivation> {
    derive_within(program, known, depth, [STEPS_AMONG_ALL, STEPS])
}

fn derive_within(
    program: &Program,
    known: &Known<'_>,
    depth: u8,
    [among_all, steps]: [usize; 2],
) -> Result<Derivation, NoDerivation> {
    let mut world = World::new(known);
    let rules = Rules::new(program, &mut world);
    let found = match search(&rules, &world, depth, among_all) {
        Ok(found) => found,
        Err(Exceeded) => first_found(&rules, &world, depth, steps)?,
    };
    let derivation = found?;
    debug_assert_eq!(derivation.holds(program, known, depth), Ok(()));
    Ok(derivation)
}

type Searched = Result<Derivation, NoDerivation>;

fn first_found(rules: &Rules, world: &World<'_>, depth: u8, steps: usize) -> Result<Searched, NoDerivation> {
    let mut height = 1u8;
    loop {
        let at = height.min(depth);
        let found = search(rules, world, at, steps).map_err(|Exceeded| NoDerivation::Exhausted)?;
        match &found {
            Err(NoDerivation::Missing(_) | NoDerivation::TooLarge) if at < depth => {}
            Ok(_) | Err(_) => return Ok(found),
        }
        height = height.saturating_mul(2);
    }
}

fn search(rules: &Rules, world: &World<'_>, depth: u8, steps: usize) -> Result<Searched, Exceeded> {
    let ground = Ground::new(rules, world, depth, steps)?;
    Ok(match cheapest::cheapest(&ground, rules, depth) {
        Found::Tree(trees) => Ok(trees.derivation(&ground, rules, world)),
        Found::TooLarge => Err(NoDerivation::TooLarge),
        Found::Nothing(holding) => {
            Err(NoDerivation::Missing(ground.misses.unmet(&rules.reserved, &holding, world)))
        }
    })
}
