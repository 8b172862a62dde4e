//! The ordered alphabet of paths: what the DFA, its lookup rows and the circuit call a symbol.

/// How many symbols a path is written in; they are numbered from 0.
pub const SYMBOLS: u8 = 76;

/// The symbol after the last byte of every path. Acceptance is a transition on it.
pub const END: u8 = SYMBOLS;

/// The bytes of the symbols: `/` first, then the bytes a segment may hold in ASCII order.
pub const BYTES: &[u8; SYMBOLS as usize] =
    b"/!$()+,-.0123456789:=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";

/// The symbol of `/`.
pub const SLASH: u8 = 0;

const NONE: u8 = u8::MAX;

const SYMBOL_OF: [u8; 256] = {
    let mut table = [NONE; 256];
    let mut symbol = 0u8;
    while symbol < SYMBOLS {
        // A const block cannot use `get`; the index is below the array's length.
        #[expect(clippy::indexing_slicing, reason = "bounded by SYMBOLS, evaluated at compile time")]
        {
            table[BYTES[symbol as usize] as usize] = symbol;
        }
        symbol += 1;
    }
    table
};

/// The symbol of a byte, or `None` if no path can hold it.
#[inline]
pub fn symbol(byte: u8) -> Option<u8> {
    match SYMBOL_OF.get(usize::from(byte)) {
        Some(&symbol) if symbol != NONE => Some(symbol),
        Some(_) | None => None,
    }
}

/// The byte of a symbol, or `None` for [`END`] and beyond.
pub fn byte(symbol: u8) -> Option<u8> {
    BYTES.get(usize::from(symbol)).copied()
}

/// Whether a segment may hold this byte.
pub fn in_segment(byte: u8) -> bool {
    byte != b'/' && symbol(byte).is_some()
}
