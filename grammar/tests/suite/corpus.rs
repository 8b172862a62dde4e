//! The sample texts: the good and the wrong ones here, and every `.dregg` file of the repository.

use std::path::{Path, PathBuf};

/// A text and what it is called.
pub struct Sample {
    /// Its file's name without the extension.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The samples in a directory below `tests/`, by name.
pub fn samples(directory: &str) -> Vec<Sample> {
    let found = read(vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(directory)]);
    assert!(!found.is_empty(), "no samples in {directory}");
    found
}

/// Every `.dregg` file of the repository.
pub fn repository() -> Vec<Sample> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let rooms = ["compiler", "docs", "examples", "grammar", "runtime", "stdlib", "tests"];
    let found = read(rooms.iter().map(|room| root.join(room)).collect());
    assert!(found.len() > 20, "the repository has more samples");
    found
}

fn read(mut directories: Vec<PathBuf>) -> Vec<Sample> {
    let mut files = Vec::new();
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(&directory).expect("the directory exists") {
            let path = entry.expect("the entry is readable").path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "dregg") {
                files.push(path);
            }
        }
    }
    files.sort();
    // A sample that is no UTF-8 shows an error of reading, and is nothing for the parser.
    let sample = |path: PathBuf| {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let text = String::from_utf8(std::fs::read(&path).expect("the file is readable")).ok()?;
        Some(Sample { name, text })
    };
    files.into_iter().filter_map(sample).collect()
}
