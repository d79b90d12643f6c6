//! The terminal while it is ours, and what is told to people meanwhile.
//!
//! # Invariants
//! - It is given back however the program ends: when a [`Terminal`] is dropped, and by a panic before its message is printed. A
//!   signal is no end of its own: hosts hear SIGTERM, SIGINT and SIGHUP and return.
//! - What is told with [`tell`] is on the screen while it is ours, and on standard error before and after.

use super::{Model, draw};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyEvent};
use std::collections::VecDeque;
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Lines that wait for the next frame; the oldest go.
const WAITING: usize = 64;

/// What was told while the terminal is ours; `None` while it is not.
static TOLD: Mutex<Option<VecDeque<String>>> = Mutex::new(None);

fn told() -> MutexGuard<'static, Option<VecDeque<String>>> {
    TOLD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// On standard error. When nobody can read it there is nobody to tell.
fn aside(text: &str) {
    let _ = writeln!(io::stderr(), "unspent: {text}");
}

/// Tells people something: on the screen while the terminal is ours, else on standard error.
pub fn tell(text: &str) {
    match &mut *told() {
        Some(waiting) => {
            if waiting.len() == WAITING {
                waiting.pop_front();
            }
            waiting.push_back(text.to_owned());
        }
        None => aside(text),
    }
}

/// The terminal, taken.
pub struct Terminal(DefaultTerminal);

impl Terminal {
    /// Whether there is one to take: somebody looks, and can press keys.
    pub fn there() -> bool {
        io::stdout().is_terminal() && io::stdin().is_terminal()
    }

    /// Takes it.
    pub fn take() -> io::Result<Terminal> {
        let terminal = ratatui::try_init().inspect_err(|_| drop(ratatui::try_restore()))?;
        *told() = Some(VecDeque::new());
        Ok(Terminal(terminal))
    }

    /// Puts what was told into the model, and the model on the screen.
    pub fn show(&mut self, model: &mut Model) -> io::Result<()> {
        for text in told().as_mut().into_iter().flat_map(|waiting| waiting.drain(..)) {
            model.note('!', text);
        }
        self.0.draw(|frame| draw(frame, model)).map(|_| ())
    }

    /// Keys that were pressed since.
    pub fn keys(&mut self) -> io::Result<Vec<KeyEvent>> {
        let mut keys = Vec::new();
        while event::poll(Duration::ZERO)? {
            if let Event::Key(key) = event::read()? {
                keys.push(key);
            }
        }
        Ok(keys)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = ratatui::try_restore();
        for text in told().take().into_iter().flatten() {
            aside(&text);
        }
    }
}
