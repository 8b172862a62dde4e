//! Failures there and back.

use crate::failure::{Denial, Failure, Fault, Refused};
use capnp::{Error, ErrorKind};
use serde_json::{Map, Value, json};

fn back(failure: &Failure) -> Failure {
    let mut error = failure.to_capnp();
    error.extra = format!("remote exception: remote exception: {}", error.extra);
    Failure::from_capnp(&error)
}

#[test]
fn every_kind_comes_back_as_it_went() {
    let denial = Denial {
        denied: "Clause".to_owned(),
        permission: "invoke".to_owned(),
        path: "/a".to_owned(),
        needed: vec!["stake >= 5".to_owned()],
        opening: "00ff".to_owned(),
    };
    let Value::Object(detail) = json!({"path": "/a", "version": 3}) else { panic!() };
    let refused = Failure::Refused(Refused { refused: "Version".to_owned(), detail });
    for failure in [Failure::Denied(denial), refused, Failure::refused("Repeated")] {
        assert_eq!(back(&failure), failure);
        assert_eq!(failure.to_capnp().kind, ErrorKind::Failed);
    }
    for (fault, kind) in [
        (Fault::Unreachable, ErrorKind::Failed),
        (Fault::Overloaded, ErrorKind::Overloaded),
        (Fault::EpochOver, ErrorKind::Failed),
        (Fault::TimedOut, ErrorKind::Failed),
        (Fault::Disconnected, ErrorKind::Disconnected),
        (Fault::Service, ErrorKind::Failed),
    ] {
        let failure = Failure::failed(fault, "why");
        assert_eq!((back(&failure), failure.to_capnp().kind), (failure.clone(), kind));
        assert_eq!(failure.fault(), Some(fault));
    }
}

#[test]
fn the_text_is_the_one_of_the_page() {
    let denial = Denial { denied: "NoRoute".to_owned(), path: "/a".to_owned(), ..Denial::default() };
    let text = Failure::Denied(denial).to_text();
    assert_eq!(text, r#"{"denied":"NoRoute","permission":"","path":"/a"}"#);
    assert_eq!(Failure::failed(Fault::EpochOver, "").to_text(), r#"{"failed":"EpochOver"}"#);
    assert_eq!(Failure::refused("Repeated").to_text(), r#"{"refused":"Repeated"}"#);
}

#[test]
fn any_other_text_is_kept() {
    for text in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"denied": 3}"#,
        r#"{"failed": "Unheard"}"#,
        r#"{"refused": {}}"#,
        "\u{0}",
        "remote exception",
    ] {
        assert_eq!(Failure::from_text(text), Failure::Other(text.to_owned()), "{text}");
        assert_eq!(Failure::from_capnp(&Error::failed(text.to_owned())), Failure::Other(text.to_owned()));
    }
    let deep = "[".repeat(100_000);
    assert_eq!(Failure::from_text(&deep), Failure::Other(deep));
}

#[test]
fn what_the_library_says_itself_has_a_kind() {
    let lost = Failure::from_capnp(&Error::disconnected("Peer disconnected.".to_owned()));
    assert_eq!(lost, Failure::failed(Fault::Disconnected, "Peer disconnected."));
    let full = Failure::from_capnp(&Error::overloaded("later".to_owned()));
    assert_eq!(full, Failure::failed(Fault::Overloaded, "later"));
    let early = Failure::from_capnp(&Error::from_kind(ErrorKind::PrematureEndOfFile));
    assert!(matches!(early, Failure::Other(text) if !text.is_empty()));
}

#[test]
fn a_failure_reads_as_a_sentence() {
    let denial = Denial {
        denied: "Clause".to_owned(),
        permission: "invoke".to_owned(),
        path: "/a".to_owned(),
        needed: vec!["stake >= 5".to_owned()],
        opening: String::new(),
    };
    assert_eq!(Failure::Denied(denial).to_string(), "invoke /a is denied: Clause; needed: stake >= 5");
    let detail = Map::from_iter([("epoch".to_owned(), json!(3))]);
    let refused = Failure::Refused(Refused { refused: "Epoch".to_owned(), detail });
    assert_eq!(refused.to_string(), "refused: Epoch, epoch: 3");
    assert_eq!(Failure::failed(Fault::TimedOut, "").to_string(), "there was no answer in time");
}
