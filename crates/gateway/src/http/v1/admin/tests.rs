use super::*;
use crate::http::openapi::{Place, fits};
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn the_document_has_every_route_and_every_shape_that_it_names() {
    let text = std::str::from_utf8(&DOCUMENT).unwrap();
    let document: Value = serde_json::from_str(text).unwrap();
    let told: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let routes: BTreeSet<&str> = operations().iter().map(|(operation, _)| operation.path).collect();
    assert_eq!(told, routes);
    let shapes: BTreeSet<&str> = shapes::all().iter().map(|shape| shape.name).collect();
    assert_eq!(shapes.len(), shapes::all().len(), "no two shapes have one name");
    let referred = text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap());
    assert_eq!(referred.collect::<BTreeSet<&str>>(), shapes);
}

#[test]
fn every_route_but_the_document_needs_an_operator() {
    for (operation, _) in operations() {
        let open = operation.path == "/openapi.json";
        assert_eq!(operation.scope, (!open).then_some(crate::keys::Scope::Admin), "{}", operation.path);
        assert_eq!(operation.path.starts_with("/admin/v1/"), !open);
        let variables: Vec<&str> = operation.path.split(['{', '}']).skip(1).step_by(2).collect();
        let named = operation.parameters.iter().filter(|parameter| parameter.place == Place::Path);
        assert_eq!(variables, named.map(|parameter| parameter.name).collect::<Vec<_>>(), "{}", operation.id);
        let body = operation.body.map(|name| shapes::all().into_iter().find(|shape| shape.name == name).unwrap());
        assert!(body.is_none_or(|shape| shape.fields.iter().any(|field| field.name == "reason" && field.needed)));
    }
}

#[test]
fn every_example_is_what_its_shape_says() {
    let shapes = shapes::all();
    for shape in &shapes {
        let example: Value = serde_json::from_str(shape.example).unwrap();
        fits(&shapes, &Schema::Shape(shape.name), &example).unwrap_or_else(|why| panic!("{}: {why}", shape.name));
    }
}
