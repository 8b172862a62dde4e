//! Changes that a cell asks for: transactions made, signed and sent.

use crate::credentials::{Credential, hexadecimal};
use crate::error::Error;
use crate::inside::Inside;
use dregg_artifact::CellId;
use dregg_attest::{Keys, StatedFact};
use dregg_commit::{Digest, FactElements, record, salt_elements};
use dregg_mesh::{Action, Descriptor, Transaction};
use serde_json::{Value, json};
use std::rc::Rc;

/// A change that is in the log and on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Its place in the log.
    pub height: u64,
    /// The epoch after it.
    pub epoch: u64,
    /// What it changed, as the node tells it.
    pub detail: Value,
}

/// Sends a change; once more if the epoch is another one than was known.
pub(crate) async fn send(inside: &Rc<Inside>, action: Action, cosigners: &[Keys]) -> Result<Receipt, Error> {
    inside.timely(async || attempt(inside, action.clone(), cosigners).await).await
}

async fn attempt(inside: &Rc<Inside>, action: Action, cosigners: &[Keys]) -> Result<Receipt, Error> {
    let state = inside.state().await?;
    let (instance, epoch) = (inside.instance, state.epoch());
    let mut transaction = Transaction { instance, epoch, nonce: inside.random(), action };
    let found = match &transaction.action {
        Action::Mount { path, witness: None, .. } => inside.mount_evidence(&transaction, path).await?,
        Action::Delegate { gateway, witness: None, .. } => inside.delegate_evidence(gateway).await?,
        Action::Mount { .. }
        | Action::Delegate { .. }
        | Action::Assert { .. }
        | Action::Retract { .. }
        | Action::Credential { .. }
        | Action::SetStake { .. }
        | Action::Unmount { .. }
        | Action::Transfer { .. }
        | Action::Publish { .. }
        | Action::RevokeDelegation { .. }
        | Action::CloseEpoch { .. } => None,
    };
    if let (Some(found), Action::Mount { witness, .. } | Action::Delegate { witness, .. }) =
        (found, &mut transaction.action)
    {
        *witness = Some(found);
    }
    let signers: Vec<&Keys> = std::iter::once(&*inside.keys).chain(cosigners).collect();
    let bytes = transaction.sign(&signers).to_bytes();
    let mut request = inside.session.submit_request();
    request.get().set_transaction(&bytes);
    let answer = request.send().promise.await?;
    let receipt = answer.get()?.get_receipt()?;
    let detail = receipt.get_detail()?.to_str().map_err(|error| Error::Answer(error.to_string()))?;
    let detail = serde_json::from_str(detail).map_err(|error| Error::Answer(error.to_string()))?;
    let receipt = Receipt { height: receipt.get_height(), epoch: receipt.get_epoch(), detail };
    if receipt.epoch != epoch {
        inside.forget();
    }
    Ok(receipt)
}

/// Mounts, with the priority that the policy or the mounts that are there leave to the cell.
pub(crate) async fn mount(
    inside: &Rc<Inside>,
    path: &str,
    descriptor: Descriptor,
    priority: Option<u16>,
    cosigners: &[Keys],
) -> Result<Receipt, Error> {
    descriptor.validate()?;
    let there = version(inside, path).await?;
    let mut chosen = match (priority, there) {
        (Some(priority), _) => priority,
        (None, Some((_, priority))) => priority,
        (None, None) => listed(inside, path).await?.unwrap_or(0),
    };
    let expected_version = there.map_or(0, |(version, _)| version);
    // Another cell may mount in between, so that a free priority is taken: a few times, not for ever.
    for _ in 0..4 {
        let action = Action::Mount {
            path: path.to_owned(),
            descriptor: descriptor.clone(),
            priority: chosen,
            expected_version,
            witness: None,
        };
        match send(inside, action, cosigners).await {
            Err(Error::Refused { name, message, detail }) if name == "Priority" && priority.is_none() => {
                let expected = detail.get("expected").and_then(Value::as_u64);
                match expected.and_then(|expected| u16::try_from(expected).ok()) {
                    Some(expected) => chosen = expected,
                    None => return Err(Error::Refused { name, message, detail }),
                }
            }
            result => return result,
        }
    }
    Err(Error::Answer("no priority stayed free".to_owned()))
}

/// The version and priority of this cell's mount at a path, if it has one.
pub(crate) async fn version(inside: &Rc<Inside>, path: &str) -> Result<Option<(u64, u16)>, Error> {
    let path = path.strip_suffix('/').filter(|shorter| !shorter.is_empty()).unwrap_or(path);
    let answer = question(inside, &json!({ "ask": "mounts", "path": path }).to_string()).await?;
    let mounts = answer.get("mounts").and_then(Value::as_array);
    let own =
        mounts.into_iter().flatten().find(|mount| mount.get("path").and_then(Value::as_str) == Some(path));
    let number = |name: &str| own.and_then(|mount| mount.get(name)).and_then(Value::as_u64);
    let priority = number("priority").and_then(|priority| u16::try_from(priority).ok());
    Ok(number("version").zip(priority))
}

/// The priority with which the policy lists this cell at a path.
async fn listed(inside: &Rc<Inside>, path: &str) -> Result<Option<u16>, Error> {
    let state = inside.state().await?;
    let path = path.strip_suffix('/').filter(|shorter| !shorter.is_empty()).unwrap_or(path);
    let class = state.policy.classify(path).ok().flatten().map(|found| found.class);
    let class = class.and_then(|class| state.artifact.classes.get(class as usize));
    let services = class.map_or(&[][..], |class| &class.services);
    let own = services.iter().find(|service| service.cell == inside.keys.cell());
    Ok(own.map(|service| service.priority))
}

/// Signs a held fact.
pub(crate) async fn issue(
    inside: &Rc<Inside>,
    fact: StatedFact,
    expiry: u64,
    cosigners: &[Keys],
) -> Result<(Credential, Receipt), Error> {
    let state = inside.state().await?;
    let typed = fact.typed(&state.artifact).map_err(|error| Error::Credential(error.to_string()))?;
    let relation = state.artifact.relations.get(typed.relation as usize);
    let elements = relation.and_then(|relation| FactElements::new(relation, &typed.arguments));
    let elements = elements.ok_or_else(|| Error::Credential("the fact is none of the policy".to_owned()))?;
    let salt: [u8; 32] = inside.random();
    let commitment = elements.held(salt_elements(&salt)).digest();
    let action = Action::Credential { relation: fact.relation.clone(), commitment, expiry };
    let receipt = send(inside, action, cosigners).await?;
    let credential = Credential::Fact {
        instance: hexadecimal(&inside.instance),
        relation: fact.relation,
        args: fact.args,
        salt: hexadecimal(&salt),
        signer: inside.keys.cell().to_hex(),
        expiry,
    };
    Ok((credential, receipt))
}

/// Sets a stake.
pub(crate) async fn stake(
    inside: &Rc<Inside>,
    cell: CellId,
    amount: u64,
    cosigners: &[Keys],
) -> Result<(Credential, Receipt), Error> {
    let owner = Digest::from_bytes(&cell.0).ok_or_else(|| Error::Credential("no such cell".to_owned()))?;
    if amount >= dregg_artifact::value::INT_BOUND {
        return Err(Error::Credential("a stake is below 2^56".to_owned()));
    }
    let salt: [u8; 32] = inside.random();
    let leaf = match amount {
        0 => Digest::ZERO,
        amount => record::stake(owner, amount, salt_elements(&salt)).digest(),
    };
    let receipt = send(inside, Action::SetStake { cell, leaf }, cosigners).await?;
    let (instance, cell, salt) = (hexadecimal(&inside.instance), cell.to_hex(), hexadecimal(&salt));
    Ok((Credential::Stake { instance, cell, amount, salt }, receipt))
}

/// Asks a question.
pub(crate) async fn question(inside: &Rc<Inside>, text: &str) -> Result<Value, Error> {
    let mut request = inside.session.question_request();
    request.get().set_json(text);
    let answer = request.send().promise.await?;
    let text = answer.get()?.get_json()?.to_str().map_err(|error| Error::Answer(error.to_string()))?;
    serde_json::from_str(text).map_err(|error| Error::Answer(error.to_string()))
}
