//! The mesh for programs: mount a service, resolve a path to a live reference, invoke it, verify the answer.
//!
//! Not here: the node (`dregg-node`).

mod binding;
mod clerk;
mod credentials;
mod descriptor;
mod error;
mod evidence;
mod inside;
mod link;
mod place;
mod reference;
mod resolve;
mod service;
mod sturdy;
mod submit;

pub use binding::Binding;
pub use clerk::AgentCipherclerk;
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
pub use place::{Place, default_home, default_keys};
pub use reference::{CallOptions, CallResult, ServiceRef};
pub use resolve::Listing;
pub use service::{Incoming, Reply, Service, Serving};
pub use sturdy::SturdyRef;
pub use submit::Receipt;
