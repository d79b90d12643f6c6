//! The registry of holdings, in a story's words.

use super::World;
use super::time::second_of_day;
use unspent_model::{
    AccountId, Cash, Command, CreditId, Date, HoldingCommand, HoldingId, HoldingState, HoldingStep, HoldingTold, Level,
    NewHolding, Note, Programme, Timestamp,
};

const DAY: u64 = 86_400_000_000_000;

impl World {
    /// What happened, then where it stands: cents and pieces left, cents and pieces listed.
    pub(super) fn registry(&self, told: &HoldingTold) -> String {
        let it = &told.holding;
        let mut text = format!("h{} {}", it.holding, told.step.name().replace('_', "-"));
        if told.step == HoldingStep::Registered {
            text += &format!(" {}", self.new_holding(&it.terms));
        }
        if let Some(lots) = told.lots {
            text += &format!(" {} {} {}", lots.lots, self.symbol(lots.instrument), lots.level.name());
        }
        text += &format!(": {} left {}/{}", it.level.name(), it.left.0, it.pieces_left);
        if it.pieces_listed > 0 {
            text += &format!(" listed {}/{}", it.listed.0, it.pieces_listed);
        }
        if it.state != HoldingState::Live {
            text += &format!(" {}", it.state.name().replace('_', "-"));
        }
        text
    }

    /// `m1 register c1 A-B 15000000 in 99 until 2027-01-20`.
    fn new_holding(&self, it: &NewHolding) -> String {
        let NewHolding { programme, credit, pieces, .. } = it;
        let mut text = format!("{} register {credit} {programme} {} in {pieces}", self.who(it.account), it.amount.0);
        if let Some(ends) = it.ends {
            text += &format!(" until {}", say_instant(ends));
        }
        if it.dated != usual_day() {
            text += &format!(" dated {}", it.dated);
        }
        if it.provenance != usual_paper() {
            text += &format!(" from {}", it.provenance);
        }
        text
    }

    pub(super) fn say_holding(&self, command: &HoldingCommand) -> String {
        match *command {
            HoldingCommand::Register(ref terms) => self.new_holding(terms),
            HoldingCommand::SetLevel { holding, level } => format!("level h{holding} {}", level.name()),
            HoldingCommand::List { account, holding, instrument, lots } => {
                format!("{} list {lots} {} of h{holding}", self.who(account), self.symbol(instrument))
            }
            HoldingCommand::Delist { account, holding, instrument, lots } => {
                format!("{} delist {lots} {} of h{holding}", self.who(account), self.symbol(instrument))
            }
            HoldingCommand::Withdraw { account, holding } => format!("{} drop h{holding}", self.who(account)),
        }
    }
}

fn usual_day() -> Date {
    Date::parse("2027-01-01").expect("a day")
}

fn usual_paper() -> Note {
    Note::parse("paper").expect("a note")
}

/// `2027-01-20`, its first instant, or `2027-01-31T23:59:59`.
fn instant(text: &str) -> Option<Timestamp> {
    let (day, time) = text.split_once('T').unwrap_or((text, "00:00"));
    Some(Date::parse(day).ok()?.start().plus_seconds(second_of_day(time)?))
}

fn say_instant(at: Timestamp) -> String {
    let seconds = at.0 % DAY / 1_000_000_000;
    let day = Date::of(at);
    if seconds == 0 {
        return day.to_string();
    }
    format!("{day}T{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// `level h1 attested`.
pub fn parse_level(words: &mut dyn Iterator<Item = &str>) -> Option<Command> {
    let holding = holding(words.next()?)?;
    Some(of(HoldingCommand::SetLevel { holding, level: Level::from_name(words.next()?)? }))
}

/// What a holder asks: the words after its name.
pub fn parse_party(
    world: &World,
    account: AccountId,
    verb: &str,
    words: &mut dyn Iterator<Item = &str>,
) -> Option<Command> {
    Some(of(match verb {
        "register" => HoldingCommand::Register(register(account, words)?),
        "drop" => HoldingCommand::Withdraw { account, holding: holding(words.next()?)? },
        "list" | "delist" => {
            let lots = number(words.next()?)?;
            let instrument = world.instrument(words.next()?);
            let holding = holding(words.nth(1)?)?;
            if verb == "list" {
                HoldingCommand::List { account, holding, instrument, lots }
            } else {
                HoldingCommand::Delist { account, holding, instrument, lots }
            }
        }
        _ => return None,
    }))
}

fn register(account: AccountId, words: &mut dyn Iterator<Item = &str>) -> Option<NewHolding> {
    let credit = CreditId::parse(words.next()?).ok()?;
    let programme = Programme::parse(words.next()?).ok()?;
    let amount = Cash(number(words.next()?)?);
    let pieces = u32::try_from(number(words.nth(1)?)?).ok()?;
    let (provenance, dated) = (usual_paper(), usual_day());
    let mut terms = NewHolding { account, programme, credit, provenance, dated, ends: None, amount, pieces };
    while let Some(word) = words.next() {
        let value = words.next()?;
        match word {
            "until" => terms.ends = Some(instant(value)?),
            "dated" => terms.dated = Date::parse(value).ok()?,
            "from" => terms.provenance = Note::parse(value).ok()?,
            _ => return None,
        }
    }
    Some(terms)
}

fn of(command: HoldingCommand) -> Command {
    Command::Holding(Box::new(command))
}

fn number(text: &str) -> Option<u64> {
    text.replace('_', "").parse().ok()
}

fn holding(text: &str) -> Option<HoldingId> {
    text.strip_prefix('h')?.parse().ok().map(HoldingId)
}
