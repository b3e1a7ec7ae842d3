//! The one executable. Everything is in the library; this gives the process its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    twitclone::cli::main()
}
