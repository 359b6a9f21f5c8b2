//! The view that a request asks for: in its address, in a form, or in the path of a part of the reconciliation service. In:
//! requests. Out: the same with their parameters and their view, or a refusal where the view is not clear; answers that name
//! their view in a header and in the name by which they are saved.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::refusal::Refusal;
use super::request::{FORM, Parameters, content_type};
use crate::view::View;

/// Names the view of an answer, such as `known on 2014-05-21 (certain)`.
pub(super) const VIEW: HeaderName = HeaderName::from_static("casegraph-view");

/// What a request asks for, and what it is to see of the case.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// The parameters of its address, its path and its form.
    pub(super) parameters: Parameters,
    pub(super) view: View,
}

impl Asked {
    /// Lets only what asks for no view pass, as a change must.
    pub(super) fn changes_whole(&self) -> Result<(), Refusal> {
        if self.parameters.name_view() {
            return Err(Refusal::bad("a change is made to the whole case, not to a view of it"));
        }
        Ok(())
    }
}

/// Reads the view of a request and names it in the answer.
pub(super) async fn enter(request: Request, next: Next) -> Response {
    let (asked, mut request) = match read(request).await {
        Ok(read) => read,
        Err(refusal) => return refusal.into_response(),
    };
    let (view, path) = (asked.view.clone(), request.uri().path().to_owned());
    request.extensions_mut().insert(asked);
    let mut response = next.run(request).await;
    let is_answer = response.status().is_success();
    // A refusal of what was meant for a view does not say that it is about the whole case.
    let name = (is_answer || !view.is_whole()).then(|| stamp(&view));
    let saved = file_name(&path, response.headers(), &view).filter(|_| is_answer);
    let disposition = saved.map(|name| format!("inline; filename=\"{name}\""));
    for (header, text) in [(VIEW, name), (CONTENT_DISPOSITION, disposition)] {
        response
            .headers_mut()
            .extend(text.and_then(|text| HeaderValue::try_from(text).ok()).map(|value| (header, value)));
    }
    response
}

async fn read(request: Request) -> Result<(Asked, Request), Refusal> {
    let (parts, body) = request.into_parts();
    // It is in memory already, and no larger than the server takes.
    let body = to_bytes(body, usize::MAX).await.map_err(|_| Refusal::bad("the body is cut off"))?;
    let mut parameters = Parameters::of(&parts.uri)?;
    if let Some((_, view)) = parts.uri.path().strip_prefix("/reconcile/").and_then(|rest| rest.split_once('/')) {
        parameters = parameters.and(Parameters::parse(view.as_bytes())?);
    }
    if parts.method == Method::POST && content_type(&parts.headers).is_ok_and(|media| media == FORM) {
        parameters = parameters.and(Parameters::parse(&body)?);
    }
    let view = parameters.view()?;
    Ok((Asked { parameters, view }, Request::from_parts(parts, Body::from(body))))
}

/// Returns what an answer says of its view, in the characters that a header may have.
pub(super) fn stamp(view: &View) -> String {
    const UNFIT: &AsciiSet = &CONTROLS.add(b'%');
    if view.is_whole() {
        return "whole case".to_owned();
    }
    utf8_percent_encode(&view.to_string(), UNFIT).to_string()
}

/// Returns the name under which the answer of a view is saved; none for pages and for what programs ask one another.
fn file_name(path: &str, headers: &HeaderMap, view: &View) -> Option<String> {
    const ENDINGS: [(&str, &str); 11] = [
        ("application/json", "json"),
        ("application/sparql-results+json", "json"),
        ("application/sparql-results+xml", "xml"),
        ("text/csv", "csv"),
        ("text/tab-separated-values", "tsv"),
        ("text/turtle", "ttl"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "rdf"),
        ("application/ld+json", "jsonld"),
        ("application/trig", "trig"),
        ("application/n-quads", "nq"),
    ];
    let (folder, file) = path.rsplit_once('/')?;
    if view.is_whole() || file.is_empty() || path.starts_with("/reconcile") {
        return None;
    }
    let media = headers.get(CONTENT_TYPE)?.to_str().ok()?.split(';').next()?;
    let (stem, ending) = match (folder, file.rsplit_once('.')) {
        ("/draw", Some(parts)) => parts,
        _ => (file, ENDINGS.iter().find(|(name, _)| *name == media)?.1),
    };
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || "-_".contains(*c);
    Some(format!("{}{}.{ending}", stem.chars().filter(is_plain).collect::<String>(), view.in_file_name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(parameters: &str) -> View {
        Parameters::parse(parameters.as_bytes()).expect("UTF-8").view().expect("a view")
    }

    #[test]
    fn a_stamp_has_only_what_a_header_may_have() {
        let shown = stamp(&view("known-on=2014-05-21&known-to=caf%C3%A9%0A100%25"));
        assert_eq!(shown, "known on 2014-05-21 to caf%C3%A9%0A100%25 (certain)");
        assert_eq!(stamp(&View::default()), "whole case");
    }

    #[test]
    fn what_is_saved_bears_the_view_in_its_name() {
        let name = |path: &str, media: &'static str, parameters: &str| {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(media))]);
            file_name(path, &headers, &view(parameters))
        };
        let saved = name("/draw/timeline.svg", "image/svg+xml", "known-on=2013-12-01");
        assert_eq!(saved.as_deref(), Some("timeline-known-on-2013-12-01.svg"));
        let saved = name("/questions/gags", "text/csv; charset=utf-8", "known-on=2013-12-01&known-to=wd-wash");
        assert_eq!(saved.as_deref(), Some("gags-known-on-2013-12-01-to-wd-wash.csv"));
        let saved = name("/store", "application/n-quads", "as-of=2013-12-01&possible");
        assert_eq!(saved.as_deref(), Some("store-as-of-2013-12-01-possible.nq"));
        assert_eq!(name("/data", "application/json", ""), None);
        assert_eq!(name("/reconcile", "application/json", "as-of=2013-12-01"), None);
        assert_eq!(name("/", "text/html", "as-of=2013-12-01"), None);
    }
}
