//! Routers as one finds them, each used as its documentation says.

use super::{Router, Written};
use crate::tables::{NOTHING, Style, Table};
use rustc_hash::FxHashMap;

/// matchit: a radix trie over bytes.
pub struct Matchit(matchit::Router<u32>);

impl Router for Matchit {
    const NAME: &'static str = "matchit";

    type Input = Written;

    fn write(table: &Table) -> Result<Written, String> {
        Ok(table.written(Style::Braces).collect())
    }

    fn build(written: Written) -> Result<Matchit, String> {
        let mut router = matchit::Router::new();
        for (path, number) in written {
            router.insert(path, number).map_err(|error| error.to_string())?;
        }
        Ok(Matchit(router))
    }

    #[inline(always)]
    fn find(&mut self, path: &str) -> u32 {
        self.0.at(path).map_or(NOTHING, |found| *found.value)
    }
}

/// wayfind: a radix trie over bytes.
pub struct Wayfind(wayfind::Router<u32>);

impl Router for Wayfind {
    const NAME: &'static str = "wayfind";

    type Input = Written;

    fn write(table: &Table) -> Result<Written, String> {
        Ok(table.written(Style::Angles).collect())
    }

    fn build(written: Written) -> Result<Wayfind, String> {
        let mut router = wayfind::RouterBuilder::new();
        for (path, number) in written {
            router.insert(&path, number).map_err(|error| format!("{path}: {error}"))?;
        }
        Ok(Wayfind(router.build()))
    }

    #[inline(always)]
    fn find(&mut self, path: &str) -> u32 {
        self.0.search(path).map_or(NOTHING, |found| *found.data())
    }
}

/// path-tree: a radix trie over bytes.
pub struct PathTree(path_tree::PathTree<u32>);

impl Router for PathTree {
    const NAME: &'static str = "path-tree";

    type Input = Written;

    fn write(table: &Table) -> Result<Written, String> {
        Ok(table.written(Style::Colons).collect())
    }

    fn build(written: Written) -> Result<PathTree, String> {
        let mut router = path_tree::PathTree::new();
        for (path, number) in written {
            let _: usize = router.insert(&path, number);
        }
        Ok(PathTree(router))
    }

    #[inline(always)]
    fn find(&mut self, path: &str) -> u32 {
        self.0.find(path).map_or(NOTHING, |(number, _)| *number)
    }
}

/// A hash map of whole paths: no router, but a bound for literal tables.
pub struct WholePaths(FxHashMap<String, u32>);

impl Router for WholePaths {
    const NAME: &'static str = "FxHashMap of whole paths (no router)";

    type Input = Written;

    fn write(table: &Table) -> Result<Written, String> {
        match table.routes.iter().all(|route| route.is_literal()) {
            true => Ok(table.written(Style::Braces).collect()),
            false => Err("it cannot route, and the table has parameters".to_owned()),
        }
    }

    fn build(written: Written) -> Result<WholePaths, String> {
        Ok(WholePaths(written.into_iter().collect()))
    }

    #[inline(always)]
    fn find(&mut self, path: &str) -> u32 {
        self.0.get(path).copied().unwrap_or(NOTHING)
    }
}
