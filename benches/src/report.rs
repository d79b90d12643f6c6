//! What a named command prints: aligned tables with units, or one JSON object.

use serde_json::{Map, Value, json};
use std::env;
use std::fs;

/// What may be asked of every named command.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// One JSON object instead of tables.
    pub json: bool,
    /// Small sizes and few rounds: shows that everything runs, not how fast.
    pub quick: bool,
    /// The largest size of a curve.
    pub max: Option<usize>,
    /// How many rounds.
    pub rounds: Option<usize>,
}

impl Args {
    /// Reads the command line; what cannot be read ends the program with exit status 2.
    #[must_use]
    pub fn read(help: &str) -> Args {
        match Args::parse(env::args().skip(1)) {
            Ok(Some(args)) => args,
            Ok(None) => {
                print!("{help}\n{OPTIONS}");
                std::process::exit(0);
            }
            Err(error) => {
                eprintln!("{error}; see --help");
                std::process::exit(2);
            }
        }
    }

    fn parse(mut given: impl Iterator<Item = String>) -> Result<Option<Args>, String> {
        let mut args = Args::default();
        while let Some(arg) = given.next() {
            let mut number = || {
                let value = given.next().and_then(|value| value.replace('_', "").parse().ok());
                value.filter(|&value| value > 0).ok_or_else(|| format!("{arg} needs a whole number above zero"))
            };
            match arg.as_str() {
                // `cargo bench` says so to every benchmark.
                "--bench" => {}
                "--json" => args.json = true,
                "--quick" => args.quick = true,
                "--max" => args.max = Some(number()?),
                "--rounds" => args.rounds = Some(number()?),
                "--help" | "-h" => return Ok(None),
                _ => return Err(format!("{arg:?} is not known")),
            }
        }
        Ok(Some(args))
    }
}

const OPTIONS: &str = "
  --json       one JSON object instead of tables
  --quick      small sizes and few rounds: shows that it runs, not how fast
  --rounds N   how often each thing is run
  --max N      the largest size of a curve
";

/// One place of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A whole number.
    Count(u64),
    /// A number with so many decimals.
    Number(f64, usize),
    /// Not measured.
    Nothing,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Cell {
        Cell::Count(count)
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Cell {
        Cell::Count(count as u64)
    }
}

impl Cell {
    fn print(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Count(count) => grouped(*count),
            Cell::Number(number, decimals) => {
                let text = format!("{number:.decimals$}");
                match text.split_once('.') {
                    Some((whole, rest)) => match whole.parse() {
                        Ok(whole) => format!("{}.{rest}", grouped(whole)),
                        Err(_) => text,
                    },
                    None => text.parse().map_or(text, grouped),
                }
            }
            Cell::Nothing => "–".to_owned(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Cell::Text(text) => json!(text),
            Cell::Count(count) => json!(count),
            Cell::Number(number, _) => json!(number),
            Cell::Nothing => Value::Null,
        }
    }
}

/// A whole number with a comma every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Rows under named columns.
#[derive(Clone, Debug)]
pub struct Table {
    title: String,
    columns: Vec<(&'static str, &'static str)>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table; a column is its name and its unit, which may be empty.
    #[must_use]
    pub fn new(title: impl Into<String>, columns: &[(&'static str, &'static str)]) -> Table {
        Table { title: title.into(), columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// When it has not as many cells as there are columns.
    pub fn row(&mut self, cells: Vec<Cell>) {
        assert_eq!(cells.len(), self.columns.len(), "{}: a row of another width", self.title);
        self.rows.push(cells);
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn text(&self) -> String {
        let printed: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(Cell::print).collect()).collect();
        let left: Vec<bool> = (0..self.columns.len())
            .map(|at| self.rows.iter().all(|row| matches!(row[at], Cell::Text(_) | Cell::Nothing)))
            .collect();
        let width = |at: usize| {
            let (name, unit) = self.columns[at];
            let cells = printed.iter().map(|row| row[at].chars().count());
            cells.chain([name.chars().count(), unit.chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let line = |cells: Vec<&str>| {
            let mut line = String::new();
            for (at, cell) in cells.into_iter().enumerate() {
                let pad = " ".repeat(widths[at] - cell.chars().count());
                line += if at == 0 { "  " } else { "   " };
                line += &if left[at] { format!("{cell}{pad}") } else { format!("{pad}{cell}") };
            }
            format!("{}\n", line.trim_end())
        };
        let mut text = format!("{}\n", self.title);
        text += &line(self.columns.iter().map(|column| column.0).collect());
        if self.columns.iter().any(|column| !column.1.is_empty()) {
            text += &line(self.columns.iter().map(|column| column.1).collect());
        }
        for row in &printed {
            text += &line(row.iter().map(String::as_str).collect());
        }
        text
    }

    fn json(&self) -> Value {
        let named = |row: &Vec<Cell>| -> Value {
            let cells = self.columns.iter().zip(row).map(|((name, unit), cell)| {
                let name = if unit.is_empty() { (*name).to_owned() } else { format!("{name} [{unit}]") };
                (name, cell.json())
            });
            Value::Object(cells.collect::<Map<_, _>>())
        };
        json!({ "title": self.title, "rows": self.rows.iter().map(named).collect::<Vec<_>>() })
    }
}

/// Everything that a named command says.
#[derive(Clone, Debug)]
pub struct Report {
    name: &'static str,
    notes: Vec<String>,
    tables: Vec<Table>,
}

impl Report {
    /// A report without a table.
    #[must_use]
    pub fn new(name: &'static str) -> Report {
        Report { name, notes: Vec::new(), tables: Vec::new() }
    }

    /// Adds a sentence.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Adds a table.
    pub fn table(&mut self, table: Table) {
        self.tables.push(table);
    }

    /// Prints it, with how busy the machine was.
    pub fn print(&self, args: &Args) {
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load: Vec<&str> = load.split_whitespace().take(3).collect();
        if args.json {
            let tables: Vec<Value> = self.tables.iter().map(Table::json).collect();
            let whole = json!({ "name": self.name, "notes": self.notes, "load_average": load, "tables": tables });
            println!("{whole:#}");
            return;
        }
        for table in &self.tables {
            println!("{}", table.text());
        }
        for note in &self.notes {
            println!("{note}");
        }
        if !load.is_empty() {
            println!("Load average at the end, over 1, 5 and 15 minutes: {}.", load.join(", "));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_and_numbers_are_grouped() {
        let mut table = Table::new("what", &[("case", ""), ("time", "ns")]);
        table.row(vec!["a".into(), Cell::Number(1_234.56, 1)]);
        table.row(vec!["long".into(), Cell::Count(12)]);
        assert_eq!(table.text(), "what\n  case      time\n              ns\n  a      1,234.6\n  long        12\n");
        assert_eq!(table.json()["rows"][0]["time [ns]"], 1_234.56);
    }
}
