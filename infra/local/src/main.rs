//! The command line program.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A fifth of the time of a sign-up is allocation. docs/performance.md compares it with the system's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    local::cli::main()
}
