//! A table of credits, one a line, after a line that names the columns: `id`, `programme`, `amount`, `ends`, and if wanted
//! `currency` (USD), `pieces` and `about`, in any order. A field may stand in double quotes, two of them for one within.

use super::{Credit, MAX_CREDITS, cents};
use anyhow::{Context, Result, bail, ensure};
use unspent_model::{Date, Programme, Timestamp};
use unspent_protocol::parse_time;

const NEEDED: [&str; 4] = ["id", "programme", "amount", "ends"];
const OPTIONAL: [&str; 3] = ["currency", "pieces", "about"];

/// Reads a table.
///
/// # Errors
/// Which line and which column is wrong, and what would be right.
pub fn read(text: &str) -> Result<Vec<Credit>> {
    let mut lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let (head, _) = lines.next().context("the first line must name the columns")?;
    let columns = fields(head).context("line 1")?;
    for column in &columns {
        let known = NEEDED.contains(&column.as_str()) || OPTIONAL.contains(&column.as_str());
        ensure!(known, "line 1: {column} is no column; known are {}, {}", NEEDED.join(", "), OPTIONAL.join(", "));
    }
    for needed in NEEDED {
        ensure!(columns.iter().filter(|column| *column == needed).count() == 1, "line 1: needs one column {needed}");
    }
    let mut credits = Vec::new();
    for (line, number) in lines {
        ensure!(credits.len() < MAX_CREDITS, "line {number}: at most {MAX_CREDITS} credits are read");
        credits.push(credit(line, &columns).with_context(|| format!("line {number}"))?);
    }
    Ok(credits)
}

fn credit(line: &str, columns: &[String]) -> Result<Credit> {
    let values = fields(line)?;
    ensure!(values.len() == columns.len(), "has {} fields of {}", values.len(), columns.len());
    let value = |name: &str| {
        let at = columns.iter().position(|column| column == name)?;
        Some(values[at].trim()).filter(|value| !value.is_empty())
    };
    let needed = |name: &'static str| value(name).with_context(|| format!("{name}: is missing"));
    let amount = needed("amount")?;
    let pieces = value("pieces").map(|text| {
        let pieces = text.parse().ok().filter(|&pieces: &u32| pieces > 0);
        pieces.with_context(|| format!("pieces: {text} is no number above zero"))
    });
    Ok(Credit {
        id: needed("id")?.to_owned(),
        owner: None,
        about: value("about").unwrap_or_default().to_owned(),
        kind: None,
        programme: Some(Programme::parse(needed("programme")?).context("programme")?),
        amount: cents(amount).with_context(|| format!("amount: {amount} is no amount of dollars, such as 61250.40"))?,
        currency: value("currency").unwrap_or("USD").to_owned(),
        starts: None,
        ends: ends(needed("ends")?)?,
        enabled: true,
        pieces: pieces.transpose()?,
        products: Vec::new(),
    })
}

/// A time, a day (which ends with its last second), or `never`.
fn ends(text: &str) -> Result<Option<Timestamp>> {
    if text == "never" {
        return Ok(None);
    }
    if let Ok(day) = Date::parse(text) {
        return Ok(Some(Timestamp(day.end().0 - 1_000_000_000)));
    }
    match parse_time(text) {
        Ok(time) => Ok(Some(time)),
        Err(_) => {
            bail!("ends: {text} must be a day (its last second counts), a time such as 2027-01-20T00:00:00Z, or never")
        }
    }
}

fn fields(line: &str) -> Result<Vec<String>> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    ensure!(!quoted, "has a double quote without its other");
    fields.push(field);
    Ok(fields)
}
