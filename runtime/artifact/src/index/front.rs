//! In front of a small index with hardly any wildcards: whole paths by one look.
//!
//! A path whose segments are literals all the way has one walk and so one answer; it is found by the hash of the whole.
//! Made when the index is loaded, from the index itself, never stored. INVARIANT: says of each path in it what the walk
//! says.

use super::RouteIndex;
use crate::graph::Otherwise;
use crate::limits::Limits;
use rustc_hash::FxHashMap;

/// The most paths a front holds: about what a core's own caches do.
const MOST: usize = 16 << 10;

/// The literal paths of an index.
#[derive(Clone, Debug)]
pub(super) struct Front {
    paths: FxHashMap<Box<[u8]>, u32>,
    /// Whether there are no other paths.
    complete: bool,
}

impl Front {
    /// The front of an index, if nine tenths of its patterns have literal paths and these are few enough.
    pub(super) fn new(index: &RouteIndex, limits: &Limits) -> Option<Front> {
        let patterns = index.patterns as usize;
        if patterns > 2 * MOST {
            return None;
        }
        let graph = index.graph();
        let complete =
            graph.nodes.iter().all(|node| node.matcher.is_none() && node.otherwise == Otherwise::Nothing);
        let mut paths = FxHashMap::default();
        let mut pending = vec![(graph.nodes.len().checked_sub(1)?, Vec::new(), limits.segments)];
        let mut steps = 0;
        while let Some((at, path, left)) = pending.pop() {
            let node = graph.nodes.get(at)?;
            steps += 1 + node.literals.len();
            if paths.len() > MOST || steps > 8 * MOST {
                return None;
            }
            for &(key, next) in &node.literals {
                let key = graph.keys.get(key as usize)?;
                let mut longer = path.clone();
                longer.push(b'/');
                longer.extend_from_slice(key.as_bytes());
                match left.checked_sub(1) {
                    Some(left) if longer.len() <= usize::from(limits.path_bytes) => {
                        pending.push((next as usize, longer, left));
                    }
                    // Beyond the limits there are no paths.
                    Some(_) | None => {}
                }
            }
            if let Some(accept) = node.accept {
                // The root's own path is too short to be looked for here.
                if !path.is_empty() {
                    paths.insert(path.into_boxed_slice(), accept);
                }
            }
        }
        (10 * paths.len() >= 9 * patterns && !paths.is_empty()).then_some(Front { paths, complete })
    }

    /// The pattern of a path: `Err` if the index must be walked.
    #[inline(always)]
    pub(super) fn find(&self, path: &[u8]) -> Result<Option<u32>, ()> {
        match self.paths.get(path) {
            Some(accept) => Ok(Some(*accept)),
            None if self.complete => Ok(None),
            None => Err(()),
        }
    }
}
