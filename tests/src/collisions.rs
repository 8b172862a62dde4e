//! Relations that collide because a test says so: nobody knows two names that do.

use dregg_compiler::load::load_text;
use dregg_compiler::lower::{alike, lower};
use dregg_grammar::{Diagnostic, SourceMap};
use std::collections::BTreeMap;

/// What the compiler says to relations with these elements, each as `granted(cell,text) 17`; `reserved` for the element of
/// the relation of large sets.
pub fn reports(words: &[&str]) -> (SourceMap, Vec<Diagnostic>) {
    let mut text = "policy example version 1;\n".to_owned();
    let mut elements: BTreeMap<&str, u64> = BTreeMap::new();
    for pair in words.chunks(2) {
        let [relation, element] = pair else { panic!("a relation and its element: {pair:?}") };
        let (name, types) = relation.trim_end_matches(')').split_once('(').unwrap();
        let columns: Vec<String> =
            types.split(',').enumerate().map(|(place, ty)| format!("c{place}: {ty}")).collect();
        text += &format!("relation {name}({}) public;\n", columns.join(", "));
        let element = match *element {
            "reserved" => dregg_commit::record::member_relation(),
            number => number.parse().unwrap(),
        };
        elements.insert(name, element);
    }
    let loaded = load_text("policy.dregg", &text);
    let lowered = lower(&loaded);
    assert!(lowered.diagnostics.is_empty(), "{:?}", lowered.diagnostics);
    let reports = alike(&lowered.hir.relations, |relation| elements[relation.name.as_str()]);
    (loaded.sources, reports)
}
