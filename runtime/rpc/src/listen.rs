//! Where connections come from.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream as Probe;
use std::path::Path;
use tokio::net::{TcpListener, UnixListener};

/// A socket at `path` that its owner alone may connect to. A socket that nobody listens on any more is replaced.
///
/// # Errors
/// [`ErrorKind::AddrInUse`] if somebody listens there, [`ErrorKind::AlreadyExists`] if the path is something else, and
/// what the system says.
pub fn listen_unix(path: &Path) -> io::Result<UnixListener> {
    match fs::symlink_metadata(path) {
        Ok(there) if !there.file_type().is_socket() => {
            return Err(io::Error::new(ErrorKind::AlreadyExists, "the path is no socket"));
        }
        Ok(_) if Probe::connect(path).is_ok() => {
            return Err(io::Error::new(ErrorKind::AddrInUse, "somebody listens there"));
        }
        Ok(_) => fs::remove_file(path)?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// A listener for TLS connections.
///
/// # Errors
/// What the system says.
pub async fn listen_tcp(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}
