//! One request and its response, with everything that tells them from any other.

use crate::ResponseKey;
use dregg_air::field::Felt;
use dregg_artifact::CellId;

/// Bytes of a digest in an element: the most that are below the modulus whatever they are.
const LIMB: usize = 7;

/// Where and when a call takes place: what client and service know before there is a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallContext<'a> {
    /// The mesh.
    pub instance: [u8; 32],
    /// The cell of the service.
    pub service: CellId,
    /// The path at which it is mounted, after a redirect.
    pub path: &'a str,
    /// What tells this call from others.
    pub call_id: &'a [u8],
}

/// A request and its response. The client takes everything but the output from what it asked, never from what it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange<'a> {
    /// The mesh.
    pub instance: [u8; 32],
    /// The cell of the service.
    pub service: CellId,
    /// The path at which it is mounted, after a redirect.
    pub path: &'a str,
    /// What was asked of the service.
    pub method: &'a str,
    /// With which bytes.
    pub payload: &'a [u8],
    /// The bytes of the response.
    pub output: &'a [u8],
    /// What tells this call from others.
    pub call_id: &'a [u8],
}

impl<'a> CallContext<'a> {
    /// What a request and its response make of this.
    pub fn exchange(&self, method: &'a str, payload: &'a [u8], output: &'a [u8]) -> Exchange<'a> {
        let CallContext { instance, service, path, call_id } = *self;
        Exchange { instance, service, path, method, payload, output, call_id }
    }
}

impl Exchange<'_> {
    /// The digest of the exchange and of the AIR that answers for it.
    pub fn digest(&self, key: &ResponseKey) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("dregg response exchange");
        hasher.update(&key.0);
        hasher.update(&self.instance);
        hasher.update(&self.service.0);
        let (path, method) = (self.path.as_bytes(), self.method.as_bytes());
        for bytes in [path, method, self.payload, self.output, self.call_id] {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
        *hasher.finalize().as_bytes()
    }

    /// The digest as elements, for the public inputs of the AIR: limbs of seven bytes, the lowest first.
    ///
    /// SOUNDNESS: in the transcript these make a proof of another request, service or call draw other challenges. About
    /// the computation they say nothing: the AIR itself has to constrain payload and output.
    pub fn statement(&self, key: &ResponseKey) -> [Felt; 5] {
        let digest = self.digest(key);
        let mut elements = [Felt::new(0); 5];
        for (slot, bytes) in elements.iter_mut().zip(digest.chunks(LIMB)) {
            *slot = Felt::new(bytes.iter().rev().fold(0u64, |limb, byte| limb << 8 | u64::from(*byte)));
        }
        elements
    }
}
