//! What the loop stops dead and starts again.

use anyhow::Result;
use std::future::Future;

/// Something that runs a venue on storage of its own and can be stopped without a warning.
pub trait Machine {
    /// Starts the venue on the storage it left behind and waits until it listens; answers where clients connect.
    ///
    /// # Errors
    /// When it does not come up: after a cut that is a finding.
    fn start(&mut self) -> impl Future<Output = Result<String>>;

    /// Stops it dead: no handler runs, nothing is flushed.
    ///
    /// # Errors
    /// When it had ended by itself: that is a finding.
    fn cut(&mut self) -> impl Future<Output = Result<()>>;
}
