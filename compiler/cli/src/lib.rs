//! What commands that read policies have in common: files on disk, and diagnostics at a terminal.
//!
//! Not here: the verbs, arguments and exit codes of `dreggc`.

pub mod disk;
pub mod render;
