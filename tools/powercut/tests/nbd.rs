//! The disk as a virtual machine sees it: over a socket, byte by byte.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use unspent_crashloop::load::Rng;
use unspent_powercut::disk::{Disk, SECTOR};
use unspent_powercut::nbd::serve;

const OPTION: [u8; 8] = *b"IHAVEOPT";

/// A machine that is connected.
struct Peer(UnixStream);

impl Peer {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }

    fn option(&mut self, option: u32) -> Vec<u32> {
        self.0.write_all(&[&OPTION[..], &option.to_be_bytes(), &0_u32.to_be_bytes()].concat()).unwrap();
        let mut kinds = Vec::new();
        loop {
            let head: [u8; 20] = self.take();
            assert_eq!(head[8..12], option.to_be_bytes());
            let kind = u32::from_be_bytes(head[12..16].try_into().unwrap());
            let mut data = vec![0; head[19].into()];
            self.0.read_exact(&mut data).unwrap();
            kinds.push(kind);
            if kind != 3 {
                return kinds;
            }
        }
    }

    fn ask(&mut self, kind: u16, flags: u16, at: usize, length: usize, data: &[u8]) {
        let head =
            [&0x2560_9513_u32.to_be_bytes()[..], &flags.to_be_bytes(), &kind.to_be_bytes(), b"whatever"].concat();
        let tail = [&(at as u64).to_be_bytes()[..], &u32::try_from(length).unwrap().to_be_bytes(), data].concat();
        self.0.write_all(&[head, tail].concat()).unwrap();
    }

    /// The error, 0 for none.
    fn answer(&mut self) -> u32 {
        let reply: [u8; 16] = self.take();
        assert_eq!(reply[..4], 0x6744_6698_u32.to_be_bytes());
        assert_eq!(&reply[8..], b"whatever");
        u32::from_be_bytes(reply[4..8].try_into().unwrap())
    }
}

#[test]
fn a_machine_reads_what_it_wrote_and_keeps_what_it_flushed() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(8 * SECTOR as u64).unwrap();
    let disk = Arc::new(Mutex::new(Disk::open(file.path(), false).unwrap()));
    let (ours, theirs) = UnixStream::pair().unwrap();
    let served = {
        let disk = Arc::clone(&disk);
        std::thread::spawn(move || serve(theirs, &disk))
    };
    let mut peer = Peer(ours);
    assert_eq!(peer.take::<18>()[..8], *b"NBDMAGIC");
    peer.0.write_all(&3_u32.to_be_bytes()).unwrap();
    assert_eq!(peer.option(8), [(1 << 31) + 1]);
    assert_eq!(peer.option(7), [3, 3, 1]);

    peer.ask(1, 0, 0, SECTOR, &[7; SECTOR]);
    assert_eq!(peer.answer(), 0);
    peer.ask(3, 0, 0, 0, &[]);
    assert_eq!(peer.answer(), 0);
    peer.ask(1, 0, SECTOR, SECTOR, &[8; SECTOR]);
    assert_eq!(peer.answer(), 0);
    // Past the cache.
    peer.ask(1, 1, 2 * SECTOR, SECTOR, &[9; SECTOR]);
    assert_eq!(peer.answer(), 0);
    peer.ask(0, 0, 0, 3 * SECTOR, &[]);
    assert_eq!(peer.answer(), 0);
    assert_eq!(peer.take::<{ 3 * SECTOR }>()[SECTOR..2 * SECTOR], [8; SECTOR]);
    // Beyond the end, and what is not understood.
    peer.ask(0, 0, 8 * SECTOR, SECTOR, &[]);
    assert_eq!(peer.answer(), 22);
    peer.ask(9, 0, 0, 0, &[]);
    assert_eq!(peer.answer(), 22);

    let loss = disk.lock().unwrap().cut(&mut Rng(3)).unwrap();
    assert_eq!(loss.unflushed, 1);
    // Without power it answers nothing.
    peer.ask(3, 0, 0, 0, &[]);
    assert_eq!(peer.0.read(&mut [0]).unwrap(), 0);
    served.join().unwrap().unwrap();
    let image = std::fs::read(file.path()).unwrap();
    assert_eq!((image[0], image[2 * SECTOR]), (7, 9));
}
