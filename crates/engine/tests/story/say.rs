//! Commands to a story's words; orders by id, moments absolute.

use super::World;
use super::render::{phase_word, side_word};
use super::time::{say_moment, say_span};
use unspent_model::{
    AccountState, AddOrder, AmendOrder, CancelFilter, Command, Decay, DecayStep, Event, InstrumentId, LinkedLeg,
    MassQuote, OrderKind, OrderRef, Permit, Phase, PostOnly, QuoteSide, SelfTrade, TimeInForce,
};

impl World {
    /// A command in the story's words.
    pub fn say(&self, command: &Command) -> String {
        match command {
            Command::ListInstrument(spec) => format!("list {}", spec.symbol),
            Command::OpenAccount { name, .. } => format!("open {name}"),
            Command::DepositCash { account, amount } => format!("deposit {} $ {}", self.who(*account), amount.0),
            Command::DepositCredits { account, instrument, lots } => {
                format!("deposit {} {lots} {}", self.who(*account), self.symbol(*instrument))
            }
            Command::SetPhase { instrument, phase } => match phase {
                Phase::Continuous => format!("resume {}", self.symbol(*instrument)),
                Phase::Halted => format!("halt {}", self.symbol(*instrument)),
                Phase::Closed => format!("close {}", self.symbol(*instrument)),
                Phase::Expired => format!("expire {}", self.symbol(*instrument)),
                phase => format!("phase {} {}", self.symbol(*instrument), phase_word(*phase)),
            },
            Command::Clock => "clock".to_owned(),
            Command::AddOrder(add) => self.say_order(add),
            Command::AddDecay(add) => {
                let falls = match &add.decay {
                    Decay::Linear { floor, from, until, steps } => {
                        format!("to {floor} from {} until {} in {steps}", say_moment(*from), say_moment(*until))
                    }
                    Decay::Table(steps) => {
                        let step = |step: &DecayStep| format!("{} at {}", step.price, say_moment(step.at));
                        steps.iter().map(step).collect::<Vec<_>>().join(", ")
                    }
                };
                format!("{} falls {falls}", self.say_order(&add.order))
            }
            Command::AddLinked(bid) => {
                let leg = |leg: &LinkedLeg| format!("{} on {}", leg.price, self.symbol(leg.instrument));
                let others = bid.others.iter().map(leg).collect::<Vec<_>>().join(", ");
                format!("{} any {}", self.say_order(&bid.order), if others.is_empty() { "-" } else { &others })
            }
            Command::AmendOrder(amend) => self.say_amend(amend),
            Command::CancelOrder { account, order } => format!("{} cancel {}", self.who(*account), reference(*order)),
            Command::CancelAll { account, filter } => {
                format!("{} cancel-all{}", self.who(*account), self.say_filter(filter))
            }
            Command::MassQuote(quote) => self.say_quote(quote),
            Command::SetGroup { account, group, rule } => {
                format!("{} group {group} {} in {}s", self.who(*account), rule.lots, rule.window_seconds)
            }
            Command::ResetGroup { account, group } => format!("{} reset {group}", self.who(*account)),
            Command::CancelAllAfter { account, seconds } => format!("{} dead-man {seconds}", self.who(*account)),
            Command::Connect { account } => format!("{} connect", self.who(*account)),
            Command::Disconnect { session } => format!("disconnect {}", self.session(*session)),
            // These are told in the words in which they are asked for.
            Command::SetRules { instrument, rules } => {
                let told = self.event(&Event::RulesSet { instrument: *instrument, rules: *rules }).expect("told");
                let (symbol, rest) = told.split_once(" rules").expect("told so");
                format!("rules {symbol}{rest}")
            }
            Command::SetSchedule { instrument, schedule } => {
                let told = self.schedule(*instrument, schedule);
                let (symbol, rest) = told.split_once(" schedule").expect("told so");
                format!("schedule {symbol}{rest}")
            }
            Command::SetReference { instrument, price } => format!("reference {} {price}", self.symbol(*instrument)),
            Command::SetLimits { account, limits } => {
                self.event(&Event::LimitsSet { account: *account, limits: *limits }).expect("told")
            }
            Command::Kill { scope, engaged } => {
                format!("{} {}", if *engaged { "kill" } else { "release" }, self.scope(*scope))
            }
            Command::SetProgramme(terms) => self.terms(terms),
            Command::Permit(permit) => {
                let Permit { programme, kind, until, .. } = &**permit;
                let until = until.map_or(String::new(), |until| format!(" until {until}"));
                format!("permit {} {programme} {}{until}", self.who(permit.account), kind.name())
            }
            Command::RevokePermit { account, programme, kind } => {
                format!("revoke {} {programme} {}", self.who(*account), kind.name())
            }
            Command::WatchExpiry { instrument } => format!("watch {}", self.symbol(*instrument)),
            Command::CommitAuction { auction, instrument, commitment } => {
                let seed = self.seeds.get(commitment).map_or("?", String::as_str);
                format!("commit {} {auction} {seed}", self.symbol(*instrument))
            }
            Command::RevealAuction { auction, instrument, seed } => {
                let (drawn, _) = seed.split_first_chunk().expect("a seed has more than eight bytes");
                format!("reveal {} {auction} {}", self.symbol(*instrument), say_span(u64::from_le_bytes(*drawn)))
            }
            Command::RegisterLots { account, instrument, level, lots } => {
                format!("promise {} {lots} {} {}", self.who(*account), self.symbol(*instrument), level.name())
            }
            Command::WithdrawLots { account, instrument, level, lots } => {
                format!("withdraw {} {lots} {} {}", self.who(*account), self.symbol(*instrument), level.name())
            }
            Command::Holding(command) => self.say_holding(command),
            Command::Settlement(command) => self.say_settlement(command),
            Command::SetAccount { account, state } => {
                let word = match state {
                    AccountState::Open => "reopen",
                    AccountState::Suspended => "suspend",
                    AccountState::Closed => "shut",
                };
                format!("{word} {}", self.who(*account))
            }
            Command::Fund(funding) => format!("fund {}", self.funding(funding)),
            Command::DecideWithdrawal { withdrawal, approve } => {
                format!("{} {}", if *approve { "approve" } else { "decline" }, self.withdrawal(*withdrawal))
            }
            Command::SetFundingRules(rules) => self.funding_rules(rules),
            Command::BustTrade { instrument, trade } => format!("bust {trade}{}", self.place(*instrument)),
            Command::AdjustTrade { instrument, trade, price } => {
                format!("adjust {trade}{} @ {price}", self.place(*instrument))
            }
            Command::ByOperator(by) => format!("by {} {}", by.actor(), self.say(by.command())),
        }
    }

    fn say_order(&self, add: &AddOrder) -> String {
        let mut text = format!("{} {} {}", self.who(add.account), side_word(add.side), add.lots);
        if add.instrument != InstrumentId(0) {
            text += &format!(" on {}", self.symbol(add.instrument));
        }
        let market = match add.kind {
            OrderKind::Limit(price) => {
                text += &format!(" @ {price}");
                false
            }
            OrderKind::Market { max_total: None } => {
                text += " mkt";
                true
            }
            OrderKind::Market { max_total: Some(cash) } => {
                text += &format!(" max {}", cash.0);
                true
            }
        };
        if let Some(stop) = add.stop {
            text += &format!(" stop {stop}");
        }
        if let Some(display) = add.display {
            text += &format!(" show {display}");
        }
        if let Some(lots) = add.min_lots {
            text += &format!(" min {lots}");
        }
        match add.time_in_force {
            TimeInForce::Gtc if market && add.stop.is_none() => text += " gtc",
            TimeInForce::Gtc => (),
            TimeInForce::Ioc => text += " ioc",
            TimeInForce::Fok => text += " fok",
            TimeInForce::Day => text += " day",
            TimeInForce::Gtd(at) => text += &format!(" gtd {}", say_moment(at)),
            TimeInForce::Auction => text += " auction",
        }
        text += post_only(add.post_only);
        text += match add.self_trade {
            SelfTrade::CancelNewest => "",
            SelfTrade::CancelOldest => " stp=oldest",
            SelfTrade::CancelBoth => " stp=both",
            SelfTrade::Decrement => " stp=decrement",
        };
        if let Some(id) = add.cl_ord_id {
            text += &format!(" id={id}");
        }
        if let Some(session) = add.session {
            text += &format!(" via {}", self.session(session));
        }
        if let Some(deadline) = add.deadline {
            text += &format!(" deadline={}", say_moment(deadline));
        }
        text
    }

    fn say_amend(&self, amend: &AmendOrder) -> String {
        let mut text = format!("{} amend {}", self.who(amend.account), reference(amend.order));
        if let Some(lots) = amend.lots {
            text += &format!(" qty {lots}");
        }
        if let Some(price) = amend.price {
            text += &format!(" @ {price}");
        }
        if let Some(stop) = amend.stop {
            text += &format!(" stop {stop}");
        }
        if let Some(display) = amend.display {
            text += &format!(" show {display}");
        }
        match amend.post_only {
            Some(true) => text += " post",
            Some(false) => text += " nopost",
            None => (),
        }
        if let Some(deadline) = amend.deadline {
            text += &format!(" deadline={}", say_moment(deadline));
        }
        text
    }

    fn say_filter(&self, filter: &CancelFilter) -> String {
        let mut text = String::new();
        if let Some(instrument) = filter.instrument {
            text += &format!(" on {}", self.symbol(instrument));
        }
        if let Some(programme) = filter.programme {
            text += &format!(" of {programme}");
        }
        if let Some(group) = filter.group {
            text += &format!(" in {group}");
        }
        if let Some(side) = filter.side {
            text += &format!(" {}", side_word(side));
        }
        text
    }

    fn say_quote(&self, quote: &MassQuote) -> String {
        let mut text = format!("{} quote {}", self.who(quote.account), self.session(quote.session));
        if let Some(group) = quote.group {
            text += &format!(" {group}");
        }
        text += post_only(quote.post_only);
        if quote.quote_id != 1 {
            text += &format!(" id={}", quote.quote_id);
        }
        if let Some(deadline) = quote.deadline {
            text += &format!(" deadline={}", say_moment(deadline));
        }
        let side =
            |side: Option<QuoteSide>| side.map_or("-".to_owned(), |side| format!("{}@{}", side.lots, side.price));
        let quotes = quote.quotes.iter();
        let quotes: Vec<String> =
            quotes.map(|it| format!(" {} {} / {}", self.symbol(it.instrument), side(it.bid), side(it.ask))).collect();
        format!("{text}:{}", quotes.join(","))
    }
}

fn post_only(post_only: PostOnly) -> &'static str {
    match post_only {
        PostOnly::No => "",
        PostOnly::Reject => " post",
        PostOnly::Slide => " slide",
    }
}

fn reference(order: OrderRef) -> String {
    match order {
        OrderRef::Id(id) => format!("!{id}"),
        OrderRef::ClOrdId(id) => format!(":{id}"),
    }
}
