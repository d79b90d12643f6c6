//! Lends a disk to a virtual machine: the network block device protocol over a socket, one connection.
//!
//! Source: the protocol's `doc/proto.md`, fixed newstyle negotiation and simple replies.

use crate::disk::Disk;
use anyhow::{Result, bail, ensure};
use std::io::{ErrorKind, Read, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const OPTION: u64 = 0x4948_4156_454f_5054;
const OPTION_REPLY: u64 = 0x0003_e889_0455_65a9;
const REQUEST: u32 = 0x2560_9513;
const REPLY: u32 = 0x6744_6698;
/// Longest option and longest request that is read.
const LONGEST: u32 = 32 << 20;
/// A disk takes its time for a flush; most cuts fall into one.
const FLUSH: Duration = Duration::from_millis(2);

const ACK: u32 = 1;
const INFO: u32 = 3;
const UNSUPPORTED: u32 = (1 << 31) + 1;
const EIO: u32 = 5;
const EINVAL: u32 = 22;
/// Flags are sent; flushes and writes through the cache are understood.
const ABILITIES: u16 = 1 | 1 << 2 | 1 << 3;

fn read<const N: usize>(from: &mut impl Read) -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn read_vec(from: &mut impl Read, length: u32) -> Result<Vec<u8>> {
    ensure!(length <= LONGEST, "{length} bytes are too many");
    let mut bytes = vec![0; length as usize];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Serves one connection until it ends or the disk is switched off.
///
/// # Errors
/// When the other side breaks the protocol or the image cannot be written.
pub fn serve(mut peer: impl Read + Write, disk: &Mutex<Disk>) -> Result<()> {
    let lock = || disk.lock().unwrap_or_else(PoisonError::into_inner);
    let size = lock().size() as u64;
    if !negotiate(&mut peer, size)? {
        return Ok(());
    }
    loop {
        let head: [u8; 28] = match read(&mut peer) {
            Ok(head) => head,
            Err(error) if matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset) => {
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let u32_at = |at: usize| u32::from_be_bytes(head[at..at + 4].try_into().expect("four bytes"));
        ensure!(u32_at(0) == REQUEST, "not a request");
        let through = head[5] & 1 == 1;
        let at = usize::try_from(u64::from_be_bytes(head[16..24].try_into().expect("eight bytes")))?;
        let length = u32_at(24);
        let mut reply = [&REPLY.to_be_bytes()[..], &[0; 4], &head[8..16]].concat();
        let mut fail = |error: u32| reply[4..8].copy_from_slice(&error.to_be_bytes());
        let mut data = Vec::new();
        match head[7] {
            0 => match lock().read(at..at.saturating_add(length as usize)) {
                Some(bytes) => data.extend_from_slice(bytes),
                None => fail(EINVAL),
            },
            1 => {
                let bytes = read_vec(&mut peer, length)?;
                let mut disk = lock();
                // A disk without power takes nothing.
                if disk.is_off() {
                    return Ok(());
                }
                match disk.write(at, &bytes, through) {
                    Ok(true) => {}
                    Ok(false) => fail(EINVAL),
                    Err(_) => fail(EIO),
                }
            }
            2 => return Ok(()),
            3 => {
                std::thread::sleep(FLUSH);
                let mut disk = lock();
                if disk.is_off() {
                    return Ok(());
                }
                if disk.flush().is_err() {
                    fail(EIO);
                }
            }
            _ => fail(EINVAL),
        }
        reply.append(&mut data);
        if lock().is_off() || peer.write_all(&reply).is_err() {
            return Ok(());
        }
    }
}

/// Offers the one disk there is; `false` when the other side wants none.
fn negotiate(peer: &mut (impl Read + Write), size: u64) -> Result<bool> {
    peer.write_all(b"NBDMAGIC")?;
    peer.write_all(&OPTION.to_be_bytes())?;
    peer.write_all(&3_u16.to_be_bytes())?;
    ensure!(u32::from_be_bytes(read(peer)?) & 1 == 1, "the other side speaks an old form of the protocol");
    loop {
        ensure!(u64::from_be_bytes(read(peer)?) == OPTION, "not an option");
        let option = u32::from_be_bytes(read(peer)?);
        let length = u32::from_be_bytes(read(peer)?);
        read_vec(peer, length)?;
        let mut answer = |kind: u32, data: &[u8]| -> Result<()> {
            let head = [&OPTION_REPLY.to_be_bytes()[..], &option.to_be_bytes(), &kind.to_be_bytes()].concat();
            peer.write_all(&[&head, &u32::try_from(data.len())?.to_be_bytes()[..], data].concat())?;
            Ok(())
        };
        match option {
            1 => bail!("the other side speaks an old form of the protocol"),
            2 => {
                answer(ACK, &[])?;
                return Ok(false);
            }
            6 | 7 => {
                answer(INFO, &[&[0; 2][..], &size.to_be_bytes(), &ABILITIES.to_be_bytes()].concat())?;
                let sizes = [512_u32, 4_096, LONGEST].map(u32::to_be_bytes).concat();
                answer(INFO, &[&3_u16.to_be_bytes()[..], &sizes].concat())?;
                answer(ACK, &[])?;
                if option == 7 {
                    return Ok(true);
                }
            }
            _ => answer(UNSUPPORTED, &[])?,
        }
    }
}
