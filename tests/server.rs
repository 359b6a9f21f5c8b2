//! A running server for tests: the program itself on a port of loopback that is free, ended with the value.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ureq::Agent;
use ureq::http::Request;

/// A server and what is needed to reach it.
pub(crate) struct Server {
    child: Child,
    /// Address without a `/` at its end.
    pub(crate) url: String,
    pub(crate) token: Option<String>,
    agent: Agent,
}

/// What a server sent.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) status: u16,
    pub(crate) media: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

fn program() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin!("casegraph"))
}

impl Server {
    /// Starts a server for a case with further arguments.
    pub(crate) fn start(case: &Path, args: &[&str]) -> Self {
        Self::start_by(program(), case, args)
    }

    /// Starts a server by a command that runs the program with the arguments that it is given.
    pub(crate) fn start_by(command: Command, case: &Path, args: &[&str]) -> Self {
        Self::launch(command, case, args, Stdio::inherit())
    }

    /// Starts one whose standard error `complaints` returns.
    pub(crate) fn watched(case: &Path, args: &[&str]) -> Self {
        Self::launch(program(), case, args, Stdio::piped())
    }

    fn launch(mut command: Command, case: &Path, args: &[&str], stderr: Stdio) -> Self {
        command.arg("serve").arg(case).args(["--port", "0"]).args(args);
        let mut child = command.stdout(Stdio::piped()).stderr(stderr).spawn().expect("the program starts");
        let stdout = child.stdout.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("the first line");
        let (_, address) = line.trim().split_once(" is served at ").unwrap_or_else(|| panic!("no address: {line}"));
        let (url, token) = match address.split_once("#token=") {
            Some((url, token)) => (url, Some(token.to_owned())),
            None => (address, None),
        };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(60)));
        Self { child, url: url.trim_end_matches('/').to_owned(), token, agent: config.build().into() }
    }

    /// Sends a request with headers and a body; an empty header value leaves the header out.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Sent {
        self.try_send(method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Sends a request to a server that may end meanwhile.
    pub(crate) fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Sent, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.to_vec()).expect("a request");
        let config = self.agent.configure_request(request).allow_non_standard_methods(true).build();
        let mut answer = self.agent.run(config)?;
        let header =
            |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let media = header("content-type");
        let headers = answer.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned())).collect();
        let body = answer.body_mut().with_config().limit(1 << 28).read_to_vec()?;
        Ok(Sent { status: answer.status().as_u16(), media, headers, body: String::from_utf8_lossy(&body).into_owned() })
    }

    /// Sends an update with the token.
    pub(crate) fn try_update(&self, text: &str) -> Result<Sent, ureq::Error> {
        let headers = [("content-type", "application/sparql-update"), ("authorization", &*self.bearer())];
        self.try_send("POST", "/sparql", &headers, text.as_bytes())
    }

    /// Returns the id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn get(&self, path: &str) -> Sent {
        self.send("GET", path, &[], &[])
    }

    /// Drops files on the page for imports, with the parameters of a query such as `?apply`.
    pub(crate) fn drop_files(&self, query: &str, files: &[(&str, &str)]) -> Sent {
        let (media, bearer) = ("multipart/form-data; boundary=cut", self.bearer());
        let headers = [("content-type", media), ("authorization", bearer.as_str())];
        self.send("POST", &format!("/import{query}"), &headers, form(files).as_bytes())
    }

    /// Ends the server at once, as a crash does.
    pub(crate) fn kill(&self) {
        let killed = Command::new("kill").args(["-KILL", &self.id().to_string()]).status();
        assert!(killed.is_ok_and(|status| status.success()), "the server cannot be ended");
    }

    /// Asks the server to end, as Ctrl-C does, and returns whether it ended well.
    pub(crate) fn interrupt(mut self) -> bool {
        let asked = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        asked.is_ok_and(|status| status.success()) && self.child.wait().is_ok_and(|status| status.success())
    }

    /// Ends a server that is watched, and returns what it wrote to standard error.
    pub(crate) fn complaints(mut self) -> String {
        self.child.kill().expect("it still runs");
        let mut told = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut told).expect("UTF-8");
        told
    }

    /// Returns the processor time that the server has used so far, where the system tells it.
    pub(crate) fn used(&self) -> Option<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        let (_, fields) = stat.rsplit_once(')')?;
        let ticks: u64 = fields.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
        Some(Duration::from_millis(ticks * 10))
    }

    /// Returns host and port.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Returns the header that bears the token.
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.token.as_deref().unwrap_or_default())
    }
}

impl Sent {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that has ended already is as good.
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Returns files as a form whose parts are parted by `cut`.
pub(crate) fn form(files: &[(&str, &str)]) -> String {
    let part = |(name, text): &(&str, &str)| {
        let head = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"");
        format!("--cut\r\n{head}\r\nContent-Type: text/csv\r\n\r\n{text}\r\n")
    };
    files.iter().map(part).collect::<String>() + "--cut--\r\n"
}

/// Percent-encodes a text for the query part of an address.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// Imports a case into a case file in a folder, and returns its path.
pub(crate) fn store_of(case: &str, folder: &Path) -> PathBuf {
    let store = folder.join("case.casegraph");
    let case = crate::program::repository(case);
    let args = ["import", case.to_str().expect("UTF-8"), "--store", store.to_str().expect("UTF-8")];
    let outcome = crate::program::run(&args, folder, &[]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    store
}
