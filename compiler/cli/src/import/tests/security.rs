//! Who may invoke: scopes, alternatives, defaults.

use super::super::{ImportError, Options};
use super::{document, import, openapi, routes, with_default};
use serde_json::{Value, json};

/// The ACL of the only route of a document whose operations have these `security` values (`null`: none).
fn acl(global: &Value, operations: &[Value]) -> Result<String, ImportError> {
    let methods = ["get", "put", "post", "delete"];
    let mut item = serde_json::Map::new();
    for (method, security) in methods.iter().zip(operations) {
        let operation = if security.is_null() { json!({}) } else { json!({ "security": security }) };
        item.insert((*method).to_owned(), operation);
    }
    let mut text = json!({ "openapi": "3.0.0", "paths": { "/a": item } });
    if !global.is_null() {
        text["security"] = global.clone();
    }
    let imported = openapi(&text.to_string(), &Options::default())?;
    Ok(routes(&imported)[0].strip_prefix("/a ").unwrap().to_owned())
}

#[test]
fn the_scopes_of_all_operations_are_asked_for() {
    let read = json!([{ "oauth": ["pets:read"] }]);
    let write = json!([{ "oauth": ["pets:write", "pets:read"] }]);
    assert_eq!(acl(&json!(null), std::slice::from_ref(&read)).unwrap(), r#"capability("pets:read")"#);
    let both = r#"capability("pets:read") and capability("pets:write")"#;
    assert_eq!(acl(&json!(null), &[read.clone(), write.clone()]).unwrap(), both);
    assert_eq!(acl(&json!(null), &[write, read]).unwrap(), both);
}

#[test]
fn alternatives_are_an_or_of_their_own() {
    let either = json!([{ "oauth": ["b", "c"] }, { "key": [] }]);
    assert_eq!(
        acl(&json!(null), std::slice::from_ref(&either)).unwrap(),
        r#"(capability("b") and capability("c")) or capability("key")"#
    );
    assert_eq!(
        acl(&json!(null), &[json!([{ "oauth": ["a"] }]), either]).unwrap(),
        r#"capability("a") and ((capability("b") and capability("c")) or capability("key"))"#
    );
}

#[test]
fn a_scheme_without_scopes_is_its_own_capability() {
    assert_eq!(acl(&json!(null), &[json!([{ "api_key": [] }])]).unwrap(), r#"capability("api_key")"#);
    let several = json!([{ "api_key": [], "oauth": ["x"] }]);
    assert_eq!(acl(&json!(null), &[several]).unwrap(), r#"capability("api_key") and capability("x")"#);
}

#[test]
fn the_global_security_is_for_operations_that_say_nothing() {
    let global = json!([{ "oauth": ["g"] }]);
    assert_eq!(acl(&global, &[json!(null)]).unwrap(), r#"capability("g")"#);
    assert_eq!(acl(&global, &[json!([{ "oauth": ["o"] }])]).unwrap(), r#"capability("o")"#);
    assert_eq!(acl(&global, &[json!([]), json!(null)]).unwrap(), r#"capability("g")"#);
    assert_eq!(acl(&global, &[json!([])]).unwrap(), "open");
}

#[test]
fn an_operation_without_security_adds_nothing() {
    let read = json!([{ "oauth": ["r"] }]);
    assert_eq!(acl(&json!(null), &[read.clone(), json!(null)]).unwrap(), r#"capability("r")"#);
    assert_eq!(acl(&json!(null), &[read.clone(), json!([])]).unwrap(), r#"capability("r")"#);
    let optional = json!([{}, { "oauth": ["x"] }]);
    assert_eq!(acl(&json!(null), &[read, optional.clone()]).unwrap(), r#"capability("r")"#);
    assert_eq!(acl(&json!(null), &[optional]).unwrap(), "open");
}

#[test]
fn a_path_that_asks_for_nothing_is_open_if_others_ask() {
    let text = json!({
        "openapi": "3.0.0",
        "paths": { "/a": { "get": {} }, "/b": { "get": { "security": [{ "s": ["x"] }] } } },
    });
    let imported = openapi(&text.to_string(), &with_default()).unwrap();
    assert_eq!(routes(&imported), ["/a open", r#"/b capability("x")"#]);
    assert!(imported.text.contains("# To invoke a route takes the scopes of all its operations.\n"));
}

#[test]
fn without_any_security_there_must_be_a_default() {
    for security in [json!(null), json!([]), json!([{}])] {
        assert_eq!(
            acl(&security, std::slice::from_ref(&security)),
            Err(ImportError::NoSecurity),
            "{security}"
        );
    }
    assert!(ImportError::NoSecurity.to_string().contains("--default-acl"));
    let paths = json!({ "/a": { "get": {} } });
    let with = |acl: &str| {
        let options = Options { default_acl: Some(acl.to_owned()), ..Options::default() };
        openapi(&document(&paths), &options).map(|imported| routes(&imported))
    };
    assert_eq!(with(" stake >= 5 ").unwrap(), ["/a stake >= 5"]);
    assert_eq!(with("open").unwrap(), ["/a open"]);
    assert_eq!(with(r##"capability("a;#b\"")"##).unwrap(), [r##"/a capability("a;#b\"")"##]);
    for acl in ["", "  ", "open; allow mount: open", "open # x", "open\nx", "capability(\"a", "\u{202e}open"]
    {
        assert!(matches!(with(acl), Err(ImportError::DefaultAcl(_))), "{acl}");
    }
}

#[test]
fn what_others_imply_is_left_out() {
    let (a, ab) = (json!([{ "s": ["a"] }]), json!([{ "s": ["a", "b"] }]));
    let a_or_ab = json!([{ "s": ["a"] }, { "s": ["a", "b"] }]);
    let a_or_c = json!([{ "s": ["a"] }, { "s": ["c"] }]);
    assert_eq!(acl(&json!(null), &[a_or_ab]).unwrap(), r#"capability("a")"#);
    assert_eq!(acl(&json!(null), &[a, a_or_c.clone()]).unwrap(), r#"capability("a")"#);
    assert_eq!(acl(&json!(null), &[ab, a_or_c.clone()]).unwrap(), r#"capability("a") and capability("b")"#);
    assert_eq!(
        acl(&json!(null), &[json!([{ "s": ["b"] }]), a_or_c]).unwrap(),
        r#"capability("b") and (capability("a") or capability("c"))"#
    );
}

#[test]
fn merged_and_covering_routes_ask_for_all() {
    let of = |scope: &str| json!({ "get": { "security": [{ "s": [scope] }] } });
    let text = json!({
        "openapi": "3.0.0",
        "paths": { "/x/{a}": of("a"), "/{b}/y": of("b"), "/x/{c}": of("c"), "/open/{z}": { "get": {} } },
    });
    let imported = openapi(&text.to_string(), &Options::default()).unwrap();
    assert_eq!(
        routes(&imported),
        [
            "/open/{z} open",
            r#"/x/{a} capability("a") and capability("c")"#,
            r#"/{b}/y capability("b")"#,
            r#"/open/y capability("b")"#,
            r#"/x/y capability("a") and capability("b") and capability("c")"#,
        ]
    );
}

#[test]
fn methods_ask_only_for_their_own_scopes() {
    let text = json!({ "openapi": "3.0.0", "paths": { "/a": {
        "get": { "security": [{ "s": ["r"] }] }, "put": { "security": [{ "s": ["w"] }] }, "head": {},
    } } });
    let imported = openapi(&text.to_string(), &Options { methods: true, ..Options::default() }).unwrap();
    assert_eq!(routes(&imported), [r#"/a/get capability("r")"#, "/a/head open", r#"/a/put capability("w")"#]);
}

#[test]
fn scopes_are_literals_or_refused_but_never_changed() {
    assert_eq!(acl(&json!(null), &[json!([{ "s": ["a\"b\\c"] }])]).unwrap(), r#"capability("a\"b\\c")"#);
    let fits = "x".repeat(255);
    assert_eq!(acl(&json!(null), &[json!([{ "s": [fits] }])]).unwrap(), format!("capability(\"{fits}\")"));
    for scope in ["", "a\nb", "a\u{202e}b", "a\u{200b}", &"x".repeat(256)] {
        match acl(&json!(null), &[json!([{ "s": [scope] }])]) {
            Err(ImportError::Refused(remarks)) => {
                assert_eq!(remarks[0].pointer, "/paths/~1a/get/security/0/s")
            }
            other => panic!("{scope:?}: {other:?}"),
        }
    }
}

#[test]
fn malformed_security_is_never_read_as_none() {
    let cases = [
        (json!({}), "/paths/~1a/get/security: `security` is no list"),
        (json!(["s"]), "/paths/~1a/get/security/0: a security requirement is no object"),
        (json!([{ "s": "x" }]), "/paths/~1a/get/security/0/s: the scopes of a scheme are no list"),
        (json!([{ "s": [1] }]), "/paths/~1a/get/security/0/s: a scope is no text"),
    ];
    for (security, message) in cases {
        let error = acl(&json!(null), std::slice::from_ref(&security)).unwrap_err();
        assert!(matches!(error, ImportError::Refused(_)));
        assert!(error.to_string().starts_with(message), "{error}");
        assert!(matches!(acl(&security, &[json!(null)]), Err(ImportError::Shape(_))), "{security}");
    }
    let item = json!({ "/a": { "get": [] } });
    assert!(matches!(openapi(&document(&item), &with_default()), Err(ImportError::Refused(_))));
    assert_eq!(import(&json!({ "/a": { "get": {} } })).report.refused, []);
}
