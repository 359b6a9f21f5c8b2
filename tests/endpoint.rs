//! Cases on an endpoint that misbehaves: each way gets its own message and exit code 3, and an import that broke off is
//! completed by the next one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::endpoint_server::{Answer, Server, status};
use crate::program::{Outcome, repository, run, run_in};

const CASE: &str = "examples/harbour-lights";

fn casegraph(args: &[&str]) -> Outcome {
    run(args, &repository(""), &[])
}

fn with(variables: &[(&str, &str)], args: &[&str]) -> Outcome {
    run_in(args, &repository(""), &[], None, variables)
}

/// Asks a server that answers all requests alike; returns what the program says of it, with `ADDRESS` for the address.
fn told(answer: Answer) -> String {
    let server = Server::start(move |_| answer.clone());
    let address = format!("{}/sparql", server.address);
    let outcome = with(&[("CASEGRAPH_TIMEOUT", "1")], &["query", &address, "gags"]);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (3, ""), "{}", outcome.stderr);
    outcome.stderr.replace(&address, "ADDRESS")
}

#[test]
fn an_endpoint_that_is_down_is_said_to_be() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}/sparql", listener.local_addr().expect("the port"));
    drop(listener);
    let outcome = casegraph(&["query", &address, "gags"]);
    assert_eq!(outcome.status, 3);
    insta::assert_snapshot!(outcome.stderr.replace(&address, "ADDRESS"), @r#"
    error: the endpoint ADDRESS cannot be reached: connection refused
      hint: look whether the server runs, and at the address
    "#);
}

#[test]
fn an_endpoint_that_says_nothing_is_slow() {
    insta::assert_snapshot!(told(Answer::Nothing), @r#"
    error: the endpoint ADDRESS did not answer within 1 s
      hint: set CASEGRAPH_TIMEOUT to more seconds, or ask for less
    "#);
}

#[test]
fn an_endpoint_that_wants_credentials_says_which() {
    let answer = || status("401 Unauthorized", "text/plain", "who are you");
    insta::assert_snapshot!(told(answer()), @r#"
    error: the endpoint ADDRESS wants a user name and password, or a token (401)
      hint: set CASEGRAPH_USER and CASEGRAPH_PASSWORD, or CASEGRAPH_TOKEN; docs/engines.md tells more
    "#);
    let server = Server::start(move |_| answer());
    let address = format!("{}/sparql", server.address);
    let outcome = with(&[("CASEGRAPH_TOKEN", "s3cret")], &["query", &address, "gags"]);
    insta::assert_snapshot!(outcome.stderr.replace(&address, "ADDRESS"), @r#"
    error: the endpoint ADDRESS refuses the user name, password or token (401)
      hint: set CASEGRAPH_USER and CASEGRAPH_PASSWORD, or CASEGRAPH_TOKEN; docs/engines.md tells more
    "#);
    assert_eq!(outcome.status, 3);
    assert!(server.seen()[0].headers.contains("authorization: bearer s3cret"));
}

#[test]
fn statuses_have_messages_of_their_own() {
    let status = |line: &str| told(status(line, "text/html", "<html><h1>Out of order</h1></html>"));
    insta::assert_snapshot!(status("403 Forbidden"), @r#"
    error: the endpoint ADDRESS does not allow it (403): Out of order
      hint: ask those who run it for the right to do so; docs/engines.md tells how it is given
    "#);
    insta::assert_snapshot!(status("404 Not Found"), @r#"
    error: the endpoint ADDRESS is no SPARQL endpoint (404)
      hint: the address is that of the SPARQL endpoint itself, such as http://localhost:7878/query
    "#);
    insta::assert_snapshot!(status("413 Content Too Large"), @r#"
    error: the endpoint ADDRESS refuses the request as too large (413)
      hint: let the server, or the proxy before it, take larger requests
    "#);
    insta::assert_snapshot!(status("500 Internal Server Error"), @r#"
    error: the endpoint ADDRESS has a fault of its own (500): Out of order
      hint: what went wrong stands in the log of the server
    "#);
    insta::assert_snapshot!(status("503 Service Unavailable"), @r#"
    error: the endpoint ADDRESS is too busy (503), also when asked again
      hint: wait a little, and try again
    "#);
}

#[test]
fn a_page_instead_of_results_is_named() {
    insta::assert_snapshot!(told(status("200 OK", "text/html; charset=utf-8", "<html>Welcome</html>")), @r#"
    error: the endpoint ADDRESS answers with text/html instead of SPARQL results
      hint: the address is that of the SPARQL endpoint itself, such as http://localhost:7878/query
    "#);
    insta::assert_snapshot!(told(status("200 OK", "application/sparql-results+json", "<html>Welcome</html>")), @r#"
    error: the endpoint ADDRESS answers with results that cannot be read: Parser error at line 1 column 1: Unexpected char: '<'
      hint: look whether the address is that of a SPARQL endpoint
    "#);
}

#[test]
fn an_answer_that_ends_in_the_middle_is_not_taken_for_a_whole_one() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n";
    let body = r#"{"head":{"vars":["graph","base"]},"results":{"bindings":[{"graph":{"type":"uri","#;
    let cut_by_length = format!("{head}Content-Length: 5000\r\n\r\n{body}");
    let cut_by_hanging_up = format!("{head}Connection: close\r\n\r\n{body}");
    let cut_in_a_chunk = format!("{head}Transfer-Encoding: chunked\r\n\r\n1388\r\n{body}");
    insta::assert_snapshot!(told(Answer::Bytes(cut_by_length.clone())), @r#"
    error: the endpoint ADDRESS broke off in the middle of its answer, also when asked again
      hint: look whether the server or a proxy before it has a limit of time or size
    "#);
    for other in [cut_by_hanging_up, cut_in_a_chunk, String::new()] {
        assert_eq!(told(Answer::Bytes(other.clone())), told(Answer::Bytes(cut_by_length.clone())), "{other}");
    }
}

#[test]
fn credentials_do_not_follow_a_redirect_to_another_host() {
    let other = Server::start(|_| Answer::Well);
    let there = other.address.clone();
    let server = Server::start(move |_| {
        Answer::Bytes(format!(
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: {there}/sparql\r\nContent-Length: 0\r\n\r\n"
        ))
    });
    let address = format!("{}/sparql", server.address);
    let outcome = with(&[("CASEGRAPH_USER", "ann"), ("CASEGRAPH_PASSWORD", "s3cret")], &["query", &address, "gags"]);
    assert_eq!(outcome.status, 3);
    let stderr = outcome.stderr.replace(&address, "ADDRESS").replace(&other.address, "OTHER");
    insta::assert_snapshot!(stderr, @r#"
    error: the endpoint ADDRESS sends on to OTHER/sparql, where nothing is sent
      hint: give that address, if you trust it
    "#);
    assert!(other.seen().is_empty(), "nothing was sent there");
}

#[test]
fn what_passes_is_asked_again() {
    let server = Server::start(|request| match request.number {
        0 => status("503 Service Unavailable", "text/plain", ""),
        _ => Answer::Well,
    });
    let outcome = casegraph(&["query", &server.address, "gags"]);
    assert!(outcome.stderr.starts_with("error: the store holds no case yet"), "{}", outcome.stderr);
}

#[test]
fn an_engine_that_cuts_its_answers_is_asked_page_by_page() {
    let is_cutting = Arc::new(AtomicBool::new(false));
    let cuts = Arc::clone(&is_cutting);
    let server = Server::start(move |_| if cuts.load(Ordering::Relaxed) { Answer::Cut(100) } else { Answer::Well });
    assert_eq!(casegraph(&["import", CASE, "--store", &server.address]).status, 0);
    let commands: [&[&str]; 2] = [&["conflicts"], &["query", "facts-of", "--as-of", "2020-01-01"]];
    let ask = |address: &str, command: &[&str]| {
        let mut args = command.to_vec();
        args.insert(1, address);
        casegraph(&args)
    };
    is_cutting.store(true, Ordering::Relaxed);
    for command in commands {
        let (near, far) = (ask(CASE, command), ask(&server.address, command));
        assert_eq!((far.stdout, far.stderr, far.status), (near.stdout, near.stderr, near.status), "{command:?}");
    }
    let total = casegraph(&["export", CASE, "--to", "ntriples"]).stdout.lines().count();
    let far = casegraph(&["export", &server.address, "--to", "ntriples"]).stdout.lines().count();
    assert!(far > total, "with the log: {far}, {total}");
    assert!(server.seen().iter().any(|request| request.text.contains("ORDER BY")), "pages were asked for");
}

#[test]
fn an_import_that_broke_off_is_completed_by_the_next_one() {
    let left = Arc::new(AtomicUsize::new(1));
    let budget = Arc::clone(&left);
    let server = Server::start(move |request| {
        let spend = |left: usize| left.checked_sub(1);
        let is_over = request.is_update() && budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).is_err();
        // Hangs up before it has done anything.
        if is_over { Answer::Bytes(String::new()) } else { Answer::Well }
    });
    let address = &server.address;
    let import = || casegraph(&["import", CASE, "--store", address]);
    let broken = import();
    assert_eq!(broken.status, 3, "{}", broken.stdout);
    assert!(broken.stderr.contains("broke off"), "{}", broken.stderr);
    left.store(usize::MAX, Ordering::Relaxed);
    let rest = import();
    assert_eq!(rest.status, 0, "{}", rest.stderr);
    let stored = casegraph(&["query", address, "SELECT ?s ?p ?o { ?s ?p ?o }", "-f", "csv"]).stdout;
    let folder = casegraph(&["query", CASE, "SELECT ?s ?p ?o { ?s ?p ?o }", "-f", "csv"]).stdout;
    let missing: Vec<&str> = folder.lines().filter(|line| !stored.lines().any(|other| other == *line)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let log = "SELECT (COUNT(*) AS ?n) { ?import a prov:Activity }";
    assert_eq!(
        casegraph(&["query", address, log]).stdout,
        "n\r\n1\r\n",
        "only the import that was completed is in the log"
    );
    let again = import();
    assert!(again.stdout.contains("nothing changed"), "{}", again.stdout);
}

#[test]
fn an_engine_that_takes_little_at_a_time_gets_little() {
    let server = Server::start(|request| {
        let is_long = request.is_update() && request.text.len() > 20_000;
        if is_long { status("413 Content Too Large", "text/plain", "") } else { Answer::Well }
    });
    let outcome = casegraph(&["import", CASE, "--store", &server.address]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let again = casegraph(&["import", CASE, "--store", &server.address, "--dry-run"]);
    assert!(again.stdout.contains("nothing changed"), "{}", again.stdout);
}

#[test]
fn what_is_new_goes_to_the_graph_store_and_what_changes_is_an_update() {
    let server = Server::start(|request| {
        let is_long = request.graph.is_some() && request.text.len() > 20_000;
        if is_long { status("413 Content Too Large", "text/plain", "") } else { Answer::Well }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let engine = folder.path().join("engine.toml");
    let settings = format!("query = '{0}/sparql'\ngraph_store = '{0}/store'\n", server.address);
    std::fs::write(&engine, settings).expect("a file");
    let engine = engine.to_string_lossy();
    let import = |case: &str| {
        let before = server.seen().len();
        let outcome = casegraph(&["import", case, "--store", &engine]);
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        let sent = server.seen().split_off(before);
        (outcome.stdout, sent.iter().filter(|request| request.is_update()).count(), sent)
    };
    let (_, updates, sent) = import(CASE);
    assert_eq!(updates, 0, "nothing has changed, all is new");
    assert!(sent.iter().any(|request| request.graph.as_ref().is_some_and(|graph| graph.ends_with("/graph/imports"))));
    assert!(import(CASE).0.contains("nothing changed"));

    let changed = folder.path().join("changed");
    crate::program::copy_folder(&repository(CASE), &changed).expect("a copy");
    let relations = std::fs::read_to_string(changed.join("relations.csv")).expect("relations.csv");
    let relations = relations.replacen(",confirmed,", ",disputed,", 1);
    std::fs::write(changed.join("relations.csv"), relations).expect("relations.csv");
    let (said, updates, _) = import(&changed.to_string_lossy());
    assert!(said.contains(" 1 changed, 0 removed"), "{said}");
    assert_eq!(updates, 1);
    assert!(import(&changed.to_string_lossy()).0.contains("nothing changed"));
}

#[test]
fn a_preview_writes_nothing() {
    let server = Server::start(|_| Answer::Well);
    let outcome = casegraph(&["import", CASE, "--store", &server.address, "--dry-run"]);
    assert!(outcome.stdout.starts_with("would import"), "{}", outcome.stdout);
    assert!(!server.seen().iter().any(crate::endpoint_server::Request::is_update));
}

#[test]
fn a_neighbourhood_is_fetched_without_the_whole_graph() {
    let server = Server::start(|_| Answer::Well);
    let (address, flagship) = (server.address.as_str(), "data/microsoft-nsl");
    assert_eq!(casegraph(&["import", flagship, "--store", address]).status, 0);
    let before = server.seen().len();
    let path = |case: &str| casegraph(&["path", case, "microsoft", "prism"]).stdout;
    assert_eq!(path(address), path(flagship));
    let folder = tempfile::tempdir().expect("a folder");
    let drawn = |case: &str| {
        let file = folder.path().join("ego.dot");
        let file = file.to_string_lossy();
        let outcome = casegraph(&["diagram", "ego", case, "--entity", "fbi", "-o", &file, "--force"]);
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        std::fs::read_to_string(&*file).expect("a drawing")
    };
    assert_eq!(drawn(address), drawn(flagship));
    let asked = &server.seen()[before..];
    assert_eq!(whole_reads(asked), 0);
    assert!(asked.len() < 80, "{} requests", asked.len());
}

/// Returns how many requests read a part of a case as it is, and not what a question is about.
fn whole_reads(requests: &[crate::endpoint_server::Request]) -> usize {
    let is_whole = |text: &str| text.contains("VALUES ?p {") && text.contains("} ?s ?p ?o .");
    let is_about_some = |text: &str| text.contains("VALUES ?s") || text.contains("VALUES ?o");
    requests.iter().filter(|request| is_whole(&request.text) && !is_about_some(&request.text)).count()
}

/// Copies a case with one fact changed.
fn changed(folder: &std::path::Path) -> String {
    let changed = folder.join("changed");
    crate::program::copy_folder(&repository(CASE), &changed).expect("a copy");
    let relations = std::fs::read_to_string(changed.join("relations.csv")).expect("relations.csv");
    std::fs::write(changed.join("relations.csv"), relations.replacen(",confirmed,", ",disputed,", 1)).expect("a file");
    changed.to_string_lossy().into_owned()
}

#[test]
fn a_copy_is_used_until_something_changes_there() {
    let server = Server::start(|_| Answer::Well);
    let folder = tempfile::tempdir().expect("a folder");
    let copies = folder.path().join("copies");
    let place = copies.to_string_lossy();
    let import = |case: &str| assert_eq!(casegraph(&["import", case, "--store", &server.address]).status, 0);
    let export = |more: &[&str]| {
        let before = server.seen().len();
        let args = [&["export", &server.address, "--to", "nquads"], more].concat();
        let outcome = with(&[("CASEGRAPH_CACHE", &place)], &args);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
        (outcome.stdout, whole_reads(&server.seen()[before..]) > 0)
    };
    import(CASE);
    let (first, is_read) = export(&[]);
    assert!(is_read);
    assert!(export(&[]) == (first.clone(), false));
    assert!(export(&["--anew"]) == (first.clone(), true));
    import(&changed(folder.path()));
    let (second, is_read) = export(&[]);
    assert!(is_read && second != first);
    // A damaged copy is no copy.
    for copy in copies.read_dir().expect("copies").flatten() {
        std::fs::write(copy.path(), "damaged").expect("a file");
    }
    assert!(export(&[]) == (second.clone(), true));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            copies.metadata().expect("a folder").permissions().mode() & 0o077,
            0,
            "what is copied may be secret"
        );
    }
}

#[test]
fn an_import_fetches_what_differs_unless_others_have_changed_the_case() {
    let server = Server::start(|_| Answer::Well);
    let folder = tempfile::tempdir().expect("a folder");
    let changed = changed(folder.path());
    let import = |case: &str| {
        let before = server.seen().len();
        let outcome = casegraph(&["import", case, "--store", &server.address]);
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        (outcome.stdout, whole_reads(&server.seen()[before..]) > 0)
    };
    let of_case = "SELECT ?s ?p ?o FROM <https://example.org/harbour-lights/id/graph/case> { ?s ?p ?o }";
    let says = || casegraph(&["query", &server.address, of_case]).stdout;
    import(CASE);
    let before = says();
    let (told, reads_all) = import(&changed);
    assert!(told.contains(" 0 facts added, 1 changed, 0 removed") && !reads_all, "{told}");
    assert!(import(CASE).0.contains(" 1 changed, 0 removed"));
    assert!(says() == before);
    let others = "INSERT DATA { GRAPH <https://example.org/harbour-lights/id/graph/case> { <x:a> <x:b> <x:c> } }";
    ureq::post(&format!("{}/", server.address)).send_form([("update", others)]).expect("an update");
    assert!(says() != before);
    let (_, reads_all) = import(CASE);
    assert!(reads_all);
    assert!(says() == before);
    assert!(import(CASE).0.contains("nothing changed"));
}
