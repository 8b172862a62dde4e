//! Bytes on the command line: pairs of hexadecimal digits, with or without `0x`.

use crate::input::Failure;

/// The bytes of a text; `what` is its name in the message.
///
/// # Errors
/// A message if it is anything but pairs of digits.
pub fn bytes(what: &str, text: &str) -> Result<Vec<u8>, Failure> {
    let digits = text.strip_prefix("0x").unwrap_or(text).as_bytes();
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    digits
        .chunks(2)
        .map(pair)
        .collect::<Option<Vec<u8>>>()
        .ok_or_else(|| Failure::Message(format!("the {what} `{text}` is not pairs of hexadecimal digits")))
}

/// The same, of a fixed number of bytes.
///
/// # Errors
/// A message if it is anything else.
pub fn array<const N: usize>(what: &str, text: &str) -> Result<[u8; N], Failure> {
    bytes(what, text)?
        .try_into()
        .map_err(|_| Failure::Message(format!("the {what} has {N} bytes, {} hexadecimal digits", 2 * N)))
}

/// Two lower-case digits a byte.
pub fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
