//! One policy, written in many ways, is one artifact; and another policy is another root.

use dregg_grammar::{SourceId, Token, format, lex};
use dregg_tests::{Compiled, compile, compile_files};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;
use std::path::Path;

/// A policy: its files by name, the root first.
type Files = Vec<(String, String)>;

const EXAMPLES: [(&str, &[&str]); 4] = [
    ("service-mesh", &["mesh.dregg", "shared/limits.dregg"]),
    ("tiers", &["tiers.dregg"]),
    ("gateway", &["gateway.dregg"]),
    ("versions", &["versions.dregg"]),
];

fn examples() -> Vec<Files> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples");
    let read =
        |example: &str, file: &str| std::fs::read_to_string(directory.join(example).join(file)).unwrap();
    let files = |(example, files): (&str, &[&str])| {
        files.iter().map(|file| ((*file).to_owned(), read(example, file))).collect()
    };
    EXAMPLES.into_iter().map(files).collect()
}

fn compiled(files: &Files) -> Compiled {
    let borrowed: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    compile_files(&borrowed).unwrap_or_else(|reports| panic!("{reports:#?}\n{}", files[0].1))
}

/// The files, each rewritten.
fn rewritten(files: &Files, mut rewrite: impl FnMut(&str) -> String) -> Files {
    files.iter().map(|(name, text)| (name.clone(), rewrite(text))).collect()
}

/// A token with its text.
type Written<'t> = (Token<'t>, &'t str);

fn tokens(text: &str) -> Vec<Written<'_>> {
    let lexed = lex(SourceId(0), text);
    assert!(lexed.diagnostics.is_empty());
    lexed.tokens.into_iter().map(|(start, token, end)| (token, &text[start..end])).collect()
}

fn joined(tokens: &[Written<'_>]) -> String {
    tokens.iter().map(|(_, text)| *text).collect::<Vec<_>>().join(" ")
}

/// The place of the `}` of the `{` at `open`.
fn closing(tokens: &[Written<'_>], open: usize) -> usize {
    let mut depth = 0;
    for (place, (token, _)) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::LeftBrace => depth += 1,
            Token::RightBrace if depth == 1 => return place,
            Token::RightBrace => depth -= 1,
            _ => {}
        }
    }
    panic!("unbalanced: {}", joined(tokens));
}

/// The items of a file or the statements of a block.
fn statements<'s, 't>(tokens: &'s [Written<'t>]) -> Vec<&'s [Written<'t>]> {
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    while at < tokens.len() {
        let ends = match tokens[at].0 {
            Token::LeftBrace => {
                at = closing(tokens, at);
                let next = tokens.get(at + 1).map(|(token, _)| *token);
                !matches!(next, Some(Token::Semicolon | Token::And | Token::Or | Token::RightParenthesis))
            }
            Token::Semicolon => true,
            _ => false,
        };
        at += 1;
        if ends {
            found.push(&tokens[start..at]);
            start = at;
        }
    }
    assert_eq!(start, tokens.len(), "{}", joined(&tokens[start..]));
    found
}

/// The text of a file or block with its statements, and the members of its sets, in another order.
fn shuffled(rng: &mut ChaCha8Rng, tokens: &[Written<'_>]) -> String {
    let mut parts = statements(tokens);
    // The `policy` line stands first by the grammar.
    let fixed = usize::from(parts.first().is_some_and(|part| part[0].0 == Token::Policy));
    parts[fixed..].shuffle(rng);
    let mut text = String::new();
    for part in parts {
        let mut at = 0;
        while at < part.len() {
            if part[at].0 == Token::LeftBrace {
                let end = closing(part, at);
                let inner = &part[at + 1..end];
                if inner.iter().any(|(token, _)| *token == Token::Semicolon) {
                    text += &format!("{{\n{}}}", shuffled(rng, inner));
                } else {
                    let mut members: Vec<String> =
                        inner.split(|(token, _)| *token == Token::Comma).map(joined).collect();
                    members.shuffle(rng);
                    text += &format!("{{ {} }}", members.join(", "));
                }
                at = end + 1;
            } else {
                text += part[at].1;
                at += 1;
            }
            text.push(' ');
        }
        text.push('\n');
    }
    text
}

#[test]
fn the_order_of_items_statements_and_members_is_nothing() {
    for files in examples() {
        let written = compiled(&files);
        for seed in 0..8 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let other = rewritten(&files, |text| shuffled(&mut rng, &tokens(text)));
            assert_ne!(other, files);
            assert!(compiled(&other).bytes == written.bytes, "{}", other[0].1);
        }
    }
}

#[test]
fn layout_and_comments_are_nothing() {
    for files in examples() {
        let written = compiled(&files);
        let once = compiled(&files).bytes;
        assert!(once == written.bytes, "compiled twice");
        let with = |between: &str, text: &str| {
            tokens(text).iter().map(|(_, text)| *text).collect::<Vec<_>>().join(between)
        };
        let rewritings: [Files; 6] = [
            rewritten(&files, |text| text.replace('\n', "\r\n")),
            rewritten(&files, |text| format!("\u{feff}{text}")),
            rewritten(&files, |text| with(" ", text)),
            rewritten(&files, |text| with("\t\n\n  ", text)),
            rewritten(&files, |text| with(" # no comment\n## nor this\n", text)),
            rewritten(&files, |text| format(SourceId(0), &with(" # one\n", text)).unwrap()),
        ];
        for other in &rewritings {
            assert_ne!(*other, files);
            assert!(compiled(other).bytes == written.bytes, "{}", other[0].1);
        }
        // The examples are formatted already.
        assert_eq!(rewritten(&files, |text| format(SourceId(0), &text.replace("    ", " ")).unwrap()), files);
    }
}

/// A file with the variables of every rule named otherwise.
fn renamed(rng: &mut ChaCha8Rng, text: &str) -> String {
    let tokens = tokens(text);
    let mut text = String::new();
    for item in statements(&tokens) {
        let prefix = ["z", "a_", "Middle"][rng.random_range(0..3)];
        for (place, (token, written)) in item.iter().enumerate() {
            let called = item.get(place + 1).is_some_and(|(token, _)| *token == Token::LeftParenthesis);
            match token {
                Token::Word(_) if item[0].0 == Token::Rule && !called => {
                    text += &format!("{prefix}{written} ")
                }
                _ => text += &format!("{written} "),
            }
        }
        text.push('\n');
    }
    text
}

#[test]
fn names_of_variables_are_nothing() {
    let roles = "policy p version 1;\nrelation knows(who: cell, other: cell) public;\n\
        rule reach(a, c) if knows(a, b), reach(b, c);\nrule reach(a, b) if knows(a, b);\n\
        rule far(x, in n) if reach(x, y), knows(y, x), n >= 3;\nroute /a allow read: far(4);\n";
    let mut policies = examples();
    policies.push(vec![("p.dregg".to_owned(), roles.to_owned())]);
    let mut changed = 0;
    for files in policies {
        let written = compiled(&files);
        for seed in 0..4 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let other = rewritten(&files, |text| renamed(&mut rng, text));
            changed += other.iter().filter(|(_, text)| text.contains("rule ")).count();
            assert!(compiled(&other).bytes == written.bytes, "{}", other[0].1);
        }
    }
    assert!(changed > 4);
}

#[test]
fn names_of_captures_are_texts_only() {
    let files = &examples()[0];
    let written = compiled(files);
    let other = rewritten(files, |text| {
        text.replace("ai/models/{name}/{rev: version}", "ai/models/{model}/{number: version}")
            .replace("owns(name)", "owns(model)")
    });
    let renamed = compiled(&other);
    assert!(renamed.bytes != written.bytes);
    assert_eq!(renamed.artifact.policy_root(), written.artifact.policy_root());
}

/// What an ACL is compiled to.
fn root(acl: &str) -> [u8; 32] {
    let cells: String =
        (0..3).map(|cell| format!("cell @c{cell} = 0x{};\n", format!("{cell:02x}2e").repeat(16))).collect();
    let text = format!(
        "policy p version 1;\n{cells}cellset some = {{ @c0, @c1 }};\nrelation p(who: cell) public;\n\
         relation q(who: cell) public;\nroute /a allow read: {acl};\n"
    );
    compile(&text).unwrap_or_else(|reports| panic!("{reports:#?}")).artifact.policy_root().0
}

#[test]
fn the_normal_form_of_acls_is_what_counts() {
    for group in [
        &["p() and q()", "q() and p()", "(q()) and (p() and q())", "not (not p() or not q())"][..],
        &["p() or q()", "q() or (p() or q())", "not (not p() and not q())"],
        &["cells some", "cells { @c1, @c0 }", "cells { @c0, @c1, @c0 }"],
        &["not (p() or cells some)", "not cells some and not p()"],
    ] {
        for other in group {
            assert_eq!(root(other), root(group[0]), "{other}");
        }
    }
    let different =
        ["p()", "q()", "p() and q()", "p() or q()", "not p()", "cells some", "cells { @c0 }", "open"];
    let roots: BTreeSet<[u8; 32]> = different.into_iter().map(root).collect();
    assert_eq!(roots.len(), different.len());
}

#[test]
fn another_policy_is_another_root() {
    let files = &examples()[0];
    let written = compiled(files).artifact.policy_root();
    let mut roots = BTreeSet::from([written]);
    let edits = [
        ("path_bytes 192", "path_bytes 193"),
        ("segments 12", "segments 13"),
        ("derivation_depth 16", "derivation_depth 15"),
        ("6b04;", "6b05;"),
        ("{ @acme, @alice };", "{ @acme, @gpu1 };"),
        ("re\"v[0-9]+\"", "re\"v[0-9]*\""),
        ("public by cells ops;\n## Who", "public;\n## Who"),
        ("held by column employer", "held by column who"),
        ("held by column employer", "public by column employer"),
        ("amount <= max", "amount < max"),
        ("employs(@acme, who, role)", "employs(@alice, who, role)"),
        ("fact spent(@alice, 120);", "fact spent(@alice, 121);"),
        ("fact owns(@alice, \"gpt4\");", ""),
        ("require not revoked(\"mesh\");", ""),
        ("require invoke: proof;", ""),
        ("allow mount: cells ops;", "allow mount: cells { @acme };"),
        ("inherit read;  #", "#"),
        ("inherit read, mount;", "inherit mount;"),
        ("10_000;\n        allow", "10_001;\n        allow"),
        ("within_budget(500)", "within_budget(501)"),
        ("priority 20", "priority 21"),
        ("priority 99 as coordinator", "priority 99"),
        ("v1: @gpu1 deprecated \"moves to v2 at epoch 900\"", "v1: @gpu1"),
        ("latest -> v2", "latest -> v1"),
        ("owns(name) or", "not owns(name) or"),
        ("ai/embeddings", "ai/embedding"),
        ("owner @acme", "owner @alice"),
        ("depth 2", "depth 3"),
        ("max_routes 64", "max_routes 65"),
        ("delegate mount to capability(\"acme-partner\")", "delegate mount to capability(\"acme\")"),
        ("redirect /services/ai/latest ->", "redirect /services/ai/newest ->"),
        ("-> /services/ai/inference/v2;\n\n", "-> /services/ai/inference/v1;\n\n"),
        ("threshold 4 of 5", "threshold 5 of 5"),
        ("epoch 720 blocks", "epoch 721 blocks"),
        ("stakes by cells ops", "stakes by council"),
    ];
    for (old, new) in edits {
        // The tests speak of what is edited; they are in no artifact.
        let head = &files[0].1[..files[0].1.find("\ntest ").unwrap()];
        assert!(head.contains(old), "{old}");
        let mut other = files.clone();
        other[0].1 = head.replacen(old, new, 1);
        assert!(roots.insert(compiled(&other).artifact.policy_root()), "{old} -> {new}");
    }
    let untested = files[0].1[..files[0].1.find("\ntest ").unwrap()].to_owned();
    for text in [
        untested,
        files[0].1.replacen("mesh version 3", "mesh version 4", 1),
        files[0].1.replacen("acme.mesh", "acme.other", 1),
    ] {
        assert_ne!(text, files[0].1);
        let mut other = files.clone();
        other[0].1 = text;
        assert_eq!(compiled(&other).artifact.policy_root(), written, "{}", other[0].1);
    }
}
