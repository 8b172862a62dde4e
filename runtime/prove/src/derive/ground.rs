//! Which instances of rules can matter: all that follow from facts and that the goal can reach, found backwards from it.
//!
//! A *call* is a predicate with the values that are known of its arguments. It has rules to try, answers, and waiting
//! bodies that each answer lets go on, also one that comes later; so recursion ends, and each instance is found once a
//! call. A body takes next whatever has the fewest candidates, so a relation is gone through only where nothing of its
//! columns is known.
//!
//! A call knows the height that is left to it: the policy's depth less the calls on the shortest way from the goal.
//! Nothing is tried with none left. That only bounds the work; which trees are too high, `cheapest` finds out.

use super::facts::{BaseFact, Matches, NOTHING, Row, Symbol, World};
use super::missing::Misses;
use super::rules::{Check, Origin, Premise, Rule, Rules, bound, columns, is_reserved, unify};
use dregg_air::program::GOAL;
use dregg_air::source;
use foldhash::fast::RandomState;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::ops::Range;

/// The search would take too many steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exceeded;

/// Where the fact of a premise comes from, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// Not looked for yet.
    Open,
    Caller,
    Record(u32),
    Fact(u32),
}

/// An instance of a rule whose premises are all there.
#[derive(Debug)]
pub(super) struct Edge {
    /// The rule's place among [`Rules::rules`].
    pub(super) rule: usize,
    pub(super) values: Vec<Symbol>,
    /// One for each premise.
    pub(super) links: Vec<Link>,
    /// The fact it derives.
    pub(super) head: u32,
}

/// A fact that rules derive.
pub(super) type Derived = (u64, Row);

/// All instances that matter, and the facts they are about.
pub(super) struct Ground {
    pub(super) edges: Vec<Edge>,
    pub(super) facts: Vec<Derived>,
    pub(super) records: Vec<BaseFact>,
    pub(super) misses: Misses,
}

/// A body under way.
#[derive(Clone, Debug)]
struct State {
    /// The call it answers.
    owner: usize,
    rule: usize,
    values: Vec<Symbol>,
    links: Vec<Link>,
}

/// What there is to do.
enum Task<'a> {
    Go(State),
    /// Go on with each of these tuples for the premise.
    Scan(State, usize, Matches<'a>),
    /// Go on with these of a call's answers, which were there when the body came to wait.
    Answers(State, usize, usize, Range<usize>),
}

#[derive(Debug)]
struct Call {
    predicate: u64,
    key: Row,
    /// The height left. A reserved goal's does not count.
    left: u8,
    expanded: bool,
    answers: Vec<u32>,
    answered: HashSet<u32, RandomState>,
    /// Bodies that wait for answers, with the premise that does.
    waiting: Vec<(State, usize)>,
    /// The calls of its bodies.
    calls: BTreeSet<usize>,
}

/// What is to be done next for a body.
enum Next<'a> {
    /// All premises are there.
    Complete,
    /// It cannot hold.
    Fails,
    /// The fact of a premise is this.
    Take(usize, Link),
    /// The facts of a premise are among these.
    Scan(usize, Matches<'a>),
    /// A premise is called.
    Call(usize),
}

struct Search<'a> {
    rules: &'a Rules,
    world: &'a World<'a>,
    depth: u8,
    steps: usize,
    ground: Ground,
    calls: Vec<Call>,
    // Nothing iterates over these.
    call_numbers: HashMap<(u64, Row), usize, RandomState>,
    fact_numbers: HashMap<Derived, u32, RandomState>,
    record_numbers: HashMap<(u64, u64, Row), u32, RandomState>,
    seen: HashSet<(usize, Vec<Symbol>), RandomState>,
    tasks: Vec<Task<'a>>,
    /// Calls whose rules are to be tried, in the order of their distance from the goal.
    expand: VecDeque<usize>,
}

impl Ground {
    /// # Errors
    /// [`Exceeded`] if it takes more than so many steps.
    pub(super) fn new(rules: &Rules, world: &World<'_>, depth: u8, steps: usize) -> Result<Ground, Exceeded> {
        let ground =
            Ground { edges: Vec::new(), facts: Vec::new(), records: Vec::new(), misses: Misses::default() };
        let mut search = Search {
            rules,
            world,
            depth,
            steps,
            ground,
            calls: Vec::new(),
            call_numbers: HashMap::default(),
            fact_numbers: HashMap::default(),
            record_numbers: HashMap::default(),
            seen: HashSet::default(),
            tasks: Vec::new(),
            expand: VecDeque::new(),
        };
        // Every reserved goal, so that it is known of each whether it holds.
        for predicate in [GOAL].into_iter().chain(rules.reserved.iter().copied().filter(|one| *one != GOAL)) {
            let key =
                if predicate == GOAL { [NOTHING; 4] } else { [world.caller, NOTHING, NOTHING, NOTHING] };
            let call = search.call(predicate, key);
            search.demand(call, 1)?;
        }
        search.run()?;
        Ok(search.ground)
    }
}

impl<'a> Search<'a> {
    fn run(&mut self) -> Result<(), Exceeded> {
        loop {
            if let Some(task) = self.tasks.pop() {
                self.step()?;
                self.task(task)?;
            } else if let Some(call) = self.expand.pop_front() {
                self.expand(call);
            } else {
                return Ok(());
            }
        }
    }

    fn step(&mut self) -> Result<(), Exceeded> {
        self.steps = self.steps.checked_sub(1).ok_or(Exceeded)?;
        Ok(())
    }

    fn task(&mut self, task: Task<'a>) -> Result<(), Exceeded> {
        match task {
            Task::Go(state) => self.go(state),
            Task::Scan(state, premise, mut matches) => {
                let Some(row) = matches.next() else { return Ok(()) };
                let next = self.with_row(&state, premise, row);
                if matches.len() > 0 {
                    self.tasks.push(Task::Scan(state, premise, matches));
                }
                self.tasks.extend(next.map(Task::Go));
                Ok(())
            }
            Task::Answers(state, premise, call, mut answers) => {
                let Some(place) = answers.next() else { return Ok(()) };
                let answer = self.calls.get(call).and_then(|call| call.answers.get(place)).copied();
                let next = answer.and_then(|answer| self.with_answer(&state, premise, answer));
                if !answers.is_empty() {
                    self.tasks.push(Task::Answers(state, premise, call, answers));
                }
                self.tasks.extend(next.map(Task::Go));
                Ok(())
            }
        }
    }

    /// Takes a body as far as it goes without a choice.
    fn go(&mut self, mut state: State) -> Result<(), Exceeded> {
        loop {
            self.step()?;
            match self.next(&state) {
                Next::Fails => return Ok(()),
                Next::Complete => {
                    self.complete(state);
                    return Ok(());
                }
                Next::Take(premise, link) => set(&mut state.links, premise, link),
                Next::Scan(premise, matches) => {
                    self.tasks.push(Task::Scan(state, premise, matches));
                    return Ok(());
                }
                Next::Call(premise) => return self.wait(state, premise),
            }
        }
    }

    /// What to do next: the open premise with the fewest candidates.
    fn next(&mut self, state: &State) -> Next<'a> {
        let (rules, world) = (self.rules, self.world);
        let Some(rule) = rules.rules.get(state.rule) else { return Next::Fails };
        if let Some(check) = rule.checks.iter().find(|check| check.holds(&state.values, world) == Some(false))
        {
            self.unfit(rule, state, check);
            return Next::Fails;
        }
        let open = rule.premises.iter().zip(&state.links).enumerate();
        let open = open.filter(|(_, (_, link))| **link == Link::Open);
        let open: Vec<(usize, &Premise)> = open.map(|(place, (premise, _))| (place, premise)).collect();
        let mut best: Option<(usize, Next<'a>)> = None;
        for (place, premise) in &open {
            let (known, key) = bound(&premise.arguments, &state.values);
            if known & premise.inputs != premise.inputs {
                continue;
            }
            let (cost, next) = self.candidates(*place, premise, known, &key);
            match next {
                Next::Fails => {
                    self.ground.misses.add(open.len() - 1, premise, &key);
                    return Next::Fails;
                }
                Next::Take(..) => return next,
                Next::Complete | Next::Scan(..) | Next::Call(_) => {
                    if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                        best = Some((cost, next));
                    }
                }
            }
        }
        match best {
            Some((_, next)) => next,
            None if open.is_empty() && self.is_whole(rule, state) => Next::Complete,
            // A rule that is not safe derives nothing.
            None => Next::Fails,
        }
    }

    /// Notes that facts were found, and others are needed: with values that a comparison holds of.
    fn unfit(&mut self, rule: &Rule, state: &State, check: &Check) {
        let open = state.links.iter().filter(|link| **link == Link::Open).count();
        let constant =
            |variable: u8| rule.values.get(usize::from(variable)).is_some_and(|set| *set != NOTHING);
        let compared = |variable: u8| check.compares(variable) && !constant(variable);
        for (premise, link) in rule.premises.iter().zip(&state.links) {
            if *link == Link::Open || !premise.arguments.iter().any(|variable| compared(*variable)) {
                continue;
            }
            let others = premise.arguments.map(|variable| if compared(variable) { 0 } else { variable });
            let (_, key) = bound(&others, &state.values);
            self.ground.misses.add(open, premise, &key);
        }
    }

    fn is_whole(&self, rule: &Rule, state: &State) -> bool {
        let (known, _) = bound(&rule.head, &state.values);
        known == columns(&rule.head)
            && rule.checks.iter().all(|check| check.holds(&state.values, self.world) == Some(true))
    }

    /// The candidates for a premise of whose arguments these are known, and about how many there are.
    fn candidates(&mut self, place: usize, premise: &Premise, known: u8, key: &Row) -> (usize, Next<'a>) {
        /// About as many answers as a call has.
        const ANSWERS: usize = 32;
        let all = columns(&premise.arguments);
        match premise.origin {
            Origin::Caller => match key {
                [one, ..] if *one == self.world.caller => (0, Next::Take(place, Link::Caller)),
                // The first premise of the goal, whose caller may be hidden.
                [NOTHING, ..] => (0, Next::Scan(place, self.world.the_caller())),
                [..] => (0, Next::Fails),
            },
            Origin::Absent(from) => {
                let table = self.world.table(source::FACTS, premise.predicate);
                if table.is_some_and(|table| table.matches(all, key).len() > 0) {
                    return (0, Next::Fails);
                }
                (0, Next::Take(place, self.record(from, premise.predicate, key)))
            }
            Origin::Table(from) => {
                let table = self.world.table(from, premise.predicate);
                let matches = table.map_or(Matches::NONE, |table| table.matches(known, key));
                match matches.len() {
                    0 => (0, Next::Fails),
                    1.. if known == all => (0, Next::Take(place, self.record(from, premise.predicate, key))),
                    count if known == 0 => (ANSWERS * ANSWERS + count, Next::Scan(place, matches)),
                    count => (count, Next::Scan(place, matches)),
                }
            }
            Origin::Rules if known == all => (1, Next::Call(place)),
            Origin::Rules if known == 0 => (ANSWERS * ANSWERS * ANSWERS, Next::Call(place)),
            Origin::Rules => (ANSWERS, Next::Call(place)),
        }
    }

    fn with_row(&mut self, state: &State, premise: usize, row: &Row) -> Option<State> {
        let taken = self.rules.rules.get(state.rule)?.premises.get(premise)?;
        let mut next = state.clone();
        if !unify(&taken.arguments, row, &mut next.values) {
            return None;
        }
        let link = match taken.origin {
            Origin::Table(from) | Origin::Absent(from) => self.record(from, taken.predicate, row),
            Origin::Caller => Link::Caller,
            Origin::Rules => return None,
        };
        set(&mut next.links, premise, link);
        Some(next)
    }

    fn with_answer(&self, state: &State, premise: usize, answer: u32) -> Option<State> {
        let taken = self.rules.rules.get(state.rule)?.premises.get(premise)?;
        let (_, row) = self.ground.facts.get(answer as usize)?;
        let mut next = state.clone();
        if !unify(&taken.arguments, row, &mut next.values) {
            return None;
        }
        set(&mut next.links, premise, Link::Fact(answer));
        Some(next)
    }

    fn record(&mut self, from: u64, predicate: u64, row: &Row) -> Link {
        let records = &mut self.ground.records;
        let next = u32::try_from(records.len()).unwrap_or(u32::MAX);
        let number = *self.record_numbers.entry((from, predicate, *row)).or_insert(next);
        if number == next {
            let used = row.iter().filter(|symbol| **symbol != NOTHING);
            let mut fact =
                BaseFact { source: from, predicate, arity: used.count(), arguments: Default::default() };
            for (slot, symbol) in fact.arguments.iter_mut().zip(row).take(fact.arity) {
                *slot = self.world.digest(*symbol);
            }
            records.push(fact);
        }
        Link::Record(number)
    }

    /// The number of a call, a new one if need be.
    fn call(&mut self, predicate: u64, key: Row) -> usize {
        let next = self.calls.len();
        let number = *self.call_numbers.entry((predicate, key)).or_insert(next);
        if number == next {
            self.calls.push(Call {
                predicate,
                key,
                left: 0,
                expanded: false,
                answers: Vec::new(),
                answered: HashSet::default(),
                waiting: Vec::new(),
                calls: BTreeSet::new(),
            });
        }
        number
    }

    /// Lets a body wait for the answers of the call of a premise, those that are there first.
    fn wait(&mut self, state: State, premise: usize) -> Result<(), Exceeded> {
        let taken = self.rules.rules.get(state.rule).and_then(|rule| rule.premises.get(premise));
        let Some(taken) = taken else { return Ok(()) };
        let (_, key) = bound(&taken.arguments, &state.values);
        let (owner, called) = (state.owner, self.call(taken.predicate, key));
        if let Some(call) = self.calls.get_mut(called) {
            let there = 0..call.answers.len();
            if !there.is_empty() {
                self.tasks.push(Task::Answers(state.clone(), premise, called, there));
            }
            call.waiting.push((state, premise));
        }
        let Some(call) = self.calls.get_mut(owner) else { return Ok(()) };
        call.calls.insert(called);
        let left = self.left_below(owner);
        self.demand(called, left)
    }

    /// The height left to the calls of a call.
    fn left_below(&self, call: usize) -> u8 {
        match self.calls.get(call) {
            Some(call) if is_reserved(call.predicate) => self.depth.max(1),
            Some(call) => call.left.saturating_sub(1),
            None => 0,
        }
    }

    /// Notes that a call may have so much height, and tries its rules if it had none before.
    fn demand(&mut self, call: usize, left: u8) -> Result<(), Exceeded> {
        let mut work = vec![(call, left)];
        while let Some((number, left)) = work.pop() {
            self.step()?;
            let Some(call) = self.calls.get_mut(number) else { continue };
            if left <= call.left {
                continue;
            }
            call.left = left;
            if !call.expanded {
                call.expanded = true;
                self.expand.push_back(number);
            }
            let called: Vec<usize> = call.calls.iter().copied().collect();
            let below = self.left_below(number);
            work.extend(called.into_iter().map(|called| (called, below)));
        }
        Ok(())
    }

    fn expand(&mut self, number: usize) {
        let Some(call) = self.calls.get(number) else { return };
        let (predicate, key) = (call.predicate, call.key);
        for place in self.rules.of(predicate).iter().rev() {
            let Some(rule) = self.rules.rules.get(*place) else { continue };
            let mut values = rule.values.clone();
            let mut arguments = rule.head;
            // What the call leaves open, the body binds.
            for (argument, symbol) in arguments.iter_mut().zip(&key) {
                if *symbol == NOTHING {
                    *argument = 0;
                }
            }
            if unify(&arguments, &key, &mut values) {
                let links = vec![Link::Open; rule.premises.len()];
                self.tasks.push(Task::Go(State { owner: number, rule: *place, values, links }));
            }
        }
    }

    /// Notes an instance whose premises are all there, and what it answers.
    fn complete(&mut self, state: State) {
        let Some(rule) = self.rules.rules.get(state.rule) else { return };
        let (_, row) = bound(&rule.head, &state.values);
        let next = u32::try_from(self.ground.facts.len()).unwrap_or(u32::MAX);
        let fact = *self.fact_numbers.entry((rule.predicate, row)).or_insert(next);
        if fact == next {
            self.ground.facts.push((rule.predicate, row));
        }
        let State { owner, rule, values, links } = state;
        if self.seen.insert((rule, values.clone())) {
            self.ground.edges.push(Edge { rule, values, links, head: fact });
        }
        let Some(call) = self.calls.get_mut(owner) else { return };
        if !call.answered.insert(fact) {
            return;
        }
        call.answers.push(fact);
        for place in 0..call.waiting.len() {
            let waiting = self.calls.get(owner).and_then(|call| call.waiting.get(place));
            let Some((state, premise)) = waiting else { continue };
            if let Some(next) = self.with_answer(state, *premise, fact) {
                self.tasks.push(Task::Go(next));
            }
        }
    }
}

fn set(links: &mut [Link], place: usize, link: Link) {
    if let Some(slot) = links.get_mut(place) {
        *slot = link;
    }
}
