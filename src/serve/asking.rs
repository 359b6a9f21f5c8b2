//! Work that takes a thread of its own: queries, which a clock may stop; and the shipped questions by name. In:
//! a request. Out: an answer within the limits, or a refusal. Not here: the protocol (`protocol`).

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use oxigraph::sparql::CancellationToken;

use super::library::Snapshot;
use super::refusal::Refusal;
use super::request::VIEWING;
use super::room::Clock;
use super::viewing::Asked;
use super::{App, results};
use crate::query::{self, Answer, Limits, Protocol, Question};
use crate::view::View;

/// Runs work that blocks, apart from the threads that answer.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(Refusal::internal("the request could not be worked on")),
    }
}

/// Returns what a query or an update may take.
pub(super) fn limits(app: &App, token: &CancellationToken) -> Limits {
    let options = &app.options;
    Limits { rows: options.rows, bytes: options.answer_bytes, memory: options.query_memory, token: token.clone() }
}

/// Asks a question of the case in a view.
pub(super) async fn ask(
    app: &Arc<App>,
    clock: Clock,
    view: View,
    question: Question,
    values: Vec<(String, String)>,
    dataset: Protocol,
) -> Result<(Arc<Snapshot>, Answer), Refusal> {
    let library = Arc::clone(app);
    blocking(move || {
        let snapshot = library.library.snapshot(view)?;
        let limits = limits(&library, &clock.token);
        let answer = query::run_limited(&snapshot.data, &snapshot.about.base, &question, &values, &dataset, &limits)?;
        Ok((snapshot, answer))
    })
    .await
}

/// Answers one of the shipped questions, or of the case's own; its parameters are those of the address.
pub(super) async fn answer(
    State(app): State<Arc<App>>,
    Extension(clock): Extension<Clock>,
    Extension(Asked { parameters, view }): Extension<Asked>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let question = app.library.whole().settings.catalogue.get(&name)?.clone();
    parameters.only(&question.parameters.iter().map(|parameter| parameter.name.as_str()).collect::<Vec<_>>())?;
    let values = parameters.without(&VIEWING).into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let (snapshot, answer) = ask(&app, clock, view, question, values, Protocol::default()).await?;
    let limit = app.options.answer_bytes;
    blocking(move || results::respond(&answer, &headers, &snapshot, limit)).await
}
