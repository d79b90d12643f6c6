//! The real process on a disk that fills up.

use unspent_crashloop::full::run;
use unspent_crashloop::server::build;
use unspent_crashloop::small_disk::SmallDisk;

#[test]
fn a_full_disk_refuses_orders_but_not_cancels_and_loses_nothing() {
    if let Err(error) = SmallDisk::new(1) {
        eprintln!("not tested here: {error:#}; `cargo kills --full-disk` says the same and fails");
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let report = runtime.block_on(run(&build().unwrap())).unwrap();
    assert_eq!(report.problems, []);
    assert_eq!(report.canceled, 200);
    assert!(report.before_refusal > 0, "{report:?}");
    assert_eq!(report.compared, report.acknowledged);
}

#[test]
fn a_small_disk_fills_up_and_is_cleared() {
    let Ok(disk) = SmallDisk::new(1) else {
        eprintln!("not tested here: no file system can be mounted");
        return;
    };
    disk.fill().unwrap();
    assert!(std::fs::write(disk.path().join("more"), [1; 8_192]).is_err());
    disk.clear().unwrap();
    // The file system may count what was freed a little later.
    let more = || std::fs::write(disk.path().join("more"), [1; 8_192]);
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while more().is_err() {
        assert!(std::time::Instant::now() < patience, "there is still no room: {:?}", more());
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
