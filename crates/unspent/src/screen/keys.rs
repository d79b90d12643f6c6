//! What keys mean.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Nothing.
    Nothing,
    /// The next book, or the one before.
    Step { forward: bool },
    /// A question is asked; what answers it is the next key.
    Ask(&'static str),
    /// The question is over, and nothing is done.
    Never,
    /// Something is to be done.
    Do(Order),
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Pull everything and wait.
    Pause,
    /// Go on.
    Resume,
    /// Cancel everything of the account, and wait.
    CancelAll,
    /// Read the configuration again.
    Reload,
    /// Pull everything and end.
    Quit,
}

/// What keys mean now.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    maker: bool,
    asking: bool,
}

impl Keys {
    /// For one who looks.
    pub const WATCH: Keys = Keys { maker: false, asking: false };
    /// For a maker.
    pub const MAKER: Keys = Keys { maker: true, asking: false };
    /// What keys do for one who looks.
    pub const WATCH_HELP: &'static str = "↑ ↓ choose a book   q quit";
    /// What keys do for a maker.
    pub const MAKER_HELP: &'static str = "↑ ↓ book  p pause  r resume  c cancel all  l reload  q quit safely";

    /// A key was pressed.
    pub fn press(&mut self, key: KeyEvent) -> Press {
        if key.kind == KeyEventKind::Release {
            return Press::Nothing;
        }
        // Ctrl-C is no signal here, and must end it whatever is asked.
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return if key.code == KeyCode::Char('c') { Press::Do(Order::Quit) } else { Press::Nothing };
        }
        if std::mem::take(&mut self.asking) {
            return match key.code {
                KeyCode::Char('y' | 'Y') => Press::Do(Order::CancelAll),
                _ => Press::Never,
            };
        }
        match key.code {
            KeyCode::Down | KeyCode::Right | KeyCode::Char('j') => Press::Step { forward: true },
            KeyCode::Up | KeyCode::Left | KeyCode::Char('k') => Press::Step { forward: false },
            KeyCode::Char('q') => Press::Do(Order::Quit),
            KeyCode::Esc if !self.maker => Press::Do(Order::Quit),
            KeyCode::Char('p') if self.maker => Press::Do(Order::Pause),
            KeyCode::Char('r') if self.maker => Press::Do(Order::Resume),
            KeyCode::Char('l') if self.maker => Press::Do(Order::Reload),
            KeyCode::Char('c') if self.maker => {
                self.asking = true;
                Press::Ask("Cancel every order of the account and pause? y: yes, any other key: no")
            }
            _ => Press::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    fn all(keys: &mut Keys, text: &str) -> Vec<Press> {
        text.chars().map(|letter| keys.press(key(KeyCode::Char(letter)))).collect()
    }

    #[test]
    fn a_maker_is_paused_resumed_reloaded_and_ended() {
        let mut keys = Keys::MAKER;
        let orders = [Order::Pause, Order::Resume, Order::Reload, Order::Quit].map(Press::Do);
        assert_eq!(all(&mut keys, "prlq"), orders);
        assert_eq!(keys.press(key(KeyCode::Esc)), Press::Nothing, "a slip does not end it");
        assert_eq!(all(&mut keys, "xyn"), [Press::Nothing; 3]);
    }

    #[test]
    fn cancelling_everything_is_asked_first() {
        let mut keys = Keys::MAKER;
        assert!(matches!(all(&mut keys, "cy")[..], [Press::Ask(_), Press::Do(Order::CancelAll)]));
        assert!(matches!(all(&mut keys, "cny")[..], [Press::Ask(_), Press::Never, Press::Nothing]));
        assert!(matches!(all(&mut keys, "cqq")[..], [Press::Ask(_), Press::Never, Press::Do(Order::Quit)]));
        assert!(matches!(all(&mut keys, "ccy")[..], [Press::Ask(_), Press::Never, Press::Nothing]));
        assert!(matches!(all(&mut keys, "c")[..], [Press::Ask(_)]));
        let interrupt = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(keys.press(interrupt), Press::Do(Order::Quit));
    }

    #[test]
    fn who_looks_only_chooses_and_ends() {
        let mut keys = Keys::WATCH;
        assert_eq!(all(&mut keys, "prcly"), [Press::Nothing; 5]);
        let (forward, back) = (Press::Step { forward: true }, Press::Step { forward: false });
        assert_eq!(all(&mut keys, "jk"), [forward, back]);
        assert_eq!([KeyCode::Down, KeyCode::Up].map(|code| keys.press(key(code))), [forward, back]);
        assert_eq!(keys.press(key(KeyCode::Esc)), Press::Do(Order::Quit));
        let released = KeyEvent { kind: KeyEventKind::Release, ..key(KeyCode::Char('q')) };
        assert_eq!(keys.press(released), Press::Nothing);
    }
}
