//! The path of a file relative to the root directory, in normal form.

use std::fmt;

/// A file below the root directory: at least one segment, none of them empty, `.` or `..`.
///
/// INVARIANT: no segment holds `/`, `\`, `:` or a control character, so no platform reads one as absolute, as a drive
/// or as several segments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModulePath {
    segments: Vec<String>,
}

/// Why a text names no file below the root directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadModulePath {
    /// It is empty, or ends in a directory.
    NoFile,
    /// It begins with `/`.
    Absolute,
    /// Its `..` lead out of the root directory.
    Outside,
    /// It holds a character that file names of modules may not have.
    Character(char),
    /// It holds `//`.
    EmptySegment,
}

impl ModulePath {
    /// A file of the root directory itself.
    ///
    /// # Errors
    /// [`BadModulePath`], also for a text with a `/`.
    pub fn root(file: &str) -> Result<ModulePath, BadModulePath> {
        let path = resolve(Vec::new(), file)?;
        if path.segments.len() == 1 { Ok(path) } else { Err(BadModulePath::NoFile) }
    }

    /// The file that `text` names when this file imports it.
    ///
    /// # Errors
    /// [`BadModulePath`]
    pub fn import(&self, text: &str) -> Result<ModulePath, BadModulePath> {
        let directory = self.segments.split_last().map_or(&[][..], |(_, directory)| directory);
        resolve(directory.to_vec(), text)
    }

    /// The segments, directories first.
    pub fn segments(&self) -> &[String] {
        &self.segments
    }
}

impl fmt::Display for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.segments.join("/"))
    }
}

fn resolve(mut segments: Vec<String>, text: &str) -> Result<ModulePath, BadModulePath> {
    let bad = |character: &char| matches!(character, '\\' | ':') || character.is_control();
    if let Some(character) = text.chars().find(bad) {
        return Err(BadModulePath::Character(character));
    }
    if text.starts_with('/') {
        return Err(BadModulePath::Absolute);
    }
    let last = text.rsplit('/').next().unwrap_or("");
    if matches!(last, "" | "." | "..") {
        return Err(BadModulePath::NoFile);
    }
    for segment in text.split('/') {
        match segment {
            "" => return Err(BadModulePath::EmptySegment),
            "." => {}
            ".." => {
                segments.pop().ok_or(BadModulePath::Outside)?;
            }
            name => segments.push(name.to_owned()),
        }
    }
    Ok(ModulePath { segments })
}
