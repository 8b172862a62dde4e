//! Everybody who finds the route of a path, behind one trait.
//!
//! A pass is compiled for each router by itself, so that no call goes through a pointer inside the timed loop. dregg's
//! own side is in `dregg`.

mod peers;
mod regexes;

pub use peers::{Matchit, PathTree, Wayfind, WholePaths};
pub use regexes::{Dense, Hybrid};

use crate::tables::Table;

/// Finds the route of a path.
///
/// It is written, then built, so that the time to build holds no formatting of paths.
pub trait Router: Sized {
    /// What the report calls it.
    const NAME: &'static str;

    /// A table as the router wants it written.
    type Input;

    /// Writes a table, or says why it cannot be.
    fn write(table: &Table) -> Result<Self::Input, String>;

    /// Makes the router, or says why not.
    fn build(input: Self::Input) -> Result<Self, String>;

    /// The answer for a path, in the router's own numbers; [`crate::tables::NOTHING`] for none.
    fn find(&mut self, path: &str) -> u32;

    /// Asks for all paths, in order. Whoever has a way to ask for many at once uses it here.
    #[inline(always)]
    fn each(&mut self, paths: &[&str], mut take: impl FnMut(u32)) {
        for path in paths {
            take(self.find(path));
        }
    }

    /// Asks for all paths and adds the answers up.
    #[inline(never)]
    fn pass(&mut self, paths: &[&str]) -> u64 {
        let mut sum = 0u64;
        self.each(paths, |answer| sum = sum.wrapping_add(u64::from(answer)));
        sum
    }

    /// The table's number of a route from the router's own.
    fn table_number(&self, found: u32) -> u32 {
        found
    }

    /// Bytes of its serialized form, if it has one.
    fn serialized(&self) -> Option<usize> {
        None
    }
}

/// Paths as routers take them, with the numbers of their routes.
pub type Written = Vec<(String, u32)>;

/// How many answers differ from those expected.
pub fn wrong<R: Router>(router: &mut R, paths: &[&str], expected: &[u32]) -> usize {
    let mut answers = Vec::with_capacity(paths.len());
    router.each(paths, |answer| answers.push(answer));
    assert_eq!(answers.len(), expected.len(), "{} left paths out", R::NAME);
    let differs = |(answer, expected): &(&u32, &u32)| router.table_number(**answer) != **expected;
    answers.iter().zip(expected).filter(differs).count()
}
