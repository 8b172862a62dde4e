//! Markdown on standard output, remarks on standard error.

use std::fs;

/// Prints a table. The first column is text, the others are figures.
pub fn table(head: &[&str], rows: &[Vec<String>]) {
    let line = |cells: &[String]| println!("| {} |", cells.join(" | "));
    line(&head.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
    println!("|---|{}", "---:|".repeat(head.len() - 1));
    rows.iter().for_each(|row| line(row));
    println!();
}

/// The machine, by class: processors and their name.
pub fn machine() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let name = name.map_or("an unknown processor", |(_, name)| name.trim());
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{count} virtual cores, {name}")
}

/// A multiple, as ratios are quoted.
pub fn times(ratio: f64) -> String {
    match ratio {
        large if large >= 100.0 => format!("{large:.0}×"),
        middle if middle >= 10.0 => format!("{middle:.1}×"),
        small => format!("{small:.2}×"),
    }
}
