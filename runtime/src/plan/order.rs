//! In which order a body's conditions are looked at.
//!
//! Conditions whose values are all there come as soon as they can. Then: base relations that share a variable with what
//! is there; calls, where they are needed to bind something; base relations that share nothing; calls that only say yes
//! or no. So the last step is such a call wherever the rule allows it, and `walk` can go on with it instead of waiting for
//! it.

use super::compile::Compiler;
use super::resolve::{Argument, Atom, Conditions, Source, inputs};
use super::shape::{ATOMS, Body, EPOCH_SLOT, End, Filter, Join, Origin, Part, Parts, VARIABLES};
use dregg_artifact::Comparison;
use std::collections::BTreeSet;

/// Arranges a body. `key` are the terms that have values before, in the order of their slots; `answers` those to be told
/// of each binding, for a head whose columns do not all have values.
pub(super) fn arrange(
    compiler: &mut Compiler<'_>,
    key: &[Argument],
    conditions: Conditions,
    answers: Option<&[Argument]>,
) -> Body {
    if conditions.atoms.len() > ATOMS {
        return Body::unsupported();
    }
    let mut arranger = Arranger {
        compiler,
        slots: Vec::new(),
        atoms: conditions.atoms,
        absent: conditions.absent,
        compared: conditions.compared,
        body: Body { filters: Vec::new(), joins: Vec::new(), end: End::Holds },
    };
    // Nothing that is safe and small enough is `None`.
    arranger.run(key, answers).map_or_else(Body::unsupported, |()| arranger.body)
}

struct Arranger<'c, 'a> {
    compiler: &'c mut Compiler<'a>,
    /// What each slot holds: a variable or a segment; `None` for a key's constant or second use of a variable.
    slots: Vec<Option<Argument>>,
    /// What is not yet placed.
    atoms: Vec<Atom>,
    absent: Vec<(u32, Vec<Argument>)>,
    compared: Vec<(Argument, Comparison, Argument)>,
    body: Body,
}

impl Arranger<'_, '_> {
    fn run(&mut self, key: &[Argument], answers: Option<&[Argument]>) -> Option<()> {
        for argument in key {
            let part = self.part(*argument);
            let slot = self.slot(part.is_none().then_some(*argument))?;
            if let Some(part) = part {
                self.body.filters.push(Filter::Compare(Part::slot(slot), Comparison::Equal, part));
            }
        }
        self.filter();
        while !self.atoms.is_empty() {
            let place = self.next()?;
            let atom = self.atoms.remove(place);
            self.join(&atom)?;
            self.filter();
        }
        if !self.absent.is_empty() || !self.compared.is_empty() {
            return None;
        }
        match answers {
            Some(answers) => {
                let parts: Option<Vec<Part>> = answers.iter().map(|answer| self.part(*answer)).collect();
                self.body.end = End::Answer(Parts::new(parts?.into_iter()));
            }
            None => self.end_in_a_call(),
        }
        note_once(&mut self.body);
        Some(())
    }

    /// The place of the atom to look at next.
    fn next(&self) -> Option<usize> {
        let known = |atom: &Atom| atom.arguments.iter().filter(|one| self.part(**one).is_some()).count();
        let shares = |atom: &Atom| {
            let mut arguments = atom.arguments.iter();
            arguments.any(|argument| self.slot_of(*argument).is_some())
        };
        let is_call = |atom: &Atom| match atom.source {
            Source::Predicate(_) => true,
            Source::Relation(_) => false,
        };
        let is_ground = |atom: &Atom| known(atom) == atom.arguments.len();
        let has_value = |variable: u8| self.slot_of(Argument::Variable(variable)).is_some();
        let is_ready = |atom: &Atom| inputs(self.compiler.artifact, atom).all(has_value);
        // The first of those that know most.
        let best = |wanted: &dyn Fn(&Atom) -> bool| {
            let atoms = self.atoms.iter().enumerate().filter(|(_, atom)| wanted(atom));
            let ranked = atoms.max_by_key(|(place, atom)| (known(atom), usize::MAX - place));
            ranked.map(|(place, _)| place)
        };
        let asking = self.atoms.iter().any(|atom| is_call(atom) && !is_ground(atom));
        best(&|atom| !is_call(atom) && shares(atom))
            .or_else(|| best(&|atom| asking && is_call(atom) && is_ground(atom)))
            .or_else(|| best(&|atom| is_call(atom) && !is_ground(atom) && is_ready(atom) && shares(atom)))
            .or_else(|| best(&|atom| !is_call(atom)))
            .or_else(|| best(&|atom| is_call(atom) && is_ground(atom)))
            .or_else(|| best(&|atom| is_call(atom) && is_ready(atom)))
    }

    fn join(&mut self, atom: &Atom) -> Option<()> {
        let parts: Vec<Option<Part>> = atom.arguments.iter().map(|argument| self.part(*argument)).collect();
        let columns = parts.iter().enumerate().filter(|(_, part)| part.is_some());
        let columns = columns.fold(0u8, |columns, (column, _)| columns | 1 << column);
        let key = Parts::new(parts.iter().copied().flatten());
        let origin = match atom.source {
            Source::Relation(relation) => Origin::Index(self.compiler.index(relation, columns)),
            Source::Predicate(predicate) => Origin::Variant(self.compiler.variant(predicate, columns)),
        };
        let mut join =
            Join { origin, key, take: Vec::new(), same: Vec::new(), filters: Vec::new(), once: false };
        // An index gives whole tuples, a variant the columns that had no value.
        let mut place = 0u8;
        for (argument, part) in atom.arguments.iter().zip(&parts) {
            let whole = matches!(origin, Origin::Index(_));
            if part.is_none() {
                match self.slot_of(*argument) {
                    None => join.take.push((place, self.slot(Some(*argument))?)),
                    Some(slot) => {
                        let (first, _) = join.take.iter().find(|(_, taken)| *taken == slot)?;
                        join.same.push((*first, place));
                    }
                }
            }
            if whole || part.is_none() {
                place += 1;
            }
        }
        self.body.joins.push(join);
        Some(())
    }

    /// Places everything whose values are all there.
    fn filter(&mut self) {
        let mut ready = Vec::new();
        let compared = std::mem::take(&mut self.compared);
        for (left, comparison, right) in compared {
            match (self.part(left), self.part(right)) {
                (Some(one), Some(other)) => ready.push(Filter::Compare(one, comparison, other)),
                (None, _) | (_, None) => self.compared.push((left, comparison, right)),
            }
        }
        let absent = std::mem::take(&mut self.absent);
        for (relation, arguments) in absent {
            match self.fact(relation, &arguments, false) {
                Some(filter) => ready.push(filter),
                None => self.absent.push((relation, arguments)),
            }
        }
        let atoms = std::mem::take(&mut self.atoms);
        for atom in atoms {
            let filter = match atom.source {
                Source::Relation(relation) => self.fact(relation, &atom.arguments, true),
                Source::Predicate(_) => None,
            };
            match filter {
                Some(filter) => ready.push(filter),
                None => self.atoms.push(atom),
            }
        }
        let filters = self.body.joins.last_mut().map_or(&mut self.body.filters, |join| &mut join.filters);
        filters.extend(ready);
    }

    /// Whether a tuple is there, if all its values are known.
    fn fact(&mut self, relation: u32, arguments: &[Argument], present: bool) -> Option<Filter> {
        let parts: Option<Vec<Part>> = arguments.iter().map(|argument| self.part(*argument)).collect();
        let key = Parts::new(parts?.into_iter());
        let all = arguments.iter().fold(0u8, |columns, _| columns << 1 | 1);
        Some(Filter::Fact { index: self.compiler.index(relation, all), key, present })
    }

    /// Makes a last step that only says yes or no the end of the body.
    fn end_in_a_call(&mut self) {
        let Some(Join { origin: Origin::Variant(variant), key, take, same, filters, .. }) =
            self.body.joins.last()
        else {
            return;
        };
        let ground = self.compiler.is_ground(*variant);
        if ground && take.is_empty() && same.is_empty() && filters.is_empty() {
            self.body.end = End::Call(*variant, *key);
            self.body.joins.pop();
        }
    }

    fn part(&self, argument: Argument) -> Option<Part> {
        match argument {
            Argument::Constant(number) => Some(Part::constant(number)),
            Argument::Epoch => Some(Part::slot(EPOCH_SLOT)),
            Argument::Segment(_) | Argument::Variable(_) => self.slot_of(argument).map(Part::slot),
        }
    }

    /// The slot that holds a variable or segment.
    fn slot_of(&self, argument: Argument) -> Option<u8> {
        let place = self.slots.iter().position(|known| *known == Some(argument))?;
        u8::try_from(place).ok()
    }

    /// A new slot; `None` if there are too many.
    fn slot(&mut self, holds: Option<Argument>) -> Option<u8> {
        let slot = u8::try_from(self.slots.len()).ok().filter(|slot| usize::from(*slot) < VARIABLES)?;
        self.slots.push(holds);
        Some(slot)
    }
}

/// Notes the joins of which no later step reads anything.
fn note_once(body: &mut Body) {
    let mut read: BTreeSet<u8> = BTreeSet::new();
    let reads = |parts: &Parts, read: &mut BTreeSet<u8>| read.extend(parts.iter().filter_map(Part::as_slot));
    match &body.end {
        End::Call(_, parts) | End::Answer(parts) => reads(parts, &mut read),
        End::Holds | End::Unsupported => {}
    }
    for join in body.joins.iter_mut().rev() {
        join.once = join.take.iter().all(|(_, slot)| !read.contains(slot));
        reads(&join.key, &mut read);
        for filter in &join.filters {
            match filter {
                Filter::Compare(left, _, right) => {
                    read.extend([*left, *right].into_iter().filter_map(Part::as_slot))
                }
                Filter::Fact { key, .. } => reads(key, &mut read),
            }
        }
    }
}
