//! The tables of `docs/soundness.md`: what each constraint and assertion stops, and the attack that needs it.

use super::attacks::{Attack, Break};
use dregg_air::air::{AUXILIARY_CONSTRAINTS, TABLES, fixed};
use dregg_air::derivation::columns as event;
use dregg_air::hash::columns as lane;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The columns that assertions are about.
const NAMES: [(usize, &str); 22] = [
    (lane::NODE, "NODE"),
    (lane::ROWS, "ROWS"),
    (lane::FACT, "FACT"),
    (lane::HELD, "HELD"),
    (lane::SECOND, "SECOND"),
    (lane::THIRD, "THIRD"),
    (lane::ISSUED, "ISSUED"),
    (lane::ISSUED_END, "ISSUED_END"),
    (lane::GAP, "GAP"),
    (lane::STAKE, "STAKE"),
    (lane::SECRET, "SECRET"),
    (lane::CELL, "CELL"),
    (lane::CALLER, "CALLER"),
    (lane::PATH, "PATH"),
    (event::PC, "PC"),
    (event::HEAD, "HEAD"),
    (event::PREMISE, "PREMISE"),
    (event::GOAL, "GOAL"),
    (event::CONSTANT, "CONSTANT"),
    (event::LESS, "LESS"),
    (event::AT_MOST, "AT_MOST"),
    (event::DIFFER, "DIFFER"),
];

/// Attacks that need one thing alone, by what it is.
fn stopped_by(attacks: &[Attack], is: impl Fn(Break) -> bool) -> String {
    let own = attacks.iter().filter(|attack| matches!(attack.breaks.as_slice(), [one] if is(*one)));
    let names: BTreeSet<&str> = own.map(|attack| attack.name).collect();
    names.into_iter().collect::<Vec<_>>().join("; ")
}

/// The tables.
pub fn tables(attacks: &[Attack]) -> String {
    let mut page =
        String::from("| constraint | how many | degree | stops | attack |\n|---|---|---|---|---|\n");
    for line in TABLES.into_iter().flatten() {
        let own = stopped_by(attacks, |one| matches!(one, Break::Constraint(name, _) if name == line.name));
        let (name, count, degree, stops) = (line.name, line.count, line.degree, line.stops);
        writeln!(page, "| `{name}` | {count} | {degree} | {stops} | {own} |").unwrap();
    }
    for (name, degree, _) in AUXILIARY_CONSTRAINTS {
        let (stops, by) = match name {
            "hiding.quotient" => ("hides", "`opened_values_of_the_quotient_are_uniform`"),
            _ => ("a wrong sum in a column", "`every_sum_of_the_bus_stops_a_lie_about_it`"),
        };
        writeln!(page, "| `{name}` | 1 | {degree} | {stops} | {by} |").unwrap();
    }
    page.push_str("\n| assertion | in the row | attack |\n|---|---|---|\n");
    for one in fixed(2) {
        let column = NAMES.iter().find(|(column, _)| *column == one.column).map_or("", |(_, name)| name);
        let wanted = if one.row == 0 { Break::First(one.column) } else { Break::Last(one.column) };
        let own = stopped_by(attacks, |other| other == wanted);
        let place = if one.row == 0 { "first" } else { "last" };
        writeln!(page, "| `{column}` is {} | {place} | {own} |", one.value.as_int()).unwrap();
    }
    let by = "`every_sum_of_the_bus_stops_a_lie_about_it`";
    writeln!(page, "| the accumulator is 0 | first | {by} |").unwrap();
    writeln!(page, "| the accumulator is what the statement adds, negated | last | {by} |").unwrap();
    page
}
