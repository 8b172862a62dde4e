//! Round trips and damaged frames.

use crate::{Artifact, Dfa, EDITION, IndexNode, Limits, RouteIndex, Texts};

#[test]
fn the_empty_artifact_comes_back() {
    let artifact = Artifact {
        edition: EDITION,
        limits: Limits::default(),
        table_root: [0; 32],
        dfa: Dfa::new(Vec::new(), 0),
        index: RouteIndex { sets: Vec::new(), nodes: vec![IndexNode::default()] },
        classes: Vec::new(),
        relations: Vec::new(),
        predicates: Vec::new(),
        facts: Vec::new(),
        routes: Vec::new(),
        redirects: Vec::new(),
        gateways: Vec::new(),
        tombstones: Vec::new(),
        governance: None,
        cells: Vec::new(),
        texts: Texts::default(),
    };
    let bytes = artifact.encode();
    let back = Artifact::decode(&bytes).unwrap();
    assert_eq!(back, artifact);
    assert_eq!(back.encode(), bytes);
    assert_eq!(back.policy_root(), artifact.policy_root());
}
