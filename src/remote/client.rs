//! One request and its answer over HTTP. In: an address and a text. Out: the answer's bytes, or what went wrong as a
//! fault of the endpoint. Repeats what may be repeated. Not here: what the bytes say (`results`).
//! <https://www.w3.org/TR/sparql11-protocol/>

use std::io::{self, Read};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ureq::http::{Response, Uri, header};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, Timeout};

use super::{Credentials, Settings, SettingsError};
use crate::store::{EndpointError, EndpointFault};

/// Bytes of an answer that are taken at most.
const LONGEST: u64 = 2 << 30;
/// Pauses before a request is repeated.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];
const REDIRECTS: usize = 4;
const ACCEPT: &str = "application/sparql-results+json";

/// Speaks to one endpoint.
pub(super) struct Client {
    agent: Agent,
    authorization: Option<String>,
    timeout: u64,
}

/// What is sent.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    Query(&'a str),
    Update(&'a str),
    /// N-Triples, for a graph.
    Triples(&'a str),
}

impl Client {
    pub(super) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let seconds = |n: u64| Some(Duration::from_secs(n));
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            // Redirects are followed here, and never to another host: credentials would go with them.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("casegraph/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(seconds(settings.timeout))
            .timeout_connect(seconds(settings.timeout.min(10)))
            .timeout_send_body(seconds(settings.timeout.saturating_mul(10)))
            .timeout_recv_response(seconds(settings.timeout))
            .timeout_recv_body(seconds(settings.timeout.saturating_mul(10)))
            .timeout_per_read(seconds(settings.timeout));
        if let Some(pem) = &settings.certificates {
            config = config.tls_config(TlsConfig::builder().root_certs(roots(pem)?).build());
        }
        let authorization = match &settings.credentials {
            Credentials::None => None,
            Credentials::Basic { user, password } => {
                Some(format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}"))))
            }
            Credentials::Bearer(token) => Some(format!("Bearer {token}")),
        };
        Ok(Self { agent: config.build().into(), authorization, timeout: settings.timeout })
    }

    /// Sends a text and lets `read` take the answer. What fails on the way is sent again: questions change nothing, and
    /// casegraph's updates and triples come to the same when they are sent twice.
    pub(super) fn send<T>(
        &self,
        to: &Uri,
        content: Content<'_>,
        read: impl Fn(Answer) -> Result<T, EndpointFault>,
    ) -> Result<T, EndpointError> {
        let mut pauses = PAUSES.iter();
        loop {
            match self.follow(to, content).and_then(&read) {
                Ok(value) => return Ok(value),
                Err(fault) => match pauses.next().filter(|_| may_pass(&fault)) {
                    Some(pause) => thread::sleep(*pause),
                    None => return Err(EndpointError { url: to.to_string(), fault }),
                },
            }
        }
    }

    fn follow(&self, to: &Uri, content: Content<'_>) -> Result<Answer, EndpointFault> {
        let mut place = to.clone();
        for _ in 0..REDIRECTS {
            let response = self.post(&place, content)?;
            if !response.status().is_redirection() {
                return self.accept(response);
            }
            let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
            let location = location.unwrap_or_default().to_owned();
            place = same_host(&place, &location).ok_or(EndpointFault::Redirected(location))?;
        }
        Err(EndpointFault::Redirected(place.to_string()))
    }

    fn post(&self, to: &Uri, content: Content<'_>) -> Result<Response<Body>, EndpointFault> {
        let mut request = self.agent.post(to).header(header::ACCEPT, ACCEPT);
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let sent = match content {
            Content::Query(text) => request.send_form([("query", text)]),
            Content::Update(text) => request.send_form([("update", text)]),
            Content::Triples(text) => request.content_type("application/n-triples").send(text),
        };
        sent.map_err(|error| self.fault(&error))
    }

    /// Takes an answer whose status is good.
    fn accept(&self, mut response: Response<Body>) -> Result<Answer, EndpointFault> {
        let status = response.status();
        if status.is_success() {
            let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
            return Ok(Answer {
                content_type: content_type.unwrap_or_default().to_owned(),
                timeout: self.timeout,
                is_at_end: false,
                body: Box::new(response.into_body().into_with_config().limit(LONGEST).reader()),
            });
        }
        let mut says = Vec::new();
        // What it says is only a help; an answer that cannot be read says nothing.
        let _read = response.body_mut().as_reader().take(4096).read_to_end(&mut says);
        let says = first_line(&String::from_utf8_lossy(&says));
        let status = status.as_u16();
        Err(match status {
            401 => EndpointFault::Unauthorised { given: self.authorization.is_some() },
            403 => EndpointFault::Forbidden(says),
            404 | 405 | 410 => EndpointFault::NotFound(status),
            413 => EndpointFault::TooLarge,
            408 | 504 => EndpointFault::Slow(self.timeout),
            429 | 502 | 503 => EndpointFault::Busy(status),
            500.. => EndpointFault::Broken { status, says },
            _ => EndpointFault::Rejected { status, says },
        })
    }

    fn fault(&self, error: &ureq::Error) -> EndpointFault {
        match error {
            ureq::Error::Timeout(Timeout::Connect) => EndpointFault::Unreachable("nothing answers there".to_owned()),
            ureq::Error::Timeout(_) => EndpointFault::Slow(self.timeout),
            ureq::Error::HostNotFound => EndpointFault::Unreachable("there is no such host".to_owned()),
            ureq::Error::Io(error) => io_fault(error, self.timeout),
            ureq::Error::Protocol(error) => EndpointFault::Malformed(format!("not HTTP: {error}")),
            other => EndpointFault::Unreachable(other.to_string()),
        }
    }
}

/// An answer that is being read.
pub(super) struct Answer {
    pub(super) content_type: String,
    timeout: u64,
    is_at_end: bool,
    body: Box<dyn Read + Send + Sync>,
}

impl Answer {
    /// Returns the fault that a failed read stands for.
    pub(super) fn fault(error: &io::Error, timeout: u64) -> EndpointFault {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
        match inner {
            Some(ureq::Error::Timeout(_) | ureq::Error::BodyStalled) => EndpointFault::Slow(timeout),
            Some(ureq::Error::BodyExceedsLimit(limit)) => EndpointFault::TooLong(*limit),
            None if error.kind() == io::ErrorKind::TimedOut => EndpointFault::Slow(timeout),
            _ => EndpointFault::BrokenOff,
        }
    }

    /// Returns the seconds that each part of it may take.
    pub(super) fn timeout(&self) -> u64 {
        self.timeout
    }

    /// Tells whether all that came has been read.
    pub(super) fn is_at_end(&self) -> bool {
        self.is_at_end
    }
}

impl Read for Answer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.body.read(buffer)?;
        self.is_at_end |= count == 0 && !buffer.is_empty();
        Ok(count)
    }
}

/// Tells whether a fault may pass when the same is sent again.
fn may_pass(fault: &EndpointFault) -> bool {
    matches!(fault, EndpointFault::Unreachable(_) | EndpointFault::Busy(_) | EndpointFault::BrokenOff)
}

fn io_fault(error: &io::Error, timeout: u64) -> EndpointFault {
    use io::ErrorKind as K;
    match error.kind() {
        K::ConnectionRefused => EndpointFault::Unreachable("connection refused".to_owned()),
        K::TimedOut => EndpointFault::Slow(timeout),
        K::UnexpectedEof | K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe => EndpointFault::BrokenOff,
        _ => EndpointFault::Unreachable(error.to_string()),
    }
}

fn roots(pem: &[u8]) -> Result<RootCerts, SettingsError> {
    let fault = |error: ureq::Error| SettingsError::Certificates(error.to_string());
    let mut certificates = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(fault)? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(SettingsError::Certificates("the file has none".to_owned()));
    }
    Ok(RootCerts::from(certificates))
}

/// Returns the place that a redirect names, where it is on the same host and no less secret.
fn same_host(from: &Uri, location: &str) -> Option<Uri> {
    if location.starts_with('/') && !location.starts_with("//") {
        let mut parts = from.clone().into_parts();
        parts.path_and_query = Some(location.parse().ok()?);
        return Uri::from_parts(parts).ok();
    }
    let to: Uri = location.parse().ok()?;
    let is_upgrade = from.scheme_str() == Some("http") && to.scheme_str() == Some("https") && from.host() == to.host();
    let is_same = from.scheme_str() == to.scheme_str() && from.authority() == to.authority();
    (is_upgrade || is_same).then_some(to)
}

/// Returns the first line of a text that says something, without what a browser would not show.
fn first_line(text: &str) -> String {
    let mut shown = String::new();
    let mut in_tag = false;
    for c in text.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if !in_tag => shown.push(c),
            _ => {}
        }
    }
    let line = shown.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_on_their_host() {
        let from: Uri = "http://example.org:80/sparql".parse().expect("address");
        let to = |location: &str| same_host(&from, location).map(|uri| uri.to_string());
        assert_eq!(to("/query").as_deref(), Some("http://example.org:80/query"));
        assert_eq!(to("http://example.org:80/query").as_deref(), Some("http://example.org:80/query"));
        assert_eq!(to("https://example.org/query").as_deref(), Some("https://example.org/query"));
        for other in ["http://example.com/query", "//example.com/query", "http://example.org:81/", ""] {
            assert_eq!(to(other), None, "{other}");
        }
    }

    #[test]
    fn a_page_says_its_first_line() {
        assert_eq!(first_line("<html>\n <b>Out of memory</b>\n more"), "Out of memory");
        assert_eq!(first_line("\n\n"), "");
    }
}
