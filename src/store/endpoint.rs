//! Why an endpoint did not do what it was asked for. Not here: how it is reached (`remote`).

/// An endpoint did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
#[error("the endpoint {url} {fault}")]
pub struct EndpointError {
    /// Its address.
    pub url: String,
    /// What went wrong.
    pub fault: EndpointFault,
}

/// Why an endpoint did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointFault {
    /// No connection comes about.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    /// It takes too long.
    #[error("did not answer within {0} s")]
    Slow(u64),
    /// It answers 401.
    #[error("{}", if *.given { "refuses the user name, password or token (401)" } else { "wants a user name and password, or a token (401)" })]
    Unauthorised {
        /// Whether credentials were sent.
        given: bool,
    },
    /// It answers 403.
    #[error("does not allow it (403){}", said(.0))]
    Forbidden(String),
    /// It answers 404 or 405.
    #[error("is no SPARQL endpoint ({0})")]
    NotFound(u16),
    /// It answers 413.
    #[error("refuses the request as too large (413)")]
    TooLarge,
    /// It answers 429 or 503.
    #[error("is too busy ({0}), also when asked again")]
    Busy(u16),
    /// It answers 400 or another code that blames the request.
    #[error("rejects the request ({status}){}", said(.says))]
    Rejected {
        /// HTTP status.
        status: u16,
        /// First line of what it says.
        says: String,
    },
    /// It answers 500 or another code that blames itself.
    #[error("has a fault of its own ({status}){}", said(.says))]
    Broken {
        /// HTTP status.
        status: u16,
        /// First line of what it says.
        says: String,
    },
    /// It answers with something else than SPARQL results.
    #[error("answers with {0} instead of SPARQL results")]
    NotResults(String),
    /// Its results break the rules of their format.
    #[error("answers with results that cannot be read: {0}")]
    Malformed(String),
    /// The answer ends before it is whole.
    #[error("broke off in the middle of its answer, also when asked again")]
    BrokenOff,
    /// The answer is longer than what is taken.
    #[error("answers with more than {} MiB", .0 >> 20)]
    TooLong(u64),
    /// The answer has fewer rows than there are.
    #[error("cuts its answers: {rows} rows came of {total}")]
    Cut {
        /// Rows that came.
        rows: usize,
        /// Rows that there are.
        total: usize,
    },
    /// It sends on to another place.
    #[error("sends on to {0}, where nothing is sent")]
    Redirected(String),
    /// After an import it does not hold what was sent.
    #[error("holds {found} statements of the case, where {expected} were sent")]
    NotKept {
        /// Statements that it should hold.
        expected: usize,
        /// Statements that it holds.
        found: usize,
    },
}

fn said(says: &str) -> String {
    if says.is_empty() { String::new() } else { format!(": {says}") }
}
