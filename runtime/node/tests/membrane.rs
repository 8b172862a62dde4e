//! What a live reference lets through: listed effects, within the budget given when it was resolved; and what a service's
//! own words count for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod world;

use dregg_mesh::{Descriptor, Effect, Pricing};
use dregg_node::Settings;
use dregg_rpc::failure::Failure;
use std::time::Duration;
use world::{Client, Counting, call, call_as, denied, descriptor, failed, run, world};

const RULES: &str = "
route /open/** { allow read, invoke: open; allow mount: cells { @k2 }; }
";

#[test]
fn an_effect_that_is_not_listed_is_denied_before_the_service_sees_it() {
    let world = world(RULES);
    run(async {
        let vat = world.vat();
        let (server, caller) = (Client::new(&vat, 2), Client::new(&vat, 3));
        let both = Descriptor { effects: vec![Effect::Invoke, Effect::Transfer], ..descriptor("both") };
        let transfer = Descriptor { effects: vec![Effect::Transfer], ..descriptor("transfer") };
        server.mount("/open/invoke", descriptor("invoke"), 0).await.unwrap();
        server.mount("/open/transfer", transfer, 0).await.unwrap();
        server.mount("/open/both", both, 0).await.unwrap();
        let service = Counting::default();
        let _attachment = server.attach(service.clone()).await.unwrap();
        let invoke = caller.resolve("/open/invoke", None).await.unwrap();
        let transfer = caller.resolve("/open/transfer", None).await.unwrap();
        let both = caller.resolve("/open/both", None).await.unwrap();
        for (live, effect) in [(&invoke, "Transfer"), (&transfer, "Invoke"), (&transfer, ""), (&both, "Mint")]
        {
            let denial = denied(call_as(live, "echo", b"", effect).await);
            assert_eq!(denial.denied, "Effect", "{effect}");
        }
        assert_eq!(service.calls.get(), 0);
        for (live, effect) in
            [(&invoke, "Invoke"), (&invoke, ""), (&transfer, "Transfer"), (&both, "Transfer"), (&both, "")]
        {
            call_as(live, "echo", b"", effect).await.unwrap();
        }
        assert_eq!(service.calls.get(), 5);
    });
}

#[test]
fn a_budget_is_used_up_and_each_reference_has_its_own() {
    let world = world(RULES);
    run(async {
        let vat = world.vat();
        let (server, caller) = (Client::new(&vat, 2), Client::new(&vat, 3));
        let pricing = Pricing { per_call: 10, budget_required: true };
        server.mount("/open/paid", Descriptor { pricing, ..descriptor("paid") }, 0).await.unwrap();
        server.mount("/open/free", descriptor("free"), 0).await.unwrap();
        let service = Counting::default();
        let _attachment = server.attach(service.clone()).await.unwrap();
        let with = |budget| caller.resolve_with("/open/paid", None, budget);
        for budget in [None, Some(0), Some(9)] {
            let live = with(budget).await.unwrap();
            assert_eq!(denied(call(&live, "echo", b"").await).denied, "Budget", "{budget:?}");
        }
        assert_eq!(service.calls.get(), 0);
        let (one, two) = (with(Some(25)).await.unwrap(), with(Some(10)).await.unwrap());
        for _ in 0..2 {
            call(&one, "echo", b"").await.unwrap();
            // What is not let through costs nothing.
            assert_eq!(denied(call_as(&one, "echo", b"", "Transfer").await).denied, "Effect");
            assert_eq!(failed(call(&one, "", b"").await), "Method");
        }
        assert_eq!(denied(call(&one, "echo", b"").await).denied, "Budget");
        call(&two, "echo", b"").await.unwrap();
        assert_eq!(denied(call(&two, "echo", b"").await).denied, "Budget");
        // Where none is required none is counted.
        let free = caller.resolve_with("/open/free", None, Some(0)).await.unwrap();
        call(&free, "echo", b"").await.unwrap();
        assert_eq!(service.calls.get(), 4);
    });
}

#[test]
fn a_service_does_not_speak_for_the_node() {
    let world = world(RULES);
    run(async {
        let vat = world.vat();
        let (server, caller) = (Client::new(&vat, 2), Client::new(&vat, 3));
        server.mount("/open/service", descriptor("service"), 0).await.unwrap();
        let _attachment = server.attach(Counting::default()).await.unwrap();
        let live = caller.resolve("/open/service", None).await.unwrap();
        // A denial, a refusal of an earlier epoch, or that the call has not arrived: clients act upon these.
        for said in [
            r#"{"denied":"Clause","permission":"invoke","path":"/open/service"}"#,
            r#"{"refused":"NonceUnknown"}"#,
            r#"{"refused":"Epoch"}"#,
            r#"{"failed":"EpochOver"}"#,
            r#"{"failed":"Unreachable"}"#,
            r#"{"failed":"Service","detail":"broken"}"#,
            "something else",
        ] {
            assert_eq!(failed(call(&live, "fail", said.as_bytes()).await), "Service", "{said}");
        }
        for (said, name) in [
            (r#"{"failed":"Overloaded"}"#, "Overloaded"),
            (r#"{"failed":"TimedOut"}"#, "TimedOut"),
            (r#"{"failed":"Disconnected"}"#, "Disconnected"),
        ] {
            assert_eq!(failed(call(&live, "fail", said.as_bytes()).await), name);
        }
        // However much it says.
        let Err(Failure::Failed(long)) = call(&live, "fail", &vec![b'x'; 1 << 20]).await else { panic!() };
        assert_eq!(long.detail.len(), 4096);
    });
}

#[test]
fn a_service_that_is_slow_gone_or_too_generous_is_said_to_be() {
    let world = world(RULES);
    run(async {
        let settings =
            Settings { call_time: Duration::from_millis(50), payload_bytes: 1000, ..Settings::default() };
        let vat = world.vat_with(settings);
        let (server, caller) = (Client::new(&vat, 2), Client::new(&vat, 3));
        server.mount("/open/service", descriptor("service"), 0).await.unwrap();
        assert_eq!(failed(caller.resolve("/open/service", None).await), "Unreachable");
        assert_eq!(failed(caller.resolve("/open/nothing", None).await), "NothingMounted");
        let service = Counting::default();
        let attachment = server.attach(service.clone()).await.unwrap();
        let live = caller.resolve("/open/service", None).await.unwrap();
        assert_eq!(call(&live, "wait", b"1").await.unwrap(), b"waited");
        assert_eq!(failed(call(&live, "wait", b"5000").await), "TimedOut");
        assert_eq!(call(&live, "bytes", b"1000").await.unwrap().len(), 1000);
        assert_eq!(failed(call(&live, "bytes", b"1001").await), "Service");
        assert_eq!(call(&live, "echo", &[7; 1000]).await.unwrap().len(), 1000);
        assert_eq!(failed(call(&live, "echo", &[7; 1001]).await), "Payload");
        assert_eq!(failed(call(&live, &"m".repeat(256), b"").await), "Method");
        // Whoever names no call gets a name for it; half a name is none.
        for (id, good) in [(&[][..], true), (&[1; 16], true), (&[1; 15], false), (&[1; 17], false)] {
            let mut request = live.invoke_request();
            let mut asked = request.get().init_call();
            asked.set_method("bytes");
            asked.set_payload(b"1");
            asked.set_id(id);
            let answer = request.send().pipeline.get_job().result_request().send().promise.await;
            match answer.map_err(Failure::from) {
                Ok(answer) => {
                    let named = answer.get().unwrap().get_call_id().unwrap();
                    assert!(good && named.len() == 16 && (id.is_empty() || named == id));
                }
                Err(failure) => assert_eq!((good, world::name(&failure).as_str()), (false, "CallId")),
            }
        }
        assert_eq!(service.calls.get(), 7);
        // The last one that has attached answers; without any the reference is of no use, and comes to life again.
        let second = Counting::default();
        let attached = server.attach(second.clone()).await.unwrap();
        call(&live, "echo", b"").await.unwrap();
        assert_eq!((service.calls.get(), second.calls.get()), (7, 1));
        drop(attached);
        tokio::task::yield_now().await;
        call(&live, "echo", b"").await.unwrap();
        drop(attachment);
        tokio::task::yield_now().await;
        assert_eq!(failed(call(&live, "echo", b"").await), "Unreachable");
        let _again = server.attach(second.clone()).await.unwrap();
        call(&live, "echo", b"").await.unwrap();
        assert_eq!((service.calls.get(), second.calls.get()), (8, 2));
        assert_eq!(vat.flying(), 0);
    });
}
