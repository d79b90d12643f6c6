//! What a former version wrote, with every command there is, is still what it was. The files are never made anew; a version
//! that changes what is written adds its own beside them.

use std::path::{Path, PathBuf};
use unspent_engine::Engine;
use unspent_journal::{Dir, Reader, snapshots};
use unspent_recovery::{Replay, Saved, Until};

/// A version, the last command of its journal, and the state hash after it.
const WRITTEN: &[(&str, u64, u64)] = &[("0.1.0", 423, 0xd970_57dd_7935_df5d)];

fn golden(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(version)
}

fn replay(version: &str, engine: Engine) -> (Engine, u64, u64) {
    let mut reader = Reader::on(Dir::at(&golden(version).join("journal")), engine.seq().0).unwrap();
    let mut replay = Replay::new(engine);
    replay.run(&mut reader, Until::End, |_, _| (), |_| ()).unwrap();
    assert!(replay.is_whole());
    let (engine, outcome) = replay.finish();
    (engine, outcome.summary.commands, outcome.summary.marks)
}

#[test]
fn former_journals_replay_to_the_recorded_hash() {
    for &(version, last, hash) in WRITTEN {
        let (engine, commands, marks) = replay(version, Engine::new(1));
        assert_eq!((engine.seq().0, commands, engine.state_hash()), (last, last, hash), "{version}");
        assert!(marks > 2, "{version}: {marks} state hashes");
    }
}

#[test]
fn former_snapshots_are_restored_and_lead_to_the_recorded_hash() {
    for &(version, last, hash) in WRITTEN {
        let disk = Dir::at(&golden(version).join("snapshots"));
        for seq in snapshots(&disk).unwrap() {
            let saved = Saved::<()>::load(&disk, seq, 1).unwrap();
            let (engine, commands, _) = replay(version, saved.engine);
            assert_eq!((engine.seq().0, commands, engine.state_hash()), (last, last - seq, hash), "{version}");
        }
    }
}
