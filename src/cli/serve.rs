//! `casegraph serve`: the explorer in the browser, and a SPARQL endpoint.

use std::fs;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use super::fault::Fault;
use super::selecting::Following;
use crate::remote::Settings;
use crate::serve::{self, AllowedOrigin, Options};

/// Explore a case in the browser, and answer SPARQL, until Ctrl-C
#[derive(clap::Args)]
pub(super) struct Serve {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    /// Port to listen on; 0 takes any that is free
    #[arg(long, default_value_t = 8614)]
    port: u16,
    /// Address to listen on; one that others can reach takes a token
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// A name by which browsers reach the server, beside its address (can be repeated)
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// An origin, such as <https://yasgui.example>, whose pages may use /sparql, /store and /reconcile; `reconcile=ORIGIN`
    /// opens that one alone (can be repeated)
    #[arg(long = "allow-origin", value_name = "[SERVICE=]ORIGIN")]
    origins: Vec<AllowedOrigin>,
    /// Allow changes: CSV files into a case folder, SPARQL Update and graphs into a store; takes a token
    #[arg(long)]
    write: bool,
    /// File whose first line is a token that everything takes, reading too [default: for --write, one made up and shown in
    /// the address, for changes]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Seconds that a query, a drawing or an import may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    query_time: u64,
    /// Most rows of an answer
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    max_rows: usize,
    /// Most megabytes of memory that a query may hold
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..))]
    max_memory: u16,
    /// Most megabytes of a request's body
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..))]
    max_body: u16,
    /// Most queries that run at once; others wait
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..))]
    max_queries: u16,
    #[command(flatten)]
    following: Following,
}

impl Serve {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        if self.write && Settings::are_named(&self.case) {
            let fault = Fault::usage("an endpoint is served as a copy, which --write would change in vain");
            return Err(fault.hint("`casegraph import CASE --store URL` changes what lies on the endpoint"));
        }
        let options = Options {
            address: self.address,
            port: self.port,
            hosts: self.hosts.clone(),
            origins: self.origins.clone(),
            write: self.write,
            token: self.token()?,
            query_time: Duration::from_secs(self.query_time),
            rows: self.max_rows,
            query_memory: usize::from(self.max_memory) << 20,
            body_bytes: usize::from(self.max_body) << 20,
            queries: usize::from(self.max_queries),
            links: self.following.links(),
            // Nobody is left to hear that this cannot be written either.
            report: |text| drop(writeln!(anstream::stderr(), "error: {text}")),
            ..Options::default()
        };
        let mut told = Ok(());
        let served = serve::run(&self.case, options, |url| {
            told = writeln!(out, "{} is served at {url}", self.case.display())
                .and_then(|()| match &self.token_file {
                    Some(path) => writeln!(out, "It takes the token that is the first line of {}", path.display()),
                    None => Ok(()),
                })
                .and_then(|()| writeln!(out, "Ctrl-C ends it"))
                .and_then(|()| out.flush());
        });
        served?;
        Ok(told?)
    }

    fn token(&self) -> Result<Option<String>, Fault> {
        let Some(path) = &self.token_file else { return Ok(None) };
        let text = fs::read_to_string(path).map_err(|error| Fault::file(path, &error))?;
        let token = text.lines().next().unwrap_or_default().trim().to_owned();
        if token.len() < 8 || !token.chars().all(|c| c.is_ascii_graphic()) {
            let fault = Fault::usage(format!("{} holds no token that can be used", path.display()));
            return Err(fault.hint("its first line takes at least 8 letters, digits or signs, without spaces"));
        }
        Ok(Some(token))
    }
}
