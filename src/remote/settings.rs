//! Where an endpoint is and how to speak to it. In: its address, or a small TOML file; credentials from the environment
//! or that file. Out: settings. Not here: speaking (`client`).

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use ureq::http::Uri;

/// Seconds that an endpoint has for the first byte of its answer.
const TIMEOUT: u64 = 60;

/// Where an endpoint is and how to speak to it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address for queries.
    pub(super) query: Uri,
    /// Address for updates, where it is stated.
    pub(super) update: Option<Uri>,
    /// Address of the Graph Store Protocol, by which new triples are sent where it is stated.
    pub(super) graph_store: Option<Uri>,
    pub(super) credentials: Credentials,
    /// Seconds until the first byte of an answer.
    pub(super) timeout: u64,
    /// Whether whole queries are sent to the engine; where it is not stated, a small test of it decides.
    pub(super) whole_queries: Option<bool>,
    /// Certificates to trust instead of those of the browsers, in PEM.
    pub(super) certificates: Option<Vec<u8>>,
}

/// Who asks.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Credentials {
    None,
    Basic { user: String, password: String },
    Bearer(String),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Basic { .. } => "Basic",
            Self::Bearer(_) => "Bearer",
        })
    }
}

/// Why the settings of an endpoint cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The address is none.
    #[error("`{0}` is not the address of an endpoint")]
    BadAddress(String),
    /// The address holds a user name or password.
    #[error("the address of an endpoint must not hold a user name or password")]
    CredentialsInAddress,
    /// Credentials would cross the net in the clear.
    #[error("{0} is not https, and a password or token would cross the net for all to read")]
    InTheClear(String),
    /// A password without a user, or the other way round, or a token beside them.
    #[error("the credentials are not whole: set CASEGRAPH_USER and CASEGRAPH_PASSWORD, or CASEGRAPH_TOKEN alone")]
    HalfCredentials,
    /// A file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The file says something else than it may.
    #[error("{path} does not describe an endpoint")]
    Toml {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: toml::de::Error,
    },
    /// The certificates cannot be used.
    #[error("the certificates cannot be used: {0}")]
    Certificates(String),
}

#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    query: String,
    update: Option<String>,
    graph_store: Option<String>,
    user: Option<String>,
    password: Option<String>,
    token: Option<String>,
    timeout: Option<u64>,
    certificates: Option<PathBuf>,
    whole_queries: Option<bool>,
    #[serde(default)]
    plain_http: bool,
}

impl Settings {
    /// Tells whether a CASE is an endpoint: an address, or a TOML file that describes one.
    pub fn are_named(case: &Path) -> bool {
        address(case).is_some() || (case.is_file() && case.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")))
    }

    /// Reads the settings of an endpoint; credentials that they lack come from `CASEGRAPH_USER` and
    /// `CASEGRAPH_PASSWORD`, or `CASEGRAPH_TOKEN`.
    pub fn read(case: &Path) -> Result<Self, SettingsError> {
        let environment = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let mut file = match address(case) {
            Some(query) => Description { query: query.to_owned(), ..Description::default() },
            None => read_file(case)?,
        };
        if file.user.is_none() && file.password.is_none() && file.token.is_none() {
            file.user = environment("CASEGRAPH_USER");
            file.password = environment("CASEGRAPH_PASSWORD");
            file.token = environment("CASEGRAPH_TOKEN");
        }
        let timeout = environment("CASEGRAPH_TIMEOUT").and_then(|seconds| seconds.parse().ok());
        let credentials = match (file.user, file.password, file.token) {
            (None, None, None) => Credentials::None,
            (Some(user), Some(password), None) => Credentials::Basic { user, password },
            (None, None, Some(token)) => Credentials::Bearer(token),
            _ => return Err(SettingsError::HalfCredentials),
        };
        let query = parse(&file.query)?;
        let update = file.update.as_deref().map(parse).transpose()?;
        let graph_store = file.graph_store.as_deref().map(parse).transpose()?;
        if credentials != Credentials::None && !file.plain_http {
            let in_the_clear = |uri: &&Uri| uri.scheme_str() == Some("http") && !is_loopback(uri);
            if let Some(uri) = [&query].into_iter().chain(&update).chain(&graph_store).find(in_the_clear) {
                return Err(SettingsError::InTheClear(uri.to_string()));
            }
        }
        let folder = case.parent().unwrap_or_else(|| Path::new("."));
        let read = |path: PathBuf| {
            let path = folder.join(path);
            fs::read(&path).map_err(|source| SettingsError::Read { path, source })
        };
        Ok(Self {
            query,
            update,
            graph_store,
            credentials,
            timeout: file.timeout.or(timeout).unwrap_or(TIMEOUT).max(1),
            whole_queries: file.whole_queries,
            certificates: file.certificates.map(read).transpose()?,
        })
    }
}

fn read_file(path: &Path) -> Result<Description, SettingsError> {
    let text = fs::read_to_string(path).map_err(|source| SettingsError::Read { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|source| SettingsError::Toml { path: path.to_owned(), source })
}

fn address(case: &Path) -> Option<&str> {
    let text = case.to_str()?;
    let scheme = text.split_once("://")?.0;
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")).then_some(text)
}

fn parse(text: &str) -> Result<Uri, SettingsError> {
    let bad = || SettingsError::BadAddress(text.to_owned());
    let uri: Uri = text.split('#').next().unwrap_or_default().parse().map_err(|_| bad())?;
    let host = uri.authority().filter(|authority| !authority.host().is_empty()).ok_or_else(bad)?;
    if host.as_str().contains('@') {
        return Err(SettingsError::CredentialsInAddress);
    }
    matches!(uri.scheme_str(), Some("http" | "https")).then_some(uri).ok_or_else(bad)
}

/// Tells whether an address is on this machine.
fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_file(text: &str) -> Result<Settings, SettingsError> {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("engine.toml");
        fs::write(&path, text).expect("file");
        Settings::read(&path)
    }

    #[test]
    fn an_address_is_an_endpoint_and_a_folder_is_none() {
        let settings = Settings::read(Path::new("https://example.org/sparql")).expect("an address");
        assert_eq!(settings.query.to_string(), "https://example.org/sparql");
        assert!(Settings::are_named(Path::new("HTTP://example.org/sparql")));
        for other in ["data/harbour-lights", "ftp://example.org/", "case.casegraph"] {
            assert!(!Settings::are_named(Path::new(other)), "{other}");
        }
    }

    #[test]
    fn passwords_do_not_belong_in_an_address() {
        let error = Settings::read(Path::new("https://ann:secret@example.org/sparql")).expect_err("refused");
        assert!(matches!(error, SettingsError::CredentialsInAddress));
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn a_password_goes_over_https_or_stays_on_the_machine() {
        let with = |address: &str, rest: &str| {
            from_file(&format!("query = '{address}'\nuser = 'ann'\npassword = 'secret'\n{rest}"))
        };
        assert!(matches!(with("http://example.org/sparql", ""), Err(SettingsError::InTheClear(_))));
        for address in ["https://example.org/sparql", "http://127.0.0.1:1/", "http://[::1]:1/", "http://localhost/"] {
            let settings = with(address, "").expect(address);
            assert!(!format!("{settings:?}").contains("secret"), "{settings:?}");
        }
        assert!(with("http://example.org/sparql", "plain_http = true").is_ok());
    }

    #[test]
    fn what_a_file_must_not_say_is_an_error() {
        assert!(matches!(from_file("query = 'http://localhost/'\nuser = 'ann'"), Err(SettingsError::HalfCredentials)));
        assert!(matches!(from_file("querry = 'http://localhost/'"), Err(SettingsError::Toml { .. })));
        assert!(matches!(from_file("query = 'localhost:80'"), Err(SettingsError::BadAddress(_))));
    }
}
