//! docs/living-market.md publishes the parameters as they are.

use unspent_living::{Parameters, documented};

#[test]
fn the_document_has_every_parameter_with_its_value_unit_and_source() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/living-market.md");
    let document = std::fs::read_to_string(path).unwrap();
    let mut table = String::from("| parameter | value | unit | source |\n|---|---|---|---|\n");
    for row in documented(&Parameters::default()) {
        table += &format!("| {} | {} | {} | {} |\n", row.name, row.value, row.unit, row.source);
    }
    assert!(document.contains(&table), "{path} lacks this table:\n{table}");
}
