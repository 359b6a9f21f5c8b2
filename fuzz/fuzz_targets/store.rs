//! Any bytes as a case file, alone and after the head of one: it is opened or refused, what it holds is read or said to be
//! damaged, and nothing panics.
#![no_main]

use std::fs;

use casegraph::store::{CaseStore, cases, sorted_quads, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("any.casegraph");
    for head in [&b""[..], b"rdf-cols\x01\0\0\0"] {
        fs::write(&path, [head, bytes].concat()).expect("a file");
        let is_whole = verify(&path).is_ok();
        let Ok(store) = CaseStore::open(&path) else { continue };
        assert!(!is_whole || sorted_quads(&store).is_ok() && cases(&store).is_ok());
    }
});
