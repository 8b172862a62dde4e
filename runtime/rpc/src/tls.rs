//! TLS 1.3 between two Ed25519 keys: raw public keys both ways (RFC 7250), no certificates, no names, no resumption.
//!
//! The handshake shows that the peer holds a key. Which cell that is, the greeting and the login say
//! ([`crate::login`]).

use dregg_attest::Keys;
use ed25519_dalek::VerifyingKey;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::crypto::{CryptoProvider, ring, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use rustls::sign::CertifiedKey;
use rustls::version::TLS13;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, PeerMisbehaved,
    ServerConfig, SignatureScheme,
};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::{TlsAcceptor, TlsConnector, client, server};
use zeroize::Zeroizing;

/// What is spoken inside, so that no other protocol's connection is taken for one of this.
const APPLICATION: &[u8] = b"dregg/1";

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What precedes a public key (RFC 8410, section 4).
const PUBLIC: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// What precedes a secret key (RFC 8410, section 7).
const SECRET: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// How a node is met over TLS.
#[derive(Clone)]
pub struct Acceptor(TlsAcceptor);

/// How a node is reached over TLS.
#[derive(Clone)]
pub struct Connector(TlsConnector);

impl Acceptor {
    /// For the node of these keys.
    ///
    /// # Errors
    /// What the TLS library says of the key.
    pub fn new(keys: &Keys) -> Result<Acceptor, Error> {
        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider.clone())
            .with_protocol_versions(&[&TLS13])?
            .with_client_cert_verifier(Arc::new(Peer { provider, pin: None }))
            .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(certified(keys)?)));
        config.alpn_protocols = vec![APPLICATION.to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Acceptor(TlsAcceptor::from(Arc::new(config))))
    }

    /// The connection behind a stream, and the Ed25519 key that the peer has shown to hold.
    ///
    /// # Errors
    /// Whatever ends a handshake; after ten seconds it ends by itself.
    pub async fn accept<S>(&self, stream: S) -> io::Result<(server::TlsStream<S>, [u8; 32])>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let stream = timeout(HANDSHAKE, self.0.accept(stream)).await??;
        let peer = peer_key(stream.get_ref().1.peer_certificates())?;
        Ok((stream, peer))
    }
}

impl Connector {
    /// For the cell of these keys, to the node of the key `pin`; if there is none, whoever answers is told by
    /// [`crate::login::Greeting::check_node`].
    ///
    /// # Errors
    /// What the TLS library says of the key.
    pub fn new(keys: &Keys, pin: Option<[u8; 32]>) -> Result<Connector, Error> {
        let provider = Arc::new(ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider.clone())
            .with_protocol_versions(&[&TLS13])?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Peer { provider, pin }))
            .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(certified(keys)?)));
        config.alpn_protocols = vec![APPLICATION.to_vec()];
        config.resumption = Resumption::disabled();
        config.enable_sni = false;
        Ok(Connector(TlsConnector::from(Arc::new(config))))
    }

    /// The connection over a stream, and the Ed25519 key that the node has shown to hold.
    ///
    /// # Errors
    /// Whatever ends a handshake, another key than the pinned one among it; after ten seconds it ends by itself.
    pub async fn connect<S>(&self, stream: S) -> io::Result<(client::TlsStream<S>, [u8; 32])>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let stream = timeout(HANDSHAKE, self.0.connect(nobody(), stream)).await??;
        let peer = peer_key(stream.get_ref().1.peer_certificates())?;
        Ok((stream, peer))
    }
}

/// The name that the library wants in place of a host's. It is not sent, and nothing depends on it.
fn nobody() -> ServerName<'static> {
    ServerName::IpAddress(IpAddr::from(Ipv4Addr::UNSPECIFIED).into())
}

fn certified(keys: &Keys) -> Result<Arc<CertifiedKey>, Error> {
    let secret = Zeroizing::new([SECRET.as_slice(), keys.signing_key().as_bytes()].concat());
    let secret = ring::sign::any_eddsa_type(&PrivatePkcs8KeyDer::from(secret.as_slice()))?;
    let public = [PUBLIC.as_slice(), &keys.public_key()].concat();
    Ok(Arc::new(CertifiedKey::new(vec![CertificateDer::from(public)], secret)))
}

fn peer_key(shown: Option<&[CertificateDer<'_>]>) -> io::Result<[u8; 32]> {
    let key = shown.and_then(<[_]>::first).and_then(|shown| ed25519_key(shown));
    key.ok_or_else(|| io::Error::other("the peer has shown no key"))
}

/// The key in what a peer shows, if that is an Ed25519 key and nothing else.
fn ed25519_key(shown: &[u8]) -> Option<[u8; 32]> {
    let key: [u8; 32] = shown.strip_prefix(&PUBLIC)?.try_into().ok()?;
    // SOUNDNESS: the TLS library's rule lets a key of small order sign; a cell's rule does not.
    VerifyingKey::from_bytes(&key).ok().filter(|key| !key.is_weak()).map(|_| key)
}

/// What is asked of the peer, on both sides: an Ed25519 key, the pinned one if one is.
#[derive(Debug)]
struct Peer {
    provider: Arc<CryptoProvider>,
    pin: Option<[u8; 32]>,
}

impl Peer {
    fn check(&self, shown: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Result<(), Error> {
        match ed25519_key(shown) {
            Some(key) if others.is_empty() && self.pin.is_none_or(|pin| pin == key) => Ok(()),
            Some(_) => Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)),
            None => Err(Error::InvalidCertificate(CertificateError::BadEncoding)),
        }
    }

    fn check_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let key = SubjectPublicKeyInfoDer::from(shown.as_ref());
        verify_tls13_signature_with_raw_key(
            message,
            &key,
            signed,
            &self.provider.signature_verification_algorithms,
        )
    }
}

/// Of earlier versions there is nothing.
fn too_old() -> Result<HandshakeSignatureValid, Error> {
    Err(Error::PeerMisbehaved(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme))
}

impl ServerCertVerifier for Peer {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.check(shown, others).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        too_old()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check_signature(message, shown, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl ClientCertVerifier for Peer {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        shown: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.check(shown, others).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        too_old()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check_signature(message, shown, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}
