//! Logins that hold, and those that do not.

use super::{greeting, keys};
use crate::dregg_capnp;
use crate::login::{Greeting, Login, LoginError, Transport};
use capnp::message::Builder;
use dregg_artifact::CellId;
use dregg_commit::Digest;

fn tls(number: u8) -> Transport {
    Transport::Tls { peer: keys(number).public_key() }
}

#[test]
fn a_cell_logs_in_over_a_plain_socket_by_signing() {
    let greeting = greeting(&keys(1), 5);
    let login = Login::new(&greeting, &keys(2), &Transport::Plain);
    assert_eq!(login.check(&greeting, &Transport::Plain), Ok(keys(2).cell()));

    let other = |change: fn(&mut Greeting)| {
        let mut other = greeting;
        change(&mut other);
        login.check(&other, &Transport::Plain)
    };
    assert_eq!(other(|greeting| greeting.challenge[31] ^= 1), Err(LoginError::Signature));
    assert_eq!(other(|greeting| greeting.node = keys(3).cell()), Err(LoginError::Signature));
    assert_eq!(other(|greeting| greeting.instance[0] ^= 1), Err(LoginError::Signature));
}

#[test]
fn a_signature_is_of_both_keys_and_of_nothing_else() {
    let greeting = greeting(&keys(1), 5);
    let good = Login::new(&greeting, &keys(2), &Transport::Plain);
    let changed = |change: fn(&mut Login)| {
        let mut login = good;
        change(&mut login);
        login.check(&greeting, &Transport::Plain)
    };
    assert_eq!(changed(|login| login.signature = None), Err(LoginError::Signature));
    assert_eq!(changed(|login| login.signature = Some([0; 64])), Err(LoginError::Signature));
    assert_eq!(changed(|login| login.key = keys(3).public_key()), Err(LoginError::Signature));
    assert_eq!(changed(|login| login.proving_key = keys(3).proving_key()), Err(LoginError::Signature));
    // The point of order one, under which zeros are a signature by the lax rule.
    let small = |login: &mut Login| {
        login.key = [0; 32];
        login.key[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        login.signature = Some(signature);
    };
    assert_eq!(changed(small), Err(LoginError::Signature));
    assert_eq!(changed(|login| login.key = [0xff; 32]), Err(LoginError::Signature));
}

#[test]
fn over_tls_the_key_of_the_transport_is_the_login() {
    let greeting = greeting(&keys(1), 5);
    let login = Login::new(&greeting, &keys(2), &tls(2));
    assert_eq!(login.signature, None);
    assert_eq!(login.check(&greeting, &tls(2)), Ok(keys(2).cell()));
    assert_eq!(login.check(&greeting, &tls(3)), Err(LoginError::OtherKey));
    assert_eq!(login.check(&greeting, &Transport::Plain), Err(LoginError::Signature));
    let signed = Login::new(&greeting, &keys(2), &Transport::Plain);
    assert_eq!(signed.check(&greeting, &tls(2)), Err(LoginError::Malformed { part: "signature" }));
}

#[test]
fn a_node_is_the_cell_of_its_key_and_its_greeting() {
    let node = keys(1);
    let greeting = greeting(&node, 5);
    let key = node.public_key();
    assert_eq!(greeting.check_node(&key, None), Ok(()));
    assert_eq!(greeting.check_node(&key, Some(node.cell())), Ok(()));
    let other = LoginError::OtherNode { node: node.cell() };
    assert_eq!(greeting.check_node(&key, Some(keys(2).cell())), Err(other));
    // Another's name, with the own keys or with the other's proving key.
    let borrowed = Greeting { node: keys(2).cell(), ..greeting };
    assert_eq!(borrowed.check_node(&key, Some(keys(2).cell())), Err(other));
    let borrowed = Greeting { proving_key: keys(2).proving_key(), ..borrowed };
    assert!(borrowed.check_node(&key, Some(keys(2).cell())).is_err());
}

#[test]
fn both_are_read_as_they_are_written() {
    let greeting = greeting(&keys(1), 5);
    let mut message = Builder::new_default();
    greeting.write(message.init_root());
    assert_eq!(Greeting::read(message.get_root_as_reader().unwrap()), Ok(greeting));
    for transport in [Transport::Plain, tls(2)] {
        let login = Login::new(&greeting, &keys(2), &transport);
        let mut message = Builder::new_default();
        login.write(message.init_root());
        assert_eq!(Login::read(message.get_root_as_reader().unwrap()), Ok(login));
    }
}

#[test]
fn what_is_malformed_is_named() {
    let read = |change: fn(dregg_capnp::greeting::Builder<'_>)| {
        let mut message = Builder::new_default();
        greeting(&keys(1), 5).write(message.init_root());
        change(message.get_root().unwrap());
        Greeting::read(message.get_root_as_reader().unwrap())
    };
    assert_eq!(read(|mut greeting| greeting.set_protocol(2)), Err(LoginError::Protocol { protocol: 2 }));
    let malformed = |part| Err(LoginError::Malformed { part });
    assert_eq!(read(|mut greeting| greeting.set_instance(&[7; 31])), malformed("instance"));
    assert_eq!(read(|mut greeting| greeting.set_node(&[7; 33])), malformed("node"));
    assert_eq!(read(|mut greeting| greeting.set_challenge(&[])), malformed("challenge"));
    // Limbs that are no elements.
    assert_eq!(read(|mut greeting| greeting.set_proving_key(&[0xff; 32])), malformed("provingKey"));

    let read = |key: &[u8], proving_key: &[u8], signature: &[u8]| {
        let mut message = Builder::new_default();
        let mut login: dregg_capnp::login::Builder<'_> = message.init_root();
        login.set_key(key);
        login.set_proving_key(proving_key);
        login.set_signature(signature);
        Login::read(message.get_root_as_reader().unwrap()).map(|_| ())
    };
    let digest = Digest([1, 2, 3, 4]).to_bytes();
    assert_eq!(read(&[1; 32], &digest, &[1; 64]), Ok(()));
    assert_eq!(read(&[1; 31], &digest, &[]), Err(LoginError::Malformed { part: "key" }));
    assert_eq!(read(&[1; 32], &[], &[]), Err(LoginError::Malformed { part: "provingKey" }));
    assert_eq!(read(&[1; 32], &digest, &[1; 63]), Err(LoginError::Malformed { part: "signature" }));
    assert_eq!(CellId(digest).0.len(), 32);
}

/// The bytes that `docs/rpc.md` gives to whoever writes a client in another language.
#[test]
fn the_signed_bytes_are_those_of_the_page() {
    let greeting = Greeting {
        instance: [1; 32],
        node: CellId([2; 32]),
        proving_key: Digest([0; 4]),
        challenge: [3; 32],
    };
    let proving_key = Digest::from_bytes(&[5; 32]).unwrap();
    let message = greeting.message(&[4; 32], &proving_key);
    let hexadecimal: String = message.iter().map(|byte| format!("{byte:02x}")).collect();
    let page = include_str!("../../../../docs/rpc.md");
    assert!(page.contains(&hexadecimal), "{hexadecimal}");
}
