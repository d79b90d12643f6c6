//! Sessions against a venue that drops, duplicates, corrupts, answers late, twice or never, and closes with each code.

mod books;
mod executions;
mod feeds;
mod life;
mod orders;
mod secure;
mod venue;

use std::time::Duration;

/// What nothing in these tests needs.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future).await.expect("it never came")
}
