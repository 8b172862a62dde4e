//! Loading: from a root file to all its modules, through a reader that the caller supplies.
//!
//! Pure: [`Reader`] is the only door to files, and it is asked for [`ModulePath`]s only, which cannot name anything
//! outside the root file's directory. Symbolic links are the reader's to judge. Not here: what names mean (`lower`).

mod cycles;
mod errors;
mod modules;
mod path;
mod reader;
#[cfg(test)]
mod tests;

pub use modules::{Loaded, Module, Origin, ResolvedImport, load, load_text};
pub use path::{BadModulePath, ModulePath};
pub use reader::{Memory, ReadError, Reader};

/// The most `use` items of all files together.
pub const IMPORTS: usize = 64;
