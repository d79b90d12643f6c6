//! `cargo tidy`: checks of the tree that no compiler makes.
//!
//! 1. The import table: what each crate may depend on, an allow-list held against `cargo metadata`. A crate without a
//!    row, a row without a crate, and a dependency outside its row are each an error.
//! 2. The documents name every crate, and no crate that is gone.
//! 3. No crate of the pure centre may lack the `clippy.toml` that bans clocks, floats and hash maps.

use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, MetadataCommand, Package};
use std::fs;
use std::path::Path;

/// What a crate may name: from the workspace, without the prefix, and from outside. Development dependencies are free.
struct Row {
    name: &'static str,
    inside: &'static [&'static str],
    outside: &'static [&'static str],
    /// Knows no I/O, clock, float or hash map order.
    pure: bool,
}

const fn pure(name: &'static str, inside: &'static [&'static str], outside: &'static [&'static str]) -> Row {
    Row { name, inside, outside, pure: true }
}

const fn rim(name: &'static str, inside: &'static [&'static str], outside: &'static [&'static str]) -> Row {
    Row { name, inside, outside, pure: false }
}

/// The table of ARCHITECTURE.md.
const TABLE: &[Row] = &[
    pure("model", &[], &[]),
    pure("book", &["model"], &["slab"]),
    pure("ledger", &["model"], &[]),
    pure("engine", &["model", "book", "ledger"], &["slab", "foldhash", "sha2"]),
    pure("marketdata", &["model"], &[]),
    rim("journal", &[], &["crc32c", "rustix", "sha2", "thiserror"]),
    rim("records", &["model"], &["bincode", "thiserror"]),
    rim("recovery", &["model", "engine", "journal", "records"], &["thiserror"]),
    rim("protocol", &["model"], &["serde", "serde_json", "rust_decimal", "crc32fast", "jiff", "itoa", "thiserror"]),
    rim(
        "gateway",
        &["model", "protocol", "marketdata"],
        &[
            "axum",
            "base64",
            "chacha20poly1305",
            "crossbeam-channel",
            "ed25519-dalek",
            "form_urlencoded",
            "futures-util",
            "hmac",
            "http-body-util",
            "httpdate",
            "hyper",
            "hyper-util",
            "ipnet",
            "prometheus-client",
            "rust_decimal",
            "rustix",
            "serde",
            "serde_json",
            "sha2",
            "socket2",
            "subtle",
            "thiserror",
            "tokio",
            "tokio-rustls",
            "tokio-tungstenite",
            "toml",
            "tracing",
            "zeroize",
        ],
    ),
    rim(
        "client",
        &["model", "protocol", "marketdata"],
        &[
            "base64",
            "ed25519-dalek",
            "futures-util",
            "rust_decimal",
            "serde",
            "serde_json",
            "thiserror",
            "tokio",
            "tokio-rustls",
            "tokio-tungstenite",
            "tracing",
            "zeroize",
        ],
    ),
    rim("flow", &["model"], &[]),
    rim("maker", &["model", "engine", "marketdata", "living"], &["serde", "toml"]),
    pure("living", &["model", "engine", "flow"], &[]),
    rim("harness", &["model", "book"], &["rtrb", "rustix"]),
    rim(
        "benches",
        &["model", "book", "engine", "flow", "gateway", "journal", "lobster", "recovery"],
        &["hdrhistogram", "quanta", "rustix", "serde_json"],
    ),
];

/// Joins everything and may name anything; listed so that a new crate is noticed.
const FREE: &[&str] = &[
    "unspent",
    "tidy",
    "ci",
    "lobster",
    "loadgen",
    "crashloop",
    "soak",
    "powercut",
    "count",
    "clients",
    "bounds",
    "simulator",
];

fn main() -> Result<()> {
    let metadata = MetadataCommand::new().no_deps().exec().context("reading cargo metadata")?;
    let root = metadata.workspace_root.as_std_path();
    let packages = metadata.workspace_packages();
    let mut problems = Vec::new();
    for package in &packages {
        let name = short(&package.name);
        match TABLE.iter().find(|row| row.name == name) {
            Some(row) => check_row(row, package, &mut problems),
            None if FREE.contains(&name) => {}
            None => problems.push(format!("crate {name} has no row in the import table (tools/tidy/src/main.rs)")),
        }
    }
    let exists = |name: &str| packages.iter().any(|package| short(&package.name) == name);
    for name in TABLE.iter().map(|row| row.name).chain(FREE.iter().copied()) {
        if !exists(name) {
            problems.push(format!("the import table has a row for {name}, which is no crate"));
        }
    }
    check_documents(root, &packages, &mut problems)?;
    if !problems.is_empty() {
        for problem in &problems {
            eprintln!("tidy: {problem}");
        }
        bail!("{} problems", problems.len());
    }
    println!("tidy: {} crates hold the import table", packages.len());
    Ok(())
}

fn short(package: &str) -> &str {
    package.strip_prefix("unspent-").unwrap_or(package)
}

fn check_row(row: &Row, package: &Package, problems: &mut Vec<String>) {
    for dependency in package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development) {
        let allowed = match dependency.name.strip_prefix("unspent-") {
            Some(inside) => row.inside.contains(&inside),
            None => row.outside.contains(&dependency.name.as_str()),
        };
        if !allowed {
            problems.push(format!("crate {} may not depend on {}", row.name, dependency.name));
        }
    }
    if row.pure {
        let folder = package.manifest_path.parent().expect("a manifest is in a folder");
        let bans = fs::read_to_string(folder.join("clippy.toml")).unwrap_or_default();
        for banned in ["std::collections::HashMap", "std::time::Instant", "std::time::SystemTime", "f64"] {
            if !bans.contains(banned) {
                problems.push(format!("crate {} is pure, but its clippy.toml does not ban {banned}", row.name));
            }
        }
    }
}

fn check_documents(root: &Path, packages: &[&Package], problems: &mut Vec<String>) -> Result<()> {
    let path = root.join("ARCHITECTURE.md");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    for package in packages {
        let name = short(&package.name);
        if !text.contains(&format!("`{name}`")) {
            problems.push(format!("ARCHITECTURE.md does not speak of `{name}`"));
        }
        for dependency in package.dependencies.iter().filter(|d| !d.name.starts_with("unspent-")) {
            if !text.contains(&format!("`{}`", dependency.name)) {
                problems
                    .push(format!("ARCHITECTURE.md has no line for the dependency `{}` of {name}", dependency.name));
            }
        }
    }
    Ok(())
}
