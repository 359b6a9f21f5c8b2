//! Who may ask. In: each request before anything else sees it. Out: the same, or a refusal; and the headers of every
//! response. A page of another site can neither read from the server nor write to it: names that are not its own are
//! refused (DNS rebinding), no response allows an origin that was not named at the start, and a change needs a token that no browser sends by itself.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION,
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN, REFERER, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::refusal::Refusal;
use super::{App, Options, body};

/// No script or style but the server's own files, no frame, no other host.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// A card that pages of some origins may frame: no script at all.
const CARD: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors";

/// What a client must say of itself.
pub(super) struct Access {
    address: SocketAddr,
    hosts: Vec<String>,
    origins: Vec<String>,
    token: Option<String>,
    write: bool,
}

impl Access {
    pub(super) fn new(options: &Options, address: SocketAddr) -> Self {
        Self {
            address,
            hosts: options.hosts.iter().map(|host| host.to_lowercase()).collect(),
            origins: options.origins.clone(),
            token: options.token.clone(),
            write: options.write,
        }
    }

    /// Returns the address to open in a browser, with the token behind `#`, where no server sees it.
    pub(super) fn url(&self) -> String {
        let host = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => "localhost".to_owned(),
            IpAddr::V6(ip) if ip.is_unspecified() => "localhost".to_owned(),
            IpAddr::V6(ip) => format!("[{ip}]"),
            IpAddr::V4(ip) => ip.to_string(),
        };
        let token = self.token.as_ref().map_or_else(String::new, |token| format!("#token={token}"));
        format!("http://{host}:{}/{token}", self.address.port())
    }

    /// Tells whether changes are possible at all.
    pub(super) const fn writes(&self) -> bool {
        self.write
    }

    /// Tells whether even reading takes the token: others can reach the address.
    pub(super) fn asks_for_token(&self) -> bool {
        !self.address.ip().is_loopback()
    }

    /// Lets a change pass only where changes are on and the client knows the token.
    pub(super) fn may_write(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        if !self.write {
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "this server is read only; it was started without --write",
            ));
        }
        self.knows_token(headers)
    }

    fn knows_token(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let told = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let told = told.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default().trim();
        match &self.token {
            Some(token) if !equal(token.as_bytes(), told.as_bytes()) => Err(Refusal::unauthorized()),
            _ => Ok(()),
        }
    }

    fn admits(&self, request: &Request) -> Result<(), Refusal> {
        let host = request.headers().get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !self.is_own(host) {
            let text = "this server does not go by that name; `--host NAME` adds one";
            return Err(Refusal::new(StatusCode::MISDIRECTED_REQUEST, text));
        }
        let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        if let Some(origin) = request.headers().get(ORIGIN).filter(|_| !is_safe) {
            let origin = origin.to_str().unwrap_or_default();
            let is_own = origin.split_once("://").is_some_and(|(_, name)| name.eq_ignore_ascii_case(host));
            if !is_own && self.welcome(request).is_none() {
                return Err(Refusal::new(StatusCode::FORBIDDEN, "a page of another site may not send to this server"));
            }
        }
        let path = request.uri().path();
        // The page itself holds nothing of the case, and it has to load before it can send the token.
        let is_shell = path == "/" || path.starts_with("/assets/");
        if !self.asks_for_token() || is_shell { Ok(()) } else { self.knows_token(request.headers()) }
    }

    /// Returns the origin of a request to one of the protocols, where pages of that origin may read from it.
    fn welcome(&self, request: &Request) -> Option<HeaderValue> {
        let origin = request.headers().get(ORIGIN)?;
        let is_known = self.origins.iter().any(|known| origin == known.as_str());
        let path = request.uri().path();
        (is_known && (matches!(path, "/sparql" | "/store") || is_reconciliation(path))).then(|| origin.clone())
    }

    /// Tells whether a page of an origin that was named at the start makes the request, without saying so by `Origin`: a
    /// browser does not send that for scripts. A page can hide where it is, but not claim to be elsewhere.
    pub(super) fn is_referred(&self, headers: &HeaderMap) -> bool {
        let Some(page) = headers.get(REFERER).and_then(|value| value.to_str().ok()) else { return false };
        self.origins.iter().any(|known| page.strip_prefix(known.as_str()).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Returns the policy of a response, and whether its page may be framed: the card of an entity may, by pages of the
    /// origins that were named.
    fn policy(&self, path: &str) -> (HeaderValue, bool) {
        let is_card = path == "/reconcile/preview" || path.starts_with("/reconcile/preview/");
        let origins: Vec<&str> = self.origins.iter().map(String::as_str).filter(|origin| is_origin(origin)).collect();
        let card = || HeaderValue::from_str(&format!("{CARD} {}", origins.join(" "))).ok();
        match (is_card && !origins.is_empty()).then(card).flatten() {
            Some(policy) => (policy, true),
            None => (HeaderValue::from_static(POLICY), false),
        }
    }

    /// Tells whether a `Host` names this server.
    fn is_own(&self, host: &str) -> bool {
        let name = without_port(host).to_lowercase();
        if self.hosts.contains(&name) {
            return true;
        }
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<IpAddr>() {
            // An address cannot be rebound to another; only names can.
            Ok(ip) if self.address.ip().is_unspecified() => !ip.is_unspecified(),
            Ok(ip) => ip == self.address.ip() || (ip.is_loopback() && self.address.ip().is_loopback()),
            Err(_) => name == "localhost" && (self.address.ip().is_loopback() || self.address.ip().is_unspecified()),
        }
    }
}

fn is_reconciliation(path: &str) -> bool {
    path == "/reconcile" || path.starts_with("/reconcile/")
}

/// Tells whether a text is one origin and no pattern of a policy.
fn is_origin(text: &str) -> bool {
    text.contains("://") && text.chars().all(|c| c.is_ascii_alphanumeric() || ":/.-[]".contains(c))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

/// Compares without telling by the time it takes how much was right.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// Admits or refuses a request, and adds the headers that every response has.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let welcome = app.access.welcome(&request);
    let asks_first = welcome.is_some() && request.method() == Method::OPTIONS;
    let (policy, may_be_framed) = app.access.policy(request.uri().path());
    let is_script = is_reconciliation(request.uri().path()) && app.access.is_referred(request.headers());
    let mut response = match app.access.admits(&request) {
        // A browser asks on its own, without the token, whether it may send what a page wants to send.
        _ if asks_first => StatusCode::NO_CONTENT.into_response(),
        Ok(()) => next.run(request).await,
        Err(refusal) => {
            body::discard(request).await;
            refusal.into_response()
        }
    };
    let headers = response.headers_mut();
    if let Some(origin) = welcome {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(VARY, HeaderValue::from_static("origin"));
        if asks_first {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, POST, PUT, DELETE"));
            headers
                .insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("accept, authorization, content-type"));
        }
    }
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    if !may_be_framed {
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    let fixed: [(HeaderName, &str); 3] = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            if is_script { "cross-origin" } else { "same-origin" },
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(address: &str, hosts: &[&str]) -> Access {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let options = Options { hosts, token: Some("secret".to_owned()), ..Options::default() };
        Access::new(&options, address.parse().expect("an address"))
    }

    #[test]
    fn only_names_of_its_own_reach_the_server() {
        let local = access("127.0.0.1:80", &["casebook.example"]);
        for host in ["127.0.0.1:80", "localhost", "LOCALHOST:9", "[::1]:80", "casebook.example:80"] {
            assert!(local.is_own(host), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "192.168.0.7", "", "localhost.evil.example:80"] {
            assert!(!local.is_own(host), "{host}");
        }
        let open = access("0.0.0.0:80", &[]);
        assert!(open.is_own("192.168.0.7:80") && !open.is_own("evil.example"));
    }

    #[test]
    fn the_token_must_be_the_whole_token() {
        let local = access("127.0.0.1:80", &[]);
        let bearing = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_str(text).expect("a header"));
            local.knows_token(&headers).is_ok()
        };
        assert!(bearing("Bearer secret"));
        for wrong in ["Bearer secre", "Bearer secrets", "secret", "Basic secret", "Bearer "] {
            assert!(!bearing(wrong), "{wrong}");
        }
        assert!(local.knows_token(&HeaderMap::new()).is_err());
    }
}
