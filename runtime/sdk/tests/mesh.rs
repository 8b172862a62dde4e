//! The mesh through the SDK, on an embedded node: mount, list, resolve, invoke.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use dregg_attest::Keys;
use dregg_compiler::generate::compile;
use dregg_compiler::load::load_text;
use dregg_compiler::lower::lower;
use dregg_node::{Home, begin};
use dregg_sdk::{AgentCipherclerk, Effect, Error, Incoming, Outcome, Pricing, Reply, ServiceDescriptor};
use std::future::Future;

fn keys(name: &str, number: u8) -> Keys {
    Keys::new(name, &[number; 32], &[number + 100; 32]).unwrap()
}

fn artifact(text: &str) -> Vec<u8> {
    let loaded = load_text("policy.dregg", text);
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    compile(&lower(&loaded).hir).unwrap().encode()
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn descriptor(name: &str) -> ServiceDescriptor {
    ServiceDescriptor {
        name: name.into(),
        description: "Image classification".into(),
        accepted_effects: vec![Effect::Invoke],
        pricing: Pricing { per_call: 10, budget_required: false },
        verification_key: None,
    }
}

struct World {
    _directory: tempfile::TempDir,
    home: Home,
    founder: Keys,
}

fn world(rules: &str) -> World {
    let (founder, other) = (keys("founder", 1), keys("other", 2));
    let text = format!(
        "policy mesh.sample version 1;\nuse std.capability;\ncell @founder = 0x{};\ncell @other = 0x{};\n{rules}\n",
        founder.cell(),
        other.cell()
    );
    let directory = tempfile::tempdir().unwrap();
    let home = Home::at(directory.path().join("mesh"));
    begin(&home, &artifact(&text), std::slice::from_ref(&founder)).unwrap();
    World { _directory: directory, home, founder }
}

fn echo(call: &Incoming) -> Result<Reply, String> {
    match call.method.as_str() {
        "echo" => Ok(Reply::from(call.payload.clone())),
        method => Err(format!("no method {method}")),
    }
}

#[test]
fn mount_list_resolve_invoke() {
    let world = world("route /services/** { allow read, invoke: open; allow mount: cells { @founder }; }");
    run(async {
        let mut clerk = AgentCipherclerk::at(world.home.clone()).with_keys(world.founder.clone());
        clerk.mount_service("/services/ai/classify", descriptor("classify")).await.unwrap();
        let listed = clerk.list("/services/").await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(
            (listed[0].path.as_str(), listed[0].description.as_str()),
            ("/services/ai/classify", "Image classification")
        );
        let unreachable = clerk.resolve("/services/ai/classify").await.unwrap_err();
        assert_eq!(unreachable.name(), "Unreachable");
        let _serving = clerk.serve(echo).await.unwrap();
        let service = clerk.resolve_service("/services/ai/classify").await.unwrap();
        let result = service.invoke("echo", b"hello").await.unwrap();
        assert_eq!(result.output(), b"hello");
        assert_eq!(result.verify().unwrap(), Outcome::NoKey);
        assert_eq!(service.invoke("other", b"").await.unwrap_err().name(), "Service");
        let result = clerk.call("/services/ai/classify", "echo", b"again").await.unwrap();
        assert_eq!(result.output(), b"again");
        let denied = clerk.resolve("/nowhere").await.unwrap_err();
        assert!(matches!(&denied, Error::Denied(denial) if denial.denied == "NoRoute"), "{denied}");
    });
}
