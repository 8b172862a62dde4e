//! Where the mesh is, and who acts there.

use crate::error::Error;
use dregg_artifact::CellId;
use dregg_attest::Keys;
use dregg_node::{Home, home};
use std::net::SocketAddr;
use std::path::PathBuf;

/// How a node is reached.
#[derive(Clone, Debug)]
pub enum Place {
    /// The running node of a home; if none runs, it is embedded for as long as it is needed.
    Home(Home),
    /// A node elsewhere, over TLS.
    Tcp {
        /// Its address.
        address: SocketAddr,
        /// Its cell: nobody else is taken for it.
        node: CellId,
    },
}

/// `$DREGG_HOME`, else `dregg` in the platform's directory for data.
pub fn default_home() -> Home {
    let named = std::env::var_os("DREGG_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let usual = || dirs::data_dir().unwrap_or_else(|| PathBuf::from(".")).join("dregg");
    Home::at(named.unwrap_or_else(usual))
}

/// The keys of `$DREGG_KEY`, else the first that the home began with.
///
/// # Errors
/// [`Error::Home`] with the file.
pub fn default_keys(home: &Home) -> Result<Keys, Error> {
    match std::env::var_os("DREGG_KEY").filter(|file| !file.is_empty()) {
        Some(file) => Ok(home::read(&PathBuf::from(file))?),
        None if !home.begun() => Err(dregg_node::HomeError::from(dregg_node::StoreError::NoStore).into()),
        None => Ok(home.acting()?),
    }
}
