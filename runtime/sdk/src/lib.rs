//! The mesh for programs: mount a service, resolve a path to a live reference, invoke it, verify the answer.
//!
//! A clerk acts for one cell. Mounting needs a right that the policy grants:
//!
//! ```standalone_crate
//! use dregg_sdk::{AgentCipherclerk, ServiceDescriptor, Effect};
//! # use dregg_sdk::Pricing;
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doc/begun.inc"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { begun(async {
//!
//! let mut cclerk = AgentCipherclerk::new();
//!
//! let descriptor = ServiceDescriptor {
//!     name: "inference-api".into(),
//!     description: "GPT-4 inference service".into(),
//!     accepted_effects: vec![Effect::Invoke, Effect::Transfer],
//!     pricing: Pricing { per_call: 10, budget_required: true },
//!     verification_key: None,
//! };
//!
//! // Mount requires a capability proving authority at this path
//! cclerk.mount_service("/services/ai/inference", descriptor).await?;
//! # assert_eq!(cclerk.list("/services/ai/").await?[0].description, "GPT-4 inference service");
//! # Ok(()) }) }
//! ```
//!
//! Resolving proves access without being asked where the policy requires a proof, and gives a live reference:
//!
//! ```standalone_crate
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/doc/begun.inc"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { begun(async {
//! # let (_serving, payload) = serving().await?;
//! use dregg_sdk::AgentCipherclerk;
//!
//! let mut cclerk = AgentCipherclerk::new();
//!
//! // Resolve returns a live capability reference
//! let service_ref = cclerk.resolve_service("/services/ai/inference").await?;
//!
//! // Invoke the service via CapTP (promise pipelining supported)
//! let result = service_ref.invoke("classify", &payload).await?;
//!
//! // The service's response includes a STARK proof (if VK was set)
//! result.verify()?;
//! # assert!(std::str::from_utf8(result.output())?.contains("label"), "{:?}", result.output());
//! # Ok(()) }) }
//! ```
//!
//! [`AgentCipherclerk::call`] does all three in one round trip.
//!
//! Not here: the node (`dregg-node`), what a response proves (`dregg-response`).

mod binding;
mod clerk;
mod credentials;
mod descriptor;
mod error;
mod evidence;
mod inside;
mod least;
mod link;
mod place;
mod reference;
mod resolve;
mod service;
mod sturdy;
mod submit;

pub use binding::Binding;
pub use clerk::{AgentCipherclerk, trust};
pub use credentials::{Credential, Wallet};
pub use descriptor::{Effect, Offering, Pricing, ServiceDescriptor};
pub use dregg_artifact::{CellId, Permission};
pub use dregg_attest::{Argument, Keys, StatedFact};
pub use dregg_mesh::{Action, Descriptor, Offer};
pub use dregg_node::Home;
pub use dregg_response::{Outcome, ResponseVerifier};
pub use dregg_rpc::failure::{Denial, Fault};
pub use error::Error;
pub use evidence::Showing;
pub use place::{Place, default_home, default_keys, set_default};
pub use reference::{CallOptions, CallResult, ServiceRef, never_ran};
pub use resolve::Listing;
pub use service::{Incoming, Reply, Service, Serving};
pub use sturdy::SturdyRef;
pub use submit::Receipt;
