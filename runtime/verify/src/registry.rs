//! What a verifier knows of a registry: whether a gateway has published a table.

use dregg_commit::hash::node;
use dregg_commit::{Digest, Tree, root_above};

/// The table of one gateway, opened under a registry root.
///
/// The root is that of two digests: the root of what is mounted and delegated, and the root of the gateways' tables, one
/// leaf a gateway in the policy's order, zeros where none is published. A registry without anything is the empty tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryOpening {
    /// The root of what is mounted and delegated.
    pub entries: Digest,
    /// The leaf of the gateway's table.
    pub table: Digest,
    /// The digests beside the leaf's way up, lowest first.
    pub siblings: Vec<Digest>,
}

impl RegistryOpening {
    /// Whether it shows that the gateway with this number has published no table.
    ///
    /// SOUNDNESS: no node hashes to zero, so zeros are a leaf and no inner digest, at whatever depth they are shown.
    pub fn shows_no_table(&self, gateway: u32, registry: &Digest) -> bool {
        let tables = root_above(self.table, u64::from(gateway), &self.siblings);
        let root = tables.map(|tables| node(self.entries, tables));
        self.table == Digest::ZERO && root == Some(*registry)
    }
}

/// Whether a registry root, with what is known of it, says that a gateway's envelope alone decides.
pub fn envelope_decides(gateway: u32, registry: &Digest, known: Option<&RegistryOpening>) -> bool {
    *registry == Tree::new(Vec::new()).root()
        || known.is_some_and(|opening| opening.shows_no_table(gateway, registry))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_zeros_at_the_gateways_own_place_show_that_no_table_is_published() {
        let one = Digest([1, 2, 3, 4]);
        let tables = Tree::new(vec![Digest::ZERO, one, Digest::ZERO]);
        let entries = Tree::new(vec![one]).root();
        let registry = node(entries, tables.root());
        let opened = |at: usize| RegistryOpening {
            entries,
            table: tables.leaves()[at],
            siblings: tables.open(at).unwrap(),
        };
        let shows = |opening: &RegistryOpening, at| envelope_decides(at, &registry, Some(opening));
        assert!(shows(&opened(0), 0) && shows(&opened(2), 2));
        assert!(!shows(&opened(1), 1) && !shows(&opened(0), 1) && !shows(&opened(0), 2));
        assert!(!envelope_decides(0, &registry, None));
        assert!(envelope_decides(0, &Tree::new(Vec::new()).root(), None));
        let short = RegistryOpening { siblings: opened(0).siblings[1..].to_vec(), ..opened(0) };
        let long =
            RegistryOpening { siblings: [&[Digest::ZERO][..], &opened(0).siblings].concat(), ..opened(0) };
        let hidden = RegistryOpening { table: Digest::ZERO, ..opened(1) };
        let other = RegistryOpening { entries: one, ..opened(0) };
        assert!(!shows(&short, 0) && !shows(&long, 0) && !shows(&hidden, 1) && !shows(&other, 0));
    }
}
