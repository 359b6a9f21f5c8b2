//! Which format a client gets. In: the header `Accept` and the formats that fit, the preferred first. Out: one of them,
//! or a refusal that names them. <https://www.rfc-editor.org/rfc/rfc9110#name-accept>

use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};

use super::refusal::Refusal;

/// A format and the names by which clients ask for it; the first is the one it is sent under.
pub(super) struct Offer<T> {
    pub(super) format: T,
    pub(super) names: &'static [&'static str],
}

/// Chooses the offer that a client likes best; among equals the first.
pub(super) fn choose<T: Copy>(headers: &HeaderMap, offers: &[Offer<T>]) -> Result<(T, &'static str), Refusal> {
    let accept: Vec<&str> = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let accept = accept.join(",");
    let ranges: Vec<(&str, f32)> = accept.split(',').filter_map(range).collect();
    let quality = |offer: &Offer<T>| {
        if ranges.is_empty() {
            return 1.0;
        }
        let rank = |name: &str| {
            let fits = ranges.iter().filter_map(|(range, quality)| Some((specificity(range, name)?, *quality)));
            fits.max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))).map_or(0.0, |(_, quality)| quality)
        };
        offer.names.iter().map(|name| rank(name)).fold(0.0, f32::max)
    };
    let mut best: Option<(&Offer<T>, f32)> = None;
    for offer in offers {
        let quality = quality(offer);
        if quality > best.map_or(0.0, |(_, best)| best) {
            best = Some((offer, quality));
        }
    }
    best.map(|(offer, _)| (offer.format, offer.names[0])).ok_or_else(|| {
        let names: Vec<&str> = offers.iter().map(|offer| offer.names[0]).collect();
        Refusal::new(StatusCode::NOT_ACCEPTABLE, format!("this can be had as {}", names.join(", ")))
    })
}

/// Reads one range of an `Accept`, such as `text/*;q=0.5`.
fn range(text: &str) -> Option<(&str, f32)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
    Some((name, quality))
}

fn specificity(range: &str, name: &str) -> Option<u8> {
    if range.eq_ignore_ascii_case(name) {
        return Some(2);
    }
    let (kind, rest) = range.split_once('/')?;
    match (kind, rest) {
        ("*", "*") => Some(0),
        (kind, "*") if name.split_once('/').is_some_and(|(own, _)| own.eq_ignore_ascii_case(kind)) => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const OFFERS: &[Offer<u8>] =
        &[Offer { format: 0, names: &["application/json"] }, Offer { format: 1, names: &["text/csv", "text/plain"] }];

    fn chosen(accept: &str) -> Option<u8> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(accept).expect("a header"));
        choose(&headers, OFFERS).ok().map(|(format, _)| format)
    }

    #[test]
    fn the_most_specific_range_counts_and_the_first_offer_wins_a_tie() {
        assert_eq!(chosen("*/*"), Some(0));
        assert_eq!(chosen("text/*, application/json;q=0.4"), Some(1));
        assert_eq!(chosen("text/plain"), Some(1));
        assert_eq!(chosen("*/*;q=0.5, application/json;q=0"), Some(1));
        assert_eq!(chosen("image/png"), None);
        assert_eq!(choose(&HeaderMap::new(), OFFERS).expect("any").1, "application/json");
    }
}
