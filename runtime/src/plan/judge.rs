//! The goals of one decision, judged as they are asked for.

use super::PLAN_STEPS;
use super::compile::Plans;
use super::run::{Asking, CALLER, EPOCH, Frame, Machine, Purpose, SEGMENT};
use super::scratch::{Asked, Memory, Scratch};
use super::shape::{AccessPlan, Body, End, GoalPlan, Key};
use crate::evaluate::{Exceeded, Question};
use crate::facts::{Facts, Snapshot};
use crate::policy::Policy;
use dregg_artifact::Limits;

/// A decision under way: which goals hold.
pub(crate) struct Judge<'a, 's> {
    plans: &'a Plans,
    policy: &'a Policy,
    facts: &'a Facts,
    question: Question<'s>,
    access: &'a AccessPlan,
    goals: &'s mut Vec<Asked>,
    /// Until the first rule that looks at facts makes a machine of it.
    memory: Option<&'s mut Memory>,
    machine: Option<Machine<'a, 's>>,
}

impl<'a, 's> Judge<'a, 's> {
    /// For a permission of a class, by their numbers. `None` if its program is left to `evaluate`.
    pub(crate) fn new(
        policy: &'a Policy,
        facts: &'a Facts,
        class: u32,
        permission: usize,
        question: Question<'s>,
        scratch: &'s mut Scratch,
    ) -> Option<Judge<'a, 's>> {
        let plans = policy.plans();
        let access = plans.access(class, permission)?;
        let Scratch { goals, memory } = scratch;
        goals.clear();
        goals.resize(access.goals.len(), Asked::Never);
        Some(Judge { plans, policy, facts, question, access, goals, memory: Some(memory), machine: None })
    }

    /// Whether a goal holds. One that does not exist does not.
    pub(crate) fn holds(&mut self, goal: u16) -> Result<bool, Exceeded> {
        let place = usize::from(goal);
        match self.goals.get(place) {
            None | Some(Asked::Fails) => return Ok(false),
            Some(Asked::Holds) => return Ok(true),
            Some(Asked::Never) => {}
        }
        let mut found = false;
        for rule in self.access.goals.get(place).into_iter().flatten() {
            found = self.rule_holds(rule)?;
            if found {
                break;
            }
        }
        if let Some(asked) = self.goals.get_mut(place) {
            *asked = if found { Asked::Holds } else { Asked::Fails };
        }
        Ok(found)
    }

    fn rule_holds(&mut self, rule: &'a GoalPlan) -> Result<bool, Exceeded> {
        let caller = &self.question.caller;
        if !rule.members.iter().all(|(set, inside)| self.plans.contains(*set, caller) == *inside) {
            return Ok(false);
        }
        if rule.stake > 0 && self.snapshot()?.stake_of(&self.question.caller) < rule.stake {
            return Ok(false);
        }
        if !rule.segments.iter().all(|segment| self.question.path.segment(usize::from(*segment)).is_some()) {
            return Ok(false);
        }
        // Goals call goals of smaller numbers, at most `NESTING` deep.
        for goal in &rule.goals {
            if !self.holds(*goal)? {
                return Ok(false);
            }
        }
        if rule.body.is_empty() { Ok(true) } else { self.body_holds(&rule.segments, &rule.body) }
    }

    fn body_holds(&mut self, segments: &[u8], body: &'a Body) -> Result<bool, Exceeded> {
        let depth = self.plans.depth();
        let machine = self.machine()?;
        let asking = &machine.asking;
        let mut frame = Frame::new(Key::new(asking.caller, 0, 0, 0), asking, Purpose::Goal, depth);
        for (slot, segment) in (1u8..).zip(segments) {
            frame.put(slot, asking.segments.get(usize::from(*segment)).copied().unwrap_or_default());
        }
        match &body.end {
            // Nearly all goals that are not decided yet: one call.
            End::Call(variant, parts) if body.joins.is_empty() => {
                let key = parts.key(&frame.slots);
                Ok(depth > 0
                    && machine.filters(&body.filters, &frame.slots)
                    && machine.walk(*variant, key, depth, false)?)
            }
            End::Call(..) | End::Holds | End::Answer(_) | End::Unsupported => machine.body(body, &mut frame),
        }
    }

    /// How many steps it may still take, if a rule has looked at facts.
    #[cfg(test)]
    pub(crate) fn steps_left(&self) -> Option<usize> {
        self.machine.as_ref().map(|machine| machine.steps)
    }

    fn snapshot(&self) -> Result<&'a Snapshot, Exceeded> {
        self.facts.snapshot(self.policy).ok_or(Exceeded)
    }

    /// The machine, made at the first use: many decisions need none.
    fn machine(&mut self) -> Result<&mut Machine<'a, 's>, Exceeded> {
        if let Some(memory) = self.memory.take() {
            memory.begin();
            self.machine = Some(Machine {
                plans: self.plans,
                snapshot: self.snapshot()?,
                symbols: self.facts.symbols(),
                asking: self.asking(),
                scratch: memory,
                steps: PLAN_STEPS,
                walks: 0,
            });
        }
        self.machine.as_mut().ok_or(Exceeded)
    }

    fn asking(&self) -> Asking {
        let symbols = self.facts.symbols();
        let mut segments = [0; Limits::CEILING.segments as usize];
        if self.access.segments {
            let texts = (0u32..).zip(self.question.path.segments());
            for (slot, (number, text)) in segments.iter_mut().zip(texts) {
                // The first segment of the same text lends its symbol.
                let first = || self.question.path.segments().position(|other| other == text);
                let first = || first().and_then(|first| u32::try_from(first).ok()).unwrap_or(number);
                *slot = symbols.text(text).unwrap_or_else(|| SEGMENT - first());
            }
        }
        let epoch_value = self.question.epoch;
        Asking {
            caller: symbols.cell(&self.question.caller).unwrap_or(CALLER),
            epoch: symbols.int(epoch_value).unwrap_or(EPOCH),
            epoch_value,
            segments,
        }
    }
}
