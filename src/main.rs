//! Arguments in, exit code out.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: casegraph::memory::Counted = casegraph::memory::Counted;

fn main() -> ExitCode {
    casegraph::cli::main()
}
