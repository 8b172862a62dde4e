//! Policy classes: programs and services.

use super::Record;
use crate::error::DecodeError;
use crate::policy::{Access, ClassKind, Goal, GoalRule, PolicyClass, Service};
use crate::value::CellId;
use crate::wire::reader::Reader;
use crate::wire::writer::Writer;

/// Its body.
impl Record for GoalRule {
    const LEAST: usize = 4;

    fn write(&self, out: &mut Writer) {
        self.body.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(GoalRule { body: Record::read(input)? })
    }
}

/// Its rules.
impl Record for Goal {
    const LEAST: usize = 4;

    fn write(&self, out: &mut Writer) {
        self.rules.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Goal { rules: Record::read(input)? })
    }
}

/// Proof flag, guards (u16 each), clauses (u16 each), goals.
impl Record for Access {
    const LEAST: usize = 13;

    fn write(&self, out: &mut Writer) {
        self.proof.write(out);
        self.guards.write(out);
        self.clauses.write(out);
        self.goals.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Access {
            proof: Record::read(input)?,
            guards: Record::read(input)?,
            clauses: Record::read(input)?,
            goals: Record::read(input)?,
        })
    }
}

/// A head of two numbers, u8 and u32: route (0, 0), redirect (1, its number), gateway (2, its number).
impl Record for ClassKind {
    const LEAST: usize = 5;

    fn write(&self, out: &mut Writer) {
        let (kind, number) = match self {
            ClassKind::Route => (0, 0),
            ClassKind::Redirect(redirect) => (1, *redirect),
            ClassKind::Gateway(gateway) => (2, *gateway),
        };
        out.u8(kind);
        out.u32(number);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match (input.u8()?, input.u32()?) {
            (0, 0) => Ok(ClassKind::Route),
            (1, redirect) => Ok(ClassKind::Redirect(redirect)),
            (2, gateway) => Ok(ClassKind::Gateway(gateway)),
            (0 | 3.., _) => Err(input.bad_tag(5)),
        }
    }
}

/// Priority u16, cell, whether it coordinates.
impl Record for Service {
    const LEAST: usize = 35;

    fn write(&self, out: &mut Writer) {
        out.u16(self.priority);
        self.cell.write(out);
        self.coordinator.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Service { priority: input.u16()?, cell: CellId::read(input)?, coordinator: bool::read(input)? })
    }
}

/// Kind, three programs, services.
impl Record for PolicyClass {
    const LEAST: usize = 48;

    fn write(&self, out: &mut Writer) {
        self.kind.write(out);
        self.access.write(out);
        self.services.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(PolicyClass {
            kind: Record::read(input)?,
            access: Record::read(input)?,
            services: Record::read(input)?,
        })
    }
}
