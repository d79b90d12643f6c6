//! Trades that settle later, in a story's words.

use super::World;
use super::time::say_moment;
use unspent_model::{
    AccountId, Cash, Claim, Command, EscrowBalance, Evidence, Level, Lots, PromisedBalance, Ruling, SettlementCommand,
    SettlementId, SettlementStep, SettlementTerms, SettlementTold,
};

impl World {
    pub(super) fn escrow(&self, it: &EscrowBalance) -> String {
        let debt = if it.debt.0 == 0 { String::new() } else { format!(" debt {}", it.debt.0) };
        format!("{} escrow {}{debt}", self.who(it.account), it.escrow.0)
    }

    pub(super) fn promised(&self, it: &PromisedBalance) -> String {
        let symbol = self.symbol(it.instrument);
        let lots = format!("{}+{}+{}", it.available, it.reserved, it.escrow);
        format!("{} {symbol} {} {lots}", self.who(it.account), it.level.name())
    }

    pub(super) fn claim(&self, it: &Claim) -> String {
        let whom = it.creditor.map_or("the fund".to_owned(), |creditor| self.who(creditor));
        let why = it.settlement.map_or(String::new(), |settlement| format!(" for s{settlement}"));
        format!("{} owes {whom} {}{why}", self.who(it.debtor), it.amount.0)
    }

    /// What happened, then where it stands: lots open, delivered, covered and refunded, what is in escrow for it, when its
    /// timer is due.
    pub(super) fn settlement(&self, told: &SettlementTold) -> String {
        let it = &told.settlement;
        let step = match told.step {
            SettlementStep::Ruled(Ruling::Delivered) => "ruled delivered".to_owned(),
            SettlementStep::Ruled(Ruling::Partial(lots)) => format!("ruled {lots} delivered"),
            SettlementStep::Ruled(Ruling::Refund) => "ruled refund".to_owned(),
            SettlementStep::Covered { instrument, price, lots, .. } => {
                format!("covered {lots}@{price} {}", self.symbol(instrument))
            }
            SettlementStep::ClawedBack { lots } => format!("clawed back {lots}"),
            SettlementStep::Drawn { settlement } => format!("drawn for s{settlement}"),
            step => step.name().to_owned(),
        };
        let mut text = format!("s{} {step}: {}", it.settlement, it.state.name());
        if told.step == SettlementStep::Matched {
            let (buyer, seller) = (self.who(it.buyer), self.who(it.seller));
            text += &format!(" {buyer}/{seller} {}@{} {}", it.lots, it.price, it.level.name());
        }
        for (word, lots) in
            [("open", it.open()), ("delivered", it.delivered), ("covered", it.covered), ("refunded", it.refunded)]
        {
            if lots.0 > 0 {
                text += &format!(" {word} {lots}");
            }
        }
        for (word, cash) in [("escrow", it.escrow), ("bond", it.bond), ("held", it.held_back)] {
            if cash.0 > 0 {
                text += &format!(" {word} {}", cash.0);
            }
        }
        text + &it.due.map_or(String::new(), |due| format!(" due {}", say_moment(due)))
    }
}

/// The command of a line about trades that settle later: `first` is its first word.
pub fn parse(world: &World, first: &str, words: &mut dyn Iterator<Item = &str>) -> Option<Command> {
    Some(match first {
        "promise" | "withdraw" => {
            let account = world.account(words.next()?);
            let lots = number(words.next()?)?;
            let instrument = world.instrument(words.next()?);
            let level = Level::from_name(words.next()?)?;
            if first == "promise" {
                Command::RegisterLots { account, instrument, level, lots }
            } else {
                Command::WithdrawLots { account, instrument, level, lots }
            }
        }
        "rule" => {
            let settlement = settlement(words.next()?)?;
            let ruling = match words.next()? {
                "delivered" => Ruling::Delivered,
                "partial" => Ruling::Partial(Lots(u32::try_from(number(words.next()?)?).ok()?)),
                "refund" => Ruling::Refund,
                _ => return None,
            };
            of(SettlementCommand::Rule { settlement, ruling })
        }
        "claw" => {
            let settlement = settlement(words.next()?)?;
            of(SettlementCommand::ClawBack { settlement, lots: Lots(u32::try_from(number(words.next()?)?).ok()?) })
        }
        "contribute" => of(SettlementCommand::Contribute { amount: Cash(number(words.next()?)?) }),
        "terms" => of(SettlementCommand::SetTerms(terms(words)?)),
        _ => return None,
    })
}

/// What a party says of a settlement: `m1 deliver s1 ref-17`, `t1 accept s1`, `t1 dispute s1 nothing-came`.
pub fn parse_party(account: AccountId, verb: &str, words: &mut dyn Iterator<Item = &str>) -> Option<Command> {
    let settlement = settlement(words.next()?)?;
    Some(of(match verb {
        "deliver" => SettlementCommand::Deliver { account, settlement, evidence: Evidence::parse(words.next()?).ok()? },
        "accept" => SettlementCommand::Accept { account, settlement },
        "dispute" => SettlementCommand::Dispute { account, settlement, evidence: Evidence::parse(words.next()?).ok()? },
        _ => return None,
    }))
}

fn of(command: SettlementCommand) -> Command {
    Command::Settlement(Box::new(command))
}

fn number(text: &str) -> Option<u64> {
    text.replace('_', "").parse().ok()
}

fn settlement(text: &str) -> Option<SettlementId> {
    text.strip_prefix('s')?.parse().ok().map(SettlementId)
}

/// What is not said is as by default.
fn terms(words: &mut dyn Iterator<Item = &str>) -> Option<SettlementTerms> {
    let mut terms = SettlementTerms::default();
    while let Some(word) = words.next() {
        let value = number(words.next()?)?;
        let (small, large) = (u16::try_from(value).unwrap_or(u16::MAX), u32::try_from(value).unwrap_or(u32::MAX));
        let days = u8::try_from(value).unwrap_or(u8::MAX);
        match word {
            "bond" => terms.bond_bp = small,
            "bond-min" => terms.bond_min = Cash(value),
            "documented" => terms.documented_days = days,
            "attested" => terms.attested_days = days,
            "grace" => terms.grace_seconds = large,
            "acceptance" => terms.acceptance_seconds = large,
            "hold" => terms.hold_back_bp = small,
            "new-hold" => terms.new_hold_back_bp = small,
            "trusted" => terms.trusted_after = small,
            "hold-days" => terms.hold_back_days = small,
            "penalty" => terms.penalty_bp = small,
            "penalty-min" => terms.penalty_min = Cash(value),
            "penalty-buyer" => terms.penalty_buyer_bp = small,
            "cap" => terms.cap_bp = small,
            "retry" => terms.retry_seconds = large,
            "tries" => terms.tries = small,
            "cutoff" => terms.cutoff_days = days,
            "fund" => terms.fund_fee_bp = small,
            _ => return None,
        }
    }
    Some(terms)
}

impl World {
    pub(super) fn say_settlement(&self, command: &SettlementCommand) -> String {
        match command {
            SettlementCommand::Deliver { account, settlement, evidence } => {
                format!("{} deliver s{settlement} {evidence}", self.who(*account))
            }
            SettlementCommand::Accept { account, settlement } => {
                format!("{} accept s{settlement}", self.who(*account))
            }
            SettlementCommand::Dispute { account, settlement, evidence } => {
                format!("{} dispute s{settlement} {evidence}", self.who(*account))
            }
            SettlementCommand::Rule { settlement, ruling } => match ruling {
                Ruling::Delivered => format!("rule s{settlement} delivered"),
                Ruling::Partial(lots) => format!("rule s{settlement} partial {lots}"),
                Ruling::Refund => format!("rule s{settlement} refund"),
            },
            SettlementCommand::ClawBack { settlement, lots } => format!("claw s{settlement} {lots}"),
            SettlementCommand::Contribute { amount } => format!("contribute {}", amount.0),
            SettlementCommand::SetTerms(it) => [
                ("bond", u64::from(it.bond_bp)),
                ("bond-min", it.bond_min.0),
                ("documented", u64::from(it.documented_days)),
                ("attested", u64::from(it.attested_days)),
                ("grace", u64::from(it.grace_seconds)),
                ("acceptance", u64::from(it.acceptance_seconds)),
                ("hold", u64::from(it.hold_back_bp)),
                ("new-hold", u64::from(it.new_hold_back_bp)),
                ("trusted", u64::from(it.trusted_after)),
                ("hold-days", u64::from(it.hold_back_days)),
                ("penalty", u64::from(it.penalty_bp)),
                ("penalty-min", it.penalty_min.0),
                ("penalty-buyer", u64::from(it.penalty_buyer_bp)),
                ("cap", u64::from(it.cap_bp)),
                ("retry", u64::from(it.retry_seconds)),
                ("tries", u64::from(it.tries)),
                ("cutoff", u64::from(it.cutoff_days)),
                ("fund", u64::from(it.fund_fee_bp)),
            ]
            .iter()
            .fold("terms".to_owned(), |text, (word, value)| format!("{text} {word} {value}")),
        }
    }

    /// What an account has for trades that settle later, when it has anything.
    pub(super) fn show_aside(&self, account: AccountId) -> String {
        let mut text = String::new();
        let (escrow, debt) = (self.engine.escrow(account), self.engine.debt(account));
        if escrow.0 > 0 {
            text += &format!(" escrow {}", escrow.0);
        }
        if debt.0 > 0 {
            text += &format!(" debt {}", debt.0);
        }
        for it in self.engine.promises(account) {
            let lots = format!("{}+{}+{}", it.available, it.reserved, it.escrow);
            text += &format!(" {} {} {lots}", self.symbol(it.instrument), it.level.name());
        }
        text
    }
}
