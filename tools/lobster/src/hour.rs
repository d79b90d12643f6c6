//! The hour that the engine is held to: NASDAQ, AAPL, 2012-06-21, 09:30 to 10:30, as LOBSTER samples it.

use std::path::{Path, PathBuf};
use std::{env, fmt};

const MESSAGES: &str = "AAPL_2012-06-21_34200000_37800000_message_50.csv.zst";
const TOPS: &str = "AAPL_2012-06-21_34200000_37800000_orderbook_50_L1cols.csv.zst";
const FULL: &str = "AAPL_2012-06-21_orderbook_50_first672rows_full50levels.csv.zst";

/// The hour's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hour {
    /// 91,997 messages.
    pub messages: PathBuf,
    /// Best ask and bid after each.
    pub tops: PathBuf,
    /// 50 levels a side after each of the first 672.
    pub full: PathBuf,
}

/// The hour is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    /// The first file missed.
    pub file: PathBuf,
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is absent", self.file.display())
    }
}

impl std::error::Error for Absent {}

impl Hour {
    /// The files in `lobster/` of a data folder.
    ///
    /// # Errors
    /// [`Absent`] with the first one that is not there.
    pub fn find(data: &Path) -> Result<Hour, Absent> {
        let file = |name: &str| {
            let file = data.join("lobster").join(name);
            if file.is_file() { Ok(file) } else { Err(Absent { file }) }
        };
        Ok(Hour { messages: file(MESSAGES)?, tops: file(TOPS)?, full: file(FULL)? })
    }

    /// The data folder: `UNSPENT_DATA`, or `../shared/data` beside the repository that `from` is in.
    #[must_use]
    pub fn folder(from: &Path) -> PathBuf {
        match env::var_os("UNSPENT_DATA") {
            Some(folder) if !folder.is_empty() => folder.into(),
            _ => repository(from).join("../shared/data"),
        }
    }
}

/// The nearest folder upwards that holds a repository, or `from` itself.
#[must_use]
pub fn repository(from: &Path) -> &Path {
    from.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(from)
}
