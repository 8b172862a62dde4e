//! The kinds of sections, in the order in which they stand in a file.

use std::fmt;

/// A part of an artifact with a digest of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// The policy's bounds.
    Limits,
    /// The Rp64_256 root of the lookup rows.
    TableRoot,
    /// The DFA's rows.
    Dfa,
    /// The route index.
    Index,
    /// The policy classes with their programs and services.
    Classes,
    /// The base relations with their writers.
    Relations,
    /// The predicates with their rules.
    Predicates,
    /// The public facts.
    Facts,
    /// The segment sets that patterns name, and the routes.
    Routes,
    /// The redirects.
    Redirects,
    /// The gateways.
    Gateways,
    /// The removed routes.
    Tombstones,
    /// How the policy is amended.
    Governance,
    /// The policy's names for cells.
    Cells,
    /// What people read; not under the policy root.
    Texts,
    /// Where in the source things stand. Reserved: never written by this version, skipped if present.
    Spans,
}

impl Section {
    /// The sections every artifact has, in file order.
    pub const REQUIRED: [Section; 15] = [
        Section::Limits,
        Section::TableRoot,
        Section::Dfa,
        Section::Index,
        Section::Classes,
        Section::Relations,
        Section::Predicates,
        Section::Facts,
        Section::Routes,
        Section::Redirects,
        Section::Gateways,
        Section::Tombstones,
        Section::Governance,
        Section::Cells,
        Section::Texts,
    ];

    /// The number of the kind in the section table.
    pub fn kind(self) -> u16 {
        match self {
            Section::Limits => 1,
            Section::TableRoot => 2,
            Section::Dfa => 3,
            Section::Index => 4,
            Section::Classes => 5,
            Section::Relations => 6,
            Section::Predicates => 7,
            Section::Facts => 8,
            Section::Routes => 9,
            Section::Redirects => 10,
            Section::Gateways => 11,
            Section::Tombstones => 12,
            Section::Governance => 13,
            Section::Cells => 14,
            Section::Texts => 15,
            Section::Spans => 16,
        }
    }

    /// The section of that kind, if this version knows it.
    pub fn from_kind(kind: u16) -> Option<Section> {
        Section::REQUIRED.into_iter().chain([Section::Spans]).find(|section| section.kind() == kind)
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Section::Limits => "limits",
            Section::TableRoot => "table root",
            Section::Dfa => "automaton",
            Section::Index => "route index",
            Section::Classes => "classes",
            Section::Relations => "relations",
            Section::Predicates => "predicates",
            Section::Facts => "facts",
            Section::Routes => "routes",
            Section::Redirects => "redirects",
            Section::Gateways => "gateways",
            Section::Tombstones => "tombstones",
            Section::Governance => "governance",
            Section::Cells => "cells",
            Section::Texts => "texts",
            Section::Spans => "spans",
        })
    }
}
