//! Lists in pages. Every row has a number; a cursor is the number of the last row of a page.

use crate::http::arguments::{Arguments, wrong};
use crate::http::openapi::{Parameter, Place, Schema};
use serde::Serialize;
use unspent_model::CommandSeq;
use unspent_protocol::Refusal;

/// Rows of a page at most.
pub(super) const MOST: u64 = 1_000;
/// Rows of a page unless asked otherwise.
pub(super) const USUAL: u64 = 100;
/// Digits of a cursor: every number of this length is one, wherever it points.
const DIGITS: usize = 18;

/// `limit`.
pub(super) const LIMIT: Parameter = Parameter {
    name: "limit",
    place: Place::Query,
    needed: false,
    about: "Rows at most; 100 by default.",
    schema: Schema::Integer { least: 1, most: Some(MOST) },
    example: "10",
};

/// `cursor`.
pub(super) const CURSOR: Parameter = Parameter {
    name: "cursor",
    place: Place::Query,
    needed: false,
    about: "Go on after the page that had this as its `next_cursor`.",
    schema: Schema::Text { pattern: "^[0-9]{1,18}$" },
    example: "\"41\"",
};

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paging {
    /// The number after which it begins.
    pub after: Option<u64>,
    pub limit: usize,
}

impl Paging {
    /// Takes `limit` and `cursor`.
    pub fn take(arguments: &mut Arguments) -> Result<Paging, Refusal> {
        let limit = usize::try_from(arguments.number("limit", 1, MOST, USUAL)?).expect("a thousand at most");
        let after = arguments.take("cursor").map(|text| {
            let digits = (1..=DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = text.parse().ok().filter(|_| digits);
            number.ok_or_else(|| wrong("cursor", "must be the next_cursor of an earlier page"))
        });
        Ok(Paging { after: after.transpose()?, limit })
    }

    /// Whether a row of a list that ascends is still to come.
    pub fn ascends_to(&self, number: u64) -> bool {
        self.after.is_none_or(|after| number > after)
    }

    /// Whether a row of a list that descends is still to come.
    pub fn descends_to(&self, number: u64) -> bool {
        self.after.is_none_or(|after| number < after)
    }

    /// The page of the rows that are to come, each with its number.
    pub fn page<R, T>(
        &self,
        seq: CommandSeq,
        rows: impl Iterator<Item = (u64, R)>,
        mut row: impl FnMut(R) -> T,
    ) -> Page<T> {
        let mut data = Vec::new();
        let (mut last, mut more) = (0, false);
        for (number, found) in rows {
            if data.len() == self.limit {
                more = true;
                break;
            }
            last = number;
            data.push(row(found));
        }
        Page { seq: seq.0, data, next_cursor: more.then(|| last.to_string()) }
    }
}

/// A part of a list.
#[derive(Debug, Serialize)]
pub(super) struct Page<T> {
    /// The last command that it knows of.
    seq: u64,
    data: Vec<T>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(query: &str) -> Result<(Vec<u64>, Option<String>), Refusal> {
        let paging = Paging::take(&mut Arguments::read(query.as_bytes())?)?;
        let rows = (1..=5).filter(|number| paging.ascends_to(*number)).map(|number| (number, number));
        let page = paging.page(CommandSeq(9), rows, |row| row);
        Ok((page.data, page.next_cursor))
    }

    #[test]
    fn pages_follow_one_another_and_the_last_one_says_so() {
        assert_eq!(pages("limit=2").unwrap(), (vec![1, 2], Some("2".to_owned())));
        assert_eq!(pages("limit=2&cursor=2").unwrap(), (vec![3, 4], Some("4".to_owned())));
        assert_eq!(pages("limit=2&cursor=4").unwrap(), (vec![5], None));
        assert_eq!(pages("limit=5").unwrap(), (vec![1, 2, 3, 4, 5], None));
        assert_eq!(pages("cursor=999999999999999999").unwrap(), (vec![], None));
    }

    #[test]
    fn a_cursor_is_digits_and_a_limit_has_bounds() {
        for bad in ["cursor=", "cursor=-1", "cursor=%2B1", "cursor=x", "cursor=1234567890123456789"] {
            assert_eq!(pages(bad).unwrap_err().message, "cursor must be the next_cursor of an earlier page", "{bad}");
        }
        for bad in ["limit=0", "limit=1001", "limit=x"] {
            assert_eq!(pages(bad).unwrap_err().message, "limit must be a whole number from 1 to 1000", "{bad}");
        }
    }
}
