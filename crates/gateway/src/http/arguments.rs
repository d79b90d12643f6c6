//! The named values of a query or a form, taken one by one; what is left over is refused by name.

use std::borrow::Cow;
use unspent_model::Reject;
use unspent_protocol::Refusal;

/// More named values than any route takes.
const MOST: usize = 32;

/// Named values as they were sent.
#[derive(Debug, Default)]
pub(super) struct Arguments(Vec<(String, String)>);

impl Arguments {
    /// Reads `application/x-www-form-urlencoded` text (WHATWG URL Standard, section 5).
    ///
    /// # Errors
    /// Too many, or one name twice.
    pub fn read(text: &[u8]) -> Result<Arguments, Refusal> {
        let mut named: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(text) {
            if named.len() == MOST {
                let message = format!("at most {MOST} parameters are taken");
                return Err(Refusal::new(Reject::InvalidField, message));
            }
            if named.iter().any(|(known, _)| *known == name) {
                return Err(wrong(&name, "is given twice"));
            }
            named.push((name.into_owned(), value.into_owned()));
        }
        Ok(Arguments(named))
    }

    /// The value of this name, if it was sent.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(at).1)
    }

    /// The value of this name.
    ///
    /// # Errors
    /// When it was not sent.
    pub fn need(&mut self, name: &'static str) -> Result<String, Refusal> {
        self.take(name).ok_or_else(|| wrong(name, "is needed"))
    }

    /// A whole number from `least` to `most`, or `usual`.
    ///
    /// # Errors
    /// When it is none.
    pub fn number(&mut self, name: &'static str, least: u64, most: u64, usual: u64) -> Result<u64, Refusal> {
        let Some(text) = self.take(name) else { return Ok(usual) };
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| wrong(name, &format!("must be a whole number from {least} to {most}")))
    }

    /// Says that everything has been taken.
    ///
    /// # Errors
    /// Names what was sent and is not known here.
    pub fn end(self) -> Result<(), Refusal> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(wrong(name, "is not a parameter of this request")),
        }
    }
}

/// A refusal at a parameter, whose name may be a stranger's.
pub(super) fn wrong(name: &str, what: &str) -> Refusal {
    let name = &name[..name.floor_char_boundary(64)];
    Refusal::at(Reject::InvalidField, Cow::Owned(name.to_owned()), format!("{name} {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_by_name_and_what_is_left_is_named() {
        let mut arguments = Arguments::read(b"pair=AWS-ACT-1K-202706%2FUSD&count=5&x=%F0%9F%98%80+b").unwrap();
        assert_eq!(arguments.need("pair").unwrap(), "AWS-ACT-1K-202706/USD");
        assert_eq!(arguments.number("count", 1, 500, 100), Ok(5));
        assert_eq!(arguments.number("since", 0, 9, 7), Ok(7));
        assert_eq!(arguments.need("asset").unwrap_err().message, "asset is needed");
        assert_eq!(arguments.end().unwrap_err().message, "x is not a parameter of this request");
    }

    #[test]
    fn two_of_one_name_and_too_many_are_refused() {
        assert_eq!(Arguments::read(b"a=1&a=2").unwrap_err().message, "a is given twice");
        let many: Vec<String> = (0..=MOST).map(|i| format!("n{i}=1")).collect();
        assert_eq!(Arguments::read(many.join("&").as_bytes()).unwrap_err().message, "at most 32 parameters are taken");
        let mut arguments = Arguments::read(b"count=0").unwrap();
        assert_eq!(arguments.number("count", 1, 9, 1).unwrap_err().message, "count must be a whole number from 1 to 9");
    }
}
