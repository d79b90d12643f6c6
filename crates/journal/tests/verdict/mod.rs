//! One verdict from two ways of reading.

use std::path::Path;
use unspent_journal::{Checking, Dir, Head, JournalError, Reader, Report, check, verify};

/// Reads one batch after the other, and checks side by side: both say the same.
pub fn same_verdict(dir: &Path) -> Result<Report, JournalError> {
    let read = verify(dir, |_, _| ());
    let checked = check(&Dir::at(dir), Checking::default(), |_, _| ());
    match (&read, &checked) {
        (Ok(read), Ok(checked)) => {
            let mut reader = Reader::open(dir).unwrap();
            reader.follow_head(Head::default());
            while reader.next_batch().unwrap().is_some() {}
            assert_eq!(checked.head, reader.head());
            let strip = |report: &Report| {
                let mut report = report.clone();
                report.head = None;
                for span in &mut report.spans {
                    (span.before, span.digest) = (None, None);
                }
                report
            };
            assert_eq!(strip(read), strip(checked));
        }
        (Err(read), Err(checked)) => assert_eq!(read.to_string(), checked.to_string()),
        _ => panic!("one after the other: {read:?}; side by side: {checked:?}"),
    }
    checked
}
