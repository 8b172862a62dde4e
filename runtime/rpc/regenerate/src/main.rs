//! Writes the code of the schema to the directory given, or to where `dregg-rpc` has it. Needs the program `capnp`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, error, fs};

const NAME: &str = "dregg_capnp.rs";

/// What the file says of itself, as every module here does.
const OPENING: &str = "//! Code of `schema/dregg.capnp`, made by `regenerate`: never edited.\n";

fn main() -> ExitCode {
    match write() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write() -> Result<(), Box<dyn error::Error>> {
    let rpc = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let schema = rpc.join("schema");
    let to = env::args_os().nth(1).map_or_else(|| rpc.join("src"), PathBuf::from);
    let mut command = capnpc::CompilerCommand::new();
    command.src_prefix(&schema).file(schema.join("dregg.capnp")).output_path(&to).run()?;
    let code = fs::read_to_string(to.join(NAME))?;
    // Which `capnp` it was is no part of the code.
    let code: Vec<&str> = code.lines().filter(|line| !line.starts_with("// capnp binary version")).collect();
    fs::write(to.join(NAME), format!("{OPENING}{}\n", code.join("\n").trim_end()))?;
    Ok(())
}
