//! Terms, literals, rules, predicates, relations and facts.

use super::values::read_value;
use super::{Record, read_entries};
use crate::error::DecodeError;
use crate::policy::{Comparison, Literal, Predicate, PredicateColumn, Rule, Term};
use crate::relation::{Column, Fact, Relation, Visibility, Writer as FactWriter};
use crate::value::{CellId, Type};
use crate::wire::reader::Reader;
use crate::wire::writer::Writer;

/// A value, or a head of two numbers of 16 bits: variable (3, its number), epoch (4, 0), segment (5, its number).
impl Record for Term {
    const LEAST: usize = 4;

    fn write(&self, out: &mut Writer) {
        match self {
            Term::Value(value) => value.write(out),
            Term::Variable(variable) => {
                out.u16(3);
                out.u16(u16::from(*variable));
            }
            Term::Epoch => {
                out.u16(4);
                out.u16(0);
            }
            Term::Segment(segment) => {
                out.u16(5);
                out.u16(u16::from(*segment));
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let head = (input.u16()?, input.u16()?);
        let number = u8::try_from(head.1).ok();
        match (head, number) {
            ((3, _), Some(variable)) => Ok(Term::Variable(variable)),
            ((4, 0), _) => Ok(Term::Epoch),
            ((5, _), Some(segment)) => Ok(Term::Segment(segment)),
            (head, _) => match read_value(head, input)? {
                Some(value) => Ok(Term::Value(value)),
                None => Err(input.bad_tag(4)),
            },
        }
    }
}

/// u8: 0 `==`, 1 `!=`, 2 `<`, 3 `<=`, 4 `>`, 5 `>=`.
impl Record for Comparison {
    const LEAST: usize = 1;

    fn write(&self, out: &mut Writer) {
        out.u8(match self {
            Comparison::Equal => 0,
            Comparison::NotEqual => 1,
            Comparison::Less => 2,
            Comparison::LessOrEqual => 3,
            Comparison::Greater => 4,
            Comparison::GreaterOrEqual => 5,
        });
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match input.u8()? {
            0 => Ok(Comparison::Equal),
            1 => Ok(Comparison::NotEqual),
            2 => Ok(Comparison::Less),
            3 => Ok(Comparison::LessOrEqual),
            4 => Ok(Comparison::Greater),
            5 => Ok(Comparison::GreaterOrEqual),
            6.. => Err(input.bad_tag(1)),
        }
    }
}

/// A head of 8 bytes: kind u8, detail u8, count u16, number u32; what the kind does not use is zero.
///
/// relation (0, negated, terms, relation) terms · predicate (1, 0, terms, predicate) terms · comparison (2, operator,
/// 0, 0) two terms · member (3, negated, 0, cells) cells · stake (4, 0, 0, 0) u64 · goal (5, 0, goal, 0).
impl Record for Literal {
    const LEAST: usize = 8;

    fn write(&self, out: &mut Writer) {
        match self {
            Literal::Relation { relation, terms, negated } => {
                out.u8(0);
                negated.write(out);
                write_atom(*relation, terms, out);
            }
            Literal::Predicate { predicate, terms } => {
                out.u8(1);
                out.u8(0);
                write_atom(*predicate, terms, out);
            }
            Literal::Compare { left, comparison, right } => {
                out.u8(2);
                comparison.write(out);
                out.u16(0);
                out.u32(0);
                left.write(out);
                right.write(out);
            }
            Literal::Member { cells, negated } => {
                out.u8(3);
                negated.write(out);
                out.u16(0);
                cells.write(out);
            }
            Literal::Stake { at_least } => {
                out.u8(4);
                out.u8(0);
                out.u16(0);
                out.u32(0);
                out.u64(*at_least);
            }
            Literal::Goal { goal } => {
                out.u8(5);
                out.u8(0);
                out.u16(*goal);
                out.u32(0);
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match input.u8()? {
            0 => {
                let negated = bool::read(input)?;
                let (relation, terms) = read_atom(input)?;
                Ok(Literal::Relation { relation, terms, negated })
            }
            1 => {
                zero::<1>(input)?;
                let (predicate, terms) = read_atom(input)?;
                Ok(Literal::Predicate { predicate, terms })
            }
            2 => {
                let comparison = Comparison::read(input)?;
                zero::<6>(input)?;
                let left = Term::read(input)?;
                Ok(Literal::Compare { left, comparison, right: Term::read(input)? })
            }
            3 => {
                let negated = bool::read(input)?;
                zero::<2>(input)?;
                Ok(Literal::Member { cells: Vec::<CellId>::read(input)?, negated })
            }
            4 => {
                zero::<7>(input)?;
                Ok(Literal::Stake { at_least: input.u64()? })
            }
            5 => {
                zero::<1>(input)?;
                let goal = input.u16()?;
                zero::<4>(input)?;
                Ok(Literal::Goal { goal })
            }
            6.. => Err(input.bad_tag(1)),
        }
    }
}

fn write_atom(number: u32, terms: &[Term], out: &mut Writer) {
    let count = out.short_count(terms.len());
    out.u32(number);
    terms.iter().take(count).for_each(|term| term.write(out));
}

fn read_atom(input: &mut Reader<'_>) -> Result<(u32, Vec<Term>), DecodeError> {
    let count = usize::from(input.u16()?);
    let number = input.u32()?;
    Ok((number, read_entries(count, input)?))
}

fn zero<const N: usize>(input: &mut Reader<'_>) -> Result<(), DecodeError> {
    if input.array::<N>()?.iter().all(|byte| *byte == 0) { Ok(()) } else { Err(input.bad_tag(N)) }
}

/// Head terms, then body literals.
impl Record for Rule {
    const LEAST: usize = 8;

    fn write(&self, out: &mut Writer) {
        self.head.write(out);
        self.body.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Rule { head: Record::read(input)?, body: Record::read(input)? })
    }
}

/// Its type, then whether every use binds it.
impl Record for PredicateColumn {
    const LEAST: usize = 2;

    fn write(&self, out: &mut Writer) {
        self.ty.write(out);
        self.input.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(PredicateColumn { ty: Type::read(input)?, input: bool::read(input)? })
    }
}

/// Name, columns, rules.
impl Record for Predicate {
    const LEAST: usize = 12;

    fn write(&self, out: &mut Writer) {
        self.name.write(out);
        self.columns.write(out);
        self.rules.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Predicate {
            name: Record::read(input)?,
            columns: Record::read(input)?,
            rules: Record::read(input)?,
        })
    }
}

/// u8: 0 public, 1 held.
impl Record for Visibility {
    const LEAST: usize = 1;

    fn write(&self, out: &mut Writer) {
        out.u8(match self {
            Visibility::Public => 0,
            Visibility::Held => 1,
        });
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match input.u8()? {
            0 => Ok(Visibility::Public),
            1 => Ok(Visibility::Held),
            2.. => Err(input.bad_tag(1)),
        }
    }
}

/// u8: 0 council; 1 cells, then the list; 2 column, then u8.
impl Record for FactWriter {
    const LEAST: usize = 1;

    fn write(&self, out: &mut Writer) {
        match self {
            FactWriter::Council => out.u8(0),
            FactWriter::Cells(cells) => {
                out.u8(1);
                cells.write(out);
            }
            FactWriter::Column(column) => {
                out.u8(2);
                out.u8(*column);
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match input.u8()? {
            0 => Ok(FactWriter::Council),
            1 => Ok(FactWriter::Cells(Record::read(input)?)),
            2 => Ok(FactWriter::Column(input.u8()?)),
            3.. => Err(input.bad_tag(1)),
        }
    }
}

/// Name, then type.
impl Record for Column {
    const LEAST: usize = 5;

    fn write(&self, out: &mut Writer) {
        self.name.write(out);
        self.ty.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Column { name: Record::read(input)?, ty: Type::read(input)? })
    }
}

/// Name, columns, visibility, writer.
impl Record for Relation {
    const LEAST: usize = 10;

    fn write(&self, out: &mut Writer) {
        self.name.write(out);
        self.columns.write(out);
        self.visibility.write(out);
        self.writer.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Relation {
            name: Record::read(input)?,
            columns: Record::read(input)?,
            visibility: Record::read(input)?,
            writer: Record::read(input)?,
        })
    }
}

/// Relation u32, then the arguments.
impl Record for Fact {
    const LEAST: usize = 8;

    fn write(&self, out: &mut Writer) {
        out.u32(self.relation);
        self.arguments.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Fact { relation: input.u32()?, arguments: Record::read(input)? })
    }
}
