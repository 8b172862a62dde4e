//! `dregg attest OUT.dga --facts FACTS.json --epoch N --key KEY.json -o ROOT.json --bundles DIR`.

use crate::input::{self, Failure};
use crate::{ALLOW, Format, files, keys};
use dregg_attest::{Attestation, ChainError, Council, Genesis, Keys, Position, SignatureError, SignedRoot};
use dregg_runtime::{CellId, Facts, Policy};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The largest `ROOT.json`, in bytes.
const ROOT_BYTES: u64 = 1 << 30;

/// What to attest.
#[derive(clap::Args)]
pub struct Arguments {
    /// The compiled policy.
    artifact: PathBuf,
    /// The facts that hold, public and held, and the stakes; taken as given.
    #[arg(long, value_name = "FACTS.json")]
    facts: Option<PathBuf>,
    /// The epoch of the root.
    #[arg(long, value_parser = clap::value_parser!(u64).range(..1 << 56))]
    epoch: u64,
    /// The keys of a member of the council; once for each that signs.
    #[arg(long = "key", value_name = "KEY.json", required = true)]
    keys: Vec<PathBuf>,
    /// The root that this one continues; without it an instance begins.
    #[arg(long, value_name = "ROOT.json")]
    prev: Option<PathBuf>,
    /// The file for the attested root.
    #[arg(short, long, value_name = "ROOT.json")]
    output: PathBuf,
    /// The directory for the private bundles, one file a cell.
    #[arg(long, value_name = "DIR")]
    bundles: PathBuf,
}

/// Writes bundles, then the root.
///
/// # Errors
/// Files that cannot be read or written, facts that are none of the policy, or too few members of the council.
pub fn run(arguments: &Arguments, format: Format) -> Result<u8, Failure> {
    let named = [Some(&arguments.artifact), arguments.facts.as_ref()];
    for file in named.into_iter().flatten().chain(&arguments.keys) {
        if files::same(file, &arguments.output) {
            let (output, file) = (arguments.output.display(), file.display());
            return Err(Failure::Message(format!("{output} would replace {file}")));
        }
    }
    let policy = input::policy(&arguments.artifact)?;
    let signers: Vec<Keys> = arguments.keys.iter().map(|file| keys::read(file)).collect::<Result<_, _>>()?;
    let previous = arguments.prev.as_deref().map(root).transpose()?;
    let instance = Beginning::new(&policy, &signers, previous.as_ref(), arguments)?;
    let facts = match &arguments.facts {
        Some(file) => Facts::from_json(&policy, &input::facts(file)?)
            .map_err(|error| Failure::Message(format!("{}: {error}", file.display())))?,
        None => Facts::new(&policy),
    };
    let attestation = instance.attest(&policy, &facts, previous.as_ref(), arguments.epoch)?;
    let signed = attestation.signed(policy.artifact(), instance.genesis, previous.as_ref(), &signers);
    signed.check().map_err(|error| refused(&arguments.output, &error))?;

    files::private_directory(&arguments.bundles)?;
    for cell in attestation.cells() {
        let file = arguments.bundles.join(format!("{cell}.json"));
        files::write_private(&file, attestation.bundle(cell).to_json().as_bytes())?;
    }
    // Last, so that where a root is, its bundles are.
    files::write(&arguments.output, signed.to_json().as_bytes())?;
    print(&attestation, &signers, arguments, format)?;
    Ok(ALLOW)
}

/// Reads a `ROOT.json` and checks that it holds together.
///
/// # Errors
/// A message with the file's name and the reason's.
pub fn root(file: &Path) -> Result<SignedRoot, Failure> {
    let signed = SignedRoot::from_json(&input::text(file, ROOT_BYTES)?);
    let checked = signed.and_then(|signed| signed.check().map(|()| signed));
    checked.map_err(|error| refused(file, &error))
}

fn refused(file: &Path, error: &ChainError) -> Failure {
    Failure::Message(format!("{}: {}: {error}", file.display(), error.name()))
}

/// The instance that is begun or continued.
struct Beginning {
    genesis: Genesis,
    /// Who signs facts that the council writes.
    council: CellId,
}

impl Beginning {
    /// Refuses before any work is done if those who sign may not, or are too few.
    fn new(
        policy: &Policy,
        signers: &[Keys],
        previous: Option<&SignedRoot>,
        arguments: &Arguments,
    ) -> Result<Beginning, Failure> {
        let founder = signers.first().map(Keys::cell);
        let founder = founder.ok_or_else(|| Failure::Message("no key to sign with".to_owned()))?;
        let artifact = policy.artifact();
        let (genesis, signing) = match previous {
            Some(before) => {
                if arguments.epoch <= before.root().epoch {
                    return Err(refused(&arguments.output, &ChainError::Order { epoch: arguments.epoch }));
                }
                let signing = before.next_council();
                (before.genesis.clone(), signing.map_err(|error| refused(&arguments.output, &error))?)
            }
            None => {
                let council = Council::founding(artifact, founder);
                let mut genesis = Genesis { policy: artifact.policy_root(), council, random: [0; 32] };
                keys::random(&mut genesis.random)?;
                let signing = genesis.council.clone();
                (genesis, signing)
            }
        };
        let cells: Vec<CellId> = signers.iter().map(Keys::cell).collect();
        signing.admit(&cells).map_err(|error| unsigned(&error, signers))?;
        let council = artifact.governance.as_ref().map_or_else(|| genesis.council.clone(), Council::of);
        let council = council.members.first().copied().unwrap_or(founder);
        Ok(Beginning { genesis, council })
    }

    fn attest(
        &self,
        policy: &Policy,
        facts: &Facts,
        previous: Option<&SignedRoot>,
        epoch: u64,
    ) -> Result<Attestation, Failure> {
        let position = Position {
            instance: self.genesis.instance(),
            epoch,
            previous: previous.map_or([0; 32], |before| before.root().digest()),
            height: previous.map_or(0, |before| before.root().height),
            council: self.council,
        };
        let mut without = None;
        let salt = || {
            let mut salt = [0; 32];
            without = keys::random(&mut salt).err().or_else(|| without.take());
            salt
        };
        let all: Vec<_> = facts.iter().collect();
        let attested = dregg_attest::attest(policy.artifact(), &all, facts.stakes(), &position, salt);
        match without {
            Some(failure) => Err(failure),
            None => attested.map_err(|error| Failure::Message(error.to_string())),
        }
    }
}

fn unsigned(error: &SignatureError, signers: &[Keys]) -> Failure {
    let name = match error {
        SignatureError::NotAMember { cell } | SignatureError::SignedTwice { cell } => {
            signers.iter().find(|keys| keys.cell() == *cell).map(Keys::name)
        }
        SignatureError::BelowThreshold { .. } | SignatureError::Forged { .. } => None,
    };
    let name = name.map_or(String::new(), |name| format!(" (@{name})"));
    Failure::Message(format!("{}: {error}{name}", error.name()))
}

fn print(
    attestation: &Attestation,
    signers: &[Keys],
    arguments: &Arguments,
    format: Format,
) -> Result<(), Failure> {
    let root = attestation.root();
    let hex = |bytes: [u8; 32]| CellId(bytes).to_hex();
    let (instance, digest) = (hex(root.instance), hex(root.digest()));
    let (cells, held, stakes) = (
        attestation.cells().len(),
        attestation.credentials().leaves().len(),
        attestation.stakes().leaves().len(),
    );
    let public = attestation.public_facts().len();
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => {
            let signed: Vec<String> = signers.iter().map(|keys| keys.cell().to_hex()).collect();
            let object = json!({
                "root": digest, "instance": instance, "epoch": root.epoch, "policy": root.policy.to_string(),
                "signers": signed, "public_facts": public, "held_facts": held, "stakes": stakes,
                "bundles": cells,
            });
            writeln!(out, "{object}")?;
        }
        Format::Human => {
            writeln!(out, "attested root {digest}")?;
            writeln!(out, "  instance {instance}, epoch {}, signed by {}", root.epoch, signers.len())?;
            writeln!(out, "  {public} public facts beside the policy's, {held} held facts, {stakes} stakes")?;
            writeln!(
                out,
                "wrote {} and {cells} bundles in {}",
                arguments.output.display(),
                arguments.bundles.display()
            )?;
        }
    }
    Ok(())
}
