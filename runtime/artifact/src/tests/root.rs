//! What is under the policy root, and what is not.

use crate::{Artifact, Dfa, PolicyRoot, RouteIndex, Row, Segment, Texts, Writer, sample};

/// What is changed, and how.
type Change = (&'static str, fn(&mut Artifact));

fn root_after(change: impl FnOnce(&mut Artifact)) -> PolicyRoot {
    let mut artifact = sample::realistic();
    change(&mut artifact);
    artifact.policy_root()
}

#[test]
fn everything_that_decides_is_under_the_root() {
    let changes: Vec<Change> = vec![
        ("edition", |artifact| artifact.edition += 1),
        ("path_bytes", |artifact| artifact.limits.path_bytes -= 1),
        ("segments", |artifact| artifact.limits.segments -= 1),
        ("derivation_depth", |artifact| artifact.limits.derivation_depth -= 1),
        ("proof_facts", |artifact| artifact.limits.proof_facts += 1),
        ("table_root", |artifact| artifact.table_root[31] ^= 1),
        ("dfa", |artifact| {
            let mut rows: Vec<Row> = artifact.dfa.rows().to_vec();
            rows[0].next += 1;
            artifact.dfa = Dfa::new(rows, artifact.dfa.states());
        }),
        ("index", |artifact| artifact.index = RouteIndex::default()),
        ("sets", |artifact| artifact.sets[0].rows[0].1 -= 1),
        ("kind", |artifact| artifact.classes[0].kind = crate::ClassKind::Gateway(0)),
        ("proof", |artifact| artifact.classes[0].access[0].proof ^= true),
        ("goals", |artifact| artifact.classes[0].access[1].goals.clear()),
        ("clauses", |artifact| artifact.classes[0].access[0].clauses.push(0)),
        ("services", |artifact| {
            let services = artifact.classes.iter_mut().find(|class| !class.services.is_empty());
            services.unwrap().services[0].priority += 1;
        }),
        ("class order", |artifact| artifact.classes.swap(0, 1)),
        ("relation", |artifact| artifact.relations[0].name.push('x')),
        ("writer", |artifact| artifact.relations[1].writer = Writer::Column(0)),
        ("predicate", |artifact| drop(artifact.predicates[2].rules[0].body.pop())),
        ("fact", |artifact| drop(artifact.facts.pop())),
        ("route", |artifact| artifact.routes[3].pattern.segments.push(Segment::Any)),
        ("route gateway", |artifact| artifact.routes[0].gateway = None),
        ("deprecated", |artifact| artifact.routes[1].deprecated = None),
        ("redirect", |artifact| artifact.redirects[0].to.push('x')),
        ("gateway", |artifact| artifact.gateways[0].owner.0[0] ^= 1),
        ("delegation", |artifact| artifact.gateways[0].delegation = None),
        ("tombstone", |artifact| artifact.tombstones[0].removed_at += 1),
        ("threshold", |artifact| artifact.governance.as_mut().unwrap().threshold += 1),
        ("governance", |artifact| artifact.governance = None),
        ("cell name", |artifact| artifact.cells[0].0.push('x')),
    ];
    let mut roots = vec![("nothing", root_after(|_| {}))];
    for (what, change) in changes {
        let root = root_after(change);
        for (other, known) in &roots {
            assert_ne!(root, *known, "{what} and {other}");
        }
        roots.push((what, root));
    }
}

#[test]
fn texts_are_not_under_the_root() {
    let root = root_after(|_| {});
    assert_eq!(root, root_after(|artifact| artifact.texts = Texts::default()));
    assert_eq!(root, root_after(|artifact| artifact.texts.version += 1));
    assert_eq!(root.to_string().len(), 64);
    assert_eq!(format!("{root:?}"), format!("PolicyRoot({root})"));
}

#[test]
fn the_parts_open_what_stands_under_the_root() {
    let artifact = sample::realistic();
    let parts = artifact.root_parts();
    assert_eq!(parts.root(), artifact.policy_root());
    assert_eq!(parts.table_root(), artifact.table_root);
    assert_eq!(parts.class_root(), crate::class_root(&artifact));
    let bytes = artifact.governance_bytes();
    assert_eq!(parts.governance(&bytes), Ok(artifact.governance.clone()));
    let none = Artifact::default();
    assert_eq!(none.root_parts().governance(&none.governance_bytes()), Ok(None));

    let mut bent = bytes.clone();
    bent[4] ^= 1;
    assert!(parts.governance(&bent).is_err());
    assert!(parts.governance(&bytes[1..]).is_err());
    assert!(parts.governance(&none.governance_bytes()).is_err());
    for at in 0..parts.parts.len() {
        let mut other = parts.clone();
        other.parts[at][0] ^= 1;
        assert_ne!(other.root(), parts.root());
    }
}
