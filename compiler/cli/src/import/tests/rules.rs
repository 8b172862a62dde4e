//! Paths, parameters, overlaps, options, and what is refused.

use super::super::{ImportError, Options};
use super::{document, get, import, openapi, parameter, patterns, refused, routes, with_default};
use dregg_compiler::automaton::{SegmentLanguage, regular_set};
use serde_json::{Value, json};

#[test]
fn the_whole_text_of_a_small_document() {
    let imported = import(&json!({
        "/": get(&json!([])),
        "/pets/{petId}": get(&json!([parameter("petId", &json!({ "type": "integer" }))])),
    }));
    assert_eq!(
        imported.text,
        r#"# Imported from the OpenAPI 3.0.3 document "Pets 1.0".
# The document names no security: every route has the ACL the import was given.
policy pets version 1;

use std.capability;

segment integer = re"[0-9]+";

route / { allow read: open; allow invoke: capability("api"); }
route /pets/{pet_id: integer} { allow read: open; allow invoke: capability("api"); }
"#
    );
    assert_eq!(imported.report.routes, 2);
    let mapped: Vec<_> =
        imported.report.mapped.iter().map(|one| (one.pointer.as_str(), one.route.as_str())).collect();
    assert_eq!(mapped, [("/paths/~1", "/"), ("/paths/~1pets~1{petId}", "/pets/{pet_id: integer}")]);
}

#[test]
fn only_documents_of_a_known_format_are_read() {
    for text in [r#"{"openapi":"4.0.0","paths":{}}"#, r#"{"swagger":"1.2","paths":{}}"#, "{}", "[]", "3"] {
        assert_eq!(openapi(text, &with_default()), Err(ImportError::Version), "{text}");
    }
    assert!(matches!(openapi("{", &with_default()), Err(ImportError::Json { line: 1, .. })));
    for text in [r#"{"openapi":"3.1.0"}"#, r#"{"swagger":"2.0","paths":{}}"#] {
        assert_eq!(openapi(text, &with_default()).unwrap().report.routes, 0, "{text}");
    }
    let error = openapi(r#"{"openapi":"3.0.0","paths":[]}"#, &with_default()).unwrap_err();
    assert_eq!(error.to_string(), "/paths: `paths` is no object");
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let text = format!("{}{}", "{\"a\":".repeat(100_000), "[".repeat(100_000));
    let error = openapi(&text, &with_default()).unwrap_err();
    assert!(error.to_string().contains("recursion limit"), "{error}");
}

#[test]
fn parameters_become_captures_with_names_of_the_language() {
    let imported = import(&json!({
        "/a/{petId}/{pet-id}/{Pet ID}": get(&json!([])),
        "/b/{in}/{2nd}/{}/{é}": get(&json!([])),
        "/c/{HTTPServer}/{policy}/{already_fine}": get(&json!([])),
    }));
    assert_eq!(
        patterns(&imported),
        [
            "/a/{pet_id}/{pet_id_2}/{pet_id_3}",
            "/b/{in_}/{_2nd}/{value}/{value_2}",
            "/c/{httpserver}/{policy_}/{already_fine}"
        ]
    );
}

#[test]
fn integers_and_uuids_are_sets_and_nothing_else_is() {
    let kinds = [
        (json!({ "type": "integer", "format": "int64" }), ": integer"),
        (json!({ "type": ["integer", "null"] }), ": integer"),
        (json!({ "allOf": [{ "description": "x" }, { "type": "integer" }] }), ": integer"),
        (json!({ "type": "string", "format": "uuid" }), ": uuid"),
        (json!({ "format": "uuid" }), ": uuid"),
        (json!({ "type": "string" }), ""),
        (json!({ "type": "number" }), ""),
        (json!({ "type": ["integer", "string"] }), ""),
        (json!({ "type": "object", "format": "uuid" }), ""),
        (json!({ "oneOf": [{ "type": "integer" }, { "type": "string" }] }), ""),
        (json!({ "type": "string", "format": "date" }), ""),
        (json!(true), ""),
    ];
    for (schema, set) in kinds {
        let imported = import(&json!({ "/{x}": get(&json!([parameter("x", &schema)])) }));
        assert_eq!(patterns(&imported), [format!("/{{x{set}}}")], "{schema}");
    }
    let query = json!([{ "name": "x", "in": "query", "schema": { "type": "integer" } }]);
    assert_eq!(patterns(&import(&json!({ "/{x}": get(&query) }))), ["/{x}"]);
    let uuid = import(&json!({ "/{x}": get(&json!([parameter("x", &json!({ "format": "uuid" }))])) }));
    let group = "[0-9A-Fa-f]";
    let declared =
        format!("segment uuid = re\"{group}{{8}}-{group}{{4}}-{group}{{4}}-{group}{{4}}-{group}{{12}}\";");
    assert!(uuid.text.lines().any(|line| line == declared), "{}", uuid.text);
}

#[test]
fn parameters_are_found_on_the_path_by_reference_and_in_swagger() {
    let integer = parameter("x", &json!({ "$ref": "#/components/schemas/id" }));
    let text = json!({
        "openapi": "3.1.0",
        "paths": {
            "/a/{x}": { "parameters": [{ "$ref": "#/components/parameters/x~1y" }], "get": {} },
            "/b/{x}": { "parameters": [{ "$ref": "#/components/parameters/x%7E1y" }],
                        "get": { "parameters": [parameter("x", &json!({ "type": "string" }))] } },
            "/c/{x}": get(&json!([{ "$ref": "#/components/parameters/cycle" }])),
            "/d/{x}": get(&json!([{ "$ref": "other.json#/x" }, { "$ref": 3 }, 4])),
            "/e/{x}": get(&json!([parameter("x", &json!({ "$ref": "#/components/schemas/cycle" }))])),
        },
        "components": {
            "parameters": { "x/y": integer, "cycle": { "$ref": "#/components/parameters/cycle" } },
            "schemas": {
                "id": { "type": "integer" },
                "cycle": { "allOf": [{ "$ref": "#/components/schemas/cycle" }, { "$ref": "#/components/schemas/cycle" }] },
            },
        },
    });
    let imported = openapi(&text.to_string(), &with_default()).unwrap();
    assert_eq!(patterns(&imported), ["/a/{x: integer}", "/b/{x}", "/c/{x}", "/d/{x}", "/e/{x}"]);

    let text = json!({
        "swagger": "2.0",
        "paths": { "/a/{x}": get(&json!([{ "$ref": "#/parameters/x" }])) },
        "parameters": { "x": { "name": "x", "in": "path", "type": "integer" } },
    });
    assert_eq!(patterns(&openapi(&text.to_string(), &with_default()).unwrap()), ["/a/{x: integer}"]);
}

#[test]
fn a_route_matches_what_any_of_its_operations_takes() {
    let of = |schema| json!({ "parameters": [parameter("x", &schema)] });
    let (integer, uuid, text) = (json!({ "type": "integer" }), json!({ "format": "uuid" }), json!({}));
    let imported = import(&json!({
        "/a/{x}": { "get": of(integer.clone()), "put": of(integer.clone()) },
        "/b/{x}": { "get": of(integer.clone()), "put": of(text) },
        "/c/{x}": { "get": of(integer.clone()), "put": {} },
        "/d/{x}": { "get": of(integer), "put": of(uuid) },
    }));
    assert_eq!(patterns(&imported), ["/a/{x: integer}", "/b/{x}", "/c/{x}", "/d/{x: part_1}"]);
    assert!(imported.text.contains("segment part_1 = re\"[0-9]+|[0-9A-Fa-f]{8}-"), "{}", imported.text);
}

#[test]
fn templated_segments_are_exact_sets() {
    let imported = import(&json!({
        "/a/{base}...{head}": get(&json!([])),
        "/b/{id}:cancel": get(&json!([parameter("id", &json!({ "type": "integer" }))])),
        "/c/x(id={id})": get(&json!([])),
    }));
    assert_eq!(patterns(&imported), ["/a/{base_head: part_1}", "/b/{id: part_2}", "/c/{id: part_3}"]);
    for set in [
        r#"segment part_1 = re".+[.][.][.].+";"#,
        r#"segment part_2 = re"[0-9]+:cancel";"#,
        r#"segment part_3 = re"x[(]id=.+[)]";"#,
    ] {
        assert!(imported.text.lines().any(|line| line == set), "{set}\n{}", imported.text);
    }
}

#[test]
fn literal_segments_are_quoted_where_they_must_be() {
    let literals =
        ["v1.2", "a-b--c", "~x", "_y", "...", "x:cancel", "-a", "a-", "a@b", "$metadata", "f()", "!+,="];
    for literal in literals {
        let written = if literals.iter().position(|one| *one == literal).unwrap() < 5 {
            literal.to_owned()
        } else {
            format!("\"{literal}\"")
        };
        let path = format!("/{literal}/y");
        assert_eq!(patterns(&import(&json!({ path: get(&json!([])) }))), [format!("/{written}/y")]);
    }
}

#[test]
fn what_no_path_can_hold_is_refused_by_name() {
    let long = format!("/{}", "x".repeat(1024));
    let deep = "/x".repeat(33);
    let broad = format!("/{}", "{x}.".repeat(300));
    let cases = [
        ("/a#b", "it holds a `#`, and a path ends before its query and fragment"),
        ("/a?b={c}", "it holds a `?`, and a path ends before its query and fragment"),
        ("/a b", "it holds ` `, which no path can hold"),
        ("/caf\u{e9}", "it holds `\u{e9}`, which no path can hold"),
        ("/\u{202e}", "it holds `\u{fffd}`, which no path can hold"),
        ("/a%2fb", "it holds `%`, which no path can hold"),
        ("/a'b", "it holds `'`, which no path can hold"),
        ("/*", "it holds `*`, which no path can hold"),
        ("/a}", "it holds `}`, which no path can hold"),
        ("/{a", "a `{` without its `}`"),
        ("/{a{b}}", "`{a{b}` is no parameter"),
        ("/{a/b}", "`{a/b}` is no parameter"),
        ("a", "a path begins with `/`"),
        ("", "a path begins with `/`"),
        ("/a//b", "it has an empty segment"),
        ("//", "it has an empty segment"),
        ("/a/./b", "it has a segment of dots"),
        ("/a/..", "it has a segment of dots"),
        (long.as_str(), "it is longer than 1024 bytes"),
        (broad.as_str(), "a segment is too complex"),
        (deep.as_str(), "it has more than 32 segments"),
    ];
    for (path, reason) in cases {
        let paths = json!({ path: get(&json!([])), "/fine": get(&json!([])) });
        let remarks = refused(&paths);
        let pointer = format!("/paths/{}", path.replace('/', "~1"));
        let expected = [(pointer.as_str(), reason)];
        let found: Vec<_> = remarks.iter().map(|one| (one.pointer.as_str(), one.reason.as_str())).collect();
        assert_eq!(found, expected);

        let skipping = Options { skip_refused: true, ..with_default() };
        let imported = openapi(&document(&paths), &skipping).unwrap();
        assert_eq!(patterns(&imported), ["/fine"]);
        assert_eq!(imported.report.refused, remarks);
    }
    for path in [format!("/{}", "x".repeat(1023)), "/x".repeat(32)] {
        assert_eq!(patterns(&import(&json!({ path.as_str(): get(&json!([])) }))), [path]);
    }
    let error = ImportError::Refused(refused(&json!({ "/a#b": {}, "/a?": {}, "/b": 3, "/c": { "get": 3 } })));
    assert_eq!(
        error.to_string(),
        "/paths/~1a#b: it holds a `#`, and a path ends before its query and fragment (and 3 more); \
         `--skip-refused` leaves such paths out"
    );
}

#[test]
fn a_trailing_slash_is_dropped_and_told() {
    let imported = import(&json!({ "/a/": get(&json!([])), "/b": get(&json!([])), "/b/": get(&json!([])) }));
    assert_eq!(patterns(&imported), ["/a", "/b"]);
    assert_eq!(imported.report.notes.len(), 2);
    assert!(
        imported.text.contains("# merges /b and /b/, which match the same paths\nroute /b "),
        "{}",
        imported.text
    );
}

#[test]
fn a_path_without_operations_gets_no_route() {
    let imported =
        import(&json!({ "/a": { "summary": "x", "parameters": [] }, "/b": get(&json!([])), "x-c": 3 }));
    assert_eq!(patterns(&imported), ["/b"]);
    assert_eq!(imported.report.notes[0].to_string(), "/paths/~1a: it has no operation, so it gets no route");
}

#[test]
fn inclusion_needs_no_cover() {
    let imported = import(&json!({
        "/a/{x}": get(&json!([])), "/a/b": get(&json!([])), "/{x}/{y}": get(&json!([])), "/a": get(&json!([])),
    }));
    assert_eq!(patterns(&imported), ["/a", "/a/b", "/a/{x}", "/{x}/{y}"]);
    assert_eq!((imported.report.covers.len(), imported.report.merged.len()), (0, 0));
}

#[test]
fn an_ambiguous_overlap_is_covered() {
    let imported = import(&json!({ "/x/{a}": get(&json!([])), "/{b}/y": get(&json!([])) }));
    assert!(
        imported.text.ends_with(
            "\n# covers both /x/{a} and /{b}/y\nroute /x/y { allow read: open; allow invoke: capability(\"api\"); }\n"
        ),
        "{}",
        imported.text
    );
    assert_eq!(imported.report.covers[0].to_string(), "/x/y from /x/{a}, /{b}/y");
    // Where the common paths have a route already, that is the answer.
    let imported =
        import(&json!({ "/x/{a}": get(&json!([])), "/{b}/y": get(&json!([])), "/x/y": get(&json!([])) }));
    assert_eq!(patterns(&imported), ["/x/y", "/x/{a}", "/{b}/y"]);
    assert_eq!(imported.report.covers, []);
}

#[test]
fn covers_that_overlap_are_covered_too() {
    let imported = import(&json!({
        "/x/{b}/{c}": get(&json!([])), "/{a}/y/{c}": get(&json!([])), "/{a}/{b}/z": get(&json!([])),
    }));
    let covers: Vec<String> = imported.report.covers.iter().map(ToString::to_string).collect();
    assert_eq!(
        covers,
        [
            "/x/y/{c} from /x/{b}/{c}, /{a}/y/{c}",
            "/x/y/z from /x/{b}/{c}, /{a}/y/{c}, /{a}/{b}/z",
            "/x/{b}/z from /x/{b}/{c}, /{a}/{b}/z",
            "/{a}/y/z from /{a}/y/{c}, /{a}/{b}/z",
        ]
    );
    assert!(imported.text.contains("# covers /x/{b}/{c}, /{a}/y/{c} and /{a}/{b}/z\nroute /x/y/z "));
}

#[test]
fn crossing_sets_are_covered_by_exactly_their_common_segments() {
    let imported = import(&json!({ "/{a}.json": get(&json!([])), "/v{b}": get(&json!([])) }));
    assert_eq!(imported.report.covers.len(), 1);
    let set = imported.text.lines().find_map(|line| line.strip_prefix("segment part_3 = ")).unwrap();
    let regex = set.strip_prefix("re\"").and_then(|set| set.strip_suffix("\";")).unwrap();
    let Ok(SegmentLanguage::Set(set)) = regular_set(regex) else { panic!("{regex}") };
    for segment in ["v1.json", "v.json.json", "v..json", "vv.json"] {
        assert!(set.contains(segment), "{segment}: {regex}");
    }
    for segment in [".json", "v", "v1", "1.json", "v1.json1", "wv1.json"] {
        assert!(!set.contains(segment), "{segment}: {regex}");
    }
}

#[test]
fn too_many_overlaps_are_an_error() {
    let mut paths = serde_json::Map::new();
    for at in 0..16 {
        let path: String = (0..16)
            .map(|other| if at == other { "/x".to_owned() } else { format!("/{{p{other}}}") })
            .collect();
        paths.insert(path, get(&json!([])));
    }
    let error = openapi(&document(&Value::Object(paths)), &with_default()).unwrap_err();
    assert!(
        error.to_string().ends_with("overlap, and covering all overlaps takes too many routes"),
        "{error}"
    );
}

#[test]
fn equal_languages_merge() {
    let imported =
        import(&json!({ "/a/{x}": get(&json!([])), "/a/{y}": get(&json!([])), "/b/{x}": get(&json!([])) }));
    assert_eq!(patterns(&imported), ["/a/{x}", "/b/{x}"]);
    assert!(imported.text.contains("# merges /a/{x} and /a/{y}, which match the same paths\nroute /a/{x} "));
    assert_eq!(imported.report.mapped.len(), 3);
    // `{x}{y}` matches what `{y}{x}` does, however it is cut.
    let imported = import(&json!({ "/{x}-{y}": get(&json!([])), "/{y}-{x}": get(&json!([])) }));
    assert_eq!(imported.report.merged.len(), 1);
}

#[test]
fn methods_make_a_route_each() {
    let id = |schema| json!({ "parameters": [parameter("x", &schema)] });
    let paths = json!({
        "/": { "get": {} },
        "/a/{x}": { "post": id(json!({})), "get": id(json!({ "type": "integer" })), "additionalOperations": { "LINK": {} } },
    });
    let imported = openapi(&document(&paths), &Options { methods: true, ..with_default() }).unwrap();
    assert_eq!(patterns(&imported), ["/get", "/a/{x}/link", "/a/{x: integer}/get", "/a/{x}/post"]);
    let pointers: Vec<_> = imported.report.mapped.iter().map(|one| one.pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/paths/~1/get",
            "/paths/~1a~1{x}/additionalOperations/LINK",
            "/paths/~1a~1{x}/get",
            "/paths/~1a~1{x}/post"
        ]
    );
}

#[test]
fn prefixes_are_put_before_every_route() {
    let with = |document: Value, prefix: Option<&str>, server_prefix| {
        let options = Options { prefix: prefix.map(str::to_owned), server_prefix, ..with_default() };
        openapi(&document.to_string(), &options).map(|imported| patterns(&imported))
    };
    let paths = json!({ "/": { "get": {} }, "/a/": { "get": {} } });
    let three = |server: Value| json!({ "openapi": "3.0.0", "paths": paths, "servers": [server] });
    let two = json!({ "swagger": "2.0", "basePath": "/v2/", "paths": paths });
    assert_eq!(with(two.clone(), None, false).unwrap(), ["/", "/a"]);
    assert_eq!(with(two.clone(), None, true).unwrap(), ["/v2", "/v2/a"]);
    assert_eq!(with(two, Some("/api/x:y"), true).unwrap(), ["/api/\"x:y\"/v2", "/api/\"x:y\"/v2/a"]);
    for url in ["https://h.example/v3/", "/v3", "//h.example/v3"] {
        assert_eq!(with(three(json!({ "url": url })), None, true).unwrap(), ["/v3", "/v3/a"], "{url}");
    }
    for url in ["https://h.example", "https://h.example/", "/", ""] {
        assert_eq!(with(three(json!({ "url": url })), None, true).unwrap(), ["/", "/a"], "{url}");
    }
    let variable = json!({ "url": "https://{h}.example/{v}", "variables": { "v": { "default": "v9" } } });
    assert_eq!(with(three(variable), None, true).unwrap(), ["/v9", "/v9/a"]);
    let error = with(three(json!({ "url": "https://h.example/{v}" })), None, true).unwrap_err();
    assert_eq!(error.to_string(), "the prefix `/{v}`: it holds a parameter");
    let error = with(three(json!({})), None, true).unwrap_err();
    assert_eq!(error.to_string(), "/servers/0/url: a server has no URL");
    let error = with(three(json!({})), Some("api"), false).unwrap_err();
    assert_eq!(error.to_string(), "the prefix `api`: a path begins with `/`");
}

#[test]
fn a_path_item_by_reference_is_followed() {
    let text = json!({
        "openapi": "3.1.0",
        "paths": {
            "/a": { "$ref": "#/components/pathItems/one" },
            "/b": { "$ref": "#/components/pathItems/cycle" },
            "/c": { "$ref": "https://elsewhere.example/items.json" },
        },
        "components": { "pathItems": {
            "one": { "$ref": "#/components/pathItems/two", "put": { "security": [{ "s": ["p"] }] } },
            "two": { "get": { "security": [{ "s": ["g"] }] } },
            "cycle": { "$ref": "#/components/pathItems/cycle" },
        } },
    });
    let imported = openapi(&text.to_string(), &Options { skip_refused: true, ..Options::default() }).unwrap();
    assert_eq!(routes(&imported), [r#"/a capability("g") and capability("p")"#]);
    let pointers: Vec<_> = imported.report.refused.iter().map(|one| one.pointer.as_str()).collect();
    assert_eq!(pointers, ["/components/pathItems/cycle/$ref", "/paths/~1c/$ref"]);
}

#[test]
fn names_and_versions_come_from_the_info() {
    let cases = [
        ("Pet Store", "2.1.0", "policy pet_store version 2;"),
        ("Pet's Store!", "v3", "policy pets_store version 3;"),
        ("GitHub API", "2024-01-02", "policy github_api version 2024;"),
        ("3D", "0.9", "policy _3d version 1;"),
        ("Policy", "beta", "policy policy_ version 1;"),
        ("\u{540d}\u{524d}", "99999999999", "policy imported version 1;"),
    ];
    for (title, version, line) in cases {
        let text = json!({ "openapi": "3.0.0", "info": { "title": title, "version": version }, "paths": {} });
        let imported = openapi(&text.to_string(), &with_default()).unwrap();
        assert_eq!(imported.text.lines().nth(2), Some(line));
    }
}

#[test]
fn foreign_text_cannot_leave_its_comment() {
    let title = "x\nroute /evil allow read, invoke, mount: open;\r\u{2028}\u{202e}\u{200b}#";
    let text = json!({
        "openapi": "3.0.0\n",
        "info": { "title": title, "version": "1\nroute /y allow read: open;" },
        "paths": { "/{a\nroute x}": { "get": {} }, "/{b\u{202e}}": { "get": {} } },
    });
    let imported = openapi(&text.to_string(), &with_default()).unwrap();
    let statements: Vec<&str> = imported.text.lines().filter(|line| line.starts_with("route")).collect();
    assert_eq!(statements.len(), 1, "{}", imported.text);
    assert!(imported.text.chars().all(|c| c == '\n' || !c.is_control()), "{}", imported.text);
    assert!(!imported.text.contains(['\u{2028}', '\u{202e}', '\u{200b}', '\r']), "{}", imported.text);
}

#[test]
fn the_text_does_not_depend_on_the_order_of_the_document() {
    let one = json!({ "/x/{a}": { "get": {} }, "/{b}/y": { "get": {} }, "/c/{d}.{e}": { "get": {} } });
    let other = json!({ "/c/{d}.{e}": { "get": {} }, "/{b}/y": { "get": {} }, "/x/{a}": { "get": {} } });
    assert_eq!(import(&one).text, import(&other).text);
}
