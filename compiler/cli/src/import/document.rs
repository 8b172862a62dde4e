//! Reading a JSON document: places, local references, and the parts of OpenAPI every importer of it needs.
//!
//! References are followed inside the document only, and a bounded number of times, so no cycle and no breadth of them
//! costs more than that. Keys nobody asks for are ignored. Not here: what the parts mean for a route (`openapi`).

use super::acl::{Requirement, Scopes, capability};
use super::report::Remark;
use super::template::Kind;
use serde_json::{Map, Value};

/// The most references and `allOf` members looked at for one answer.
const REFERENCES: usize = 64;

/// The keys of a path item that are operations, in the order they are read.
pub(super) const METHODS: [&str; 9] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// A place below another one, as a JSON pointer.
pub(super) fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Follows `$ref`s from a value to one without. `None`: a cycle, or somewhere this document does not hold.
fn resolve<'d>(document: &'d Value, value: &'d Value) -> Option<&'d Value> {
    let mut value = value;
    for _ in 0..REFERENCES {
        match value.get("$ref") {
            None => return Some(value),
            Some(reference) => value = target(document, reference.as_str()?)?,
        }
    }
    None
}

/// What a `$ref` in this document refers to.
pub(super) fn target<'d>(document: &'d Value, reference: &str) -> Option<&'d Value> {
    document.pointer(&percent_decoded(reference.strip_prefix('#')?)?)
}

/// The name and kind of a parameter, if it is one of the path.
pub(super) fn path_parameter<'d>(document: &'d Value, parameter: &'d Value) -> Option<(&'d str, Kind)> {
    let parameter = resolve(document, parameter)?;
    if parameter.get("in")?.as_str()? != "path" {
        return None;
    }
    // Swagger 2.0 writes the type beside the name.
    let schema = parameter.get("schema").unwrap_or(parameter);
    Some((parameter.get("name")?.as_str()?, kind(document, schema)))
}

/// What a schema lets a path parameter be. What cannot be found out narrows nothing.
fn kind(document: &Value, schema: &Value) -> Kind {
    let mut waiting = vec![schema];
    for _ in 0..REFERENCES {
        let Some(schema) = waiting.pop() else { break };
        if is_type(schema, "integer") {
            return Kind::Integer;
        }
        let format = schema.get("format").and_then(Value::as_str);
        if format == Some("uuid") && (is_type(schema, "string") || schema.get("type").is_none()) {
            return Kind::Uuid;
        }
        let reference = schema.get("$ref").and_then(Value::as_str);
        waiting.extend(reference.and_then(|reference| target(document, reference)));
        // Every member of `allOf` holds, so one that narrows is enough.
        waiting.extend(schema.get("allOf").and_then(Value::as_array).into_iter().flatten().take(REFERENCES));
    }
    Kind::Text
}

/// Whether a schema allows only this type; `null` beside it does not count, since no path holds it.
fn is_type(schema: &Value, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(several)) => {
            let mut others = several.iter().filter(|one| one.as_str() != Some("null"));
            others.next().and_then(Value::as_str) == Some(name) && others.next().is_none()
        }
        Some(_) | None => false,
    }
}

/// A list of security requirements as alternatives; none at all, or an empty one among them, requires nothing.
///
/// # Errors
/// Whatever has not the format's shape. SOUNDNESS: reading it as "nothing required" would open a route.
pub(super) fn requirement(list: &Value, pointer: &str) -> Result<Requirement, Remark> {
    let Some(list) = list.as_array() else {
        return Err(Remark::new(pointer, "`security` is no list"));
    };
    let mut requirement = Requirement::new();
    for (index, alternative) in list.iter().enumerate() {
        let pointer = below(pointer, &index.to_string());
        let alternative = object(alternative, &pointer, "a security requirement")?;
        let mut scopes = Scopes::new();
        for (scheme, asked) in alternative {
            let pointer = below(&pointer, scheme);
            let Some(asked) = asked.as_array() else {
                return Err(Remark::new(pointer, "the scopes of a scheme are no list"));
            };
            let mut texts = Vec::new();
            for scope in asked {
                texts.push(scope.as_str().ok_or_else(|| Remark::new(&pointer, "a scope is no text"))?);
            }
            // A scheme without scopes is itself what the caller must have.
            if texts.is_empty() {
                texts.push(scheme);
            }
            for text in texts {
                scopes.insert(capability(text).map_err(|reason| Remark::new(&pointer, reason))?);
            }
        }
        requirement.insert(scopes);
    }
    Ok(requirement)
}

/// A value that must be an object.
pub(super) fn object<'d>(
    value: &'d Value,
    pointer: &str,
    what: &str,
) -> Result<&'d Map<String, Value>, Remark> {
    value.as_object().ok_or_else(|| Remark::new(pointer, format!("{what} is no object")))
}

/// A URI fragment's text.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        match (byte, after) {
            (b'%', [high, low, after @ ..]) => {
                let digit =
                    |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                bytes.push(digit(high)? * 16 + digit(low)?);
                rest = after;
            }
            (_, _) => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}
