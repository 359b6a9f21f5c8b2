//! Who may ask. In: each request before anything else sees it. Out: the same, or a refusal; and the headers of every
//! response. A page of another site can neither read from the server nor write to it, nor learn anything by how long it
//! takes: names that are not its own are refused (DNS rebinding), and so is, before any work is done, what a browser sends
//! for a page of an origin that was not named at the start. A change needs a token that no browser sends by itself.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName,
    HeaderValue, ORIGIN, REFERER, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::origins::AllowedOrigin;
use super::refusal::{Cause, Refusal};
use super::{App, Options, body, viewing};

/// No script or style but the server's own files, no frame, no other host.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// A card that pages of some origins may frame: no script at all.
const CARD: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors";

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// What a client must say of itself.
pub(super) struct Access {
    address: SocketAddr,
    hosts: Vec<String>,
    origins: Vec<AllowedOrigin>,
    token: Option<String>,
    /// Whether the token was made up at the start, and nobody knows it but who sees the address.
    is_made_up: bool,
    write: bool,
}

/// Marks a request for the page itself that a page of another site led to: what it shows is up to that site.
#[derive(Debug, Clone, Copy)]
pub(super) struct LedHere;

impl Access {
    pub(super) fn new(options: &Options, address: SocketAddr, is_made_up: bool) -> Self {
        Self {
            is_made_up,
            address,
            hosts: options.hosts.iter().map(|host| host.to_lowercase()).collect(),
            origins: options.origins.clone(),
            token: options.token.clone(),
            write: options.write,
        }
    }

    /// Returns the address to open in a browser, with a token that was made up behind `#`, where no server sees it.
    pub(super) fn url(&self) -> String {
        let host = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => "localhost".to_owned(),
            IpAddr::V6(ip) if ip.is_unspecified() => "localhost".to_owned(),
            IpAddr::V6(ip) => format!("[{ip}]"),
            IpAddr::V4(ip) => ip.to_string(),
        };
        let token = self.token.as_ref().filter(|_| self.is_made_up);
        let token = token.map_or_else(String::new, |token| format!("#token={token}"));
        format!("http://{host}:{}/{token}", self.address.port())
    }

    /// Tells whether changes are possible at all.
    pub(super) const fn writes(&self) -> bool {
        self.write
    }

    /// Tells whether even reading takes the token: it was chosen for that, or others can reach the address.
    pub(super) fn asks_for_token(&self) -> bool {
        !self.address.ip().is_loopback() || self.token.is_some() && !self.is_made_up
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

    /// Tells whether there is a token, and the client knows it.
    pub(super) fn bears_token(&self, headers: &HeaderMap) -> bool {
        self.token.is_some() && self.knows_token(headers).is_ok()
    }

    fn knows_token(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let told = text(headers, &AUTHORIZATION).and_then(|value| value.split_once(' '));
        let told = told.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).unwrap_or_default().1.trim();
        match &self.token {
            Some(token) if !equal(token.as_bytes(), told.as_bytes()) => Err(Refusal::unauthorized()),
            _ => Ok(()),
        }
    }

    fn admits(&self, request: &mut Request) -> Result<(), Refusal> {
        let (headers, path) = (request.headers(), request.uri().path());
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) else {
            return Err(Refusal::bad("a request names the server once, in one Host header"));
        };
        if request.uri().authority().is_some_and(|authority| !authority.as_str().eq_ignore_ascii_case(host)) {
            return Err(Refusal::bad("the address of the request and its Host header name two servers"));
        }
        if !self.is_own(host) {
            let text = "this server does not go by that name; `--host NAME` adds one";
            return Err(Refusal::new(StatusCode::MISDIRECTED_REQUEST, text));
        }
        let is_page = path == "/" && *request.method() == Method::GET;
        let is_led_here = is_foreign(headers, host) && !self.is_named(headers, path);
        if is_led_here && !(is_page && is_led(headers)) {
            let text = "a page of another site asks, and `--allow-origin` does not name its origin for this address";
            return Err(Refusal::new(StatusCode::FORBIDDEN, text));
        }
        // The page itself holds nothing of the case, and it has to load before it can send the token.
        let is_shell = path == "/" || path.starts_with("/assets/");
        if self.asks_for_token() && !is_shell {
            self.knows_token(headers)?;
        }
        let is_trusted = self.origins.iter().any(|known| page(headers) == Some(known.origin()));
        if is_led_here && !is_trusted {
            request.extensions_mut().insert(LedHere);
        }
        Ok(())
    }

    /// Tells whether a page of an origin that was named for a path makes the request.
    pub(super) fn is_named(&self, headers: &HeaderMap, path: &str) -> bool {
        page(headers).is_some_and(|page| self.origins.iter().any(|known| known.opens(path) && page == known.origin()))
    }

    /// Returns the policy of a response, and whether its page may be framed: the card of an entity may, by pages of the
    /// origins that were named for it.
    fn policy(&self, path: &str) -> (HeaderValue, bool) {
        let is_card = path == "/reconcile/preview" || path.starts_with("/reconcile/preview/");
        let origins = self.origins.iter().filter(|known| is_card && known.opens(path));
        let origins: Vec<&str> = origins.map(AllowedOrigin::origin).collect();
        let card = || HeaderValue::from_str(&format!("{CARD} {}", origins.join(" "))).ok();
        match (!origins.is_empty()).then(card).flatten() {
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

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Returns the origin of the page that makes a request: a browser says it by `Origin`, or, for scripts, frames and links,
/// by `Referer` alone. A page can hide where it is, but not claim to be elsewhere.
fn page(headers: &HeaderMap) -> Option<&str> {
    if headers.contains_key(ORIGIN) {
        return text(headers, &ORIGIN);
    }
    let referer = text(headers, &REFERER)?;
    let host = referer.find("://")? + 3;
    Some(referer[host..].find(['/', '?', '#']).map_or(referer, |end| &referer[..host + end]))
}

/// Tells whether a page of another origin makes a request. What a person types, and what is no browser, is not foreign.
fn is_foreign(headers: &HeaderMap, host: &str) -> bool {
    let is_own = |page: &str| page.split_once("://").is_some_and(|(_, name)| name.eq_ignore_ascii_case(host));
    let is_other = headers.contains_key(ORIGIN) && !page(headers).is_some_and(is_own);
    match headers.get(&SEC_FETCH_SITE) {
        Some(site) => is_other || (site != "same-origin" && site != "none"),
        // Browsers before 2023 do not say it.
        None => is_other || page(headers).is_some_and(|page| !is_own(page)),
    }
}

/// Tells whether a browser asks for a page to show it in a window of its own, as it does for a link.
fn is_led(headers: &HeaderMap) -> bool {
    let says = |name: &HeaderName, value: &str| headers.get(name).is_some_and(|told| told == value);
    let is_old = !headers.contains_key(&SEC_FETCH_SITE);
    !headers.contains_key(ORIGIN) && (is_old || says(&SEC_FETCH_MODE, "navigate") && says(&SEC_FETCH_DEST, "document"))
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
pub(super) async fn guard(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let is_named = app.access.is_named(request.headers(), request.uri().path());
    let welcome = request.headers().get(ORIGIN).filter(|_| is_named).cloned();
    let asks_first = welcome.is_some() && request.method() == Method::OPTIONS;
    let (policy, may_be_framed) = app.access.policy(request.uri().path());
    let mut response = match app.access.admits(&mut request) {
        // A browser asks on its own, without the token, whether it may send what a page wants to send.
        _ if asks_first => StatusCode::NO_CONTENT.into_response(),
        Ok(()) => next.run(request).await,
        Err(refusal) => {
            body::discard(request).await;
            refusal.into_response()
        }
    };
    if let Some(Cause(text)) = response.extensions_mut().remove() {
        (app.options.report)(&text);
    }
    let headers = response.headers_mut();
    if let Some(origin) = welcome {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, viewing::VIEW.into());
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
    let fixed: [(HeaderName, &str); 4] = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            if is_named { "cross-origin" } else { "same-origin" },
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
        Access::new(&options, address.parse().expect("an address"), true)
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
        for right in ["Bearer secret", "bearer secret", "BEARER   secret "] {
            assert!(bearing(right), "{right}");
        }
        for wrong in ["Bearer secre", "Bearer secrets", "secret", "Basic secret", "Bearer "] {
            assert!(!bearing(wrong), "{wrong}");
        }
        assert!(local.knows_token(&HeaderMap::new()).is_err());
    }
}
