//! LOBSTER's text format: a message file and the order book after each message.
//!
//! A message is `seconds after midnight,type,order id,size,price × 10,000,direction`; an order book row is
//! `ask price 1,ask size 1,bid price 1,bid size 1,…`, with ±9999999999 where a level is empty. No header. Source:
//! lobsterdata.com, "Output data structure".

use ruzstd::decoding::StreamingDecoder;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use unspent_model::{Lots, Price, Side, Timestamp};

/// The price of an empty level, without its sign.
const EMPTY: i64 = 9_999_999_999;
/// The file's price steps in a cent.
const STEPS_A_CENT: i64 = 100;
/// The most that a file may unpack to: a day of one share is below.
const FILE_BYTES_MAX: u64 = 4 << 30;

/// What happened to a visible order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Type 1, a new limit order.
    Submit,
    /// Type 2, a part of it is cancelled.
    Reduce,
    /// Type 3, it is deleted.
    Delete,
    /// Type 4, it is executed.
    Execute,
}

/// What one row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Something happened to a visible order.
    Order {
        /// What.
        action: Action,
        /// The file's name of the order.
        id: u64,
        /// Shares: of the order, or taken from it.
        lots: Lots,
        /// Its limit in cents.
        price: Price,
        /// Its side.
        side: Side,
    },
    /// Type 5, a hidden order is executed.
    Hidden,
    /// Type 6, a cross trade.
    Cross,
    /// Type 7, trading halts or resumes.
    Halt,
}

/// One row of a message file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Nanoseconds after midnight.
    pub at: Timestamp,
    /// What it says.
    pub what: What,
}

/// One level of an order book row: price in cents and shares, `None` where it is empty.
pub type Level = Option<(Price, u64)>;

/// A message file with its order book.
#[derive(Clone, Debug, Default)]
pub struct Tape {
    /// The messages.
    pub messages: Vec<Message>,
    /// Best ask and best bid after each message.
    pub tops: Vec<[Level; 2]>,
    /// Asks and bids, best first, after each of the first messages.
    pub full: Vec<[Vec<Level>; 2]>,
}

/// What is wrong with a file.
#[derive(Debug)]
pub enum Bad {
    /// It cannot be read or unpacked.
    Io(io::Error),
    /// A field of a row is not what it must be.
    Field {
        /// The row, counted from 1.
        line: usize,
        /// The field's name.
        field: &'static str,
        /// What was found, and what is right.
        why: String,
    },
    /// It has another number of rows than its messages need.
    Rows {
        /// How many it has.
        found: usize,
        /// How many it must have.
        expected: usize,
    },
}

/// A file that cannot be used.
#[derive(Debug)]
pub struct TapeError {
    /// Which.
    pub file: PathBuf,
    /// Why.
    pub bad: Bad,
}

impl fmt::Display for TapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match &self.bad {
            Bad::Io(error) => write!(f, "{file}: {error}"),
            Bad::Field { line, field, why } => write!(f, "{file}:{line}: {field}: {why}"),
            Bad::Rows { found, expected } => write!(f, "{file}: {found} rows where {expected} are needed"),
        }
    }
}

impl std::error::Error for TapeError {}

impl Tape {
    /// Reads a message file, the best prices after each of its rows, and where given all levels after the first rows.
    /// A file whose name ends in `.zst` is unpacked.
    ///
    /// # Errors
    /// [`TapeError`], naming file, line and field: of the first bad row, of files that do not fit together, or of one
    /// that cannot be read.
    pub fn read(messages: &Path, tops: &Path, full: Option<&Path>) -> Result<Tape, TapeError> {
        let mut tape = Tape {
            messages: rows(messages, parse_message)?,
            tops: rows(tops, |row| parse_levels(row, Some(1)).map(|[asks, bids]| [asks[0], bids[0]]))?,
            full: Vec::new(),
        };
        for line in 1..tape.messages.len() {
            if tape.messages[line].at < tape.messages[line - 1].at {
                let why = "earlier than the row before".to_owned();
                return Err(bad(messages, Bad::Field { line: line + 1, field: "time", why }));
            }
        }
        let expected = tape.messages.len();
        if expected == 0 {
            return Err(bad(messages, Bad::Rows { found: 0, expected: 1 }));
        }
        if tape.tops.len() != expected {
            return Err(bad(tops, Bad::Rows { found: tape.tops.len(), expected }));
        }
        if let Some(full) = full {
            tape.full = rows(full, |row| parse_levels(row, None))?;
            let found = tape.full.len();
            if found == 0 || found > expected {
                return Err(bad(full, Bad::Rows { found, expected }));
            }
        }
        Ok(tape)
    }
}

fn bad(file: &Path, bad: Bad) -> TapeError {
    TapeError { file: file.to_owned(), bad }
}

/// A field that is wrong: its name and why.
type Wrong = (&'static str, String);

fn rows<T>(file: &Path, parse: impl Fn(&str) -> Result<T, Wrong>) -> Result<Vec<T>, TapeError> {
    let text = text(file).map_err(|error| bad(file, Bad::Io(error)))?;
    let mut parsed = Vec::new();
    for (at, row) in text.lines().enumerate() {
        let line = at + 1;
        parsed.push(parse(row).map_err(|(field, why)| bad(file, Bad::Field { line, field, why }))?);
    }
    Ok(parsed)
}

fn text(file: &Path) -> io::Result<String> {
    let mut source = fs::File::open(file)?;
    let mut text = String::new();
    if file.extension().is_some_and(|end| end == "zst") {
        let decoder = StreamingDecoder::new(&mut source).map_err(io::Error::other)?;
        decoder.take(FILE_BYTES_MAX).read_to_string(&mut text)?;
        let mut more = [0];
        if source.read(&mut more)? != 0 {
            return Err(io::Error::other("more than one zstd frame, or too long"));
        }
    } else {
        source.take(FILE_BYTES_MAX).read_to_string(&mut text)?;
    }
    Ok(text)
}

fn number<T: std::str::FromStr>(field: &'static str, text: &str) -> Result<T, Wrong> {
    text.parse().map_err(|_| (field, format!("{text:?} is not a number that fits")))
}

fn cents(field: &'static str, steps: i64) -> Result<Price, Wrong> {
    let whole = steps > 0 && steps % STEPS_A_CENT == 0;
    let price = whole.then(|| u32::try_from(steps / STEPS_A_CENT).ok()).flatten().map(Price);
    match price {
        Some(price) if price <= crate::replay::PRICE_MAX => Ok(price),
        _ => Err((field, format!("{steps} is not a price of 1 to {} whole cents", crate::replay::PRICE_MAX))),
    }
}

/// `34200.004241176` in nanoseconds; digits beyond the ninth are dropped.
fn parse_time(text: &str) -> Result<Timestamp, Wrong> {
    let wrong = || ("time", format!("{text:?} is not seconds after midnight"));
    let (seconds, decimals) = text.split_once('.').unwrap_or((text, "0"));
    if decimals.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(wrong());
    }
    let seconds = seconds.parse::<u64>().ok().filter(|&seconds| seconds < 86_400).ok_or_else(wrong)?;
    let nanoseconds = format!("{decimals:0<9}");
    let nanoseconds = nanoseconds[..9].parse::<u64>().map_err(|_| wrong())?;
    Ok(Timestamp(seconds * 1_000_000_000 + nanoseconds))
}

fn parse_message(row: &str) -> Result<Message, Wrong> {
    let mut fields = row.split(',');
    let mut next = |field: &'static str| fields.next().ok_or((field, "is missing".to_owned()));
    let (time, kind, id) = (next("time")?, next("type")?, next("order id")?);
    let (size, price, direction) = (next("size")?, next("price")?, next("direction")?);
    if let Some(more) = fields.next() {
        return Err(("direction", format!("{more:?} follows it")));
    }
    let at = parse_time(time)?;
    let action = match kind {
        "1" => Action::Submit,
        "2" => Action::Reduce,
        "3" => Action::Delete,
        "4" => Action::Execute,
        "5" => return Ok(Message { at, what: What::Hidden }),
        "6" => return Ok(Message { at, what: What::Cross }),
        "7" => return Ok(Message { at, what: What::Halt }),
        _ => return Err(("type", format!("{kind:?} is not 1 to 7"))),
    };
    let side = match direction {
        "1" => Side::Buy,
        "-1" => Side::Sell,
        _ => return Err(("direction", format!("{direction:?} is not 1 or -1"))),
    };
    let lots = Lots(number("size", size)?);
    if lots.is_zero() {
        return Err(("size", "0 is no size".to_owned()));
    }
    let price = cents("price", number("price", price)?)?;
    Ok(Message { at, what: What::Order { action, id: number("order id", id)?, lots, price, side } })
}

/// Asks and bids of one row, which has `depth` levels a side where that is given.
fn parse_levels(row: &str, depth: Option<usize>) -> Result<[Vec<Level>; 2], Wrong> {
    let fields: Vec<&str> = row.split(',').collect();
    let levels = fields.len() / 4;
    if !fields.len().is_multiple_of(4) || depth.is_some_and(|depth| depth != levels) {
        let expected = depth.map_or("a multiple of 4".to_owned(), |depth| (4 * depth).to_string());
        return Err(("row", format!("{} fields where {expected} are needed", fields.len())));
    }
    let mut sides = [Vec::with_capacity(levels), Vec::with_capacity(levels)];
    for level in fields.chunks_exact(4) {
        sides[0].push(parse_level(["ask price", "ask size"], level[0], level[1])?);
        sides[1].push(parse_level(["bid price", "bid size"], level[2], level[3])?);
    }
    Ok(sides)
}

fn parse_level([price_name, size_name]: [&'static str; 2], price: &str, size: &str) -> Result<Level, Wrong> {
    let (price, size): (i64, u64) = (number(price_name, price)?, number(size_name, size)?);
    if price.unsigned_abs() == EMPTY.unsigned_abs() {
        return if size == 0 { Ok(None) } else { Err((size_name, format!("{size} on an empty level"))) };
    }
    if size == 0 || u32::try_from(size).is_err() {
        return Err((size_name, format!("{size} is no size of a level")));
    }
    Ok(Some((cents(price_name, price)?, size)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(row: &str) -> String {
        let (field, why) = parse_message(row).unwrap_err();
        format!("{field}: {why}")
    }

    #[test]
    fn a_message_is_read() {
        let what = What::Order {
            action: Action::Execute,
            id: 16_113_575,
            lots: Lots(18),
            price: Price(58_533),
            side: Side::Buy,
        };
        let at = Timestamp(34_200_004_241_176);
        assert_eq!(parse_message("34200.004241176,4,16113575,18,5853300,1"), Ok(Message { at, what }));
        let hidden = Message { at: Timestamp(34_200_500_000_000), what: What::Hidden };
        assert_eq!(parse_message("34200.5,5,0,18,5853350,-1"), Ok(hidden));
        let halt = Message { at: Timestamp(34_200_000_000_000), what: What::Halt };
        assert_eq!(parse_message("34200,7,0,0,-1,-1"), Ok(halt));
    }

    #[test]
    fn a_bad_message_names_its_field() {
        assert_eq!(wrong("34200.1,1,7,18,5853300"), "direction: is missing");
        assert_eq!(wrong("34200.1,1,7,18,5853300,1,9"), "direction: \"9\" follows it");
        assert_eq!(wrong("-1,1,7,18,5853300,1"), "time: \"-1\" is not seconds after midnight");
        assert_eq!(wrong("86400,1,7,18,5853300,1"), "time: \"86400\" is not seconds after midnight");
        assert_eq!(wrong("34200.,1,7,18,5853300,1"), "time: \"34200.\" is not seconds after midnight");
        assert_eq!(wrong("34200.1,8,7,18,5853300,1"), "type: \"8\" is not 1 to 7");
        assert_eq!(wrong("34200.1,1,x,18,5853300,1"), "order id: \"x\" is not a number that fits");
        assert_eq!(wrong("34200.1,1,7,0,5853300,1"), "size: 0 is no size");
        assert_eq!(wrong("34200.1,1,7,4294967296,5853300,1"), "size: \"4294967296\" is not a number that fits");
        assert_eq!(wrong("34200.1,1,7,18,5853301,1"), "price: 5853301 is not a price of 1 to 1000000 whole cents");
        assert_eq!(wrong("34200.1,1,7,18,-100,1"), "price: -100 is not a price of 1 to 1000000 whole cents");
        assert_eq!(wrong("34200.1,1,7,18,5853300,0"), "direction: \"0\" is not 1 or -1");
    }

    #[test]
    fn an_order_book_row_is_read() {
        let row = "5859400,200,5853300,18,9999999999,0,-9999999999,0";
        let asks = vec![Some((Price(58_594), 200)), None];
        let bids = vec![Some((Price(58_533), 18)), None];
        assert_eq!(parse_levels(row, None), Ok([asks, bids]));
        let wrong = |row: &str| parse_levels(row, Some(1)).unwrap_err();
        assert_eq!(wrong(row), ("row", "8 fields where 4 are needed".to_owned()));
        assert_eq!(wrong("5859400,200,5853300,0"), ("bid size", "0 is no size of a level".to_owned()));
        assert_eq!(wrong("9999999999,3,5853300,1"), ("ask size", "3 on an empty level".to_owned()));
    }

    #[test]
    fn a_bad_row_gives_file_line_and_field() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let file = folder.path().join(name);
            fs::write(&file, text).unwrap();
            file
        };
        let good = write("m.csv", "1.0,1,7,18,100,1\n2.0,3,7,18,100,1\n");
        let tops = write("l.csv", "9999999999,0,100,18\n9999999999,0,-9999999999,0\n");
        assert_eq!(Tape::read(&good, &tops, None).unwrap().messages.len(), 2);
        let error = |messages: &Path, tops: &Path| Tape::read(messages, tops, None).unwrap_err().to_string();
        let bad = write("bad.csv", "1.0,1,7,18,100,1\n2.0,3,7,x,100,1\n");
        assert_eq!(error(&bad, &tops), format!("{}:2: size: \"x\" is not a number that fits", bad.display()));
        let back = write("back.csv", "2.0,1,7,18,100,1\n1.0,3,7,18,100,1\n");
        assert_eq!(error(&back, &tops), format!("{}:2: time: earlier than the row before", back.display()));
        let short = write("short.csv", "9999999999,0,100,18\n");
        assert_eq!(error(&good, &short), format!("{}: 1 rows where 2 are needed", short.display()));
        let empty = write("empty.csv", "");
        assert_eq!(error(&empty, &empty), format!("{}: 0 rows where 1 are needed", empty.display()));
        let packed = write("m.csv.zst", "not packed");
        assert!(error(&packed, &tops).starts_with(&format!("{}: ", packed.display())));
    }
}
