//! The virtual machine: booted, and switched off.

use crate::disk::{Disk, Loss};
use crate::guest::{self, PORT};
use crate::nbd;
use crate::needs::Needs;
use anyhow::{Context, Result, bail, ensure};
use std::collections::VecDeque;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command as Program, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use unspent_crashloop::load::Rng;
use unspent_crashloop::server::{ACCOUNTS, write_venue};
use unspent_crashloop::{Machine, Summary};

/// MiB of the data disk.
const DISK_MIB: u64 = 256;
/// How long a boot may take: it is software that emulates the processor, on a machine that may be busy.
const BOOT: Duration = Duration::from_secs(120);
/// Lines of the console that are kept for the case that something goes wrong.
const CONSOLE: usize = 40;

/// Who lies about what is on disk, for the negative control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// The disk answers flushes and does nothing.
    Disk,
    /// A library in the guest makes the venue's syncs do nothing.
    Eatmydata,
}

/// The machine with the venue in it.
#[derive(Debug)]
pub struct Guest {
    needs: Needs,
    dir: TempDir,
    disk: Arc<Mutex<Disk>>,
    rng: Rng,
    running: Option<Running>,
    /// What the cuts took.
    pub loss: Loss,
    /// How long the boots took together, until the venue listened.
    pub booting: Duration,
}

#[derive(Debug)]
struct Running {
    qemu: Child,
    server: JoinHandle<Result<()>>,
}

impl Guest {
    /// A machine with an empty data disk, off.
    ///
    /// # Errors
    /// When something that it needs is missing or cannot be read.
    pub fn new(needs: Needs, program: &Path, seed: u64, lie: Option<Lie>) -> Result<Guest> {
        let dir = tempfile::tempdir().context("a directory")?;
        let venue = dir.path().join("venue.toml");
        write_venue(&venue, ACCOUNTS)?;
        let preload = (lie == Some(Lie::Eatmydata)).then(|| needs.eatmydata()).transpose()?;
        let archive = guest::archive(&needs, program, &venue, preload)?;
        std::fs::write(dir.path().join("initrd"), archive)?;
        let image = dir.path().join("disk");
        std::fs::File::create(&image)?.set_len(DISK_MIB << 20)?;
        let made = Program::new(&needs.mkfs)
            .args(["-q", "-F", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0"])
            .arg(&image)
            .stderr(Stdio::inherit())
            .status()?;
        ensure!(made.success(), "no file system could be made");
        let disk = Arc::new(Mutex::new(Disk::open(&image, lie == Some(Lie::Disk))?));
        let (loss, booting) = (Loss::default(), Duration::ZERO);
        Ok(Guest { needs, dir, disk, rng: Rng(seed), running: None, loss, booting })
    }

    fn disk(&self) -> std::sync::MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn socket(&self) -> PathBuf {
        self.dir.path().join("disk.socket")
    }

    fn qemu(&self, port: u16) -> Command {
        let mut command = Command::new(&self.needs.qemu);
        command
            .args(["-accel", "tcg", "-cpu", "max", "-m", "512", "-smp", "1", "-nodefaults", "-no-reboot"])
            .args(["-display", "none", "-serial", "stdio"])
            .arg("-kernel")
            .arg(&self.needs.kernel)
            .arg("-initrd")
            .arg(self.dir.path().join("initrd"))
            // A panic ends the machine, which is how the end of the venue is noticed.
            .args(["-append", "console=ttyS0 quiet panic=-1 rdinit=/init"])
            .arg("-blockdev")
            .arg(format!("driver=nbd,node-name=disk,server.type=unix,server.path={}", self.socket().display()))
            // The guest knows that the disk has a volatile cache, and flushes it.
            .args(["-device", "virtio-blk-pci,drive=disk,write-cache=on"])
            .args(["-netdev", &format!("user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:{PORT}")])
            .args(["-device", "virtio-net-pci,netdev=net,romfile="])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// One line about what happened.
    #[must_use]
    pub fn describe(&self, summary: &Summary) -> String {
        let Loss { cuts, unflushed, lost, torn } = self.loss;
        format!(
            "{} cuts, {cuts} of them with writes in the disk's cache: {unflushed} sectors, of which {lost} were lost, {torn} \
             writes torn; {} orders acknowledged, {} unknown and resolved, {} sent again and compared, {} accounts \
             compared to the cent, {} problems; {:.1} s a boot",
            summary.kills,
            summary.acknowledged,
            summary.unknown,
            summary.compared,
            summary.exact,
            summary.problems.len(),
            self.booting.as_secs_f64() / (summary.kills + 1) as f64
        )
    }
}

impl Machine for Guest {
    async fn start(&mut self) -> Result<String> {
        let begun = std::time::Instant::now();
        self.disk().power_on()?;
        let socket = self.socket();
        if socket.exists() {
            std::fs::remove_file(&socket)?;
        }
        let listener = UnixListener::bind(&socket)?;
        let disk = Arc::clone(&self.disk);
        let server = std::thread::spawn(move || nbd::serve(listener.accept()?.0, &disk));
        // Free now; nobody else takes it between here and there but by a rare accident, which fails the boot.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut qemu = self.qemu(port).spawn().context("starting the virtual machine")?;
        let mut lines = BufReader::new(qemu.stdout.take().context("its console")?).lines();
        let (listens, up) = oneshot::channel();
        // Reads to the end: a machine whose console is full stands still.
        let console = tokio::spawn(async move {
            let (mut listens, mut last) = (Some(listens), VecDeque::new());
            while let Ok(Some(line)) = lines.next_line().await {
                if line.contains("listening on ") {
                    // Whoever waited may have given up.
                    let _ = listens.take().map(|listens| listens.send(()));
                }
                last.push_back(line);
                if last.len() > CONSOLE {
                    last.pop_front();
                }
            }
            last
        });
        let up = tokio::time::timeout(BOOT, up).await;
        if !matches!(up, Ok(Ok(()))) {
            qemu.kill().await?;
            let last: Vec<String> = console.await?.into();
            bail!("the venue did not come up; the last lines of the console:\n{}", last.join("\n"));
        }
        self.booting += begun.elapsed();
        self.running = Some(Running { qemu, server });
        Ok(format!("ws://127.0.0.1:{port}/ws"))
    }

    async fn cut(&mut self) -> Result<()> {
        let Running { mut qemu, server } = self.running.take().context("the machine runs")?;
        if let Some(status) = qemu.try_wait()? {
            bail!("the machine ended by itself: {status}");
        }
        // The disk first, so that nothing it had not answered by now is on it.
        let mut rng = Rng(self.rng.between(0, u64::MAX - 1));
        let loss = self.disk().cut(&mut rng)?;
        qemu.kill().await?;
        self.loss = self.loss.plus(loss);
        match tokio::task::spawn_blocking(|| server.join()).await? {
            Ok(served) => served.context("the disk"),
            Err(_) => bail!("the disk's thread panicked"),
        }
    }
}
