//! Finds imports that lead back to a file that is being imported.

use super::errors;
use super::modules::{Module, ResolvedImport};
use dregg_grammar::{Diagnostic, SourceMap, Span};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// One report for every import that closes a cycle. Walks depth first with a stack of its own, in order of the text.
pub(super) fn find(modules: &[Module], sources: &SourceMap) -> Vec<Diagnostic> {
    let mut reports = Vec::new();
    let mut states = vec![State::New; modules.len()];
    // The way from the root: each module with the number of its next import.
    let mut way = vec![(0usize, 0usize)];
    set(&mut states, 0, State::Open);
    while let Some((module, next)) = way.last_mut() {
        let Some(import) = import(modules, *module, *next) else {
            set(&mut states, *module, State::Done);
            way.pop();
            continue;
        };
        *next += 1;
        let target = import.module;
        match states.get(target) {
            Some(State::New) => {
                set(&mut states, target, State::Open);
                way.push((target, 0));
            }
            Some(State::Open) => reports.push(report(modules, sources, &way, target)),
            Some(State::Done) | None => {}
        }
    }
    reports
}

fn set(states: &mut [State], module: usize, state: State) {
    if let Some(slot) = states.get_mut(module) {
        *slot = state;
    }
}

fn import(modules: &[Module], module: usize, number: usize) -> Option<&ResolvedImport> {
    modules.get(module)?.imports.get(number)
}

/// The cycle from `start` along the way and back to `start`. Each import taken is the one before the next to take.
fn report(modules: &[Module], sources: &SourceMap, way: &[(usize, usize)], start: usize) -> Diagnostic {
    let name = |module: usize| {
        modules
            .get(module)
            .and_then(|module| sources.get(module.source))
            .map_or("", |source| source.name.as_str())
    };
    let cycle: Vec<(usize, usize)> = way.iter().copied().skip_while(|(module, _)| *module != start).collect();
    let taken = |(module, next): &(usize, usize)| {
        import(modules, *module, next.wrapping_sub(1)).map(|import| import.span)
    };
    let uses: Vec<Span> = cycle.iter().filter_map(taken).collect();
    let names: Vec<&str> = cycle.iter().map(|(module, _)| name(*module)).chain([name(start)]).collect();
    errors::cycle(&uses, &names)
}
