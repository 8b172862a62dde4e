//! Every diagnostic of lowering, one small function each: names and types (`E02xx`, `E04xx`), routes (`E03xx`),
//! governance (`E05xx`), tests (`E07xx`).

use crate::hir::Relation;
use dregg_grammar::{Diagnostic, Span, closest};

/// `E0204`: a cell whose bytes are no four field elements.
pub(super) fn cell_not_canonical(span: Span) -> Diagnostic {
    Diagnostic::error("E0204", span, "these bytes name no cell")
        .label("one of the four 8-byte limbs is not below 2^64 - 2^32 + 1")
        .help("copy the id that the cell's own key command printed")
}

/// `E0206`: a value or variable of another type than its place.
pub(super) fn type_mismatch(
    span: Span,
    found: &str,
    wanted: &str,
    why: Option<(Span, String)>,
) -> Diagnostic {
    let (found, wanted) = (article(found), article(wanted));
    let report = Diagnostic::error("E0206", span, format!("expected {wanted}, found {found}"));
    let report = report.label(format!("this is {found}"));
    let report = match why {
        Some((span, text)) => report.also(span, text),
        None => report,
    };
    report.help(format!("use {wanted} here"))
}

/// A type's word with its article.
pub(super) fn article(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {word}")
}

/// `E0206`: nothing says what type a column of a predicate has, counted from 1.
pub(super) fn type_unknown(span: Span, name: &str, column: usize) -> Diagnostic {
    Diagnostic::error("E0206", span, format!("nothing says what type column {column} of `{name}` has"))
        .label("neither a relation nor a constant fixes it")
        .help("use its variable in a relation, or compare it with a constant")
}

/// `E0207`: a call with the wrong number of arguments.
pub(super) fn arity(
    span: Span,
    name: &str,
    found: usize,
    wanted: usize,
    implied: bool,
    declared: Span,
) -> Diagnostic {
    let plural = if wanted == 1 { "argument" } else { "arguments" };
    let besides = if implied { " besides the caller" } else { "" };
    let report =
        Diagnostic::error("E0207", span, format!("`{name}` takes {wanted} {plural}{besides}, not {found}"))
            .label(format!("{found} given"))
            .also(declared, "declared here");
    if implied && found == wanted + 1 {
        report.help("leave out the first argument: in an ACL it is the caller")
    } else {
        report.help(format!("give {wanted} {plural}"))
    }
}

/// `E0208`: more of something than the language's bounds allow.
pub(super) fn too_many(span: Span, what: &str, found: usize, limit: usize, help: &str) -> Diagnostic {
    Diagnostic::error("E0208", span, format!("{found} {what}, the limit is {limit}"))
        .label("too many")
        .help(help)
}

/// `E0209`: a type that does not exist.
pub(super) fn unknown_type(span: Span, name: &str) -> Diagnostic {
    let report = Diagnostic::error("E0209", span, format!("`{name}` is no type")).label("not a type");
    match closest(name, ["cell", "text", "int"].into_iter()) {
        Some(close) => report.help(format!("did you mean `{close}`?")).suggest(span, close),
        None => report.help("the types are `cell`, `text` and `int`"),
    }
}

/// `E0211`: a bound that does not exist or is out of range.
pub(super) fn bad_limit(span: Span, message: String, help: String) -> Diagnostic {
    Diagnostic::error("E0211", span, message).label("this bound").help(help)
}

/// `E0212`: a segment regex that is wrong or matches nothing.
pub(super) fn bad_regex(span: Span, message: String, help: &str) -> Diagnostic {
    Diagnostic::error("E0212", span, message).label("this regex").help(help)
}

/// `E0213`: a relation that leaves and proofs cannot tell from another; `None` for the reserved one.
pub(super) fn same_element(relation: &Relation, other: Option<&Relation>) -> Diagnostic {
    let name = &relation.name;
    match other {
        Some(other) => Diagnostic::error(
            "E0213",
            relation.span,
            format!("`{name}` and `{}` have the same element in proofs", other.name),
        )
        .label("this one")
        .also(other.span, "and this one"),
        None => Diagnostic::error(
            "E0213",
            relation.span,
            format!("`{name}` has the element that proofs reserve for sets of cells"),
        )
        .label("this relation"),
    }
    .note("an element is made of a relation's name and the types of its columns")
    .help("rename it, or give it other columns")
}

/// `E0309`: a path that should be absolute, or should not.
pub(super) fn absolute(span: Span, relative: Option<String>) -> Diagnostic {
    match relative {
        Some(relative) => Diagnostic::error("E0309", span, "a path inside a block is relative to the block")
            .label("the block's prefix is repeated here")
            .help(format!("write `{relative}`"))
            .fix(span, relative),
        None => Diagnostic::error("E0309", span, "a path outside a route block begins with `/`")
            .label("relative to nothing")
            .help("put `/` in front of it")
            .fix(Span { end: span.start, ..span }, "/"),
    }
}

/// `E0312`: redirects that lead to one another.
pub(super) fn redirect_cycle(span: Span, others: &[(Span, String)], cycle: &str) -> Diagnostic {
    let report = Diagnostic::error("E0312", span, "these redirects lead in a circle").label("begins here");
    let report = others.iter().fold(report, |report, (span, text)| report.also(*span, text.clone()));
    report.note(format!("the circle: {cycle}")).help("let one of them point at a route")
}

/// `E0313`: a target that no route selects.
pub(super) fn no_target(span: Span, path: &str, close: Option<&str>) -> Diagnostic {
    let report = Diagnostic::error("E0313", span, format!("no route matches `{path}`"))
        .label("the target is no route");
    match close {
        Some(close) => report.help(format!("did you mean `{close}`?")).suggest(span, close),
        None => report.help("add a route for it, or point at an existing one"),
    }
}

/// `E0313`: a `latest` that names no version of its list.
pub(super) fn no_version(span: Span, label: &str, versions: Span, close: Option<&str>) -> Diagnostic {
    let report = Diagnostic::error("E0313", span, format!("no version is called `{label}`"))
        .label("the target is no version")
        .also(versions, "the versions are listed here");
    match close {
        Some(close) => report.help(format!("did you mean `{close}`?")).suggest(span, close),
        None => report.help("add the version, or point at one that is listed"),
    }
}

/// `E0313`: a target that is itself a redirect.
pub(super) fn target_is_redirect(span: Span, path: &str, other: Span, end: &str) -> Diagnostic {
    Diagnostic::error("E0313", span, format!("`{path}` is itself a redirect, not a route"))
        .label("redirects go one hop")
        .also(other, "redirected again here")
        .help(format!("write `{end}`"))
        .suggest(span, end)
}

/// `E0314`: a nested route outside its block.
pub(super) fn outside_parent(
    span: Span,
    path: &str,
    parent: Span,
    parent_path: &str,
    tail: bool,
) -> Diagnostic {
    let report = Diagnostic::error("E0314", span, format!("`{path}` lies outside the block it is nested in"))
        .label("nested here");
    if tail {
        report
            .also(parent, format!("the block holds only paths that match `{parent_path}`"))
            .help("move it to the top level")
    } else {
        report.also(parent, format!("`{parent_path}` matches no path below itself")).help(format!(
            "write the block as `{}/**`, or move the route out",
            parent_path.trim_end_matches('/')
        ))
    }
}

/// `E0315`: nothing to inherit.
pub(super) fn nothing_to_inherit(span: Span, permission: &str, parent: Option<Span>) -> Diagnostic {
    let report = Diagnostic::error("E0315", span, format!("there is no `allow {permission}` to inherit"));
    let report = report.label("nothing to inherit");
    match parent {
        Some(parent) => report.also(parent, format!("this block grants no {permission}")),
        None => report.note("only a route inside a block has something to inherit from"),
    }
    .help(format!("write `allow {permission}: ..;` here or in the block around it"))
}

/// `E0316`: `versions` where it has no meaning.
pub(super) fn versions_need_literal(span: Span, path: Span) -> Diagnostic {
    Diagnostic::error("E0316", span, "`versions` belongs in a route with a literal path")
        .label("its entries would be no single paths")
        .also(path, "this path holds a capture, a star or is a gateway")
        .help("write the versions as routes of their own")
}

/// `E0317`: a gateway's path that is no literal prefix.
pub(super) fn gateway_path(span: Span) -> Diagnostic {
    Diagnostic::error("E0317", span, "a gateway owns a literal prefix and everything below it")
        .label("not a literal prefix with `/**`")
        .help("write literal segments and then `/**`")
}

/// `E0319`: `delegate` where it has no meaning.
pub(super) fn delegate_misplaced(span: Span, in_gateway: bool) -> Diagnostic {
    if in_gateway {
        Diagnostic::error("E0319", span, "only `mount` can be delegated")
            .label("not `mount`")
            .help("write `delegate mount to ..;`")
    } else {
        Diagnostic::error("E0319", span, "`delegate` belongs in a gateway")
            .label("this route has no owner who could delegate")
            .help("write `gateway PATH/** owner @cell { .. }`")
    }
}

/// `E0324`: a number out of its range.
pub(super) fn out_of_range(span: Span, what: &str, limit: u64) -> Diagnostic {
    Diagnostic::error("E0324", span, format!("{what} is at most {limit}"))
        .label("too large")
        .help(format!("use 0 to {limit}"))
}

/// `E0325`: a path that must be concrete.
pub(super) fn not_concrete(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error("E0325", span, format!("{what} is one concrete path"))
        .label("matches many paths")
        .help("write it without captures and stars")
}

/// `E0401`: a name that means nothing here.
pub(super) fn unknown(
    span: Span,
    what: &str,
    name: &str,
    close: Option<(&str, String)>,
    hint: Option<String>,
) -> Diagnostic {
    let report =
        Diagnostic::error("E0401", span, format!("no {what} is called `{name}`")).label("unknown name");
    match (close, hint) {
        (Some((shown, edit)), _) => report.help(format!("did you mean `{shown}`?")).suggest(span, edit),
        (None, Some(hint)) => report.help(hint),
        (None, None) => report.help("declare it, or correct the spelling"),
    }
}

/// `E0402`: a variable that nothing binds.
pub(super) fn unsafe_variable(span: Span, name: &str, place: &str, in_head: bool) -> Diagnostic {
    let report = Diagnostic::error("E0402", span, format!("`{name}` is not bound by the rule's body"))
        .label(format!("used in {place}"));
    if in_head {
        report.help(format!(
            "use `{name}` in a relation of the body, or write `in {name}` if every use gives it a value"
        ))
    } else {
        report.help(format!("use `{name}` in a relation of the body that is not negated"))
    }
}

/// `E0403`: negation of a predicate that rules define.
pub(super) fn negated_predicate(span: Span, name: &str, declared: Span) -> Diagnostic {
    Diagnostic::error("E0403", span, format!("`{name}` is defined by rules and cannot be negated"))
        .label("negated here")
        .also(declared, "defined by this rule")
        .note("what a rule derives may rest on facts a caller keeps to itself")
        .help("assert a public fact instead, and negate that")
}

/// `E0404`: negation over what a caller may hide.
pub(super) fn negated_private(span: Span, what: &str, declared: Option<Span>) -> Diagnostic {
    let report = Diagnostic::error("E0404", span, format!("{what} cannot be negated")).label("negated here");
    let report = match declared {
        Some(declared) => report.also(declared, "held facts are the caller's to hide"),
        None => report,
    };
    report.help("negate only `cells` and public relations")
}

/// `E0406`: a second declaration.
pub(super) fn declared_twice(span: Span, what: &str, name: &str, first: Span) -> Diagnostic {
    Diagnostic::error("E0406", span, format!("{what} `{name}` is declared twice"))
        .label("declared again")
        .also(first, "first declared here")
        .help("remove one of them, or rename it")
}

/// `E0406`: a statement that a block has once, or a fact of a test that has one value.
pub(super) fn stated_twice(span: Span, what: &str, first: Span) -> Diagnostic {
    Diagnostic::error("E0406", span, format!("`{what}` is stated twice"))
        .label("stated again")
        .also(first, "first stated here")
        .help("remove one of them")
}

/// `E0406`: a name the language keeps for itself.
pub(super) fn reserved_name(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        "E0406",
        span,
        format!("`{name}` is an ACL of the language and cannot be declared again"),
    )
    .label("already means something")
    .help("choose another name")
}

/// `E0412`: a fact of something that is not a public relation.
pub(super) fn fact_not_public(span: Span, name: &str, held: bool, declared: Span) -> Diagnostic {
    if held {
        Diagnostic::error("E0412", span, format!("`{name}` is held: a policy cannot state its facts"))
            .label("stated in clear")
            .also(declared, "declared `held` here")
            .help("remove the fact; in a test write `given` instead")
    } else {
        Diagnostic::error("E0412", span, format!("`{name}` is defined by rules: it has no facts of its own"))
            .label("stated as a fact")
            .also(declared, "defined by this rule")
            .help("state a fact of a relation that the rules use")
    }
}

/// `E0501`: a threshold that is no majority or more than everyone.
pub(super) fn threshold(span: Span, k: u64, n: u64) -> Diagnostic {
    let report = Diagnostic::error("E0501", span, format!("a threshold of {k} of {n} is out of range"));
    let least = n / 2 + 1;
    let report = report.label(if k > n {
        "more than there are members"
    } else {
        "no majority: two halves could decide against each other"
    });
    match n {
        0 => report.help("state a threshold of at least 1 of 1"),
        _ if least == n => report.help(format!("write `threshold {n} of {n};`")),
        _ => report.help(format!("use {least} to {n} for the first number")),
    }
}

/// `E0503`: a governance block that does not add up.
pub(super) fn governance(
    span: Span,
    message: String,
    also: Option<(Span, String)>,
    help: &str,
) -> Diagnostic {
    let report = Diagnostic::error("E0503", span, message).label("in this governance block");
    let report = match also {
        Some((span, text)) => report.also(span, text),
        None => report,
    };
    report.help(help)
}

/// `E0503`: a cell that the council names again.
pub(super) fn member_twice(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::error("E0503", span, format!("the council names the cell `@{name}` twice"))
        .label("again, perhaps under another name")
        .also(first, "first named here")
        .help("name each member once")
}

/// `E0701`: a test that gives what cannot be given.
pub(super) fn given_derived(span: Span, name: &str, declared: Span) -> Diagnostic {
    Diagnostic::error("E0701", span, format!("`{name}` is defined by rules and cannot be given"))
        .label("derived, not stated")
        .also(declared, "defined by this rule")
        .help("give the facts it follows from")
}
