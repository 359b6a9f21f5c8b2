//! Any query over a shipped case as a view shows it: it is answered, refused or stopped by a limit, and never panics.
//! `CASEGRAPH_CASE` names the folder of the case.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use casegraph::case::Case;
use casegraph::query::{Limits, Protocol, Question, run_limited};
use casegraph::view::View;
use libfuzzer_sys::fuzz_target;
use oxigraph::sparql::CancellationToken;

static CASE: LazyLock<Case> = LazyLock::new(|| {
    let shipped = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/harbour-lights"));
    let folder = std::env::var_os("CASEGRAPH_CASE").map_or(shipped, PathBuf::from);
    let known_on = Some("2020-01-01".parse().expect("a day"));
    Case::open_as(&folder, View { known_on, ..View::default() }).expect("a sound case")
});

fuzz_target!(|text: &str| {
    let Ok(question) = Question::ad_hoc("-", text) else { return };
    let token = CancellationToken::new();
    let clock = token.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(2));
        clock.cancel();
    });
    let limits = Limits { rows: 1_000, bytes: 1 << 20, memory: 256 << 20, token };
    let case = &*CASE;
    let _answer = run_limited(case.whole().expect("a case"), &case.base, &question, &[], &Protocol::default(), &limits);
});
