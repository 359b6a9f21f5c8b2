//! What the service is and where its parts are. In: the types of a case, and addresses. Out: the manifest. API 0.2, section 3.1.

use serde_json::{Value as Json, json};

use super::extend::settings;
use super::preview::{HEIGHT, WIDTH};
use super::{Kinds, MOST_QUERIES, Named};
use crate::vocab::cg;

/// Where a service is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// Address of the server, without a path.
    pub server: String,
    /// What is added to the path of each part, such as the view that it shows; empty or beginning with `/`.
    pub suffix: String,
    /// Address of an entity for readers, with `{{id}}` in the place of its id.
    pub view: String,
}

/// Describes the service.
pub fn manifest(kinds: &Kinds, name: &str, base: &str, addresses: &Addresses) -> Json {
    let Addresses { server, suffix, view } = addresses;
    let part = |name: &str| json!({ "service_url": server, "service_path": format!("/reconcile/{name}{suffix}") });
    json!({
        "versions": ["0.2"],
        "name": name,
        "identifierSpace": base,
        "schemaSpace": cg::NAMESPACE,
        "serviceVersion": env!("CARGO_PKG_VERSION"),
        "defaultTypes": kinds.all().collect::<Vec<Named>>(),
        "batchSize": MOST_QUERIES,
        "view": { "url": view },
        "preview": { "url": format!("{server}/reconcile/preview{suffix}?id={{{{id}}}}"), "width": WIDTH, "height": HEIGHT },
        "suggest": {
            "entity": part("suggest-entity"),
            "type": part("suggest-type"),
            "property": part("suggest-property"),
        },
        "extend": { "propose_properties": part("properties"), "property_settings": settings() },
    })
}
