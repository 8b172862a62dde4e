//! Bytes to tokens to tree; and what is clean can be formatted, once and for all.
#![no_main]

use dregg_grammar::{FormatError, SourceId, decode, format, lex, parse, parse_acl, parse_path};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = SourceId(0);
    let Ok(text) = decode(source, bytes) else { return };
    let lexed = lex(source, text);
    for (start, _, end) in &lexed.tokens {
        assert!(start <= end && text.get(*start..*end).is_some(), "a token that is no part of the text");
    }
    let parsed = parse(source, text);
    for report in &parsed.diagnostics {
        let spans = report.secondary.iter().chain([&report.primary]).map(|label| label.span);
        for span in spans.chain(report.fix.iter().map(|fix| fix.span)) {
            assert!(text.get(span.range()).is_some(), "{report:?} is about no part of the text");
        }
    }
    let _ = parse_acl(source, text);
    let _ = parse_path(source, text);
    match format(source, text) {
        Ok(once) => {
            let again = parse(source, &once);
            assert!(
                !again.diagnostics.iter().any(|report| report.is_error()),
                "{once}\n{:?}",
                again.diagnostics
            );
            assert_eq!(format(source, &once).as_deref(), Ok(once.as_str()), "formatted twice");
        }
        Err(FormatError::ChangedMeaning) => panic!("the formatter would change the meaning"),
        Err(FormatError::Syntax(reports)) => assert!(!reports.is_empty()),
        Err(FormatError::TooLarge) => {}
    }
});
