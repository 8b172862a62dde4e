//! Small administrative questions, as JSON: `{"ask": "facts"}`.

use crate::answers::hexadecimal;
use crate::session::Session;
use dregg_artifact::CellId;
use dregg_rpc::failure::{Failure, Refused};
use serde::Deserialize;
use serde_json::{Map, json};

/// What can be asked.
#[derive(Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
enum Question {
    /// The public facts, current and pending.
    Facts,
    /// Where the epoch stands, and who could close it.
    Epoch,
    /// Closes the epoch with the keys that the node has. For the council's members.
    Advance,
    /// The mounts of the asking cell, with what changing them needs: all of them, or the one at a path.
    Mounts {
        /// The path.
        #[serde(default)]
        path: Option<String>,
    },
    /// The leaf of the asking cell's stake.
    Stake,
    /// The state of a gateway.
    Gateway {
        /// Its prefix, as `/services/acme`.
        prefix: String,
    },
    /// What has been counted since the start.
    Counts,
}

/// Answers a question of a session's cell.
///
/// # Errors
/// [`Failure::Refused`].
pub(crate) fn answer(session: &Session, text: &str) -> Result<String, Failure> {
    let question: Question = serde_json::from_str(text).map_err(|error| {
        let detail = Map::from_iter([("message".to_owned(), json!(error.to_string()))]);
        Failure::Refused(Refused { refused: "Question".to_owned(), detail })
    })?;
    let (vat, caller) = (&session.vat, session.caller.cell());
    let answer = match question {
        Question::Facts => vat.with_node(|node| {
            let facts = node.mesh().facts();
            json!({ "current": facts.current, "asserted": facts.asserted, "retracted": facts.retracted })
        }),
        Question::Epoch => vat.with_node(|node| {
            let (mesh, root) = (node.mesh(), node.mesh().root());
            let members: Vec<String> = mesh.council().members.iter().map(CellId::to_hex).collect();
            json!({
                "epoch": mesh.epoch(),
                "height": mesh.height(),
                "root": hexadecimal(&root.root().digest()),
                "instance": hexadecimal(&mesh.instance()),
                "policy": root.root().policy.to_string(),
                "council": members,
                "quorum": mesh.council().quorum(),
                "node": node.keys().cell().to_hex(),
                "blocks": mesh.policy().artifact().governance.as_ref().and_then(|one| one.epoch_blocks),
            })
        }),
        Question::Advance => {
            if !vat.with_node(|node| node.mesh().council().members.contains(&caller)) {
                return Err(Failure::refused("NotAMember"));
            }
            let receipt = vat.node.borrow_mut().advance()?;
            json!({ "epoch": receipt.epoch, "height": receipt.height })
        }
        Question::Mounts { path } => vat.with_node(|node| {
            let at = path.as_deref().map(|path| node.mesh().mounts(path).iter());
            let all = path.is_none().then(|| node.mesh().under("/"));
            let own: Vec<_> = (at.into_iter().flatten())
                .chain(all.into_iter().flatten())
                .filter(|entry| entry.cell == caller)
                .map(|entry| {
                    json!({
                        "path": entry.path, "version": entry.version, "priority": entry.priority,
                        "name": entry.descriptor.name,
                    })
                })
                .collect();
            json!({ "mounts": own })
        }),
        Question::Stake => vat.with_node(|node| {
            let leaf = node.mesh().stake_leaf(&caller);
            json!({ "leaf": leaf.map(|leaf| hexadecimal(&leaf.to_bytes())) })
        }),
        Question::Gateway { prefix } => vat.with_node(|node| gateway(node, &prefix))?,
        Question::Counts => {
            let counts = &vat.counts;
            json!({
                "logins": counts.logins.get(), "transactions": counts.transactions.get(),
                "refused": counts.refused.get(), "allowed": counts.allowed.get(),
                "denied": counts.denied.get(), "calls": counts.calls.get(), "failed": counts.failed.get(),
                "attached": vat.attached(),
            })
        }
    };
    Ok(answer.to_string())
}

fn gateway(node: &crate::Node, prefix: &str) -> Result<serde_json::Value, Failure> {
    let mesh = node.mesh();
    let gateways = &mesh.policy().artifact().gateways;
    let found = (0u32..).zip(gateways).find(|(_, gateway)| gateway.prefix == prefix);
    let (number, gateway) = found.ok_or_else(|| Failure::refused("NoGateway"))?;
    let delegations: Vec<_> = mesh
        .delegations(prefix)
        .map(|(to, delegation)| {
            json!({ "to": to.to_hex(), "from": delegation.from.to_hex(), "depth": delegation.depth })
        })
        .collect();
    let opening = mesh.gateway_opening(number).map(|opening| {
        let siblings: Vec<String> = opening.siblings.iter().map(|one| hexadecimal(&one.to_bytes())).collect();
        json!({
            "entries": hexadecimal(&opening.entries.to_bytes()),
            "table": hexadecimal(&opening.table.to_bytes()),
            "siblings": siblings,
        })
    });
    Ok(json!({
        "prefix": gateway.prefix,
        "owner": gateway.owner.to_hex(),
        "table": mesh.table(number).map(|table| table.artifact().policy_root().to_string()),
        "depth": gateway.delegation.as_ref().map(|delegation| delegation.depth),
        "max_routes": gateway.delegation.as_ref().map(|delegation| delegation.max_routes),
        "mounts": mesh.under(prefix).count(),
        "delegations": delegations,
        "opening": opening,
    }))
}
