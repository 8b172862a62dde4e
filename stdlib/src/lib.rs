//! The standard `.dregg` modules, embedded: what `use std.capability;` and its siblings mean.
//!
//! The modules are the files beside this crate's manifest, real and readable. Not here: loading them (the compiler) and
//! what they decide (their tests are policies in `tests/`).
#![doc = include_str!("../README.md")]

/// The modules, sorted by name.
const MODULES: [(&str, &str); 4] = [
    ("capability", include_str!("../capability.dregg")),
    ("governance", include_str!("../governance.dregg")),
    ("limits", include_str!("../limits.dregg")),
    ("roles", include_str!("../roles.dregg")),
];

/// The names of the modules, sorted, without `std.`.
const NAMES: [&str; MODULES.len()] = ["capability", "governance", "limits", "roles"];

/// The text of a module by its name without `std.`; `None` if there is no such module.
pub fn module(name: &str) -> Option<&'static str> {
    MODULES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names of all modules, sorted, without `std.`.
pub fn names() -> &'static [&'static str] {
    &NAMES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_module_and_nothing_else_has() {
        assert_eq!(MODULES.map(|(name, _)| name), NAMES);
        assert!(names().is_sorted());
        for name in names() {
            assert!(
                module(name).is_some_and(|text| text.starts_with("# ") && text.ends_with('\n')),
                "{name}"
            );
        }
        assert_eq!(module("std.roles"), None);
        assert_eq!(module(""), None);
    }
}
