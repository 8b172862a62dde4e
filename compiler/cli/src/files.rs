//! Files that a command line names.

use crate::outcome::Failure;
use crate::output::shown;
use dregg_compiler::load::ReadError;
use dreggc::disk::regular;
use std::path::Path;

/// The bytes of any file a command line names, up to `limit`.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    regular(path, limit).map_err(|error| {
        let reason = match error {
            ReadError::NotFound => "there is no such file".to_owned(),
            ReadError::NotAFile => "it is not a regular file".to_owned(),
            ReadError::TooLarge => format!("it is larger than {limit} bytes"),
            ReadError::Outside => "it is outside the directory".to_owned(),
            ReadError::Other(reason) => reason,
        };
        Failure::new(format!("cannot read `{}`: {reason}", shown(path)))
    })
}

/// The bytes of a text file a command line names, up to `limit`.
pub(crate) fn read_text(path: &Path, limit: usize) -> Result<String, Failure> {
    let bytes = read(path, limit)?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::new(format!("cannot read `{}`: it is not UTF-8", shown(path))))
}
