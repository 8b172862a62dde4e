//! What classifications and decisions look like, for people and for machines.

use dregg_runtime::{Admission, Classification, Decision, Policy};
use serde_json::{Map, Value, json};

/// One line for a classified path. `None`: no route matches.
pub fn classified(policy: &Policy, path: &str, found: Option<Classification<'_>>) -> String {
    let Some(found) = found else { return format!("{path}: no route") };
    let captures: Vec<String> =
        captures(policy, path, found).map(|(name, text)| format!("{name} = {text}")).collect();
    let captures = if captures.is_empty() { String::new() } else { format!(" ({})", captures.join(", ")) };
    match (found.redirect, found.route.and_then(|route| policy.route_path(route))) {
        (Some(target), _) => format!("{path}: redirect to {target}"),
        (None, Some(route)) => format!("{path}: {route}{captures}, class {}", found.class),
        (None, None) => format!("{path}: class {}", found.class),
    }
}

/// The object of a classified path; `error` says why it is none.
pub fn classified_json(
    policy: &Policy,
    path: &str,
    found: Option<Classification<'_>>,
    error: Option<String>,
) -> Value {
    let captured = found.into_iter().flat_map(|found| captures(policy, path, found));
    let captures: Map<String, Value> = captured.map(|(name, text)| (name.to_owned(), json!(text))).collect();
    let mut object = json!({
        "path": path,
        "route": found.and_then(|found| policy.route_path(found.route?)),
        "captures": captures,
        "policy_class": found.map(|found| found.class),
        "redirect": found.and_then(|found| found.redirect),
    });
    if let (Some(error), Some(object)) = (error, object.as_object_mut()) {
        object.insert("error".to_owned(), json!(error));
    }
    object
}

/// The route a request for `path` is decided by: a redirect's target's.
pub fn route_of(policy: &Policy, path: &str) -> Option<String> {
    let found = policy.classify(path).ok().flatten()?;
    match found.redirect {
        Some(target) => policy.route_path(policy.classify(target).ok().flatten()?.route?),
        None => policy.route_path(found.route?),
    }
}

fn captures<'p>(
    policy: &'p Policy,
    path: &'p str,
    found: Classification<'p>,
) -> impl Iterator<Item = (&'p str, &'p str)> {
    found.route.into_iter().flat_map(|route| policy.captures(route, path))
}

/// One line for a decision, and one more for each thing that would have been needed.
pub fn decided(policy: &Policy, decision: &Decision, route: Option<&str>) -> String {
    let at = route.map_or(String::new(), |route| format!(" at {route}"));
    match decision {
        Decision::Allow { clause: Admission::Clause(clause), .. } => format!("allow{at}, by clause {clause}"),
        Decision::Allow { clause: Admission::Service { priority }, .. } => {
            format!("allow{at}, as a listed service with priority {priority}")
        }
        Decision::Allow { clause: Admission::Delegate, .. } => {
            format!("allow{at}, by the gateway's delegation")
        }
        Decision::Deny { reason, needed } => {
            let mut text = format!("deny{at}: {} ({reason})", reason.name());
            for one in needed.texts(policy) {
                text.push_str("\n  needed: ");
                text.push_str(one);
            }
            text
        }
    }
}

/// The object of a decision.
pub fn decided_json(policy: &Policy, decision: &Decision, route: Option<&str>) -> Value {
    match decision {
        Decision::Allow { clause, .. } => {
            let clause = match clause {
                Admission::Clause(clause) => json!(clause),
                Admission::Service { .. } => json!("service"),
                Admission::Delegate => json!("delegate"),
            };
            json!({ "decision": "allow", "reason": null, "route": route, "clause": clause })
        }
        Decision::Deny { reason, needed } => json!({
            "decision": "deny", "reason": reason.name(), "route": route, "clause": null,
            "message": reason.to_string(), "needed": needed.texts(policy),
        }),
    }
}
