//! `dregg node`, as `docs/operations.md` says: what is watched, how it stops, what a full disk does, copies.

use super::running::Running;
use super::{Place, Ran};
use dregg_node::Settings;
use std::io::{Read, Write};
use std::net::TcpStream;

const PAGE: &str = include_str!("../../../../docs/operations.md");

const POLICY: &str = r#"
use std.capability;
route /services/** { allow read, invoke: open; allow mount: cells { @acme }; }
"#;

/// A mesh of this policy in `home`, begun by `@acme`.
fn mesh() -> Place {
    let place = Place::new();
    let line = place.keys("acme");
    place.write("policy.dregg", format!("policy t version 1;\n{line}{POLICY}"));
    place.run("init policy.dregg --key acme.json --home home").exits(0);
    place
}

/// The node of the home, in a shell after something else.
fn node(place: &Place, before: &str, options: &str) -> Running {
    let lines = 3 + options.matches("127.0.0.1:0").count();
    Running::start(place, &format!("{before} exec dregg node run --home home {options}"), lines)
}

/// What is answered over HTTP: the status and the body.
fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n").expect("asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.expect("a status"), body.to_owned())
}

#[test]
fn the_page_names_what_is_watched_and_what_there_may_be() {
    let place = mesh();
    let running = node(&place, "", "--http 127.0.0.1:0 --listen 127.0.0.1:0");
    let http = running.told("http on ").to_owned();
    assert_eq!(get(&http, "/livez"), (200, "alive\n".to_owned()));
    assert_eq!(get(&http, "/readyz"), (200, "ready\n".to_owned()));
    place.run("namespace list /services --home home").exits(0);
    let (status, metrics) = get(&http, "/metrics");
    assert_eq!(status, 200);
    assert!(metrics.contains("\ndregg_logins_total 1\n"), "{metrics}");
    let kinds: Vec<&str> = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    for kind in &kinds {
        let (name, kind) = kind.split_once(' ').expect("a kind");
        assert!(PAGE.contains(&format!("| `{name}` | {kind} | ")), "{name}");
    }
    assert_eq!(PAGE.matches("\n| `dregg_").count(), kinds.len());
    // From another home, over TLS.
    let elsewhere = format!("{}/{}", running.told("tls on "), running.told("node "));
    let listing = "namespace list /services --key acme.json --home none --node";
    place.run(&format!("{listing} {elsewhere}")).exits(0);

    let settings = Settings::default();
    for (what, most) in [
        ("calls under way, of a session", settings.calls.to_string()),
        ("live references not let go, of a session", settings.references.to_string()),
        ("services attached, by a session", settings.attachments.to_string()),
        ("nonces out, of a session", settings.nonces.to_string()),
        ("time for a call", format!("{} s", settings.call_time.as_secs())),
        ("connections at a time, of each listener", settings.connections.to_string()),
        ("a payload, a response", format!("{} MiB", settings.payload_bytes >> 20)),
        ("payloads and responses held, of a session", format!("{} MiB", settings.held_bytes >> 20)),
        ("sturdy references and open handoffs", settings.kept.to_string()),
        ("the same, made by one cell", settings.kept_each.to_string()),
    ] {
        assert!(PAGE.contains(&format!("\n| {what} | {most} |\n")), "{what}: {most}");
    }

    running.terminate();
    let (status, log) = running.end();
    assert_eq!(status, Some(0), "{log}");
    assert!(log.contains("stopping") && !log.contains('\u{1b}'), "{log}");
    assert!(!place.path("home/node.sock").exists());
}

#[test]
fn a_node_whose_disk_is_full_ends_and_goes_on_from_what_it_has_kept() {
    let place = mesh();
    // A file may not become larger than 72 KiB, about what a store begins with.
    let running = node(&place, "trap '' XFSZ; ulimit -f 144;", "--http 127.0.0.1:0");
    let long = "x".repeat(200);
    let state = |number: usize| -> Ran {
        place.run(&format!("fact assert granted(@acme,\"{long}{number}\") --key acme.json --home home"))
    };
    let mut kept = 0;
    let refused = loop {
        let ran = state(kept);
        if !ran.0.status.success() {
            break ran.exits(3);
        }
        kept += 1;
        assert!(kept < 100, "the disk is never full");
    };
    assert!(refused.errors().starts_with("refused: Store"), "{}", refused.errors());
    let (status, log) = running.end();
    assert_eq!(status, Some(1), "{log}");
    assert!(log.contains("the store has not kept a write") && log.contains("the store has failed"), "{log}");

    let again = node(&place, "", "");
    let listed = place.run("fact list --home home").exits(0);
    let there = listed.data().lines().count();
    assert!(there == kept || there == kept + 1, "{there} of {kept}");
    state(100).exits(0);
    again.terminate();
    assert_eq!(again.end().0, Some(0));
}

#[test]
fn a_copy_is_a_mesh_and_writes_over_none() {
    let place = mesh();
    place.run("fact assert granted(@acme,\"x\") --home home").exits(0);
    let running = node(&place, "", "");
    place.run("node backup copy --home home").fails("another process has the store open");
    running.terminate();
    running.end();
    assert!(!place.path("copy/store.redb").exists());
    let copied = place.run("node backup copy --home home").exits(0);
    assert!(copied.data().starts_with("copied 1 entries up to epoch 0"), "{}", copied.data());
    assert_eq!((place.mode("copy"), place.mode("copy/store.redb")), (0o700, 0o600));
    place.run("node backup copy --home home").fails("there is a mesh already");
    place.run("node restore copy --home home").fails("there is a mesh already");
    place.run("node restore copy --home other").exits(0);
    assert_eq!(
        place.run("epoch status --home other").exits(0).data(),
        place.run("epoch status --home home").exits(0).data()
    );
    place.run("epoch advance --home other").exits(0);
    // A damaged one begins nothing.
    let mut bytes = place.bytes("copy/store.redb");
    bytes[..64].fill(0);
    place.write("copy/store.redb", bytes);
    place.run("node restore copy --home third").exits(1);
    assert!(!place.path("third/store.redb").exists());
}
