//! Any bytes on a connection to the server: it answers or closes, no answer tells of a fault of its own, and the next
//! request is answered.
#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::sync::LazyLock;
use std::sync::mpsc::channel;
use std::time::Duration;

use casegraph::serve::{Options, run};
use libfuzzer_sys::fuzz_target;

static ADDRESS: LazyLock<String> = LazyLock::new(|| {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let case = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/harbour-lights"));
        let options = Options { port: 0, query_time: Duration::from_secs(2), ..Options::default() };
        run(case, options, |url| tell.send(url.to_owned()).expect("the fuzzer waits")).expect("a server");
    });
    let url = told.recv().expect("an address");
    url.trim_start_matches("http://").trim_end_matches('/').to_owned()
});

fn ask(bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(ADDRESS.as_str()).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket");
    let mut answer = Vec::new();
    // A server may close before it has read all.
    let _sent = stream.write_all(bytes).and_then(|()| stream.shutdown(Shutdown::Write));
    let _read = stream.read_to_end(&mut answer);
    answer
}

fuzz_target!(|bytes: &[u8]| {
    let answer = ask(bytes);
    assert!(!answer.starts_with(b"HTTP/1.1 500"), "{}", String::from_utf8_lossy(&answer));
    let honest = ask(format!("HEAD / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", *ADDRESS).as_bytes());
    assert!(honest.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&honest));
});
