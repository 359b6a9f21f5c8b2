//! Any metadata, over a small table.
#![no_main]

use casegraph_fuzz::{Pair, process};
use libfuzzer_sys::fuzz_target;

const CSV: &[u8] = b"id,date,n,list\na,2013-10-05,\"1,5\",x|y\nb,5/10/2013,-2%,\n\n\xC3\xA9,,NaN,|\n";

fuzz_target!(|metadata: &[u8]| process(&Pair { csv: CSV, metadata }));
