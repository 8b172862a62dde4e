//! `/livez`, `/readyz` and `/metrics` of a running node.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use dregg_node::Vat;
use std::fmt::Write;
use std::rc::Rc;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

/// What is asked of the thread that has the node.
enum Question {
    Ready(oneshot::Sender<bool>),
    Metrics(oneshot::Sender<String>),
}

/// Answers until it is dropped.
pub async fn serve(vat: Rc<Vat>, listener: TcpListener) {
    let (ask, mut questions) = mpsc::channel::<Question>(64);
    let metrics = ask.clone();
    let ready = move || {
        let ask = ask.clone();
        async move {
            let (tell, told) = oneshot::channel();
            let asked = ask.send(Question::Ready(tell)).await.is_ok();
            let ready = asked && told.await.unwrap_or(false);
            if ready { (StatusCode::OK, "ready\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready\n") }
        }
    };
    let metrics = move || {
        let ask = metrics.clone();
        async move {
            let (tell, told) = oneshot::channel();
            let _ = ask.send(Question::Metrics(tell)).await;
            let kind = [("content-type", "text/plain; version=0.0.4")];
            (kind, told.await.unwrap_or_default())
        }
    };
    let router = Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics));
    let answering = async {
        while let Some(question) = questions.recv().await {
            match question {
                Question::Ready(tell) => _ = tell.send(vat.with_node(dregg_node::Node::ready)),
                Question::Metrics(tell) => _ = tell.send(text(&vat)),
            }
        }
    };
    tokio::select! {
        served = axum::serve(listener, router).into_future() => {
            if let Err(error) = served {
                tracing::warn!(%error, "HTTP has ended");
            }
        }
        () = answering => {}
    }
}

/// The metrics as Prometheus reads them.
fn text(vat: &Vat) -> String {
    let counts = &vat.counts;
    let counters = [
        ("logins", "Logins.", counts.logins.get()),
        ("transactions", "Transactions on the disk.", counts.transactions.get()),
        ("refused", "Transactions refused.", counts.refused.get()),
        ("allowed", "Requests allowed.", counts.allowed.get()),
        ("denied", "Requests denied.", counts.denied.get()),
        ("calls", "Calls handed to services.", counts.calls.get()),
        ("failed", "Calls that failed on the way.", counts.failed.get()),
    ];
    let (epoch, height) = vat.with_node(|node| (node.mesh().epoch(), node.mesh().height()));
    let gauges = [
        ("epoch", "The epoch.", epoch),
        ("height", "The height of the log.", height),
        ("attached", "Attached services.", vat.attached() as u64),
        ("flying", "Calls under way.", vat.flying() as u64),
    ];
    let mut text = String::new();
    for (name, help, value) in counters {
        let _ = writeln!(text, "# HELP dregg_{name}_total {help}\n# TYPE dregg_{name}_total counter");
        let _ = writeln!(text, "dregg_{name}_total {value}");
    }
    for (name, help, value) in gauges {
        let _ = writeln!(text, "# HELP dregg_{name} {help}\n# TYPE dregg_{name} gauge\ndregg_{name} {value}");
    }
    text
}
