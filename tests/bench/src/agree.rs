//! `agree`: no timing. Millions of paths on large tables, each asked of the index one at a time, in a batch, of the DFA,
//! and of the oracle.

use crate::dregg::{Batch, Classifier};
use crate::routers::{Router, wrong};
use crate::routes::Kind;
use crate::tables::Queries;

/// How many paths are generated at once.
const AT_ONCE: usize = 250_000;

/// Asks about this many paths of each table. An error if any answer differs.
pub fn run(kinds: impl Iterator<Item = Kind>, count: usize) -> Result<(), String> {
    for kind in kinds {
        let table = kind.table();
        let mut single = Classifier::build(Classifier::write(&table)?)?;
        let mut batch = Batch(single.clone());
        let (mut asked, mut differences) = (0, 0);
        for seed in 0.. {
            if asked >= count {
                break;
            }
            let queries = Queries::mixed(&table, AT_ONCE.min(count - asked), seed);
            let paths = queries.paths();
            differences += wrong(&mut single, &paths, &queries.expected);
            differences += wrong(&mut batch, &paths, &queries.expected);
            differences += paths.iter().filter(|path| !single.forms_agree(path)).count();
            asked += queries.len();
        }
        println!("{}: {asked} paths, {differences} differences", kind.name());
        if differences > 0 {
            return Err(format!("{differences} answers differ on {}", kind.name()));
        }
    }
    Ok(())
}
