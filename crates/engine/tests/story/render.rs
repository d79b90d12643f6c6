//! Events, replies and commands to text.

use super::World;
use unspent_model::{
    AccountId, AddOrder, CancelReason, Command, Event, InstrumentId, OrderAnswer, OrderId, OrderKind, OrderRef,
    OrderStatus, Phase, Reject, Rejection, Reply, SelfTrade, Side, TimeInForce,
};

impl World {
    /// Every event of a command and its reply.
    pub fn answer(&self, events: &[Event], reply: &Reply) -> String {
        let told: Vec<String> = events.iter().filter_map(|event| self.event(event)).collect();
        let mut text = told.join(", ");
        let reply = self.reply(reply);
        if !reply.is_empty() {
            text += &format!(" => {reply}");
        }
        if text.is_empty() { "ok".to_owned() } else { text }
    }

    pub fn event(&self, event: &Event) -> Option<String> {
        let text = match event {
            Event::InstrumentListed { spec, .. } => format!("list {}", spec.symbol),
            Event::AccountOpened { name, group, .. } => format!("open {name} of group {group}"),
            Event::PhaseChanged { instrument, phase } => format!("{} {}", self.symbol(*instrument), phase_word(*phase)),
            Event::Opened(it) => {
                let (side, lots) = (side_word(it.terms.side), it.terms.lots);
                let at = self.place(it.terms.instrument);
                format!("open {} {side} {lots}@{}{at}", self.name(it.order), it.price)
            }
            Event::Fill(it) => {
                let fee = match (it.taker.fee.0, it.maker.fee.0) {
                    (0, 0) => String::new(),
                    (taker, maker) => format!(" fee {taker}/{maker}"),
                };
                let (taker, maker) = (self.name(it.taker.order), self.name(it.maker.order));
                let left = format!("left {}/{}", it.taker.leaves, it.maker.leaves);
                format!("fill {taker}/{maker} {}@{} {left}{fee}", it.lots, it.price)
            }
            Event::Reduced(it) => {
                let rests = if it.resting { " resting" } else { "" };
                format!("reduce {} by {} to {}@{}{rests}", self.name(it.order), it.lots, it.leaves, it.price)
            }
            Event::Amended(it) => {
                let (old, new) = (format!("{}@{}", it.old_leaves, it.old_price), format!("{}@{}", it.leaves, it.price));
                let place = if it.kept_priority { "kept" } else { "lost" };
                format!("amend {} {old} to {new} of {} {place}", self.name(it.order), it.lots)
            }
            Event::Rested(it) => format!("rest {} {}@{}", self.name(it.order), it.leaves, it.price),
            Event::Canceled(it) => {
                let word = if it.resting { "pull" } else { "cancel" };
                format!("{word} {} {}@{} {}", self.name(it.order), it.lots, it.price, reason_word(it.reason))
            }
            Event::Recalled(it) => {
                let fee = if it.fee.0 == 0 { String::new() } else { format!(" fee {}", it.fee.0) };
                format!("recall trade {} {}@{}{fee}", it.trade, it.lots, it.price)
            }
            Event::Cash(it) => {
                format!("{} ${}+{}", self.who(it.account), it.available.0, it.reserved.0)
            }
            Event::Holding(it) => {
                let symbol = self.symbol(it.instrument);
                format!("{} {symbol} {}+{}", self.who(it.account), it.available, it.reserved)
            }
        };
        let balance = matches!(event, Event::Cash(_) | Event::Holding(_));
        (self.tell_balances || !balance).then_some(text)
    }

    fn reply(&self, reply: &Reply) -> String {
        match reply {
            Reply::Done => String::new(),
            Reply::Added(answer) => self.order_answer(answer),
            Reply::Amended { answer, .. } => self.order_answer(answer),
            Reply::Canceled { order, cl_ord_id } => match cl_ord_id {
                Some(id) => format!("canceled {} id={id}", self.name(*order)),
                None => format!("canceled {}", self.name(*order)),
            },
            Reply::CanceledAll { count } => format!("canceled {count}"),
            Reply::Rejected(rejection) => refused(rejection),
        }
    }

    fn order_answer(&self, answer: &OrderAnswer) -> String {
        let again = if answer.duplicate { format!("again {} ", self.name(answer.order)) } else { String::new() };
        let status = match answer.status {
            OrderStatus::Open => "open",
            OrderStatus::PartiallyFilled => "part",
            OrderStatus::Filled => "filled",
            OrderStatus::Canceled => "canceled",
        };
        let reason = answer.canceled.map_or(String::new(), |reason| format!(" {}", reason_word(reason)));
        format!("{again}{status} {}+{}{reason}", answer.cum, answer.leaves)
    }

    /// `m1#2`: m1's second order.
    fn name(&self, order: OrderId) -> String {
        for (account, orders) in self.accounts.iter().zip(&self.orders) {
            if let Some(at) = orders.iter().position(|&id| id == order) {
                return format!("{account}#{}", at + 1);
            }
        }
        format!("!{order}")
    }

    fn who(&self, account: AccountId) -> String {
        self.accounts.get(account.0 as usize).cloned().unwrap_or_else(|| "nobody".to_owned())
    }

    fn symbol(&self, instrument: InstrumentId) -> String {
        self.symbols.get(instrument.0 as usize).cloned().unwrap_or_else(|| "NONE".to_owned())
    }

    fn place(&self, instrument: InstrumentId) -> String {
        if instrument == InstrumentId(0) { String::new() } else { format!(" on {}", self.symbol(instrument)) }
    }

    /// Depth, best first: bids / asks.
    pub(super) fn depth(&self, instrument: InstrumentId) -> String {
        let side = |side| {
            let levels: Vec<String> =
                self.engine.levels(instrument, side).map(|(price, lots)| format!("{lots}@{price}")).collect();
            if levels.is_empty() { "-".to_owned() } else { levels.join(" ") }
        };
        format!("bids {} / asks {}", side(Side::Buy), side(Side::Sell))
    }

    /// A command in the story's words; orders by id, moments absolute.
    pub fn say(&self, command: &Command) -> String {
        match command {
            Command::ListInstrument(spec) => format!("list {}", spec.symbol),
            Command::OpenAccount { name, .. } => format!("open {name}"),
            Command::DepositCash { account, amount } => format!("deposit {} $ {}", self.who(*account), amount.0),
            Command::DepositCredits { account, instrument, lots } => {
                format!("deposit {} {lots} {}", self.who(*account), self.symbol(*instrument))
            }
            Command::SetPhase { instrument, phase } => {
                let word = match phase {
                    Phase::Continuous => "resume",
                    Phase::Halted => "halt",
                    Phase::Closed => "close",
                };
                format!("{word} {}", self.symbol(*instrument))
            }
            Command::Clock => "clock".to_owned(),
            Command::AddOrder(add) => self.say_order(add),
            Command::AmendOrder(amend) => {
                let mut text = format!("{} amend {}", self.who(amend.account), reference(amend.order));
                if let Some(lots) = amend.lots {
                    text += &format!(" qty {lots}");
                }
                if let Some(price) = amend.price {
                    text += &format!(" @ {price}");
                }
                match amend.post_only {
                    Some(true) => text += " post",
                    Some(false) => text += " nopost",
                    None => (),
                }
                if let Some(deadline) = amend.deadline {
                    text += &format!(" deadline={}", deadline.0);
                }
                text
            }
            Command::CancelOrder { account, order } => format!("{} cancel {}", self.who(*account), reference(*order)),
            Command::CancelAll { account, filter } => {
                let mut text = format!("{} cancel-all", self.who(*account));
                if let Some(instrument) = filter.instrument {
                    text += &format!(" on {}", self.symbol(instrument));
                }
                if let Some(side) = filter.side {
                    text += &format!(" {}", side_word(side));
                }
                text
            }
        }
    }

    fn say_order(&self, add: &AddOrder) -> String {
        let mut text = format!("{} {} {}", self.who(add.account), side_word(add.side), add.lots);
        if add.instrument != InstrumentId(0) {
            text += &format!(" on {}", self.symbol(add.instrument));
        }
        match add.kind {
            OrderKind::Limit(price) => text += &format!(" @ {price}"),
            OrderKind::Market { max_total: None } => text += " mkt",
            OrderKind::Market { max_total: Some(cash) } => text += &format!(" mkt max {}", cash.0),
        }
        text += match add.time_in_force {
            TimeInForce::Gtc => "",
            TimeInForce::Ioc => " ioc",
            TimeInForce::Fok => " fok",
        };
        if add.post_only {
            text += " post";
        }
        text += match add.self_trade {
            SelfTrade::CancelNewest => "",
            SelfTrade::CancelOldest => " stp=oldest",
            SelfTrade::CancelBoth => " stp=both",
            SelfTrade::Decrement => " stp=decrement",
        };
        if let Some(id) = add.cl_ord_id {
            text += &format!(" id={id}");
        }
        if let Some(deadline) = add.deadline {
            text += &format!(" deadline={}", deadline.0);
        }
        text
    }
}

/// A refusal with its number.
pub fn refused(rejection: &Rejection) -> String {
    let Rejection { reject, available } = rejection;
    let has = available.map_or(String::new(), |available| format!(" has {available}"));
    format!("{} {}{has}", Reject::code(*reject), reject.name())
}

fn reference(order: OrderRef) -> String {
    match order {
        OrderRef::Id(id) => format!("!{id}"),
        OrderRef::ClOrdId(id) => format!(":{id}"),
    }
}

fn side_word(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Continuous => "continuous",
        Phase::Halted => "halted",
        Phase::Closed => "closed",
    }
}

fn reason_word(reason: CancelReason) -> &'static str {
    match reason {
        CancelReason::User => "user",
        CancelReason::TimeInForce => "tif",
        CancelReason::SelfTrade => "self",
        CancelReason::Operator => "operator",
    }
}
