//! Where connections come from.

use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream as Probe;
use std::path::Path;
use tokio::net::{TcpListener, UnixListener, UnixSocket};

/// How many may wait to be accepted.
const BACKLOG: u32 = 128;

/// A socket at `path` that its owner alone may connect to. A socket that nobody listens on any more is replaced; of two
/// processes that do so at once the later has it, so whoever calls this holds the lock of the node's store.
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
    let socket = UnixSocket::new_stream()?;
    // Before it has a name, so that there is no moment at which another could connect; again, for systems that take no
    // notice of the first.
    let owner = Permissions::from_mode(0o600);
    File::from(socket.as_fd().try_clone_to_owned()?).set_permissions(owner.clone())?;
    socket.bind(path)?;
    fs::set_permissions(path, owner)?;
    socket.listen(BACKLOG)
}

/// A listener for TLS connections.
///
/// # Errors
/// What the system says.
pub async fn listen_tcp(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}
