//! Two walks over one path in one proof, as a gateway with a published table needs: the policy's rows and the sub-table's,
//! each under a root of its own.

use dregg_air::inputs::{AccessInputs, PathInput, Walk};
use dregg_air::layout::{Layout, RouteWitness, Witness};
use dregg_air::mask::Whole;
use dregg_air::route::witness::{Walked, path_blocks, path_cycles, walk};
use dregg_air::source::tree;
use dregg_commit::{Digest, TableTree};
use dregg_tests::statement::Scenario;
use dregg_tests::statement::cases::{self, table};
use dregg_tests::statement::scenario::{Claimed, Table, symbols};
use dregg_verify::Reject;

const PATH: &str = "/services/gpu/v1";

/// The sub-table: other routes, other classes.
fn sub_table() -> Table {
    let source = "policy sub version 1; route /a allow mount: open; route /services/gpu/** allow read: open;";
    let artifact = dregg_tests::compile(source).unwrap().artifact;
    Table { rows: TableTree::new(artifact.dfa.rows()), dfa: artifact.dfa }
}

struct Both {
    base: Scenario,
    tables: [(u64, Table, Walked); 2],
    hidden: Option<[u64; 4]>,
}

fn both(hidden: bool) -> Both {
    let with_walk = |number: u64, table: Table| {
        let walked = walk(&table.dfa, &table.rows, &symbols(PATH)).unwrap();
        (number, table, walked)
    };
    let tables = [with_walk(tree::ROUTE, table()), with_walk(tree::SUB_ROUTE, sub_table())];
    Both { base: cases::open(false), tables, hidden: hidden.then_some([1, 2, 3, 4]) }
}

impl Both {
    fn blocks(&self) -> (Vec<dregg_air::hash::witness::Cycle>, Digest) {
        let salts = self.hidden.map(|salt| vec![salt; path_blocks(PATH.len())]).unwrap_or_default();
        path_cycles(&symbols(PATH), &salts, 2)
    }

    fn inputs(&self) -> AccessInputs<Whole> {
        let mut inputs = self.base.inputs::<Whole>();
        for (number, table, walked) in &self.tables {
            inputs.roots.push((*number, Digest::from_bytes(&table.rows.root()).unwrap()));
            inputs.walks.push(Walk { tree: *number, class: walked.class });
        }
        inputs.path = match self.hidden {
            None => PathInput::Shown(symbols(PATH)),
            Some(_) => {
                let (blocks, commitment) = self.blocks();
                PathInput::Hidden { blocks: blocks.len() as u64, commitment }
            }
        };
        inputs
    }

    /// The trace; `swapped` walks each tree's claim over the other's rows.
    fn claimed(&self, swapped: bool) -> Claimed {
        let trees = self.base.trees();
        let other = |number: u64| if swapped { tree::ROUTE + tree::SUB_ROUTE - number } else { number };
        let routes = self.tables.iter().map(|(number, table, walked)| RouteWitness {
            tree: other(*number),
            table: &table.rows,
            walked: walked.clone(),
        });
        let opened = trees.iter().map(|(number, own)| dregg_air::layout::TreeWitness {
            tree: *number,
            digests: own,
            leaves: Default::default(),
        });
        let layout = Layout::new(Witness {
            routes: routes.collect(),
            path: if self.hidden.is_some() { self.blocks().0 } else { Vec::new() },
            program: &self.base.program,
            bounds: self.base.bounds,
            instances: self.base.instances.clone(),
            records: Vec::new(),
            trees: opened.collect(),
            identity: self.base.identity.clone(),
        })
        .unwrap();
        let log2_rows = layout.log2_rows().unwrap();
        Claimed { columns: layout.trace(log2_rows), log2_rows }
    }
}

#[test]
fn two_walks_over_one_path_are_proved_together() {
    for hidden in [false, true] {
        let both = both(hidden);
        let claimed = both.claimed(false);
        let violations = claimed.violations(&both.inputs());
        assert!(violations.none(), "{violations:?}");
        assert_eq!(claimed.verdict(&both.inputs()), Ok(()));
    }
}

#[test]
fn neither_walk_stands_for_the_other() {
    let both = both(false);
    let honest = both.claimed(false);
    // The sub-table's class claimed of the policy's own rows and the other way round.
    let mut exchanged = both.inputs();
    let classes: Vec<u32> = exchanged.walks.iter().map(|walk| walk.class).collect();
    exchanged.walks[0].class = classes[1] + 7;
    assert_eq!(honest.verdict(&exchanged), Err(Reject::Constraints));
    // Each table's rows under the other's number.
    assert_eq!(both.claimed(true).verdict(&both.inputs()), Err(Reject::Constraints));
    // One walk alone, where two are demanded.
    let mut one = both.inputs();
    one.walks.pop();
    assert_eq!(honest.verdict(&one), Err(Reject::Constraints));
}
