//! The pages about proofs: what they name is there, what they say in figures is so, and their functions are run here.

use dregg_air::air::trace_info;
use dregg_air::hasher::Blake3;
use dregg_air::options::{CYCLE_ROWS, MAX_LOG2_ROWS, MIN_LOG2_ROWS, proof_options, real_rows};
use dregg_air::statement::{Claim, ClaimedCaller, ClaimedPath, PROTOCOL};
use dregg_artifact::{Artifact, CellId, Permission};
use dregg_attest::{AttestedRoot, Bundle, Council, Genesis, Keys, PolicyPart, Position, SignedRoot, attest};
use dregg_commit::Digest;
use dregg_prove::{Ask, AskCaller, ProveError, Prover};
use dregg_verify::{AskedCaller, AskedPath, Form, Nonces, Reject, Request, Verdict, verify};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use winter_air::proof::{Context, Proof};
use winter_math::fields::f64::BaseElement;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// What stands below a heading, up to the next one of its level.
fn section(page: &str, heading: &str) -> String {
    let lines = page.lines().skip_while(|line| *line != heading).skip(1);
    let below = lines.take_while(|line| !line.starts_with("## ")).collect::<Vec<_>>().join("\n");
    assert!(!below.is_empty(), "no {heading}");
    below
}

/// The first cells of the rows of tables, those of headings left out.
fn first_cells(section: &str) -> Vec<&str> {
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    rows.filter(|cell| !cell.starts_with("**")).collect()
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_reason_is_in_the_table_and_no_other() {
    let code = read("runtime/verify/src/reject.rs");
    let (_, after) = code.split_once("pub enum Reject {").unwrap();
    let (variants, _) = after.split_once("\n}").unwrap();
    let variants: BTreeSet<&str> = variants
        .lines()
        .filter_map(|line| line.trim().strip_suffix(','))
        .filter(|line| !line.starts_with('/'))
        .collect();
    let page = read("docs/proofs.md");
    let table = section(&page, "## Why a proof is rejected");
    let rows: Vec<&str> = first_cells(&table).into_iter().flat_map(quoted).collect();
    assert_eq!(rows.iter().copied().collect::<BTreeSet<_>>(), variants);
    assert_eq!(rows.len(), variants.len(), "a reason stands twice");
    assert!(variants.len() > 40);
    // Every reason that the text names is one.
    assert_eq!(Reject::SegmentsHidden.name(), "SegmentsHidden");
}

#[test]
fn every_test_named_is_there() {
    let mut count = 0;
    for page in ["docs/proofs.md", "docs/soundness.md"] {
        let text = read(page);
        for name in quoted(&text).filter(|name| name.contains(".rs::")) {
            let (file, function) = name.split_once("::").unwrap();
            let text = read(file);
            let declared: Vec<&str> = text.split(&format!("fn {function}(")).collect();
            assert_eq!(declared.len(), 2, "{page}: {name}");
            assert!(declared[0].trim_end().ends_with("#[test]"), "{page}: {name} is no test");
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

fn files_below(directory: PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(path) } else { vec![path] }).collect()
}

#[test]
fn every_attack_named_is_mounted() {
    let attacks: String = files_below(root().join("tests/src/statement/attacks"))
        .into_iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    let page = read("docs/soundness.md");
    let section = section(&page, "## Attacks");
    let named: Vec<&str> = section.split('"').skip(1).step_by(2).collect();
    assert!(named.len() > 50, "{}", named.len());
    for name in named {
        assert!(attacks.contains(&format!("\"{name}\"")), "no attack is called {name:?}");
    }
}

#[test]
fn every_attack_of_the_list_has_its_row() {
    let page = read("docs/soundness.md");
    let section = section(&page, "## Attacks");
    let rows: Vec<&str> = first_cells(&section).into_iter().filter(|cell| *cell != "id").collect();
    let two = |letter: char, last: u32| (1..=last).map(move |number| format!("{letter}{number:02}"));
    let one = |letter: char, last: u32| (1..=last).map(move |number| format!("{letter}{number}"));
    let all = two('P', 23).chain(two('D', 9)).chain(one('S', 11)).chain(one('L', 11)).chain(one('C', 5));
    let all =
        all.chain(one('A', 9)).chain(one('P', 6)).chain(one('V', 17)).chain(one('M', 11)).chain(one('I', 7));
    assert_eq!(rows, all.collect::<Vec<String>>());
}

#[test]
fn the_bits_are_those_of_the_estimator() {
    let page = read("docs/soundness.md");
    for log2_rows in MIN_LOG2_ROWS..=MAX_LOG2_ROWS {
        let rows = 1usize << log2_rows;
        // Only the head is read.
        let mut proof = Proof::new_dummy();
        proof.context = Context::new::<BaseElement>(trace_info(rows), proof_options(), 300);
        let (proven, conjectured) =
            (proof.proven_security::<Blake3>(), proof.conjectured_security::<Blake3>());
        // At most 22 fractions a row and what the statement adds; twice, for a sum that is zero and for a denominator.
        let fractions = 22.0 * rows as f64 + (1 << 13) as f64 + 1025.0 + 8.0;
        let bus = 192.0 - (2.0 * 20.0 * fractions).log2();
        let row = format!(
            "| 2^{log2_rows} | {} | {} | {} | {} |",
            proven.ldr_bits(),
            proven.udr_bits(),
            conjectured.bits(),
            bus.floor()
        );
        assert!(page.contains(&row), "{row}");
        assert!(proven.ldr_bits() > 100 && bus > 160.0);
    }
}

#[test]
fn the_cycles_are_those_of_the_options() {
    let cycles = (MIN_LOG2_ROWS..=MAX_LOG2_ROWS).map(|log2_rows| match real_rows(log2_rows) / CYCLE_ROWS {
        few @ 0..1000 => few.to_string(),
        many => format!("{},{:03}", many / 1000, many % 1000),
    });
    let row = format!("| cycles | {} |", cycles.collect::<Vec<_>>().join(" | "));
    assert!(read("docs/proofs.md").contains(&row), "{row}");
}

/// Measured, not a promise; so no test holds it to that, but all who speak of it say the same.
#[test]
fn what_an_opening_takes_is_said_alike() {
    for file in ["docs/proofs.md", "runtime/cli/src/prove.rs", "runtime/verify/src/opening.rs"] {
        let text = read(file);
        let words: Vec<&str> = text.split_whitespace().collect();
        assert!(words.windows(5).any(|words| words.join(" ").starts_with("up to about 1 ms")), "{file}");
        assert!(!text.contains("microseconds"), "{file}");
    }
}

fn claim() -> Claim {
    Claim {
        root: [1; 32],
        epoch: 7,
        permission: Permission::Invoke,
        path: ClaimedPath::Shown("/api/books".to_owned()),
        class: 3,
        caller: ClaimedCaller::Shown(CellId([2; 32])),
        verifier: "books".to_owned(),
        nonce: vec![9; 16],
        route_opened: true,
    }
}

#[test]
fn the_statement_digest_is_as_the_page_says() {
    let digest = |parts: &[&[u8]]| blake3::derive_key("dregg access statement", &parts.concat());
    let version = PROTOCOL.to_le_bytes();
    let shown = digest(&[
        &version,
        &[1; 32],
        &7u64.to_le_bytes(),
        &[1, 1],
        &[0],
        &10u64.to_le_bytes(),
        b"/api/books",
        &3u32.to_le_bytes(),
        &[0],
        &[2; 32],
        &5u64.to_le_bytes(),
        b"books",
        &16u64.to_le_bytes(),
        &[9; 16],
    ]);
    assert_eq!(claim().digest(), shown);
    let hidden = Claim {
        permission: Permission::Mount,
        path: ClaimedPath::Hidden { blocks: 4, commitment: Digest([1, 2, 3, 4]) },
        caller: ClaimedCaller::Hidden { commitment: Digest([5, 6, 7, 8]), bind: [3; 32] },
        route_opened: false,
        ..claim()
    };
    let expected = digest(&[
        &version,
        &[1; 32],
        &7u64.to_le_bytes(),
        &[2, 0],
        &[1],
        &4u16.to_le_bytes(),
        &Digest([1, 2, 3, 4]).to_bytes(),
        &3u32.to_le_bytes(),
        &[1],
        &Digest([5, 6, 7, 8]).to_bytes(),
        &[3; 32],
        &5u64.to_le_bytes(),
        b"books",
        &16u64.to_le_bytes(),
        &[9; 16],
    ]);
    assert_eq!(hidden.digest(), expected);
}

#[test]
fn every_field_is_in_the_statement_digest() {
    let hidden = |blocks, limb| ClaimedPath::Hidden { blocks, commitment: Digest([limb, 0, 0, 0]) };
    let bound = |limb, bind| ClaimedCaller::Hidden { commitment: Digest([limb, 0, 0, 0]), bind };
    let claims = [
        claim(),
        Claim { root: [0; 32], ..claim() },
        Claim { epoch: 8, ..claim() },
        Claim { permission: Permission::Read, ..claim() },
        Claim { path: ClaimedPath::Shown("/api/book".to_owned()), ..claim() },
        Claim { path: hidden(1, 1), ..claim() },
        Claim { path: hidden(2, 1), ..claim() },
        Claim { path: hidden(1, 2), ..claim() },
        Claim { class: 4, ..claim() },
        Claim { caller: ClaimedCaller::Nobody, ..claim() },
        Claim { caller: ClaimedCaller::Shown(CellId([3; 32])), ..claim() },
        Claim { caller: bound(1, [0; 32]), ..claim() },
        Claim { caller: bound(2, [0; 32]), ..claim() },
        Claim { caller: bound(1, [1; 32]), ..claim() },
        Claim { verifier: "book".to_owned(), ..claim() },
        Claim { nonce: vec![9; 17], ..claim() },
        Claim { nonce: vec![8; 16], ..claim() },
        Claim { route_opened: false, ..claim() },
    ];
    let digests: BTreeSet<[u8; 32]> = claims.iter().map(Claim::digest).collect();
    assert_eq!(digests.len(), claims.len());
    let contexts: BTreeSet<String> = claims.iter().map(|claim| format!("{:?}", claim.context())).collect();
    assert_eq!(contexts.len(), claims.len());
}

/// The blocks of a page in one language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let parts = page.split(&fence).skip(1);
    parts.map(|part| part.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_functions_of_the_page_stand_here() {
    let here = read("tests/tests/proof_docs.rs");
    let blocks = blocks(&read("docs/proofs.md"), "rust");
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        assert!(here.contains(&block), "another text here:\n{block}");
    }
}

fn prove(
    artifact: &Artifact,
    root: &SignedRoot,
    keys: &Keys,
    bundle: Option<&Bundle>,
    nonce: &[u8],
    random: &mut impl Rng, // cryptographic, seeded by the operating system
) -> Result<Vec<u8>, ProveError> {
    let prover = Prover::new(artifact, root)?; // once for all proofs under one root
    let ask = Ask {
        permission: Permission::Invoke,
        path: "/api/books",
        hide_path: false,
        caller: AskCaller::Shown,
        open_route: true,
        open: false,
        verifier: "books",
        nonce,
    };
    Ok(prover.prove(&ask, keys, bundle, random)?.bytes)
}

fn admit(
    root: &AttestedRoot,
    nonces: &Nonces,
    peer: CellId, // who the transport says it is
    nonce: &[u8],
    proof: &[u8],
) -> Result<Verdict, Reject> {
    let request = Request {
        permission: Permission::Invoke,
        path: AskedPath::Shown("/api/books"),
        caller: AskedCaller::Cell(peer),
        verifier: "books",
        nonce,
        accept_opening: false,
        registry: None,
    };
    let verdict = verify(&request, root, proof)?;
    nonces.spend(root.epoch, nonce)?; // before anything is released
    Ok(verdict)
}

#[test]
fn the_functions_of_the_page_prove_and_admit_once() {
    let (alice, bob) =
        (Keys::new("alice", &[1; 32], &[2; 32]).unwrap(), Keys::new("bob", &[3; 32], &[4; 32]).unwrap());
    let declared = alice.declaration();
    let source = format!("policy t version 1; {declared} route /api/books allow invoke: cells {{ @alice }};");
    let artifact = dregg_tests::compile(&source).unwrap().artifact;
    let council = Council::founding(&artifact, alice.cell());
    let genesis = Genesis { policy: artifact.policy_root(), council, random: [9; 32] };
    let position = Position {
        instance: genesis.instance(),
        epoch: 7,
        previous: [0; 32],
        height: 0,
        council: alice.cell(),
    };
    let attested = attest(&artifact, &[], &BTreeMap::new(), &position, || [5; 32]).unwrap();
    let signed = SignedRoot::new(
        attested.root().clone(),
        PolicyPart::of(&artifact),
        genesis,
        None,
        attested.public_facts().to_vec(),
    );
    let mut random = ChaCha20Rng::seed_from_u64(3);
    let (nonce, unknown) = ([6; 16], [7; 16]);
    let bytes = prove(&artifact, &signed, &alice, None, &nonce, &mut random).unwrap();
    assert!(matches!(prove(&artifact, &signed, &bob, None, &nonce, &mut random), Err(ProveError::Denied(_))));
    let nonces = Nonces::new(7);
    assert!(nonces.issue(&nonce));
    let admit = |peer: &Keys, nonce: &[u8]| {
        admit(signed.root(), &nonces, peer.cell(), nonce, &bytes).map(|verdict| verdict.form)
    };
    assert_eq!(admit(&bob, &nonce), Err(Reject::Caller));
    assert_eq!(admit(&alice, &unknown), Err(Reject::Nonce));
    assert_eq!(admit(&alice, &nonce), Ok(Form::RouteOpened));
    assert_eq!(admit(&alice, &nonce), Err(Reject::NonceSpent));
}
