//! Engines that are started for the tests: Oxigraph's server and Virtuoso, where they are installed. Each listens on this
//! machine alone, keeps its data in a temporary folder, and ends with the test that started it.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::program::{repository, run};

/// An engine that runs.
pub(crate) struct Engine {
    /// Address of its endpoint.
    pub(crate) address: String,
    update: String,
    process: Child,
    _folder: tempfile::TempDir,
}

impl Drop for Engine {
    fn drop(&mut self) {
        // One that has ended by itself cannot be ended again.
        let _ended = self.process.kill().and_then(|()| self.process.wait());
    }
}

impl Engine {
    /// Starts Oxigraph's server, the package `oxigraph` of the Python index.
    pub(crate) fn oxigraph() -> Option<Self> {
        let program = installed("oxigraph", "`pip install oxigraph`")?;
        Some(Self::start(("query", "update"), |_, port| {
            let mut command = Command::new(&program);
            command.args(["serve", "--bind", &format!("127.0.0.1:{port}")]);
            command
        }))
    }

    /// Starts Virtuoso, Debian's `virtuoso-opensource`, and lets everybody change its data.
    pub(crate) fn virtuoso() -> Option<Self> {
        let program = installed("virtuoso-t", "`apt-get install virtuoso-opensource`")?;
        let client = installed("isql-vt", "`apt-get install virtuoso-opensource`")?;
        let mut sql = 0;
        let engine = Self::start(("sparql", "sparql"), |folder, port| {
            sql = free_port();
            let settings = format!(
                "[Database]\nDatabaseFile = v.db\nErrorLogFile = v.log\nLockFile = v.lck\nTransactionFile = v.trx\n\
                 xa_persistent_file = v.pxa\n[TempDatabase]\nDatabaseFile = t.db\nTransactionFile = t.trx\n[Parameters]\n\
                 ServerPort = 127.0.0.1:{sql}\nDisableUnixSocket = 1\nCheckpointInterval = 0\nDirsAllowed = .\n\
                 NumberOfBuffers = 4000\n[HTTPServer]\nServerPort = 127.0.0.1:{port}\nServerRoot = .\nServerThreads = 5\n\
                 [SPARQL]\nResultSetMaxRows = 4000\n"
            );
            fs::write(folder.join("virtuoso.ini"), settings).expect("the settings");
            let mut command = Command::new(&program);
            command.args(["+configfile", "virtuoso.ini", "+foreground"]);
            command
        });
        let grant = ["exec=GRANT SPARQL_UPDATE TO \"SPARQL\""];
        let address = format!("127.0.0.1:{sql}");
        let granted =
            Command::new(client).args([&address, "dba", "dba"]).args(grant).output().expect("the client starts");
        assert!(granted.status.success(), "{}", String::from_utf8_lossy(&granted.stdout));
        Some(engine)
    }

    /// Starts an engine that answers queries and updates at these paths; `command` makes it, for a folder and a port.
    fn start((query, update): (&str, &str), mut command: impl FnMut(&Path, u16) -> Command) -> Self {
        // A port that was free a moment ago may have been taken since: then the engine ends, and gets another.
        for _ in 0..5 {
            let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
            let mut command = command(folder.path(), port);
            command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let mut process = command.spawn().expect("the engine starts");
            let began = Instant::now();
            while process.try_wait().expect("its state").is_none() {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    let at = |path: &str| format!("http://127.0.0.1:{port}/{path}");
                    return Self { address: at(query), update: at(update), process, _folder: folder };
                }
                if began.elapsed() > Duration::from_secs(60) {
                    let _ended = process.kill();
                    panic!("{command:?} does not come up");
                }
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        panic!("the engine ends as soon as it is started");
    }

    /// Takes away all cases.
    pub(crate) fn clear(&self) {
        let graphs = "SELECT DISTINCT ?g { GRAPH ?g { ?s a ?class } FILTER (STRENDS(STR(?g), \"/graph/case\") \
                      || STRENDS(STR(?g), \"/graph/imports\")) }";
        let asked = ureq::post(&self.address).header("Accept", "text/csv").send_form([("query", graphs)]);
        let graphs = asked.expect("an answer").body_mut().read_to_string().expect("text");
        for graph in graphs.lines().skip(1).map(|graph| graph.trim_matches('"')) {
            let request = ureq::post(&self.update).content_type("application/sparql-update");
            request.send(format!("CLEAR GRAPH <{graph}>")).expect("the update is taken");
        }
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its number").port()
}

/// Finds a program; where it is not installed, says that the test is skipped, past the test runner, which would keep it.
fn installed(name: &str, how: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file());
    if found.is_none() {
        let mut told = std::io::stderr().lock();
        writeln!(told, "SKIPPED: tests on an engine, since `{name}` is not installed; {how} installs it")
            .expect("stderr");
    }
    found
}

/// Imports a case, changes it, imports it again, and asks about it; compares with the same case as a folder.
fn keeps_a_case(address: &str) {
    let casegraph = |args: &[&str]| run(args, &repository(""), &[]);
    let flagship = "data/microsoft-nsl";
    let first = casegraph(&["import", flagship, "--store", address]);
    assert_eq!(first.status, 0, "{}", first.stderr);
    let again = casegraph(&["import", flagship, "--store", address]);
    assert!(again.stdout.contains("nothing changed"), "{}", again.stdout);

    let folder = tempfile::tempdir().expect("a folder");
    let changed = folder.path().join("microsoft-nsl");
    crate::program::copy_folder(&repository(flagship), &changed).expect("a copy");
    change_a_note(&changed.join("relations.csv"));
    let changed = changed.to_string_lossy();
    let second = casegraph(&["import", &changed, "--store", address]);
    assert!(second.stdout.contains(": 0 facts added, 1 changed, 0 removed;"), "{}{}", second.stdout, second.stderr);

    let all = "SELECT ?s ?p ?o { ?s ?p ?o FILTER (!STRSTARTS(STR(?s), \"https://example.org/nsl/id/import/\") \
               && !STRSTARTS(STR(?s), \"https://example.org/nsl/id/file/\")) }";
    for args in [
        &["query", "CASE", all][..],
        &["query", "CASE", "gags", "-f", "json"],
        &["query", "CASE", "timeline", "--known-on", "2014-05-21"],
        &["query", "CASE", "SELECT ?f { GRAPH ?g { ?f cg:asserted false } } ORDER BY DESC(?f) LIMIT 5"],
        &["query", "CASE", "CONSTRUCT { ?s :says ?o } WHERE { ?s cg:denies ?o }"],
        &["known", "CASE", "--on", "2014-05-21", "--as-of", "2013-12-01"],
        &["diff", "CASE", "--known-on", "2014-05-01", "--known-on", "2014-06-01"],
    ] {
        let on = |case: &str| {
            let args: Vec<&str> = args.iter().map(|arg| if *arg == "CASE" { case } else { arg }).collect();
            casegraph(&args)
        };
        let (near, far) = (on(&changed), on(address));
        assert_eq!((near.status, far.status), (0, 0), "{args:?}: {}{}", near.stderr, far.stderr);
        assert!(near.stdout == far.stdout, "{args:?}\n{}", crate::program::difference(&near.stdout, &far.stdout));
    }
}

fn change_a_note(relations: &Path) {
    let text = fs::read_to_string(relations).expect("relations.csv");
    let changed = text.replacen("dateline; title,", "dateline; heading,", 1);
    assert_ne!(text, changed, "a locator that can be changed");
    fs::write(relations, changed).expect("relations.csv");
}

#[test]
fn oxigraphs_server_keeps_a_case() {
    if let Some(engine) = Engine::oxigraph() {
        keeps_a_case(&engine.address);
    }
}

#[test]
fn oxigraphs_server_takes_what_is_new_by_the_graph_store_protocol() {
    if let Some(engine) = Engine::oxigraph() {
        let folder = tempfile::tempdir().expect("a folder");
        let described = folder.path().join("engine.toml");
        let graph_store = engine.address.replace("/query", "/store");
        fs::write(&described, format!("query = '{}'\ngraph_store = '{graph_store}'\n", engine.address))
            .expect("a file");
        keeps_a_case(&described.to_string_lossy());
    }
}

#[test]
fn virtuoso_keeps_a_case() {
    if let Some(engine) = Engine::virtuoso() {
        keeps_a_case(&engine.address);
    }
}
