//! Origins whose pages may use a service. In: `https://ask.example`, or `reconcile=http://127.0.0.1:3333` for one service
//! alone. Out: which origin may reach which path. <https://www.rfc-editor.org/rfc/rfc6454>

use std::str::FromStr;

/// A protocol that pages of other origins can use, and the path that it answers at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    Sparql,
    Store,
    Reconcile,
}

impl Service {
    /// Returns the service of a path.
    fn of(path: &str) -> Option<Self> {
        match path.strip_prefix('/')?.split('/').next()? {
            "sparql" => Some(Self::Sparql),
            "store" => Some(Self::Store),
            "reconcile" => Some(Self::Reconcile),
            _ => None,
        }
    }
}

/// An origin, and the service that its pages may use; without one, all three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedOrigin {
    service: Option<Service>,
    origin: String,
}

impl AllowedOrigin {
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// Tells whether pages of the origin may use what answers at a path.
    pub(super) fn opens(&self, path: &str) -> bool {
        Service::of(path).is_some_and(|service| self.service.is_none_or(|only| only == service))
    }
}

impl FromStr for AllowedOrigin {
    type Err = String;

    /// Reads `ORIGIN` or `SERVICE=ORIGIN`; what is wrong is said in words.
    fn from_str(text: &str) -> Result<Self, String> {
        let (service, origin) = match text.split_once('=') {
            Some((name, origin)) => {
                let service = Service::of(&format!("/{name}")).filter(|_| !name.contains('/'));
                let service = service
                    .ok_or_else(|| format!("`{name}` is not a service; those are sparql, store and reconcile"))?;
                (Some(service), origin)
            }
            None => (None, text),
        };
        // The address bar shows a `/` at the end; a browser sends neither that nor the port of the scheme.
        let origin = origin.trim_end_matches('/').to_lowercase();
        let (scheme, host) = origin.split_once("://").unwrap_or_default();
        let port = if scheme == "https" { ":443" } else { ":80" };
        let host = host.strip_suffix(port).unwrap_or(host);
        // No pattern of a content security policy, no path.
        if scheme.is_empty() || host.is_empty() || !host.chars().all(|c| c.is_alphanumeric() || ":.-[]".contains(c)) {
            return Err(
                "an origin is written like https://ask.example or http://127.0.0.1:3333, without a path".to_owned()
            );
        }
        Ok(Self { service, origin: format!("{scheme}://{host}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> Vec<&'static str> {
        let origin: AllowedOrigin = text.parse().unwrap_or_else(|fault| panic!("{text}: {fault}"));
        let paths = ["/sparql", "/store", "/reconcile", "/reconcile/preview", "/", "/data", "/import", "/sparqls", ""];
        paths.into_iter().filter(|path| origin.opens(path)).collect()
    }

    #[test]
    fn a_service_is_opened_alone_and_nothing_else_ever() {
        assert_eq!(opened("http://127.0.0.1:3333"), ["/sparql", "/store", "/reconcile", "/reconcile/preview"]);
        assert_eq!(opened("reconcile=http://127.0.0.1:3333/"), ["/reconcile", "/reconcile/preview"]);
        assert_eq!(opened("sparql=https://ask.example"), ["/sparql"]);
    }

    #[test]
    fn an_origin_is_written_as_a_browser_sends_it() {
        let read = |text: &str| text.parse::<AllowedOrigin>().map(|read| read.origin);
        assert_eq!(read("HTTPS://Ask.Example:443/").as_deref(), Ok("https://ask.example"));
        assert_eq!(read("store=http://[::1]:80").as_deref(), Ok("http://[::1]"));
        for wrong in
            ["*", "https://*.example", "ask.example", "https://ask.example/page", "http://", "null", "a b://c d"]
        {
            assert!(read(wrong).is_err_and(|told| told.contains("https://ask.example")), "{wrong}");
        }
        assert!(read("data=https://ask.example").is_err_and(|told| told.contains("`data`")));
    }
}
