//! Lines on standard output that end the program quietly when nobody reads them any more.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};

/// Prints a line. A closed pipe is no error: `unspent watch | head` has had enough.
pub fn line(text: Arguments<'_>) {
    let mut output = io::stdout().lock();
    match writeln!(output, "{text}") {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            // There is no other place to say it.
            let _ = writeln!(io::stderr(), "unspent: writing to standard output: {error}");
            std::process::exit(1);
        }
    }
}

/// `println!` by way of [`line()`].
macro_rules! say {
    ($($text:tt)*) => {
        $crate::output::line(format_args!($($text)*))
    };
}
pub(crate) use say;
