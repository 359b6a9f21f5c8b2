//! Everything that the program says of a case as a view shows it. In: a case folder and a view. Out: each output by the command or
//! address that gave it: what was printed, the files that were written, what the server sent with its headers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::program::{files_below, run, run_with};
use crate::server::{Server, encoded};

/// A view, and what is asked of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// Arguments of the view, such as `--known-on 2014-05-21`.
    pub(super) view: Vec<String>,
    /// Parameters of the view in addresses, such as `known-on=2014-05-21`.
    pub(super) parameters: String,
    pub(super) day: String,
    /// Two entities that the view shows.
    pub(super) ends: [String; 2],
    /// Ids and words that are looked for in vain.
    pub(super) hidden: Vec<String>,
    /// Whether pictures are drawn too.
    pub(super) pictures: bool,
}

pub(super) type Outputs = BTreeMap<String, String>;

impl Asked {
    pub(super) fn on(day: &str, more: &[&str]) -> Self {
        let view = ["--known-on", day].iter().chain(more).map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let parameters = view.join(" ").replace(" --", "&").replace("--", "").replace("possible", "possible=true");
        Self { view, parameters: parameters.replace(' ', "="), day: day.to_owned(), ..Self::default() }
    }

    fn commands(&self) -> Vec<String> {
        let [one, other] = &self.ends;
        let mut commands = vec![
            "query case SELECT*{?s?p?o} --format csv".to_owned(),
            "query case SELECT*{GRAPH?g{?s?p?o}} --format table".to_owned(),
            "query case SELECT*{?s?p?o} --format tsv".to_owned(),
            "query case SELECT*{?s?p?o} --format json".to_owned(),
            "query case SELECT*{?s?p?o} --format xml".to_owned(),
            "query case CONSTRUCT{?s?p?o}WHERE{?s?p?o}".to_owned(),
            format!("diff case --known-on 2000-01-01 --format csv"),
            format!("diff case --known-on 2000-01-01 --format table"),
            format!("known case --on {} --format csv", self.day),
            "conflicts case --format csv".to_owned(),
            "conflicts case --format json".to_owned(),
            "secrecy case --format table".to_owned(),
            "secrecy case --lags --format csv".to_owned(),
            "disclosures case --format csv".to_owned(),
            "dedupe case --format csv".to_owned(),
            format!("path case {one} {other} --format csv"),
            "rank case --all --format csv".to_owned(),
            "communities case --format csv".to_owned(),
            "components case --show cut-vertices --format csv".to_owned(),
            "components case --format table".to_owned(),
            "lint case --format csv".to_owned(),
            "diagram relationships case --size-by pagerank --colour-by community --format txt".to_owned(),
            format!("diagram ego case --entity {one} --depth 2"),
            format!("diagram path case --from {one} --to {other}"),
            "diagram relationships case".to_owned(),
            "diagram timeline case".to_owned(),
            "diagram claims case --texts".to_owned(),
            "diagram diff case --known-on 2000-01-01".to_owned(),
            "build case --output out".to_owned(),
        ];
        let formats = "nquads trig turtle ntriples jsonld rdf12 graphml gexf cytoscape mermaid followthemoney \
                       followthemoney-statements timelinejs csl";
        commands.extend(formats.split_whitespace().map(|format| format!("export case --to {format}")));
        commands.extend(["csv", "neo4j"].map(|format| format!("export case --to {format} --output out")));
        for hidden in &self.hidden {
            commands.push(format!("search case {hidden} --format csv"));
            commands.push(format!("diagram ego case --entity {hidden} --format txt"));
            commands.push(format!("path case {one} {hidden}"));
            commands.push(format!("known case --on {} --about {hidden}", self.day));
            commands.push(format!("known case --on {} --audience {hidden}", self.day));
        }
        let drawings: Vec<String> = commands.extract_if(.., |command| command.starts_with("diagram")).collect();
        for drawing in drawings {
            let formats: &[&str] = match drawing.contains("--format") {
                true => &[""],
                false if self.pictures => &[" --format svg", " --format dot", " --format txt"],
                false => &[" --format dot", " --format txt"],
            };
            commands.extend(formats.iter().map(|format| format!("{drawing}{format}")));
        }
        commands
    }

    /// Runs every command that reads a case.
    pub(super) fn of_commands(&self, case: &Path) -> Outputs {
        let mut outputs = Outputs::new();
        for command in self.commands() {
            let place = tempfile::tempdir().expect("a folder");
            #[cfg(unix)]
            std::os::unix::fs::symlink(case, place.path().join("case")).expect("a link");
            let is_known = command.starts_with("known ");
            let mut words: Vec<String> = command.split(' ').map(str::to_owned).collect();
            words.extend(self.view.iter().filter(|_| !is_known).cloned());
            if is_known && let Some(at) = self.view.iter().position(|word| word == "--known-to") {
                words.extend(["--audience".to_owned(), self.view[at + 1].clone()]);
            }
            let outcome =
                if self.pictures { run(&words, place.path(), b"") } else { run_with(&words, place.path(), b"", None) };
            // What `build` says besides is how long it took.
            let tells_time = |line: &&str| line.contains(" ms") || line.contains(" s;") || line.ends_with(" s");
            let is_timed = |line: &&str| command.starts_with("build") && tells_time(line);
            let printed = outcome.stdout.lines().filter(|line| !is_timed(line)).collect::<Vec<_>>().join("\n");
            let hint = outcome.stderr.replace(&words.join(" "), "");
            let mut text = format!("{printed}\n{hint}\n{}\n", outcome.status);
            if place.path().join("out").exists() {
                // Sums of the files that were written say nothing that those do not.
                let files = files_below(&place.path().join("out")).into_iter();
                for file in files.filter(|file| file.extension().is_none_or(|ext| ext != "sha256")) {
                    let written = fs::read(place.path().join("out").join(&file)).expect("a file");
                    writeln!(text, "{}\n{}", file.display(), String::from_utf8_lossy(&written)).expect("a text");
                }
            }
            outputs.insert(command, text);
        }
        outputs
    }

    fn addresses(&self, questions: &[String]) -> Vec<String> {
        let [one, other] = &self.ends;
        let query = |text: &str| format!("/sparql?query={}", encoded(text));
        let mut addresses = vec![
            "/".to_owned(),
            "/data".to_owned(),
            "/sparql".to_owned(),
            query("SELECT * { ?s ?p ?o }"),
            query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"),
            query("CONSTRUCT WHERE { ?s ?p ?o }"),
            query("DESCRIBE ?s { ?s a cg:Fact }"),
            query("SELECT ?s { ?s a cg:Nothing"),
            "/store?default".to_owned(),
            "/questions/no-such-question".to_owned(),
            "/draw/relationships.dot".to_owned(),
            "/draw/timeline.txt".to_owned(),
            "/draw/claims.dot".to_owned(),
            format!("/draw/ego.txt?entity={one}"),
            format!("/draw/path.txt?from={one}&to={other}"),
            "/reconcile".to_owned(),
            format!("/reconcile?query={one}"),
            "/reconcile/suggest-entity?prefix=".to_owned(),
            "/reconcile/suggest-type?prefix=".to_owned(),
            "/reconcile/suggest-property?prefix=".to_owned(),
            "/reconcile/properties?type=Company".to_owned(),
            format!("/reconcile/preview?id={one}"),
        ];
        if self.pictures {
            addresses.extend(["relationships", "timeline", "claims"].map(|kind| format!("/draw/{kind}.svg")));
        }
        let extend = |id: &str| {
            let properties = ["aliases", "country", "kind", "note", "facts", "known_since", "heldBy", "founded"];
            let properties = properties.map(|id| serde_json::json!({ "id": id }));
            let asked = serde_json::json!({ "ids": [id], "properties": properties });
            format!("/reconcile?extend={}", encoded(&asked.to_string()))
        };
        addresses.push(extend(one));
        for hidden in &self.hidden {
            addresses.extend([extend(hidden), format!("/reconcile/preview?id={hidden}")]);
            addresses
                .extend(["entity?prefix", "type?prefix"].map(|what| format!("/reconcile/suggest-{what}={hidden}")));
            addresses.extend([format!("/reconcile?query={hidden}"), format!("/draw/ego.dot?entity={hidden}")]);
            addresses.push(format!("/questions/facts-of?entity={hidden}"));
        }
        addresses.extend(questions.iter().map(|name| format!("/questions/{name}")));
        addresses
    }

    /// Asks a server at all its addresses.
    pub(super) fn of_server(&self, server: &Server, questions: &[String]) -> Outputs {
        let mut outputs = Outputs::new();
        let types =
            ["text/csv", "text/tab-separated-values", "application/sparql-results+xml", "application/n-triples"];
        let graphs = ["application/rdf+xml", "application/ld+json", "text/turtle"];
        for address in self.addresses(questions) {
            let mark = if address.contains('?') { '&' } else { '?' };
            let with_view = format!("{address}{mark}{}", self.parameters);
            let is_asked = address.starts_with("/sparql") || address.starts_with("/store");
            let types = types.iter().chain(&graphs).filter(|_| is_asked).copied();
            for accept in std::iter::once("*/*").chain(types) {
                let sent = server.send("GET", &with_view, &[("accept", accept)], b"");
                let headers = sent.headers.iter().filter(|(name, _)| name != "date");
                let headers = headers.map(|(name, value)| format!("{name}: {value}\n")).collect::<Vec<_>>().concat();
                let text = format!("{}\n{headers}\n{}", sent.status, sent.body);
                // The port is another one each time.
                outputs.insert(format!("{address} as {accept}"), text.replace(server.address(), "host"));
            }
        }
        outputs
    }
}
