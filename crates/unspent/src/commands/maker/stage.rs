//! The full screen of a running maker: its view on the terminal, and the keys.

use super::view::View;
use crate::screen::{Keys, Order, Press, Terminal};
use std::io;
use unspent_maker::Status;
use unspent_model::Timestamp;

/// The terminal, while a maker has it.
pub struct Stage {
    terminal: Terminal,
    /// What is shown.
    pub view: View,
    keys: Keys,
}

impl Stage {
    /// Takes the terminal.
    pub fn take(view: View) -> io::Result<Stage> {
        Ok(Stage { terminal: Terminal::take()?, view, keys: Keys::MAKER })
    }

    /// Draws where it stands, and gives what people want done since.
    pub fn frame(&mut self, at: Timestamp, status: &Status) -> io::Result<Vec<Order>> {
        let mut orders = Vec::new();
        for key in self.terminal.keys()? {
            let press = self.keys.press(key);
            self.view.model.press(press);
            if let Press::Do(order) = press {
                orders.push(order);
            }
        }
        self.view.status(at, status);
        self.terminal.show(&mut self.view.model)?;
        Ok(orders)
    }
}
