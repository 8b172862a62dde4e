//! Which key leads to which answer, before any proof is looked at.

use crate::{CallContext, Exchange, Outcome, ResponseKey, ResponseReject, ResponseVerifier, Verifiers};
use dregg_artifact::CellId;
use dregg_verify::Reject;

/// Takes `good` for the proof of anything.
struct Simple(ResponseKey);

impl ResponseVerifier for Simple {
    fn key(&self) -> ResponseKey {
        self.0
    }

    fn verify(&self, _: &Exchange<'_>, proof: &[u8]) -> Result<(), ResponseReject> {
        if proof == b"good" { Ok(()) } else { Err(Reject::Constraints.into()) }
    }
}

#[test]
fn a_response_is_proved_or_there_is_no_key_or_it_is_refused_by_name() {
    let context = CallContext { instance: [1; 32], service: CellId([2; 32]), path: "/a", call_id: b"call" };
    let exchange = context.exchange("m", b"payload", b"output");
    let [known, unknown] = [ResponseKey([0xab; 32]), ResponseKey([0xcd; 32])];
    let mut verifiers = Verifiers::new();
    verifiers.register(Simple(known));
    assert!(verifiers.keys().eq([known]));
    let check = |key: Option<&str>, proof: &[u8]| verifiers.check(key, &exchange, proof);
    let (known, unknown) = (known.to_string(), unknown.to_string());

    assert_eq!(check(Some(&known), b"good"), Ok(Outcome::Proved));
    assert_eq!(check(None, b""), Ok(Outcome::NoKey));
    // Without a key nobody knows what a proof is a proof of.
    assert_eq!(check(None, b"good"), Ok(Outcome::NoKey));

    assert_eq!(check(Some(&known), b""), Err(ResponseReject::NoProof));
    assert_eq!(check(Some(&known), b"bad"), Err(ResponseReject::Proof(Reject::Constraints)));
    assert_eq!(check(Some(&unknown), b"good"), Err(ResponseReject::UnknownKey));
    assert_eq!(check(Some(&unknown), b""), Err(ResponseReject::UnknownKey));
    for malformed in
        ["", "optional-vk-hex-for-response-verification", &known.to_uppercase(), known.split_at(1).1]
    {
        assert_eq!(check(Some(malformed), b"good"), Err(ResponseReject::MalformedKey), "{malformed}");
    }
    assert_eq!(Verifiers::new().check(Some(&known), &exchange, b"good"), Err(ResponseReject::UnknownKey));
}

#[test]
fn reasons_have_names_of_their_own() {
    use ResponseReject::*;
    let all = [MalformedKey, UnknownKey, NoProof, Request, Output, Proof(Reject::Truncated)];
    let names = all.map(ResponseReject::name);
    assert_eq!(names, ["MalformedKey", "UnknownKey", "NoProof", "Request", "Output", "Truncated"]);
    for (reject, name) in all.into_iter().zip(names) {
        assert!(reject.to_string().contains(&format!("{name}: ")), "{reject}");
    }
}
