//! Draws the random ends of calls so that nobody can know them, and everybody can check them.
//!
//! The seed of a call is HMAC-SHA256 of its number under a secret that never leaves the data directory. Its hash is
//! journalled while orders are collected, the seed itself with the command that ends the call. A crash loses nothing: the
//! secret and the journal give the same seed again.

use anyhow::{Context, Result, bail};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use unspent_engine::{Engine, random_end};
use unspent_model::{AuctionId, Command, Event, InstrumentId, Timestamp};

/// What the venue signs its draws with.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// The secret of a data directory, made at its first start. Only its owner may read it.
    ///
    /// # Errors
    /// When it cannot be read or made, or others may read it.
    pub fn open(data: &Path) -> Result<Secret> {
        let path = data.join("auction.secret");
        let name = || path.display().to_string();
        if !path.exists() {
            let mut bytes = [0; 32];
            rustix::rand::getrandom(&mut bytes[..], rustix::rand::GetRandomFlags::empty())
                .context("asking the system for random bytes")?;
            std::fs::create_dir_all(data).with_context(|| format!("making {}", data.display()))?;
            let fresh = data.join("auction.secret.new");
            let mut file = std::fs::OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&fresh)
                .with_context(|| format!("making {}", fresh.display()))?;
            file.write_all(&bytes).and_then(|()| file.sync_all()).with_context(name)?;
            std::fs::rename(&fresh, &path).with_context(name)?;
            std::fs::File::open(data).and_then(|data| data.sync_all()).with_context(name)?;
        }
        let mode = std::fs::metadata(&path).with_context(name)?.permissions().mode();
        if mode & 0o077 != 0 {
            bail!("{} can be read by others: chmod 600 it", path.display());
        }
        let bytes = std::fs::read(&path).with_context(name)?;
        let bytes =
            bytes.try_into().map_err(|_| anyhow::anyhow!("{} is not 32 bytes: it was damaged", path.display()))?;
        Ok(Secret(bytes))
    }

    fn seed(&self, auction: AuctionId) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length of key will do");
        mac.update(&auction.0.to_le_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// The draws that are due.
#[derive(Debug)]
pub struct Auctioneer {
    secret: Secret,
    /// Commitments to be given now.
    commands: Vec<Command>,
    /// Ends that are drawn, by when they come.
    reveals: BTreeMap<(Timestamp, InstrumentId), AuctionId>,
}

impl Auctioneer {
    /// An auctioneer that goes on where `engine` stands.
    pub fn new(secret: Secret, engine: &Engine) -> Auctioneer {
        let mut auctioneer = Auctioneer { secret, commands: Vec::new(), reveals: BTreeMap::new() };
        for call in engine.calls() {
            if !call.committed {
                auctioneer.commit(call.instrument, call.auction);
            }
            if let Some((scheduled, latest)) = call.ending {
                auctioneer.draw(call.instrument, call.auction, scheduled, latest);
            }
        }
        auctioneer
    }

    /// Notes what a command's events ask of it.
    pub fn follow(&mut self, events: &[Event]) {
        for event in events {
            match *event {
                Event::CallOpened { instrument, auction } => self.commit(instrument, auction),
                Event::CallEnding { instrument, auction, scheduled, latest } => {
                    self.draw(instrument, auction, scheduled, latest);
                }
                _ => {}
            }
        }
    }

    fn commit(&mut self, instrument: InstrumentId, auction: AuctionId) {
        let commitment = Sha256::digest(self.secret.seed(auction)).into();
        self.commands.push(Command::CommitAuction { auction, instrument, commitment });
    }

    fn draw(&mut self, instrument: InstrumentId, auction: AuctionId, scheduled: Timestamp, latest: Timestamp) {
        let end = random_end(&self.secret.seed(auction), scheduled, latest);
        self.reveals.insert((end, instrument), auction);
    }

    /// When the next draw is to be revealed.
    pub fn next(&self) -> Option<Timestamp> {
        self.reveals.first_key_value().map(|(&(end, _), _)| end)
    }

    /// The next command that it has to give at `now`, if any. One whose call is over meanwhile is refused by the engine
    /// and changes nothing.
    pub fn command(&mut self, now: Timestamp) -> Option<Command> {
        if let Some(command) = self.commands.pop() {
            return Some(command);
        }
        let entry = self.reveals.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((_, instrument), auction) = entry.remove_entry();
        Some(Command::RevealAuction { auction, instrument, seed: self.secret.seed(auction) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_kept_and_gives_the_same_seeds_again() {
        let dir = tempfile::tempdir().unwrap();
        let (first, again) = (Secret::open(dir.path()).unwrap(), Secret::open(dir.path()).unwrap());
        assert_eq!(first.seed(AuctionId(7)), again.seed(AuctionId(7)));
        assert_ne!(first.seed(AuctionId(7)), first.seed(AuctionId(8)));
        let path = dir.path().join("auction.secret");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Secret::open(dir.path()).unwrap_err().to_string().contains("chmod 600"));
    }
}
