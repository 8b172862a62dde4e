//! Keys and streams that the tests share.

mod failure;
mod login;
mod tls;

use crate::login::Greeting;
use dregg_attest::Keys;

/// The keys of a cell by its number.
fn keys(number: u8) -> Keys {
    Keys::new("cell", &[number; 32], &[number; 32]).unwrap()
}

/// What the node of these keys says to a connection.
fn greeting(node: &Keys, challenge: u8) -> Greeting {
    Greeting {
        instance: [7; 32],
        node: node.cell(),
        proving_key: node.proving_key(),
        challenge: [challenge; 32],
    }
}
