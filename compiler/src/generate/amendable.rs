//! A policy whose routes change one at a time, with the artifact it has at any moment.
//!
//! Everything that one route more or less leaves as it was is kept: the automata, the normal forms, the meanings of accept
//! sets, the tree of lookup rows, and what has been proved. The result is the one that [`super::compile`] gives, byte for
//! byte. Not here: what a route means ([`crate::lower`]).

use super::class::{Classes, Contents, gateway_numbers, gateways};
use super::forms::Forms;
use super::{CompileError, artifact, index, numbers, plain, refused, specificity, text};
use crate::automaton::{Accept, Budget, Origins, TableBuilder};
use crate::hir::{Hir, Route};
use dregg_artifact::{Artifact, Dfa, Pattern, PolicyRoot, RootParts, RouteGraph, RouteIndex};
use dregg_commit::TableTree;

/// A policy that can be amended.
pub struct Amendable {
    hir: Hir,
    builder: TableBuilder,
    /// How many letters all patterns have together.
    letters: usize,
    /// The builder's number of each pattern: routes first, then redirects.
    numbers: Vec<u32>,
    forms: Forms,
    contents: Contents,
    /// What the accept set of each of the builder's patterns means, if it is the least one of some.
    meanings: Vec<Option<Meaning>>,
    classes: Classes,
    tree: TableTree,
    artifact: Artifact,
    parts: RootParts,
    /// The artifact's graph.
    graph: (RouteGraph, Origins),
    /// The DFA of the artifact before, for its memory.
    spare: Dfa,
    /// Whether the builder has patterns that no route has.
    stale: bool,
}

/// No number, no place.
const NONE: u32 = u32::MAX;

/// An accept set and the number of its content.
struct Meaning {
    /// Its patterns, by the builder's numbers.
    patterns: Vec<usize>,
    content: usize,
}

/// One change of the routes.
enum Change {
    Added { place: usize },
    Removed { place: usize, route: Box<Route> },
}

impl Amendable {
    /// Compiles a policy and keeps what amending it needs, about as much as compiling takes at most.
    ///
    /// # Errors
    /// As [`super::compile`].
    pub fn new(hir: Hir) -> Result<Amendable, CompileError> {
        let patterns = specificity::patterns(&hir);
        let letters = patterns.iter().map(Budget::letters).sum();
        let budget = Budget::for_letters(letters);
        let builder = match TableBuilder::new(&patterns, &hir.sets, budget) {
            Ok(builder) if !builder.undecided() => builder,
            Ok(_) | Err(_) => {
                specificity::check_routes(&hir)?;
                return Err(CompileError::Defect(
                    "two constructions judge the routes differently".to_owned(),
                ));
            }
        };
        let (forms, classes) = (Forms::new(&hir), Classes::default());
        let artifact = artifact(&hir, &forms, &classes, Dfa::default(), RouteIndex::default(), [0; 32])?;
        let mut amendable = Amendable {
            numbers: (0u32..).zip(&patterns).map(|(number, _)| number).collect(),
            hir,
            builder,
            letters,
            forms,
            contents: Contents::default(),
            meanings: Vec::new(),
            classes,
            tree: TableTree::new(&[]),
            parts: artifact.root_parts(),
            artifact,
            graph: Default::default(),
            spare: Dfa::default(),
            stale: false,
        };
        amendable.write(&[])?;
        Ok(amendable)
    }

    /// The policy as it is.
    pub fn hir(&self) -> &Hir {
        &self.hir
    }

    /// Its artifact.
    pub fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// The artifact's policy root.
    pub fn policy_root(&self) -> PolicyRoot {
        self.parts.root()
    }

    /// Adds a route. The sets of its pattern are numbered as in [`Amendable::hir`].
    ///
    /// # Errors
    /// As [`super::compile`] of the policy with it; then everything stays as it was.
    pub fn add(&mut self, route: Route) -> Result<(), CompileError> {
        self.amend(None, Some(route))
    }

    /// Removes the route of a pattern, if there is one.
    ///
    /// # Errors
    /// As [`super::compile`] of the policy without it; then everything stays as it was.
    pub fn remove(&mut self, pattern: &Pattern) -> Result<(), CompileError> {
        self.amend(Some(pattern), None)
    }

    /// Puts a route in the place of the one with its pattern, if there is one.
    ///
    /// # Errors
    /// As [`super::compile`] of the policy with it instead; then everything stays as it was.
    pub fn change(&mut self, route: Route) -> Result<(), CompileError> {
        self.amend(Some(&route.pattern.clone()), Some(route))
    }

    fn amend(&mut self, remove: Option<&Pattern>, add: Option<Route>) -> Result<(), CompileError> {
        let mut changes = Vec::new();
        let found =
            remove.map(|pattern| self.hir.routes.binary_search_by(|route| route.pattern.cmp(pattern)));
        if let Some(Ok(place)) = found {
            let route = self.take(place);
            changes.push(Change::Removed { place, route: Box::new(route) });
        }
        if let Some(route) = add {
            let place = self.hir.routes.partition_point(|other| other.pattern < route.pattern);
            changes.push(Change::Added { place });
            self.insert(place, route);
        }
        if changes.is_empty() {
            return Ok(());
        }
        let broken = self.numbers.contains(&NONE) || self.builder.undecided();
        let written = if broken { Err(Vec::new().into()) } else { self.write(&changes) };
        let error = match written {
            Ok(()) => return Ok(()),
            Err(defect @ CompileError::Defect(_)) => defect,
            // Compiled from scratch, it says what is wrong; or all is well, and only what was kept is too large.
            Err(CompileError::Reports(_)) => match Amendable::new(self.hir.clone()) {
                Ok(fresh) => {
                    *self = fresh;
                    return Ok(());
                }
                Err(error) => error,
            },
        };
        self.undo(changes, !broken)?;
        Err(error)
    }

    /// Takes the route at a place out of everything but the artifact. A builder that fails still has it.
    fn take(&mut self, place: usize) -> Route {
        let number = self.numbers.remove(place);
        if number != NONE && self.builder.remove(number).is_err() {
            // No route has it: the next one of the same pattern will be refused.
            self.stale = true;
        }
        self.forms.remove(place);
        let route = self.hir.routes.remove(place);
        self.letters -= Budget::letters(&route.pattern);
        route
    }

    /// Puts a route at its place in everything but the artifact.
    fn insert(&mut self, place: usize, route: Route) {
        self.letters += Budget::letters(&route.pattern);
        self.builder.set_budget(Budget::for_letters(self.letters));
        let number = self.builder.add(&route.pattern, &self.hir.sets);
        self.numbers.insert(place, number.unwrap_or(NONE));
        self.forms.insert(place, &route, &self.hir.limits);
        self.hir.routes.insert(place, route);
    }

    /// Goes back to the policy before some changes; `torn` says that the artifact is no longer its own.
    fn undo(&mut self, changes: Vec<Change>, torn: bool) -> Result<(), CompileError> {
        for change in changes.into_iter().rev() {
            match change {
                Change::Added { place } => _ = self.take(place),
                Change::Removed { place, route } => self.insert(place, *route),
            }
        }
        if torn || self.stale || self.numbers.contains(&NONE) || self.builder.undecided() {
            *self = Amendable::new(self.hir.clone())?;
        }
        Ok(())
    }

    /// Makes the artifact that of the policy, which differs from the one it was made for by these changes.
    fn write(&mut self, changes: &[Change]) -> Result<(), CompileError> {
        let gateways_changed = changes.iter().any(|change| match change {
            Change::Added { place } => {
                self.hir.routes.get(*place).is_some_and(|route| route.gateway.is_some())
            }
            Change::Removed { route, .. } => route.gateway.is_some(),
        });
        if gateways_changed {
            // Contents name gateways by number.
            self.meanings.clear();
        }
        let mut places = vec![NONE; self.meanings.len().max(self.numbers.len())];
        for (place, number) in (0u32..).zip(&self.numbers) {
            let number = *number as usize;
            if number >= places.len() {
                places.resize(number + 1, NONE);
            }
            if let Some(entry) = places.get_mut(number) {
                *entry = place;
            }
        }
        let place = |number: u32| places.get(number as usize).copied().unwrap_or(NONE);
        let gateway_numbers = gateway_numbers(&self.hir);
        let (hir, builder, meanings) = (&self.hir, &mut self.builder, &mut self.meanings);
        let patterns = |accept: &Accept| {
            let number = |number: &usize| u32::try_from(*number).map_or(NONE, place) as usize;
            let mut patterns: Vec<usize> = accept.patterns.iter().map(number).collect();
            patterns.sort_unstable();
            patterns
        };
        let least = |accept: &Accept| u32::try_from(accept.least).map_or(NONE, place) as usize;
        let classes = self.contents.classes(hir, &self.forms, builder.accepts(), |contents, accept| {
            meanings.resize_with(meanings.len().max(accept.least + 1), || None);
            let known = meanings.get(accept.least).and_then(Option::as_ref);
            if let Some(meaning) = known.filter(|meaning| meaning.patterns == accept.patterns) {
                return (least(accept), meaning.content);
            }
            let patterns = patterns(accept);
            let content = contents.number(hir, &self.forms, &gateway_numbers, least(accept), &patterns);
            if let Some(meaning) = meanings.get_mut(accept.least) {
                *meaning = Some(Meaning { patterns: accept.patterns.clone(), content });
            }
            (least(accept), content)
        })?;
        builder
            .classify(|accept| classes.lasting(least(accept)))
            .map_err(|_| CompileError::Reports(Vec::new()))?;
        let class = |lasting: u32| classes.of_lasting(lasting);
        let before = builder.kept();
        let (graph, dfa) = (std::mem::take(&mut self.graph), std::mem::take(&mut self.spare));
        let (builder, tree, artifact) = (&*builder, &mut self.tree, &mut self.artifact);
        let ((dfa, order, digest), written) = rayon::join(
            || {
                let before = before.as_ref().map(|order| (&artifact.dfa, order));
                let (dfa, order) = builder.dfa(class, before, dfa);
                let ((), digest) = rayon::join(|| tree.update(dfa.rows()), || dfa.digest());
                (dfa, order, digest)
            },
            || -> Result<_, CompileError> {
                let (graph, nodes) = builder.graph(place, graph);
                let index = index(hir, &graph, &classes)?;
                // What is written, not what it was made from, is held against the DFA.
                if !index.is_layout_of(&graph) || !builder.wrote_graph((&graph, &nodes), place) {
                    return Err(CompileError::Defect("the route index is another graph".to_owned()));
                }
                Ok((graph, nodes, index))
            },
        );
        let (graph, nodes, index) = written?;
        self.spare = std::mem::replace(&mut artifact.dfa, dfa);
        artifact.index = index;
        for change in changes {
            match change {
                Change::Removed { place, .. } => {
                    artifact.routes.remove(*place);
                    artifact.texts.routes.remove(*place);
                }
                Change::Added { place } => {
                    let Some(route) = hir.routes.get(*place) else { continue };
                    artifact.routes.insert(*place, plain::route(route, &gateway_numbers));
                    artifact.texts.routes.insert(*place, text::route(route));
                }
            }
        }
        if gateways_changed {
            artifact.routes = plain::routes(hir);
            artifact.gateways = gateways(hir)?;
        }
        if !classes.same_as(&self.classes) {
            artifact.classes = classes.classes();
            artifact.texts.classes = text::of_classes(hir, &self.forms, &classes);
        }
        artifact.table_root = self.tree.root();
        let (artifact, builder) = (&self.artifact, &mut self.builder);
        let dfa = (&artifact.dfa, &order);
        let ((validated, parts), disagreement) = rayon::join(
            || rayon::join(|| artifact.validate(), || artifact.root_parts_with(digest)),
            || builder.disagreement((&graph, &nodes), dfa, class, &numbers(&classes)),
        );
        validated.map_err(|error| refused(&self.hir, &error))?;
        if let Some(path) = disagreement {
            let defect = format!("the route index and the DFA disagree on {path:?}");
            return Err(CompileError::Defect(defect));
        }
        self.builder.keep(order);
        (self.parts, self.classes, self.graph) = (parts, classes, (graph, nodes));
        Ok(())
    }
}
