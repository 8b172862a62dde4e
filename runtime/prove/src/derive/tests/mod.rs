//! Programs and facts in a few words, and derivations found by hand. What is refused: `refused`.

mod cases;
mod large;
mod refused;

use super::*;
use dregg_air::program::{Atom, AtomKind, GOAL, PREDICATES, Program, RESERVED};
use dregg_air::source;
use dregg_commit::{Digest, FactElements};
use std::collections::BTreeMap;

const CALLER: u64 = 7;

fn value(number: u64) -> Digest {
    Digest([number, 0, 0, 0])
}

/// `goal`, `g3`, `p3`, or a relation's name.
fn predicate(name: &str) -> u64 {
    let number = |prefix: &str| name.strip_prefix(prefix).and_then(|rest| rest.parse::<u64>().ok());
    match (name, number("g"), number("p")) {
        ("goal", ..) => GOAL,
        ("self" | "stake", ..) => 0,
        (_, Some(goal), _) => RESERVED + goal,
        (_, _, Some(predicate)) => PREDICATES + predicate,
        _ => name.bytes().fold(1 << 20, |element, byte| element * 31 % (1 << 50) + u64::from(byte)),
    }
}

/// One rule: `p0(x, w) :- edge@2(y, x); p0(y, w); x != y`. A name is a variable, a number a constant.
fn rule(text: &str) -> Vec<Atom> {
    let (head, body) = text.split_once(":-").unwrap();
    let goal = !head.trim().starts_with('p');
    let mut variables: BTreeMap<String, u8> = BTreeMap::new();
    let mut constants: Vec<(u8, u64)> = Vec::new();
    let mut atoms: Vec<Atom> = Vec::new();
    let mut term = |text: &str, constants: &mut Vec<(u8, u64)>| {
        let next = u8::try_from(variables.len()).unwrap() + 1;
        let number = *variables.entry(text.trim().to_owned()).or_insert(next);
        if let Ok(constant) = text.trim().parse()
            && number == next
        {
            constants.push((number, constant));
        }
        number
    };
    let atom = |kind, source, predicate, of: &[u8]| {
        let mut variables = [0; 4];
        variables[..of.len()].copy_from_slice(of);
        let constant = Digest::ZERO;
        Atom { pc: 0, kind, source, predicate, last: false, variables, occurrences: [0; 4], constant }
    };
    let parts = body.split(';').map(str::trim).filter(|part| !part.is_empty());
    for (place, part) in [head.trim()].into_iter().chain(parts).enumerate() {
        let comparisons = [("<=", AtomKind::LessOrEqual), ("!=", AtomKind::NotEqual), ("<", AtomKind::Less)];
        let comparison = comparisons.iter().find_map(|(sign, kind)| Some((part.split_once(sign)?, *kind)));
        if let Some(((left, right), kind)) = comparison {
            let of = [term(left, &mut constants), term(right, &mut constants)];
            atoms.push(atom(kind, 0, 0, &of));
            continue;
        }
        let (name, rest) = part.split_once('(').unwrap();
        let (name, source) = name.split_once('@').unwrap_or((name, "0"));
        let terms = rest.trim_end_matches(')').split(',').filter(|term| !term.trim().is_empty());
        let of: Vec<u8> = terms.map(|text| term(text, &mut constants)).collect();
        let kind = match (place, goal) {
            (0, _) => AtomKind::Head,
            (_, true) => AtomKind::GoalPremise,
            (_, false) => AtomKind::Premise,
        };
        atoms.push(atom(kind, source.parse().unwrap(), predicate(name), &of));
    }
    for (variable, constant) in constants {
        atoms.push(Atom { constant: value(constant), ..atom(AtomKind::Constant, 0, 0, &[variable]) });
    }
    atoms
}

/// A program; the goal's rule is added.
pub(crate) fn program(rules: &[&str]) -> Program {
    let mut program = Program::default();
    for text in ["goal() :- self@9(7); g9(7)"].iter().chain(rules) {
        let start = program.atoms.len();
        program.atoms.extend(rule(text));
        program.rules.push(start..program.atoms.len());
    }
    for (place, atom) in program.atoms.iter_mut().enumerate() {
        atom.pc = place as u64 + 1;
    }
    program
}

pub(crate) fn fact(relation: &str, arguments: &[u64]) -> FactElements {
    let mut values = [Digest::ZERO; 4];
    for (slot, argument) in values.iter_mut().zip(arguments) {
        *slot = value(*argument);
    }
    FactElements { relation: predicate(relation), arity: arguments.len(), values }
}

pub(crate) fn public(facts: &[(&str, &[u64])]) -> PublicFacts {
    PublicFacts::new(facts.iter().map(|(relation, arguments)| fact(relation, arguments)))
}

pub(crate) fn known<'a>(public: &'a PublicFacts, held: &[(&str, &[u64])]) -> Known<'a> {
    let mut known = Known::new(public, value(CALLER));
    held.iter().for_each(|(relation, arguments)| known.hold(&fact(relation, arguments), None));
    known
}

/// Finds a derivation and checks it.
#[track_caller]
fn found(program: &Program, known: &Known<'_>, depth: u8) -> Derivation {
    let derivation = derive(program, known, depth).unwrap();
    assert_eq!(derivation.holds(program, known, depth), Ok(()));
    assert_eq!(derive(program, known, depth), Ok(derivation.clone()));
    derivation
}

/// What is missing.
#[track_caller]
fn unmet(program: &Program, known: &Known<'_>, depth: u8) -> Unmet {
    match derive(program, known, depth) {
        Err(NoDerivation::Missing(unmet)) => unmet,
        other => panic!("{other:?}"),
    }
}

/// The rules of the instances, by number, and how many base facts there are.
fn shape(derivation: &Derivation) -> (Vec<usize>, usize) {
    (derivation.instances.iter().map(|instance| instance.rule).collect(), derivation.records.len())
}
