//! Where the mesh is, and who acts there.

use crate::error::Error;
use dregg_artifact::CellId;
use dregg_attest::Keys;
use dregg_node::{Home, home};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::OnceLock;

/// How a node is reached.
#[derive(Clone, Debug)]
pub enum Place {
    /// The running node of a home; if none runs, it is embedded for as long as it is needed.
    Home(Home),
    /// The running node of a home and nothing else: for who serves, and must not keep the store from a node.
    Running(Home),
    /// A node elsewhere, over TLS.
    Tcp {
        /// Its address.
        address: SocketAddr,
        /// Its cell: nobody else is taken for it.
        node: CellId,
    },
}

static DEFAULT: OnceLock<(Home, Keys)> = OnceLock::new();

/// Says for the whole process where the mesh is and who acts, in the place of the environment; the first time only.
/// Whether it was the first time.
pub fn set_default(home: Home, keys: Keys) -> bool {
    DEFAULT.set((home, keys)).is_ok()
}

/// What [`set_default`] said, `$DREGG_HOME`, else `dregg` in the platform's directory for data.
pub fn default_home() -> Home {
    if let Some((home, _)) = DEFAULT.get() {
        return home.clone();
    }
    let named = std::env::var_os("DREGG_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let usual = || dirs::data_dir().unwrap_or_else(|| PathBuf::from(".")).join("dregg");
    Home::at(named.unwrap_or_else(usual))
}

/// What [`set_default`] said of this home, the keys of `$DREGG_KEY`, else the first that the home began with.
///
/// # Errors
/// [`Error::Home`] with the file.
pub fn default_keys(home: &Home) -> Result<Keys, Error> {
    if let Some((_, keys)) = DEFAULT.get().filter(|(known, _)| known == home) {
        return Ok(keys.clone());
    }
    match std::env::var_os("DREGG_KEY").filter(|file| !file.is_empty()) {
        Some(file) => Ok(home::read(&PathBuf::from(file))?),
        None if !home.begun() => Err(dregg_node::HomeError::from(dregg_node::StoreError::NoStore).into()),
        None => Ok(home.acting()?),
    }
}
