//! Any bytes as a store file, as they are and compressed: it is opened or refused, and never panics.
#![no_main]

use std::fs;
use std::io::Write;

use casegraph::store::{CaseStore, cases, sorted_quads};
use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).expect("memory takes all");
    let packed = packed.finish().expect("memory takes all");
    for (name, bytes) in [("raw.nq.gz", bytes), ("packed.nq.gz", packed.as_slice())] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        let Ok(store) = CaseStore::open(&path) else { continue };
        sorted_quads(&store).expect("what was opened can be read");
        cases(&store).expect("what was opened can be read");
    }
});
