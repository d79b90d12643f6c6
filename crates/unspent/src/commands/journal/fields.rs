//! The fields of a record, by name: what `--json` prints.

use super::names::Names;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value, json};
use unspent_model::{
    AccountId, AddOrder, Asset, Cash, Command, Decay, Fill, InstrumentId, KillScope, Leg, LinkedLeg, Lots, MassQuote,
    OrderKind, OrderRef, PostOnly, Price, QuoteSide, Schedule, SelfTrade, SessionId, Side, TimeInForce, Timestamp,
    TradingRules,
};
use unspent_protocol::{dollars, print_order_id, print_time};
use unspent_records::Record;

/// Fields in the making.
pub struct Fields<'a> {
    names: &'a Names,
    map: Map<String, Value>,
}

/// The fields of a record, without its kind, sequence number and time.
pub fn fields(record: &Record, names: &Names) -> Map<String, Value> {
    let mut fields = Fields { names, map: Map::new() };
    match record {
        Record::Command(command) => {
            fields.command(command.command.plain());
            if let Some(by) = command.command.by_operator() {
                fields.put("actor", by.actor().to_string());
                fields.put("reason", by.reason().to_string());
            }
        }
        Record::Fill(fill) => fields.fill(fill),
        Record::StateMark(mark) | Record::FormerStateMark(mark) => {
            fields.put("after_seq", mark.seq.0);
            fields.put("hash", format!("{:016x}", mark.hash));
        }
    }
    fields.map
}

/// The fields of a command.
pub fn fields_of(command: &Command, names: &Names) -> Map<String, Value> {
    let mut fields = Fields { names, map: Map::new() };
    fields.command(command);
    fields.map
}

pub fn side(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

pub fn time_in_force(tif: TimeInForce) -> &'static str {
    match tif {
        TimeInForce::Gtc => "gtc",
        TimeInForce::Ioc => "ioc",
        TimeInForce::Fok => "fok",
        TimeInForce::Day => "day",
        TimeInForce::Gtd(_) => "gtd",
        TimeInForce::Auction => "auction",
    }
}

fn post_only(post_only: PostOnly) -> &'static str {
    match post_only {
        PostOnly::No => "no",
        PostOnly::Reject => "reject",
        PostOnly::Slide => "slide",
    }
}

fn self_trade(self_trade: SelfTrade) -> &'static str {
    match self_trade {
        SelfTrade::CancelNewest => "cancel_newest",
        SelfTrade::CancelOldest => "cancel_oldest",
        SelfTrade::CancelBoth => "cancel_both",
        SelfTrade::Decrement => "decrement",
    }
}

fn hex(bytes: &[u8; 32]) -> String {
    unspent_journal::Head(*bytes).to_string()
}

impl Fields<'_> {
    pub(super) fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.map.insert(key.to_owned(), value.into());
    }

    fn some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    pub(super) fn account(&mut self, id: AccountId) {
        self.put("account", id.0);
        self.some("account_name", self.names.account(id).map(ToString::to_string));
    }

    pub(super) fn instrument(&mut self, id: InstrumentId) {
        self.put("instrument", id.0);
        self.some("symbol", self.names.instrument(id).map(|spec| spec.symbol.to_string()));
    }

    /// In dollars when the instrument is known, and in its units.
    fn price(&mut self, key: &str, instrument: InstrumentId, price: Price) {
        self.some(key, self.names.price(instrument, price).and_then(|price| price.to_f64()));
        self.put(&format!("{key}_units"), price.0);
    }

    /// In dollars of face when the instrument is known, and in lots.
    pub(super) fn lots(&mut self, key: &str, instrument: InstrumentId, lots: u64) {
        self.some(&key.replace("lots", "qty"), self.names.face(instrument, lots));
        self.put(key, lots);
    }

    pub(super) fn cash(&mut self, key: &str, cash: Cash) {
        self.some(key, dollars(cash).to_f64());
        self.put(&format!("{key}_cents"), cash.0);
    }

    fn time(&mut self, key: &str, time: Option<Timestamp>) {
        self.some(key, time.map(print_time));
    }

    fn order(&mut self, order: OrderRef) {
        match order {
            OrderRef::Id(id) => self.put("order_id", print_order_id(id)),
            OrderRef::ClOrdId(name) => self.put("cl_ord_id", name.to_string()),
        }
    }

    fn session(&mut self, session: Option<SessionId>) {
        self.some("session", session.map(|session| session.0));
    }

    fn decay(&mut self, at: InstrumentId, decay: &Decay) {
        match decay {
            Decay::Linear { floor, from, until, steps } => {
                self.price("decay_floor", at, *floor);
                self.time("decay_from", Some(*from));
                self.time("decay_until", Some(*until));
                self.put("decay_steps", *steps);
            }
            Decay::Table(steps) => {
                let steps = steps.iter().map(|step| {
                    let mut row = Fields { names: self.names, map: Map::new() };
                    row.time("time", Some(step.at));
                    row.price("price", at, step.price);
                    Value::Object(row.map)
                });
                let steps: Vec<Value> = steps.collect();
                self.put("decay_table", steps);
            }
        }
    }

    fn legs(&mut self, legs: &[LinkedLeg]) {
        let legs = legs.iter().map(|leg| {
            let mut row = Fields { names: self.names, map: Map::new() };
            row.put("symbol", self.names.symbol_text(leg.instrument));
            row.price("limit", leg.instrument, leg.price);
            Value::Object(row.map)
        });
        let legs: Vec<Value> = legs.collect();
        self.put("any_of", legs);
    }

    fn add(&mut self, add: &AddOrder) {
        let at = add.instrument;
        self.account(add.account);
        self.instrument(at);
        self.put("side", side(add.side));
        match add.kind {
            OrderKind::Limit(price) => {
                self.put("order_type", "limit");
                self.price("price", at, price);
            }
            OrderKind::Market { max_total } => {
                self.put("order_type", "market");
                if let Some(total) = max_total {
                    self.cash("max_total", total);
                }
            }
        }
        self.lots("lots", at, u64::from(add.lots.0));
        self.put("time_in_force", time_in_force(add.time_in_force));
        if let TimeInForce::Gtd(until) = add.time_in_force {
            self.time("expires", Some(until));
        }
        if let Some(stop) = add.stop {
            self.price("stop", at, stop);
        }
        self.optional_lots("display_lots", at, add.display);
        self.optional_lots("min_lots", at, add.min_lots);
        self.put("post_only", post_only(add.post_only));
        self.put("self_trade", self_trade(add.self_trade));
        self.some("cl_ord_id", add.cl_ord_id.map(|name| name.to_string()));
        self.session(add.session);
        self.time("deadline", add.deadline);
    }

    fn optional_lots(&mut self, key: &str, instrument: InstrumentId, lots: Option<Lots>) {
        if let Some(lots) = lots {
            self.lots(key, instrument, u64::from(lots.0));
        }
    }

    fn command(&mut self, command: &Command) {
        match command {
            Command::ListInstrument(spec) => {
                self.put("symbol", spec.symbol.to_string());
                self.put("face_dollars", spec.face_dollars);
                self.put("price_decimals", spec.price_decimals);
                self.put("price_unit", spec.price_unit);
                self.put("tick_units", spec.tick);
                self.put("price_max_units", spec.price_max.0);
                self.put("collar_units", spec.collar);
                self.put("maker_fee_bp", spec.fees.maker.0);
                self.put("taker_fee_bp", spec.fees.taker.0);
            }
            Command::OpenAccount { name, group } => {
                self.put("account_name", name.to_string());
                self.put("owner_group", group.0);
            }
            Command::DepositCash { account, amount } => {
                self.account(*account);
                self.cash("amount", *amount);
            }
            Command::DepositCredits { account, instrument, lots } => {
                self.account(*account);
                self.instrument(*instrument);
                self.lots("lots", *instrument, *lots);
            }
            Command::RegisterLots { account, instrument, level, lots }
            | Command::WithdrawLots { account, instrument, level, lots } => {
                self.account(*account);
                self.instrument(*instrument);
                self.put("level", level.name());
                self.lots("lots", *instrument, *lots);
            }
            Command::Settlement(command) => self.settlement(command),
            Command::Holding(command) => self.holding(command),
            Command::SetAccount { account, state } => {
                self.account(*account);
                self.put("state", state.name());
            }
            Command::Fund(funding) => {
                self.account(funding.account);
                self.put("side", funding.side.name());
                match funding.asset {
                    Asset::Cash(amount) => self.cash("amount", amount),
                    Asset::Credits { instrument, lots } => {
                        self.instrument(instrument);
                        self.lots("lots", instrument, lots);
                    }
                }
                self.put("reference", funding.reference.to_string());
            }
            Command::DecideWithdrawal { withdrawal, approve } => {
                self.put("withdrawal", withdrawal.0);
                self.put("approve", *approve);
            }
            Command::SetFundingRules(rules) => {
                self.cash("approval_cash", rules.approval_cash);
                self.put("approval_face", rules.approval_face);
                if let Some(bound) = rules.daily_cash {
                    self.cash("daily_cash", bound);
                }
                self.some("daily_face", rules.daily_face);
            }
            Command::BustTrade { instrument, trade } => {
                self.instrument(*instrument);
                self.put("trade_id", trade.0);
            }
            Command::AdjustTrade { instrument, trade, price } => {
                self.instrument(*instrument);
                self.put("trade_id", trade.0);
                self.price("price", *instrument, *price);
            }
            Command::SetPhase { instrument, phase } => {
                self.instrument(*instrument);
                self.put("phase", phase.name());
            }
            Command::Clock => {}
            Command::AddOrder(add) => self.add(add),
            Command::AddDecay(add) => {
                self.add(&add.order);
                self.decay(add.order.instrument, &add.decay);
            }
            Command::AddLinked(bid) => {
                self.add(&bid.order);
                self.legs(&bid.others);
            }
            // What it changes are units: which instrument's is known only where the order is.
            Command::AmendOrder(amend) => {
                self.account(amend.account);
                self.order(amend.order);
                self.some("lots", amend.lots.map(|lots| lots.0));
                self.some("price_units", amend.price.map(|price| price.0));
                self.some("post_only", amend.post_only);
                self.some("stop_units", amend.stop.map(|stop| stop.0));
                self.some("display_lots", amend.display.map(|lots| lots.0));
                self.time("deadline", amend.deadline);
            }
            Command::CancelOrder { account, order } => {
                self.account(*account);
                self.order(*order);
            }
            Command::CancelAll { account, filter } => {
                self.account(*account);
                if let Some(instrument) = filter.instrument {
                    self.instrument(instrument);
                }
                self.some("side", filter.side.map(side));
                self.some("programme", filter.programme.map(|programme| programme.to_string()));
                self.some("group", filter.group.map(|group| group.to_string()));
            }
            Command::MassQuote(mass) => self.mass_quote(mass),
            Command::SetGroup { account, group, rule } => {
                self.account(*account);
                self.put("group", group.to_string());
                self.put("lots", rule.lots.0);
                self.put("window_seconds", rule.window_seconds);
            }
            Command::ResetGroup { account, group } => {
                self.account(*account);
                self.put("group", group.to_string());
            }
            Command::CancelAllAfter { account, seconds } => {
                self.account(*account);
                self.put("seconds", *seconds);
            }
            Command::Connect { account } => self.account(*account),
            Command::Disconnect { session } => {
                self.session(Some(*session));
                if let Some(account) = self.names.session(*session) {
                    self.account(account);
                }
            }
            Command::SetRules { instrument, rules } => self.rules(*instrument, rules),
            Command::SetSchedule { instrument, schedule } => self.schedule(*instrument, schedule),
            Command::SetReference { instrument, price } => {
                self.instrument(*instrument);
                self.price("price", *instrument, *price);
            }
            Command::SetLimits { account, limits } => {
                self.account(*account);
                self.put("open_orders", limits.open_orders);
                if let Some(notional) = limits.open_notional {
                    self.cash("open_notional", notional);
                }
                self.put("orders_per_second", limits.orders_per_second);
                self.put("burst", limits.burst);
            }
            Command::Kill { scope, engaged } => {
                match scope {
                    KillScope::Venue => self.put("scope", "venue"),
                    KillScope::Programme(programme) => {
                        self.put("scope", "programme");
                        self.put("programme", programme.to_string());
                    }
                    KillScope::Account(account) => {
                        self.put("scope", "account");
                        self.account(*account);
                    }
                }
                self.put("engaged", *engaged);
            }
            Command::SetProgramme(terms) => {
                self.put("programme", terms.programme.to_string());
                self.put("class", terms.class.name());
                self.put("source", terms.source.to_string());
                self.put("dated", terms.dated.to_string());
                self.put("most_pieces", terms.split.most_pieces);
                self.cash("smallest_piece", terms.split.smallest_piece);
            }
            Command::Permit(permit) => {
                self.account(permit.account);
                self.put("programme", permit.programme.to_string());
                self.put("kind", permit.kind.name());
                self.put("reference", permit.reference.to_string());
                self.some("until", permit.until.map(|until| until.to_string()));
            }
            Command::RevokePermit { account, programme, kind } => {
                self.account(*account);
                self.put("programme", programme.to_string());
                self.put("kind", kind.name());
            }
            Command::WatchExpiry { instrument } => self.instrument(*instrument),
            Command::CommitAuction { auction, instrument, commitment } => {
                self.instrument(*instrument);
                self.put("auction", auction.0);
                self.put("commitment", hex(commitment));
            }
            Command::RevealAuction { auction, instrument, seed } => {
                self.instrument(*instrument);
                self.put("auction", auction.0);
                self.put("seed", hex(seed));
            }
            Command::ByOperator(by) => self.command(by.command()),
        }
    }

    fn mass_quote(&mut self, mass: &MassQuote) {
        self.account(mass.account);
        self.session(Some(mass.session));
        self.some("group", mass.group.map(|group| group.to_string()));
        self.put("quote_id", mass.quote_id);
        self.put("post_only", post_only(mass.post_only));
        self.time("deadline", mass.deadline);
        let quotes = mass.quotes.iter().map(|quote| {
            let mut row = Fields { names: self.names, map: Map::new() };
            row.instrument(quote.instrument);
            for (key, side) in [("bid", quote.bid), ("ask", quote.ask)] {
                if let Some(QuoteSide { price, lots }) = side {
                    row.price(key, quote.instrument, price);
                    row.lots(&format!("{key}_lots"), quote.instrument, u64::from(lots.0));
                }
            }
            Value::Object(row.map)
        });
        let quotes: Vec<Value> = quotes.collect();
        self.put("quotes", quotes);
    }

    fn rules(&mut self, instrument: InstrumentId, rules: &TradingRules) {
        self.instrument(instrument);
        self.put("auction_tick_units", rules.auction_tick);
        self.put("auction_fee_bp", rules.auction_fee.0);
        self.some("dynamic_range_units", rules.dynamic_range);
        self.some("static_range_units", rules.static_range);
        self.some("entry_range_units", rules.entry_range);
        self.put("volatility_seconds", rules.volatility_seconds);
        self.put("random_end_seconds", rules.random_end_seconds);
        if rules.dominance {
            self.put("dominance", true);
        }
    }

    fn schedule(&mut self, instrument: InstrumentId, schedule: &Schedule) {
        self.instrument(instrument);
        self.time("last_trade", schedule.last_trade);
        let entry = |second: u32| format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
        let entries = schedule.entries.iter();
        let entries = entries.map(|e| json!({ "time_of_day": entry(e.second_of_day), "phase": e.phase.name() }));
        let entries: Vec<Value> = entries.collect();
        self.put("entries", entries);
    }

    fn fill(&mut self, fill: &Fill) {
        self.put("trade_id", fill.trade.0);
        self.instrument(fill.instrument);
        self.put("taker_side", side(fill.taker_side));
        self.put("auction", fill.auction);
        if let Some(across) = fill.across {
            self.put("bid_symbol", format!("{}/USD", self.names.symbol_text(across.bid)));
            self.put("swept", across.swept);
        }
        self.price("price", fill.instrument, fill.price);
        self.lots("lots", fill.instrument, u64::from(fill.lots.0));
        for (key, leg) in [("maker", &fill.maker), ("taker", &fill.taker)] {
            let row = self.leg(fill.instrument, leg);
            self.put(key, row);
        }
    }

    fn leg(&self, instrument: InstrumentId, leg: &Leg) -> Value {
        let mut row = Fields { names: self.names, map: Map::new() };
        row.put("order_id", print_order_id(leg.order));
        row.account(leg.account);
        row.lots("leaves_lots", instrument, u64::from(leg.leaves.0));
        row.lots("hidden_lots", instrument, u64::from(leg.hidden.0));
        row.cash("fee", leg.fee);
        Value::Object(row.map)
    }
}
