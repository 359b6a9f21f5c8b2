//! The programs of `examples/` run, and print what their first lines say.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{files_below, read, repository};

#[test]
fn every_example_prints_what_it_says() {
    let examples: Vec<PathBuf> = files_below(&repository("examples"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .collect();
    assert!(examples.len() >= 6, "{examples:?}");
    for path in examples {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let source = read(&format!("examples/{}", path.display()));
        let promised: Vec<&str> = source.lines().filter_map(|line| line.strip_prefix("//! Prints: ")).collect();
        // Cargo builds the examples with the tests, beside the program.
        let program = Path::new(assert_cmd::cargo::cargo_bin!("casegraph"))
            .with_file_name("examples")
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        let outcome = Command::new(&program).current_dir(repository(".")).output();
        let outcome = outcome.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let told = String::from_utf8_lossy(&outcome.stdout);
        assert!(outcome.status.success(), "{name}: {}", String::from_utf8_lossy(&outcome.stderr));
        assert!(!promised.is_empty(), "{name} says nothing of what it prints");
        for line in promised {
            assert!(told.contains(line), "{name} does not print `{line}`:\n{told}");
        }
    }
}
