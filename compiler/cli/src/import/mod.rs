//! Importers: other people's route tables as `.dregg` text.
//!
//! Each importer is a pure function from a document's text to policy text and a report. [`openapi()`] reads OpenAPI 3.x
//! and Swagger 2.0 in JSON. An importer never widens: what the language cannot say exactly is refused by name, with the
//! place in the document. Not here: reading files, and checking the text that comes out; the command does both.
//!
//! The way through: [`mod@document`] (JSON, references) and [`mod@template`] (path templates) feed [`mod@openapi`],
//! which collects routes over [`mod@segment`]s, regular sets as the compiler makes them ([`mod@product`] compares them,
//! [`mod@regex`] writes them); [`mod@cover`] closes the table under ambiguous overlaps and [`mod@policy`] writes it.

mod acl;
mod cover;
mod document;
mod openapi;
mod policy;
mod product;
mod regex;
mod report;
mod segment;
mod template;
#[cfg(test)]
mod tests;
mod text;

pub use openapi::{Options, openapi};
#[cfg(test)]
pub use report::Remark;
#[cfg(test)]
pub use report::{ImportError, Imported};
