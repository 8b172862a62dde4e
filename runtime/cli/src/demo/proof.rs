//! A step of the demonstration: keys, an attested root, a proof, and what it is refused for.

use super::mesh;
use crate::input::Failure;
use crate::{hexadecimal, keys};
use dregg_air::statement::{AccessProof, ClaimedCaller};
use dregg_artifact::{Artifact, Fact};
use dregg_attest::{Attestation, Council, Genesis, Keys, Position, SignedRoot, attest};
use dregg_compiler::hir::Hir;
use dregg_prove::{Ask, AskCaller, ProveError, Prover, Refusal};
use dregg_runtime::{CellId, Permission, Value};
use dregg_verify::{AskedCaller, AskedPath, Reject, Request, verify};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;

const PATH: &str = "/services/ai/inference";
const OTHER_PATH: &str = "/services/ai/embeddings";
const EPOCH: u64 = 7;

/// Keys for the cells of the example, by the cells in whose places theirs stand, and the policy compiled so.
///
/// # Errors
/// A system without randomness; anything else would be a defect.
pub fn with_keys(hir: &Hir) -> Result<(Artifact, BTreeMap<CellId, Keys>), Failure> {
    let all: BTreeMap<CellId, Keys> = hir
        .cell_ids()
        .into_iter()
        .map(|cell| Ok((cell, new_keys(&hir.cell_name(&cell))?)))
        .collect::<Result<_, Failure>>()?;
    let artifact = mesh::compile(&hir.with_cells(|cell| all.get(cell).map_or(*cell, Keys::cell)))?;
    Ok((artifact, all))
}

/// Proves one request of the mesh and shows what the proof is good for.
///
/// # Errors
/// Output that cannot be written, a system without randomness; anything else would be a defect.
pub fn show(artifact: &Artifact, all: &BTreeMap<CellId, Keys>, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(out, "\n5. Prove it (keys made now, whose cells stand in the places of the mesh's)")?;
    let mut random = generator()?;
    let (alice, gpu2) = (named(all, "alice")?, named(all, "gpu2")?);
    let granted =
        fact(artifact, "granted", vec![Value::Cell(alice.cell()), Value::Text("tier2".to_owned())])?;
    let (attestation, root) = attested(artifact, &[granted], all, &mut random)?;
    writeln!(
        out,
        "   attested root {}, epoch {EPOCH}, signed by {} of the council",
        hexadecimal::text(&root.root().digest()),
        root.attested.signatures.len(),
    )?;

    let (nonce, other_nonce): ([u8; 16], [u8; 16]) = (bytes(&mut random), bytes(&mut random));
    let ask = Ask {
        permission: Permission::Invoke,
        path: PATH,
        hide_path: false,
        caller: AskCaller::Shown,
        open_route: false,
        open: false,
        verifier: "gpu1",
        nonce: &nonce,
    };
    let prover = Prover::new(artifact, &root).map_err(failed)?;
    let begun = Instant::now();
    let made =
        prover.prove(&ask, alice, Some(&attestation.bundle(&alice.cell())), &mut random).map_err(failed)?;
    let took = begun.elapsed();
    writeln!(
        out,
        "   @alice invoke {PATH}, for the verifier \"gpu1\" and its nonce\n     proved in {} ms{}: {} bytes, {} rows",
        took.as_millis(),
        if cfg!(debug_assertions) { " (in a debug build)" } else { "" },
        made.bytes.len(),
        made.plan.map_or(0, |plan| 1u64 << plan.log2_rows),
    )?;

    let right = Request {
        permission: ask.permission,
        path: AskedPath::Shown(PATH),
        caller: AskedCaller::Cell(alice.cell()),
        verifier: ask.verifier,
        nonce: ask.nonce,
        accept_opening: false,
        registry: None,
    };
    let begun = Instant::now();
    let verdict = verify(&right, root.root(), &made.bytes).map_err(rejected)?;
    let took = begun.elapsed();
    writeln!(
        out,
        "     verified in {}.{} ms, with the attested root alone: class {}, epoch {}",
        took.as_millis(),
        took.subsec_micros() % 1000 / 100,
        verdict.claim.class,
        verdict.claim.epoch,
    )?;

    writeln!(out, "   the same proof")?;
    let mut next = root.root().clone();
    next.epoch += 1;
    // Made to say what is asked, it no longer fits what it proves.
    let mut forged = AccessProof::from_bytes(&made.bytes)
        .map_err(|error| Failure::Message(format!("the proof cannot be read: {error:?}")))?;
    forged.claim.caller = ClaimedCaller::Shown(gpu2.cell());
    let forged = forged.to_bytes();
    let by_gpu2 = Request { caller: AskedCaller::Cell(gpu2.cell()), ..right };
    let (root, proof) = (root.root(), made.bytes.as_slice());
    let wrong = [
        ("with another nonce", Request { nonce: &other_nonce, ..right }, root, proof),
        ("at another path", Request { path: AskedPath::Shown(OTHER_PATH), ..right }, root, proof),
        ("for another permission", Request { permission: Permission::Mount, ..right }, root, proof),
        ("in the next epoch", right, &next, proof),
        ("by @gpu2", by_gpu2, root, proof),
        ("by @gpu2, whose cell it is made to name", by_gpu2, root, forged.as_slice()),
    ];
    for (what, request, root, proof) in wrong {
        match verify(&request, root, proof) {
            Ok(_) => return Err(Failure::Message(format!("the proof was accepted {what}"))),
            Err(reject) => writeln!(out, "     {what}: rejected: {reject}")?,
        }
    }
    let bundle = attestation.bundle(&gpu2.cell());
    match prover.prove(&ask, gpu2, Some(&bundle), &mut random) {
        Err(ProveError::Denied(unmet)) => {
            let refusal = Refusal::new(artifact, ask.permission, PATH, &unmet);
            let missing = refusal.missing.first().map_or("", String::as_str);
            writeln!(out, "   @gpu2 invoke {PATH}\n     no proof: {}, missing {missing}", refusal.reason)?;
            Ok(())
        }
        Err(error) => Err(failed(error)),
        Ok(_) => Err(Failure::Message("what is denied was proved".to_owned())),
    }
}

/// The facts of the demonstration under a root that the whole council signs.
fn attested(
    artifact: &Artifact,
    facts: &[Fact],
    all: &BTreeMap<CellId, Keys>,
    random: &mut ChaCha20Rng,
) -> Result<(Attestation, SignedRoot), Failure> {
    let founder = named(all, "acme")?.cell();
    let council = Council::founding(artifact, founder);
    let signers: Vec<Keys> =
        all.values().filter(|keys| council.members.contains(&keys.cell())).cloned().collect();
    let genesis = Genesis { policy: artifact.policy_root(), council, random: bytes(random) };
    let council = genesis.council.members.first().copied().unwrap_or(founder);
    let instance = genesis.instance();
    let position = Position { instance, epoch: EPOCH, previous: [0; 32], height: 0, council };
    let attestation = attest(artifact, facts, &BTreeMap::new(), &position, || bytes(random))
        .map_err(|error| Failure::Message(error.to_string()))?;
    let root = attestation.signed(artifact, genesis, None, &signers);
    root.check().map_err(|error| Failure::Message(error.to_string()))?;
    Ok((attestation, root))
}

fn generator() -> Result<ChaCha20Rng, Failure> {
    let mut seed = zeroize::Zeroizing::new([0; 32]);
    keys::random(seed.as_mut())?;
    Ok(ChaCha20Rng::from_seed(*seed))
}

fn new_keys(name: &str) -> Result<Keys, Failure> {
    let (mut signing, mut secret) = (zeroize::Zeroizing::new([0; 32]), zeroize::Zeroizing::new([0; 32]));
    keys::random(signing.as_mut())?;
    keys::random(secret.as_mut())?;
    Keys::new(name.trim_start_matches('@'), &signing, &secret)
        .map_err(|error| Failure::Message(error.to_string()))
}

/// The keys of a name.
///
/// # Errors
/// A defect of the example.
pub fn named<'a>(all: &'a BTreeMap<CellId, Keys>, name: &str) -> Result<&'a Keys, Failure> {
    let found = all.values().find(|keys| keys.name() == name);
    found.ok_or_else(|| Failure::Message(format!("the example names no cell @{name}")))
}

fn fact(artifact: &Artifact, name: &str, arguments: Vec<Value>) -> Result<Fact, Failure> {
    let relation = (0u32..).zip(&artifact.relations).find(|(_, relation)| relation.name == name);
    let (relation, _) =
        relation.ok_or_else(|| Failure::Message(format!("the example has no relation {name}")))?;
    Ok(Fact { relation, arguments })
}

fn bytes<const N: usize>(random: &mut ChaCha20Rng) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill_bytes(&mut bytes);
    bytes
}

fn failed(error: ProveError) -> Failure {
    Failure::Message(format!("{}: {error}", error.name()))
}

fn rejected(reject: Reject) -> Failure {
    Failure::Message(format!("rejected: {reject}"))
}
