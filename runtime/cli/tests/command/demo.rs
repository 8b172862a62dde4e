//! `dregg demo`.

use super::Place;

#[test]
fn the_demonstration_proves_and_refuses() {
    let ran = Place::new().run("demo").exits(0);
    let (_, proof) = ran.data().split_once("\n5. Prove it").expect("its proof");
    let (proof, mesh) = proof.split_once("\n6. Begin a mesh").expect("its last step");
    assert!(proof.contains("@alice invoke /services/ai/inference"), "{proof}");
    for reason in ["Nonce", "Path", "Permission", "Epoch", "Caller", "Constraints"] {
        assert_eq!(proof.matches(&format!(": rejected: {reason}: ")).count(), 1, "{reason}: {proof}");
    }
    assert!(proof.ends_with("no proof: Clause, missing granted(@gpu2, \"tier2\")\n"), "{proof}");
    assert!(mesh.contains("\n     the answer is proved, by "), "{mesh}");
    assert!(mesh.contains("\"label\":\"text\""), "{mesh}");
    assert!(mesh.ends_with("@gpu2 is denied: Clause, missing: granted(@gpu2, \"tier2\")\n"), "{mesh}");
}
