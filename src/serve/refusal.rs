//! What the server says when it does not do what it is asked: a status and a line or two of plain text.

use axum::http::StatusCode;
use axum::http::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use oxigraph::sparql::{QueryEvaluationError, UpdateEvaluationError};

use crate::{case, diagram, graph, query, reconcile, store};

/// A request that is not carried out, and why.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    text: String,
    header: Option<(HeaderName, &'static str)>,
    cause: Option<Cause>,
}

/// What broke inside the server, for whoever runs it; it may name files, and no client is told. It goes with the response
/// as far as `access::guard`.
#[derive(Debug, Clone)]
pub(super) struct Cause(pub(super) String);

impl Refusal {
    pub(super) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), header: None, cause: None }
    }

    pub(super) fn bad(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    pub(super) fn missing(text: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, text)
    }

    pub(super) fn unauthorized() -> Self {
        let text = "send the token that the server was started with, as `Authorization: Bearer TOKEN`";
        Self { header: Some((WWW_AUTHENTICATE, "Bearer")), ..Self::new(StatusCode::UNAUTHORIZED, text) }
    }

    pub(super) fn method(allowed: &'static str) -> Self {
        let text = format!("this address takes {allowed}");
        Self { header: Some((ALLOW, allowed)), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, text) }
    }

    pub(super) fn busy() -> Self {
        let text = "too much is under way; ask again in a moment";
        Self { header: Some((RETRY_AFTER, "5")), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, text) }
    }

    pub(super) fn too_slow(seconds: u64) -> Self {
        let text = format!("this ran for {seconds} s, which is the limit that `--query-time` sets, and was stopped");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, text)
    }

    /// A fault of the server itself.
    pub(super) fn internal(cause: impl Into<String>) -> Self {
        Self::failed("the server failed at this; where it runs, it says why", cause)
    }

    /// A fault of the server itself, of which the client is told in words that hold no path.
    pub(super) fn failed(text: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { cause: Some(Cause(cause.into())), ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, text) }
    }

    pub(super) const fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.text + "\n").into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        if let Some(cause) = self.cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}

impl From<query::Error> for Refusal {
    fn from(error: query::Error) -> Self {
        use query::Error as E;
        match &error {
            E::Evaluation(QueryEvaluationError::Cancelled) => Self::too_slow(0),
            E::Evaluation(QueryEvaluationError::Dataset(_))
            | E::Store(_)
            | E::Write(_)
            | E::Thread(_)
            | E::UpdateFailed(UpdateEvaluationError::Storage(_)) => Self::internal(error.to_string()),
            E::UpdateFailed(cause) => Self::bad(format!("{error}: {cause}")),
            E::Evaluation(cause) => Self::bad(format!("{error}: {cause}")),
            E::UnknownQuestion { .. } => Self::missing(error.to_string()),
            _ => Self::bad(error.to_string()),
        }
    }
}

impl From<reconcile::Error> for Refusal {
    fn from(error: reconcile::Error) -> Self {
        match error {
            reconcile::Error::TooMany(_) => Self::new(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()),
            _ => Self::bad(error.to_string()),
        }
    }
}

impl From<graph::Error> for Refusal {
    fn from(error: graph::Error) -> Self {
        match error {
            graph::Error::Store(_) => Self::internal(error.to_string()),
            _ => Self::bad(error.to_string()),
        }
    }
}

impl From<diagram::Error> for Refusal {
    fn from(error: diagram::Error) -> Self {
        match error {
            diagram::Error::Graph(error) => error.into(),
            diagram::Error::GraphvizMissing => Self::new(StatusCode::NOT_IMPLEMENTED, error.to_string()),
            _ => Self::internal(error.to_string()),
        }
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        Self::internal(chain(&error))
    }
}

impl From<super::Error> for Refusal {
    fn from(error: super::Error) -> Self {
        match error {
            super::Error::Graph(error) => error.into(),
            super::Error::Case(case::Error::View(error)) => Self::bad(error.to_string()),
            super::Error::ReadOnly => Self::new(StatusCode::FORBIDDEN, error.to_string()),
            super::Error::Stopped => Self::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
            super::Error::NotSaved(_) => Self::failed(error.to_string(), chain(&error)),
            _ => Self::internal(chain(&error)),
        }
    }
}

/// Returns what an error says, and what the errors behind it say.
fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(error.source(), |error| error.source())
        .fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
