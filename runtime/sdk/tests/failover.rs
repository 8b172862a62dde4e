//! Two services at one path: when the second is tried, and when it must not be.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use dregg_node::{Background, Settings};
use dregg_sdk::{AgentCipherclerk, CallOptions, Effect, ServiceDescriptor, Serving};
use std::time::Duration;
use world::{Counting, World, counting, descriptor, failed, run, world};

const RULES: &str = "
route /open/** { allow read, invoke: open; allow mount: cells { @k2, @k6 }; }
";

const PATH: &str = "/open/pair";

/// A path with two services behind it: `@k2` first, then `@k6`.
struct Pair {
    world: World,
    _node: Background,
    caller: AgentCipherclerk,
    first: Counting,
    second: Counting,
}

async fn pair(call_time: u64) -> Pair {
    pair_of(call_time, descriptor("first"), descriptor("second")).await
}

async fn pair_of(call_time: u64, first: ServiceDescriptor, second: ServiceDescriptor) -> Pair {
    let world = world(RULES);
    let settings = Settings { call_time: Duration::from_millis(call_time), ..Settings::default() };
    let node = world.node_with(settings);
    world.clerk(2).mount(PATH, first, None).await.unwrap();
    world.clerk(6).mount(PATH, second, None).await.unwrap();
    let caller = world.clerk(3);
    Pair { world, _node: node, caller, first: counting("first"), second: counting("second") }
}

impl Pair {
    async fn serve(&self) -> (Serving, Serving) {
        let first = self.world.clerk(2).serve(self.first.clone()).await.unwrap();
        (first, self.world.clerk(6).serve(self.second.clone()).await.unwrap())
    }

    /// How often each was called.
    fn calls(&self) -> (u32, u32) {
        (self.first.calls(), self.second.calls())
    }
}

const IDEMPOTENT: CallOptions = CallOptions { effect: Effect::Invoke, idempotent: true };

#[test]
fn a_service_that_is_not_there_is_passed_over() {
    run(async {
        let pair = pair(5000).await;
        let (first, _second) = pair.serve().await;
        let service = pair.caller.resolve(PATH).await.unwrap();
        assert_eq!(service.invoke("name", b"").await.unwrap().output(), b"first");
        assert_eq!(pair.caller.call(PATH, "name", b"").await.unwrap().output(), b"first");
        // It goes between resolving and calling, and before resolving.
        first.stop();
        tokio::time::sleep(Duration::from_millis(20)).await;
        let result = service.invoke("name", b"").await.unwrap();
        assert_eq!((result.output(), result.binding().cell), (&b"second"[..], world::cell(6)));
        assert_eq!(pair.caller.call(PATH, "name", b"").await.unwrap().output(), b"second");
        assert_eq!(pair.caller.resolve(PATH).await.unwrap().bindings().len(), 1);
        // It comes back and is the first again.
        let _again = pair.world.clerk(2).serve(pair.first.clone()).await.unwrap();
        assert_eq!(service.invoke("name", b"").await.unwrap().output(), b"first");
        assert_eq!(pair.caller.call(PATH, "name", b"").await.unwrap().output(), b"first");
        assert_eq!(pair.calls(), (4, 2));
    });
}

#[test]
fn without_any_service_it_is_said_so() {
    run(async {
        let pair = pair(5000).await;
        assert_eq!(failed(pair.caller.call(PATH, "name", b"").await), "Unreachable");
        let (first, second) = pair.serve().await;
        let service = pair.caller.resolve(PATH).await.unwrap();
        drop((first, second));
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(failed(service.invoke("name", b"").await), "Unreachable");
        assert_eq!(failed(pair.caller.resolve(PATH).await), "Unreachable");
        assert_eq!(pair.calls(), (0, 0));
    });
}

#[test]
fn a_call_that_may_have_run_is_made_again_only_if_it_does_no_harm() {
    run(async {
        let mut pair = pair(100).await;
        pair.first.slow = Duration::from_millis(300);
        let _serving = pair.serve().await;
        let service = pair.caller.resolve(PATH).await.unwrap();
        assert_eq!(failed(service.invoke("name", b"").await), "TimedOut");
        assert_eq!(pair.calls(), (1, 0));
        assert_eq!(failed(pair.caller.call(PATH, "name", b"").await), "TimedOut");
        assert_eq!(pair.calls(), (2, 0));
        let result = service.invoke_with("name", b"", &IDEMPOTENT).await.unwrap();
        assert_eq!((result.output(), pair.calls()), (&b"second"[..], (3, 1)));
        let result = pair.caller.call_with(PATH, "name", b"", &IDEMPOTENT).await.unwrap();
        assert_eq!((result.output(), pair.calls()), (&b"second"[..], (4, 2)));
    });
}

#[test]
fn a_service_that_dies_in_the_middle_of_a_call() {
    for idempotent in [false, true] {
        run(async {
            let pair = pair(5000).await;
            let _second = pair.world.clerk(6).serve(pair.second.clone()).await.unwrap();
            // Its process ends: not the service is stopped, the connection is gone.
            let (runner, started) = (pair.world.clerk(2), pair.first.clone());
            let first = runner.serve(started).await.unwrap();
            let options = CallOptions { idempotent, ..CallOptions::default() };
            let dies = async {
                while pair.first.calls() == 0 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                drop((first, runner));
            };
            let (result, ()) = tokio::join!(pair.caller.call_with(PATH, "wait", b"200", &options), dies);
            if idempotent {
                assert_eq!((result.unwrap().output(), pair.calls()), (&b"second"[..], (1, 1)));
            } else {
                assert_eq!((failed(result).as_str(), pair.calls()), ("Disconnected", (1, 0)));
            }
        });
    }
}

#[test]
fn a_service_with_enough_to_do_is_passed_over_and_has_done_nothing() {
    run(async {
        let pair = pair(5000).await;
        let _first = pair.world.clerk(2).serve_at_most(pair.first.clone(), 1).await.unwrap();
        let _second = pair.world.clerk(6).serve(pair.second.clone()).await.unwrap();
        let (other, service) = (pair.world.clerk(4), pair.caller.resolve(PATH).await.unwrap());
        let busy = other.call(PATH, "wait", b"300");
        let meanwhile = async {
            while pair.first.calls() == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            assert_eq!(service.invoke("name", b"").await.unwrap().output(), b"second");
            assert_eq!(pair.caller.call(PATH, "name", b"").await.unwrap().output(), b"second");
            assert_eq!(failed(service.only(world::cell(2)).invoke("name", b"").await), "Overloaded");
        };
        let (answer, ()) = tokio::join!(busy, meanwhile);
        assert_eq!(answer.unwrap().output(), b"first");
        assert_eq!(service.invoke("name", b"").await.unwrap().output(), b"first");
        assert_eq!(pair.calls(), (2, 2));
    });
}

#[test]
fn a_denial_a_failure_of_the_service_and_an_unproved_answer_are_final() {
    run(async {
        let keyed =
            ServiceDescriptor { verification_key: Some("sample/v1:00".to_owned()), ..descriptor("first") };
        let second = ServiceDescriptor {
            accepted_effects: vec![Effect::Invoke, Effect::Transfer],
            ..descriptor("second")
        };
        let pair = pair_of(5000, keyed, second).await;
        let _serving = pair.serve().await;
        let service = pair.caller.resolve(PATH).await.unwrap();
        // The first denies what the second would do.
        let transfer = CallOptions { effect: Effect::Transfer, idempotent: true };
        assert_eq!(failed(service.invoke_with("name", b"", &transfer).await), "Effect");
        assert_eq!(failed(pair.caller.call_with(PATH, "name", b"", &transfer).await), "Effect");
        assert_eq!(pair.calls(), (0, 0));
        assert_eq!(failed(service.invoke_with("other", b"", &IDEMPOTENT).await), "Service");
        assert_eq!(failed(pair.caller.call_with(PATH, "other", b"", &IDEMPOTENT).await), "Service");
        assert_eq!(pair.calls(), (2, 0));
        // Nobody here knows the key, and there is no proof.
        let result = service.invoke_with("name", b"", &IDEMPOTENT).await.unwrap();
        assert_eq!(result.output(), b"first");
        assert!(result.verify().is_err());
        assert_eq!(pair.calls(), (3, 0));
    });
}
