//! Handshakes between right and wrong peers.

use super::keys;
use crate::tls::{Acceptor, Connector};
use rustls::client::AlwaysResolvesClientRawPublicKeys;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::AlwaysResolvesServerRawPublicKeys;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::CertifiedKey;
use rustls::version::TLS13;
use rustls::{ClientConfig, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme};
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// A certificate of the usual kind, and its key.
const X509: &[u8] = include_bytes!("x509.der");
const X509_KEY: &[u8] = include_bytes!("x509_key.der");

/// A side that takes any other, raw key or not.
#[derive(Debug)]
struct Lax {
    raw: bool,
}

impl ServerCertVerifier for Lax {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.raw
    }
}

impl ClientCertVerifier for Lax {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        ServerCertVerifier::verify_tls12_signature(self, message, shown, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        ServerCertVerifier::verify_tls13_signature(self, message, shown, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.raw
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn x509() -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    (CertificateDer::from(X509), PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(X509_KEY)))
}

/// The certificate where a raw key belongs.
fn disguised() -> Arc<CertifiedKey> {
    let key = ring::sign::any_eddsa_type(&PrivatePkcs8KeyDer::from(X509_KEY)).unwrap();
    Arc::new(CertifiedKey::new(vec![CertificateDer::from(X509)], key))
}

/// What the node learns of a client that is none of ours.
async fn met(config: impl FnOnce(bool) -> ClientConfig, raw: bool) -> io::Result<[u8; 32]> {
    let (near, far) = duplex(1 << 16);
    let connector = TlsConnector::from(Arc::new(config(raw)));
    let client = async move {
        let mut stream = connector.connect("localhost".try_into().unwrap(), far).await?;
        stream.read_u8().await
    };
    let acceptor = Acceptor::new(&keys(1)).unwrap();
    let (accepted, refused) = tokio::join!(acceptor.accept(near), client);
    assert!(refused.is_err());
    accepted.map(|(_, peer)| peer)
}

/// What our client says of a server that is none of ours.
async fn reached(config: ServerConfig) -> io::Result<[u8; 32]> {
    let (near, far) = duplex(1 << 16);
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let connector = Connector::new(&keys(2), None).unwrap();
    let (_, connected) = tokio::join!(acceptor.accept(near), connector.connect(far));
    connected.map(|(_, peer)| peer)
}

async fn both(pin: Option<[u8; 32]>) -> (io::Result<[u8; 32]>, io::Result<[u8; 32]>) {
    let (near, far): (DuplexStream, DuplexStream) = duplex(1 << 16);
    let acceptor = Acceptor::new(&keys(1)).unwrap();
    let connector = Connector::new(&keys(2), pin).unwrap();
    let server = async {
        let (mut stream, peer) = acceptor.accept(near).await?;
        stream.write_u8(42).await?;
        io::Result::Ok(peer)
    };
    let client = async {
        let (mut stream, peer) = connector.connect(far).await?;
        assert_eq!(stream.read_u8().await?, 42);
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"dregg/1".as_slice()));
        io::Result::Ok(peer)
    };
    tokio::join!(server, client)
}

#[tokio::test]
async fn two_keys_meet_and_know_each_other() {
    for pin in [None, Some(keys(1).public_key())] {
        let (server, client) = both(pin).await;
        assert_eq!(server.unwrap(), keys(2).public_key());
        assert_eq!(client.unwrap(), keys(1).public_key());
    }
}

#[tokio::test]
async fn an_impostor_is_refused() {
    let (server, client) = both(Some(keys(3).public_key())).await;
    assert!(client.unwrap_err().to_string().contains("invalid peer certificate"));
    assert!(server.is_err());
}

#[tokio::test]
async fn a_client_that_shows_no_key_is_refused() {
    let anonymous = |raw| {
        ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13])
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Lax { raw }))
            .with_no_client_auth()
    };
    assert!(met(anonymous, true).await.is_err());
    assert!(met(anonymous, false).await.is_err());
}

#[tokio::test]
async fn a_client_that_shows_a_certificate_is_refused() {
    let builder = |raw| {
        ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13])
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Lax { raw }))
    };
    let certified = |raw| builder(raw).with_client_auth_cert(vec![x509().0], x509().1).unwrap();
    assert!(met(certified, true).await.is_err());
    assert!(met(certified, false).await.is_err());
    let as_key = |raw| {
        let resolver = AlwaysResolvesClientRawPublicKeys::new(disguised());
        builder(raw).with_client_cert_resolver(Arc::new(resolver))
    };
    let refused = met(as_key, true).await.unwrap_err().to_string();
    assert!(refused.contains("BadEncoding"), "{refused}");
}

#[tokio::test]
async fn a_server_that_shows_a_certificate_is_refused() {
    let builder = |raw| {
        ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13])
            .unwrap()
            .with_client_cert_verifier(Arc::new(Lax { raw }))
    };
    for raw in [true, false] {
        let certified = builder(raw).with_single_cert(vec![x509().0], x509().1).unwrap();
        assert!(reached(certified).await.is_err());
    }
    let resolver = AlwaysResolvesServerRawPublicKeys::new(disguised());
    let refused =
        reached(builder(true).with_cert_resolver(Arc::new(resolver))).await.unwrap_err().to_string();
    assert!(refused.contains("BadEncoding"), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn a_handshake_comes_to_its_end() {
    let since = tokio::time::Instant::now();
    let (near, mut far) = duplex(1 << 16);
    far.write_all(&[0x16, 3, 1, 0x10]).await.unwrap();
    let late = Acceptor::new(&keys(1)).unwrap().accept(near).await.err().unwrap();
    assert_eq!(late.kind(), io::ErrorKind::TimedOut);
    let (near, _far) = duplex(1 << 16);
    let late = Connector::new(&keys(2), None).unwrap().connect(near).await.err().unwrap();
    assert_eq!((late.kind(), since.elapsed().as_secs()), (io::ErrorKind::TimedOut, 20));
}
