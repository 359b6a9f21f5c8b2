//! The program as a user runs it. In: arguments, a folder and standard input. Out: what it printed and its exit code.
//! Nothing of the environment reaches it but the way to other programs, so that its output is the same everywhere.

use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// What a run of the program left behind.
pub(crate) struct Outcome {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// Exit code; -1 where a signal ended it.
    pub(crate) status: i32,
}

/// Runs the program in a folder.
pub(crate) fn run(args: &[impl AsRef<str>], folder: &Path, stdin: &[u8]) -> Outcome {
    run_with(args, folder, stdin, std::env::var_os("PATH").as_deref())
}

/// Runs the program in a folder, with the way to other programs that is given.
pub(crate) fn run_with(args: &[impl AsRef<str>], folder: &Path, stdin: &[u8], path: Option<&OsStr>) -> Outcome {
    run_in(args, folder, stdin, path, &[])
}

/// Runs the program in a folder, with the way to other programs and the variables that are given.
pub(crate) fn run_in(
    args: &[impl AsRef<str>],
    folder: &Path,
    stdin: &[u8],
    path: Option<&OsStr>,
    variables: &[(&str, &str)],
) -> Outcome {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("casegraph"));
    command.args(args.iter().map(AsRef::as_ref)).current_dir(folder).env_clear().write_stdin(stdin);
    // Copies of what lies on endpoints are kept with what the tests leave behind.
    command.env("CASEGRAPH_CACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("copies"));
    command.env("PATH", path.unwrap_or_default()).envs(variables.iter().copied());
    // What imports log as their time: 22 May 2014.
    command.env("SOURCE_DATE_EPOCH", "1400716800");
    let output = command.output().expect("the program of this build starts");
    Outcome {
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        status: output.status.code().unwrap_or(-1),
    }
}

/// Returns a path below the root of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Reads a file of the repository.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns all files below a folder, sorted, as paths relative to it.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in next.read_dir().unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path = entry.expect("an entry of a folder").path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(folder).expect("below the folder").to_owned());
            }
        }
    }
    found.sort();
    found
}

/// Copies a folder with all below it.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for file in files_below(from) {
        let target = to.join(&file);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(from.join(&file), target)?;
    }
    Ok(())
}

/// Tells whether expectations are to be rewritten instead of compared.
pub(crate) fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some_and(|value| value != "0")
}

/// Shows where two texts part: the lines before it, then both sides.
pub(crate) fn difference(expected: &str, found: &str) -> String {
    let (expected, found): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    let same = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let mut out = format!("    line {}:\n", same + 1);
    let before = &expected[same.saturating_sub(2)..same];
    for (mark, lines) in [(' ', before), ('-', &expected[same..]), ('+', &found[same..])] {
        for line in lines.iter().take(12) {
            writeln!(out, "    {mark} {line}").expect("a String takes all that is written");
        }
    }
    out
}
