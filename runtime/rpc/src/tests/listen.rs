//! Sockets: whose they are, and which of them are replaced.

use crate::listen::{listen_tcp, listen_unix};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use tokio::net::UnixStream;

#[tokio::test]
async fn a_socket_is_its_owners_and_no_other_takes_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("node.sock");
    let listener = listen_unix(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let (near, far) = tokio::join!(listener.accept(), UnixStream::connect(&path));
    assert!(near.is_ok() && far.is_ok());
    assert_eq!(listen_unix(&path).unwrap_err().kind(), ErrorKind::AddrInUse);
    // One that nobody listens on is left by a node that has crashed.
    drop(listener);
    assert!(path.exists());
    assert!(listen_unix(&path).is_ok());
}

#[tokio::test]
async fn what_is_no_socket_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("precious");
    fs::write(&path, "precious").unwrap();
    assert_eq!(listen_unix(&path).unwrap_err().kind(), ErrorKind::AlreadyExists);
    let link = directory.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert_eq!(listen_unix(&link).unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    assert!(listen_unix(&directory.path().join("none/node.sock")).is_err());
}

#[tokio::test]
async fn a_port_is_listened_on() {
    let listener = listen_tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let taken = listener.local_addr().unwrap();
    assert!(listen_tcp(taken).await.is_err());
}
