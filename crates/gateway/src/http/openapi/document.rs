//! The document, printed.

use super::operation::{Good, Operation, Parameter, Tag};
use super::requests::REQUESTS;
use super::schema::{Described, Schema, Shape, number};
use super::shapes::SHAPES;
use crate::keys::Scope;
use axum::http::StatusCode;
use serde::Serialize;
use serde::ser::Serializer;
use serde_json::value::RawValue;

/// A table as text, with a line of names before it.
pub(in crate::http) const CSV: &str = "text/csv; charset=utf-8; header=present";

/// What is printed.
pub(in crate::http) struct Document {
    pub title: &'static str,
    pub about: &'static str,
    pub shapes: Vec<&'static Shape>,
    pub operations: Vec<&'static Operation>,
}

/// Every named object of the public document.
pub(in crate::http) fn shapes() -> Vec<&'static Shape> {
    SHAPES.iter().chain(REQUESTS).collect()
}

/// The document as JSON.
pub(in crate::http) fn print(document: &Document) -> Vec<u8> {
    let root = Root {
        openapi: "3.1.0",
        info: Info {
            title: document.title,
            version: env!("CARGO_PKG_VERSION"),
            description: document.about,
            license: License { name: "MIT OR Apache-2.0", identifier: "MIT OR Apache-2.0" },
        },
        servers: [Server { url: "/", description: "Where this document came from." }],
        tags: Tag::ALL.map(|(name, description)| TagText { name, description }),
        security: [],
        paths: paths(&document.operations),
        components: Components {
            schemas: Pairs(document.shapes.iter().map(|&shape| (shape.name.to_owned(), shape)).collect()),
            responses: responses(&document.operations),
            security_schemes: schemes(),
        },
    };
    serde_json::to_vec_pretty(&root).expect("the document serialises into memory")
}

/// A map in the order in which it was written down.
struct Pairs<V>(Vec<(String, V)>);

impl<V: Serialize> Serialize for Pairs<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[derive(Serialize)]
struct Root {
    openapi: &'static str,
    info: Info,
    servers: [Server; 1],
    tags: [TagText; 4],
    /// None, unless an operation says so.
    security: [(); 0],
    paths: Pairs<Pairs<OperationText>>,
    components: Components,
}

#[derive(Serialize)]
struct Info {
    title: &'static str,
    version: &'static str,
    description: &'static str,
    license: License,
}

#[derive(Serialize)]
struct License {
    name: &'static str,
    identifier: &'static str,
}

#[derive(Serialize)]
struct Server {
    url: &'static str,
    description: &'static str,
}

#[derive(Serialize)]
struct TagText {
    name: &'static str,
    description: &'static str,
}

#[derive(Serialize)]
struct Components {
    schemas: Pairs<&'static Shape>,
    responses: Pairs<Response>,
    #[serde(rename = "securitySchemes")]
    security_schemes: Pairs<Scheme>,
}

#[derive(Serialize)]
struct Scheme {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<&'static str>,
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    place: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    description: &'static str,
}

#[derive(Serialize)]
struct OperationText {
    #[serde(rename = "operationId")]
    id: &'static str,
    tags: [&'static str; 1],
    summary: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    security: Vec<Pairs<[(); 0]>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<ParameterText>,
    #[serde(rename = "requestBody", skip_serializing_if = "Option::is_none")]
    body: Option<Body>,
    responses: Pairs<Response>,
}

#[derive(Serialize)]
struct ParameterText {
    name: &'static str,
    #[serde(rename = "in")]
    place: &'static str,
    required: bool,
    description: &'static str,
    schema: Schema,
    example: Box<RawValue>,
}

#[derive(Serialize)]
struct Body {
    required: bool,
    content: Pairs<Media>,
}

#[derive(Serialize)]
struct Media {
    schema: Schema,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<Box<RawValue>>,
}

/// A response, or where one stands.
#[derive(Default, Serialize)]
struct Response {
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Pairs<Header>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Pairs<Media>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<Pairs<Link>>,
}

/// What may be done next with what was answered.
#[derive(Serialize)]
struct Link {
    #[serde(rename = "operationId")]
    operation: &'static str,
    parameters: Pairs<&'static str>,
}

#[derive(Serialize)]
struct Header {
    description: &'static str,
    required: bool,
    schema: Described<'static>,
}

/// The two ways to say who one is: a key as it is, or a signature.
const BEARER: &str = "key";
const SIGNED: [(&str, &str, &str); 4] = [
    ("signedKey", "X-Unspent-Key", "The key's public name."),
    ("signedTimestamp", "X-Unspent-Timestamp", "Milliseconds since 1970, within five seconds of the venue's."),
    ("signedNonce", "X-Unspent-Nonce", "1 to 36 of [-A-Za-z0-9_.:], another for each request."),
    (
        "signedSignature",
        "X-Unspent-Signature",
        "Base64 of Ed25519 over key|timestamp|nonce|METHOD|path?query|sha256(body) in hexadecimal.",
    ),
];

fn schemes() -> Pairs<Scheme> {
    let bearer = Scheme {
        kind: "http",
        scheme: Some("bearer"),
        place: None,
        name: None,
        description: "A static key of the venue file; taken from the venue's own machine only.",
    };
    let signed = SIGNED.map(|(id, name, description)| {
        let scheme = Scheme { kind: "apiKey", scheme: None, place: Some("header"), name: Some(name), description };
        (id.to_owned(), scheme)
    });
    Pairs(std::iter::once((BEARER.to_owned(), bearer)).chain(signed).collect())
}

fn paths(operations: &[&'static Operation]) -> Pairs<Pairs<OperationText>> {
    let mut paths: Vec<(String, Pairs<OperationText>)> = Vec::new();
    for operation in operations {
        let text = (operation.verb.name().to_owned(), operation_text(operation));
        match paths.iter_mut().find(|(path, _)| path == operation.path) {
            Some((_, verbs)) => verbs.0.push(text),
            None => paths.push((operation.path.to_owned(), Pairs(vec![text]))),
        }
    }
    Pairs(paths)
}

fn operation_text(operation: &'static Operation) -> OperationText {
    let good = operation.good.iter().map(|good| (good.status.to_string(), good_text(operation, good)));
    let bad = operation.problems().into_iter().map(|status| {
        let at = Some(format!("#/components/responses/{}", problem_name(status)));
        (status.to_string(), Response { at, ..Response::default() })
    });
    let security = if operation.scope.is_none() {
        Vec::new()
    } else {
        let signed = SIGNED.iter().map(|(id, ..)| ((*id).to_owned(), [])).collect();
        let said = Pairs(vec![(BEARER.to_owned(), [])]);
        // The operator's key is never merely said.
        if operation.scope == Some(Scope::Admin) { vec![Pairs(signed)] } else { vec![said, Pairs(signed)] }
    };
    OperationText {
        id: operation.id,
        tags: [operation.tag.name()],
        summary: operation.summary,
        description: operation.about,
        security,
        parameters: operation.parameters.iter().map(parameter_text).collect(),
        body: operation.body.map(|shape| {
            let media = Media { schema: Schema::Shape(shape), example: None };
            Body { required: true, content: Pairs(vec![("application/json".to_owned(), media)]) }
        }),
        responses: Pairs(good.chain(bad).collect()),
    }
}

fn parameter_text(parameter: &'static Parameter) -> ParameterText {
    ParameterText {
        name: parameter.name,
        place: parameter.place.name(),
        required: parameter.needed,
        description: parameter.about,
        schema: parameter.schema,
        example: number(parameter.example),
    }
}

fn good_text(operation: &Operation, good: &'static Good) -> Response {
    let mut media = vec![(good.media.to_owned(), Media { schema: good.schema, example: None })];
    if operation.csv {
        media.push((CSV.to_owned(), Media { schema: Schema::Document, example: None }));
    }
    let location = Header {
        description: "Where the order is.",
        required: true,
        schema: Described {
            schema: &Schema::Text { pattern: "^/v1/orders/O-[1-9][0-9]{0,19}$" },
            about: "",
            example: None,
        },
    };
    Response {
        description: Some(good.about),
        headers: good.location.then(|| Pairs(vec![("Location".to_owned(), location)])),
        links: good.location.then(|| {
            let link = |operation: &'static str| {
                let parameters = Pairs(vec![("order".to_owned(), "$response.body#/order_id")]);
                (operation.to_owned(), Link { operation, parameters })
            };
            Pairs(["getOrder", "amendOrder", "cancelOrder"].map(link).into())
        }),
        content: Some(Pairs(media)),
        ..Response::default()
    }
}

/// What the problems of a status are called among the components.
fn problem_name(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Other");
    reason.split(' ').collect()
}

fn problem_about(status: u16) -> &'static str {
    match status {
        400 => "The request cannot be read: a field is missing, unknown, there twice, or outside its set (1001, 1003).",
        401 => "No key, or the wrong one (1006, 1007).",
        403 => "The key lacks the scope (1008).",
        404 => "There is no such thing, or it is another account's (2101, 2113, 2129).",
        408 => "The body did not come in time.",
        409 => "The name belongs to an accepted order with another body (2106).",
        413 => "The body is longer than 65,536 bytes (1004).",
        415 => "The body is not said to be JSON.",
        422 => "The venue refuses it; `code` says why.",
        429 => "Too many requests; `retry_after_ms` says how long to wait (4001, 4002).",
        503 => {
            "The venue starts, stops, has too much to do, or its disk is nearly full (5001, 5003). Nothing was done."
        }
        504 => "Whether it was done is not known (5002): ask by `cl_ord_id`, or send the same again.",
        _ => unreachable!("a status that no operation has"),
    }
}

fn responses(operations: &[&'static Operation]) -> Pairs<Response> {
    let mut statuses: Vec<u16> = operations.iter().flat_map(|operation| operation.problems()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    let text = |status: u16| {
        let media = Media { schema: Schema::Shape("Problem"), example: None };
        let content = Some(Pairs(vec![("application/problem+json".to_owned(), media)]));
        let challenge = Header {
            description: "How to say who one is.",
            required: true,
            schema: Described { schema: &Schema::Prose, about: "", example: None },
        };
        let headers = (status == 401).then(|| Pairs(vec![("WWW-Authenticate".to_owned(), challenge)]));
        let description = Some(problem_about(status));
        (problem_name(status), Response { description, headers, content, ..Response::default() })
    };
    Pairs(statuses.into_iter().map(text).collect())
}
