//! docs/maker.md against the code: its table of parameters is the schema's, its words for holds are the code's, its examples parse.

use std::fmt::Write as _;
use unspent_maker::{File, Hold, PARAMETERS};

const GUIDE: &str = include_str!("../../../docs/maker.md");

#[test]
fn its_table_has_every_parameter_with_its_unit_effect_and_default() {
    let mut table = String::from("| table | parameter | unit | default | effect |\n|---|---|---|---|---|\n");
    for row in PARAMETERS {
        let name = if row.table.is_empty() { String::new() } else { format!("`[{}]`", row.table) };
        writeln!(table, "| {name} | `{}` | {} | {} | {} |", row.name, row.unit, row.default, row.effect).unwrap();
    }
    assert!(GUIDE.ends_with(&table), "the table should be:\n{table}");
}

#[test]
fn it_says_of_every_hold_when_it_comes_and_goes() {
    let holds = GUIDE.split("## What stops it").nth(1).unwrap();
    for hold in Hold::ALL {
        assert!(holds.contains(&format!("`{hold}`")), "{hold}");
    }
}

#[test]
fn its_examples_are_right() {
    let examples: Vec<&str> = GUIDE.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(!examples.is_empty());
    for example in examples {
        File::parse(example).unwrap();
    }
    File::parse(include_str!("../../../fixtures/maker/demo.toml")).unwrap();
    File::parse(include_str!("../../../fixtures/maker/visitor.toml")).unwrap();
    File::parse(include_str!("../../../fixtures/maker/living.toml")).unwrap();
}
