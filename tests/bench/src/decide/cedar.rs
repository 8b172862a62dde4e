//! cedar-policy: a policy a route, cells as entities, the capability and the cell set as what they are in.
//!
//! A delegation makes the giver a parent of the receiver, so that Cedar's own closure, computed when entities are
//! loaded, answers every chain with one look-up.

use super::Engine;
use super::world::{CAPABILITY, STAKE, World};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};
use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::str::FromStr;

/// Cedar with its policies and entities.
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    action: EntityUid,
    cell: EntityTypeName,
    path: EntityTypeName,
}

fn policies(world: &World) -> String {
    let mut text = String::new();
    let mut permit = |who: &str, path: &str, when: &str| {
        let _ = writeln!(
            text,
            "permit({who}, action == Action::\"invoke\", resource == Path::\"{path}\"){when};"
        );
    };
    let holder = format!("principal in Capability::\"{CAPABILITY}\"");
    permit("principal", "/public", "");
    permit("principal in Group::\"members\"", "/cells", "");
    permit("principal", "/stake", &format!(" when {{ principal has stake && principal.stake >= {STAKE} }}"));
    permit(&holder, "/cap", "");
    (0..world.extra).for_each(|number| permit(&holder, &World::extra_path(number), ""));
    text
}

impl Engine for Cedar {
    const NAME: &'static str = "cedar-policy";

    fn build(world: &World) -> Result<Cedar, String> {
        let name = |text: &str| EntityTypeName::from_str(text).map_err(|error| error.to_string());
        let uid = |text: &str| EntityUid::from_str(text).map_err(|error| error.to_string());
        let (cell, path) = (name("Cell")?, name("Path")?);
        let identity = |text: &str| EntityUid::from_type_name_and_id(cell.clone(), EntityId::new(text));
        let (capability, group) =
            (uid(&format!("Capability::\"{CAPABILITY}\""))?, uid("Group::\"members\"")?);
        let mut parents: HashMap<&str, HashSet<EntityUid>> = HashMap::new();
        for who in &world.granted {
            parents.entry(who).or_default().insert(capability.clone());
        }
        for (from, to) in &world.delegated {
            parents.entry(from).or_default();
            parents.entry(to).or_default().insert(identity(from));
        }
        for member in &world.members {
            parents.entry(member).or_default().insert(group.clone());
        }
        let plain = parents.into_iter().map(|(who, above)| Ok(Entity::new_no_attrs(identity(who), above)));
        let staked = world.stakes.iter().map(|(who, amount)| {
            let amount = RestrictedExpression::new_long(i64::try_from(*amount).unwrap_or(i64::MAX));
            let attributes = HashMap::from([("stake".to_owned(), amount)]);
            Entity::new(identity(who), attributes, HashSet::new()).map_err(|error| error.to_string())
        });
        let all: Vec<Entity> = plain.chain(staked).collect::<Result<_, String>>()?;
        Ok(Cedar {
            authorizer: Authorizer::new(),
            policies: PolicySet::from_str(&policies(world)).map_err(|error| error.to_string())?,
            entities: Entities::from_entities(all, None).map_err(|error| error.to_string())?,
            action: uid("Action::\"invoke\"")?,
            cell,
            path,
        })
    }

    fn decide(&mut self, cell: &str, path: &str) -> bool {
        let principal = EntityUid::from_type_name_and_id(self.cell.clone(), EntityId::new(cell));
        let resource = EntityUid::from_type_name_and_id(self.path.clone(), EntityId::new(path));
        let request = Request::new(principal, self.action.clone(), resource, Context::empty(), None);
        request.is_ok_and(|request| {
            let answer = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
            answer.decision() == Decision::Allow
        })
    }
}
