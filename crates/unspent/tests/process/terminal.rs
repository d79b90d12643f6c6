//! The full screens on a real terminal: keys do what they say, and the terminal is as it was afterwards.

use crate::maker::{CONFIG, EMPTY, sees};
use crate::place::{Place, VENUE, runtime};
use crate::proxy::Proxy;
use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcgetattr, tcsetwinsize};
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(30);
/// What a terminal is told when its second screen begins and ends.
const ENTER: &str = "\u{1b}[?1049h";
const LEAVE: &str = "\u{1b}[?1049l";

/// A terminal of 80×24 with a program on it, ended when the test ends however it ends.
struct Screen {
    keyboard: File,
    tty: File,
    child: Child,
    shown: Arc<Mutex<Vec<u8>>>,
    /// How it was before.
    modes: String,
}

fn modes(tty: &File) -> String {
    let modes = tcgetattr(tty).unwrap();
    format!("{:?} {:?} {:?}", modes.input_modes, modes.output_modes, modes.local_modes)
}

impl Screen {
    fn start(arguments: &[&str]) -> Screen {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let keyboard = File::from(master);
        tcsetwinsize(&keyboard, Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let name = std::path::Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
        // The child's, and never this process's own terminal.
        let own = i32::try_from(OFlags::NOCTTY.bits()).unwrap();
        let tty = File::options().read(true).write(true).custom_flags(own).open(name).unwrap();
        let modes = modes(&tty);
        let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
        command.args(arguments).env("TERM", "xterm").env_remove("UNSPENT_KEY");
        command.stdin(tty.try_clone().unwrap()).stdout(tty.try_clone().unwrap()).stderr(tty.try_clone().unwrap());
        let child = command.spawn().unwrap();
        let shown = Arc::new(Mutex::new(Vec::new()));
        let (mut screen, all) = (keyboard.try_clone().unwrap(), shown.clone());
        std::thread::spawn(move || {
            let mut bytes = [0; 4_096];
            while let Ok(read @ 1..) = screen.read(&mut bytes) {
                all.lock().unwrap().extend_from_slice(&bytes[..read]);
            }
        });
        Screen { keyboard, tty, child, shown, modes }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap()).into_owned()
    }

    fn shows(&self, text: &str) {
        let end = Instant::now() + SOON;
        while !self.text().contains(text) {
            assert!(Instant::now() < end, "never {text}: {}", self.text());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits for its end; the terminal is as it was.
    fn ends(&mut self) -> ExitStatus {
        let end = Instant::now() + SOON;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < end, "it does not end: {}", self.text());
            std::thread::sleep(Duration::from_millis(20));
        };
        self.shows(LEAVE);
        assert_eq!(modes(&self.tty), self.modes);
        status
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn keys_pause_resume_cancel_and_end_a_maker() {
    let place = Place::new();
    let server = place.start();
    let file = place.beside("maker.toml");
    std::fs::write(&file, CONFIG).unwrap();
    let arguments = ["maker", "run", file.to_str().unwrap(), "--mode", "live", "--key", "uk_acme_test"];
    let mut maker = Screen::start(&[&arguments[..], &["--url", &server.url]].concat());
    maker.shows(ENTER);
    maker.shows("UNSPENT maker live");
    assert_ne!(modes(&maker.tty), maker.modes, "keys come as they are pressed");
    let quoting = || sees(&server, "both sides", |(bid, ask)| bid.is_some() && ask.is_some());
    let empty = || sees(&server, "an empty book", |best| *best == EMPTY);
    quoting();
    maker.press("p");
    empty();
    maker.press("r");
    quoting();
    maker.press("c");
    maker.shows("Cancel every order");
    maker.press("n");
    quoting();
    maker.press("cy");
    empty();
    maker.press("r");
    quoting();
    maker.press("q");
    assert!(maker.ends().success(), "{}", maker.text());
    empty();
}

#[test]
fn a_signal_gives_the_terminal_back() {
    let place = Place::new();
    let server = place.start();
    for end in ["-TERM", "-HUP", "q", "\u{3}"] {
        let mut watch = Screen::start(&["watch", "--url", &server.url]);
        watch.shows(ENTER);
        watch.shows("price by expiry");
        match end.strip_prefix('-') {
            Some(_) => {
                let pid = watch.child.id().to_string();
                assert!(Command::new("kill").args([end, &pid]).status().unwrap().success());
            }
            None => watch.press(end),
        }
        assert!(watch.ends().success(), "{end}: {}", watch.text());
    }
}

#[test]
fn an_error_gives_the_terminal_back_and_is_told_after() {
    let (place, stranger) = (Place::new(), Place::with(&VENUE.replace("uk_acme_look", "uk_acme_other")));
    let server = place.start();
    let runtime = runtime();
    let proxy = runtime.block_on(Proxy::to(server.address()));
    let mut watch = Screen::start(&["watch", "--url", &proxy.url(), "--key", "uk_acme_look"]);
    watch.shows(ENTER);
    watch.shows("owned by month");
    assert!(server.terminate().success());
    watch.shows("NOT CONNECTED");
    // In its place a venue that does not know the key.
    let other = stranger.start();
    proxy.turn_to(other.address());
    assert_eq!(watch.ends().code(), Some(4), "{}", watch.text());
    watch.shows("unspent: ");
    let text = watch.text();
    assert!(text.rfind("unspent: ") > text.rfind(LEAVE), "{text}");
}
