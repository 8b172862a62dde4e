//! The last step of the demonstration: a mesh from its beginning to a call that is proved both ways.

use super::proof::named;
use crate::input::Failure;
use crate::mesh::told;
use classifier_service::{ClassifierVerifier, respond};
use dregg_artifact::Artifact;
use dregg_attest::Keys;
use dregg_node::{Background, Settings};
use dregg_response::CallContext;
use dregg_runtime::CellId;
use dregg_sdk::{
    AgentCipherclerk, Argument, Descriptor, Error, Home, Incoming, Outcome, Reply, StatedFact, trust,
};
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;

const PATH: &str = "/services/ai/inference";
const DESCRIPTOR: &str = include_str!("../../../../examples/classifier-service/descriptor.json");

/// Begins a mesh in a directory of its own, mounts and serves the classifier, and calls it.
///
/// # Errors
/// Output or files that cannot be written; anything else would be a defect.
pub fn show(artifact: &Artifact, all: &BTreeMap<CellId, Keys>, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(out, "\n6. Begin a mesh of it, serve, and call")?;
    let message = |error: &dyn std::fmt::Display| Failure::Message(error.to_string());
    let directory = tempfile::tempdir()?;
    let home = Home::at(directory.path().join("mesh"));
    let signers: Vec<Keys> = all.values().cloned().collect();
    let root = dregg_node::begin(&home, &artifact.encode(), &signers).map_err(|error| message(&error))?;
    let council = root.genesis.council.clone();
    writeln!(
        out,
        "   begun: epoch 0, signed by {} of a council of {}; its node runs",
        root.attested.signatures.len(),
        council.members.len()
    )?;
    let _node = Background::start(home.clone(), Settings::default()).map_err(|error| message(&error))?;
    let clerk = |name: &str| -> Result<AgentCipherclerk, Failure> {
        Ok(AgentCipherclerk::at(home.clone()).with_keys(named(all, name)?.clone()))
    };
    let members = signers.iter().filter(|keys| council.members.contains(&keys.cell()));
    let members: Vec<Keys> = members.filter(|keys| keys.name() != "acme").cloned().collect();
    let council = clerk("acme")?.with_cosigners(members);
    let (gpu1, alice, gpu2) = (clerk("gpu1")?, clerk("alice")?, clerk("gpu2")?);
    let granted = StatedFact {
        relation: "granted".to_owned(),
        args: vec![Argument::Text(named(all, "alice")?.cell().to_hex()), Argument::Text("tier2".to_owned())],
    };
    crate::mesh::run(async {
        let descriptor = Descriptor::from_json(DESCRIPTOR).map_err(|error| message(&error))?;
        gpu1.mount(PATH, descriptor, None).await.map_err(told)?;
        let _serving = gpu1.serve(answer).await.map_err(told)?;
        writeln!(out, "   @gpu1 mounts {PATH} and serves a classifier there")?;
        council.assert_facts(vec![granted]).await.map_err(told)?;
        let epoch = council.advance_epoch().await.map_err(told)?;
        writeln!(
            out,
            "   the council grants @alice \"tier2\" and closes the epoch: epoch {epoch} has begun"
        )?;
        for one in alice.list("/services/ai/").await.map_err(told)? {
            writeln!(out, "   @alice lists {} -- {}", one.path, one.description)?;
        }
        trust(ClassifierVerifier);
        let begun = Instant::now();
        let result = alice.call(PATH, "classify", b"Which label is this?").await.map_err(told)?;
        let took = begun.elapsed().as_millis();
        let proved = match result.verify().map_err(told)? {
            Outcome::Proved => "proved",
            Outcome::NoKey => "not proved",
        };
        writeln!(
            out,
            "   @alice proves access, resolves and invokes in one go, {took} ms{}:\n     {}\n     the answer is {proved}, by {} bytes",
            if cfg!(debug_assertions) { " (in a debug build)" } else { "" },
            String::from_utf8_lossy(result.output()),
            result.proof().len(),
        )?;
        match gpu2.call(PATH, "classify", b"").await {
            Err(Error::Denied(denial)) => {
                let missing = denial.needed.iter().find(|needed| needed.starts_with("missing: "));
                let missing = missing.map_or("", String::as_str);
                writeln!(out, "   @gpu2 is denied: {}, {missing}", denial.denied)?;
                Ok(())
            }
            Err(error) => Err(told(error)),
            Ok(_) => Err(Failure::Message("what is denied was answered".to_owned())),
        }
    })
}

fn answer(call: &Incoming) -> Result<Reply, String> {
    let context = CallContext {
        instance: call.instance,
        service: call.service,
        path: &call.path,
        call_id: &call.call_id,
    };
    let answered = respond(&call.method, &call.payload, &context);
    let (output, proof) = answered.map_err(|error| error.to_string())?;
    Ok(Reply { output, proof })
}
