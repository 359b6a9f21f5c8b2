//! Arguments in, exit code out.

use std::process::ExitCode;

/// Terms are made by one thread and thrown away by another, which the allocator of most systems is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    casegraph::cli::main()
}
