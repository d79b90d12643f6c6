//! A world of its own: an engine, a calendar and everybody who trades, one thread, simulated days in seconds.

use crate::chance::{DAY, Topic, stream};
use crate::flow::Flow;
use crate::guest::{Guest, View};
use crate::market::{Market, place};
use crate::parameters::Parameters;
use crate::participant::{Act, Acts, Lasts, Participant, Told};
use crate::people::{Hunter, Insider, Maker, Seller, Team};
use crate::quality::Tally;
use crate::study::Cell;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::sync::Arc;
use unspent_engine::Engine;
use unspent_flow::Random;
use unspent_model::{
    AccountId, AccountName, AddDecay, AddOrder, AmendOrder, Asset, CancelFilter, CancelReason, Cash, Command,
    CommandSeq, Date, Decay, Event, Expiry, FeeRate, FeeSchedule, Fill, Funding, FundingRef, FundingRules, FundingSide,
    Instrument, InstrumentId, MassQuote, MovementKind, OrderRef, OwnerGroup, Phase, PostOnly, Programme, Reply,
    Schedule, ScheduleEntry, Sequenced, SessionId, Side, Symbol, TimeInForce, Timestamp, TradingRules, calendar,
    limits,
};

/// What everybody but start-ups brings, in cents: more than anybody spends. Budgets are the participants' own.
const MONEY: Cash = Cash(100_000_000_000_000);
/// Fees in bp of notional: maker, taker, and each side of an uncross.
const FEES: (u16, u16, u16) = (25, 100, 50);
/// Seconds between two looks at the books' quality, and of chance between them.
const LOOKS: (u64, u32) = (4 * 3_600, 1_800);
/// The trading day with auctions: two calls, each with five minutes without cancels at its end.
const DAY_WITH_AUCTIONS: [(u32, Phase); 6] = [
    (7 * 3_600, Phase::Call),
    (11 * 3_600 + 25 * 60, Phase::NoCancel),
    (11 * 3_600 + 30 * 60, Phase::Continuous),
    (14 * 3_600 + 30 * 60, Phase::Call),
    (16 * 3_600 + 25 * 60, Phase::NoCancel),
    (16 * 3_600 + 30 * 60, Phase::Continuous),
];

/// What somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Quotes both sides.
    Maker,
    /// Waits for bargains.
    Hunter,
    /// Knows more.
    Informed,
    /// Buys what it uses.
    Team,
    /// Sells what it will not use.
    StartUp,
}

/// Makes the maker of a number, and says when it first looks.
type MakerSeat = dyn Fn(&Arc<Parameters>, &Flow, u32) -> (Box<dyn Participant>, Timestamp);

/// Who takes the seats that are not drawn.
pub struct Seats {
    /// Makes the maker of a number, and says when it first looks.
    pub maker: Box<MakerSeat>,
}

impl Default for Seats {
    fn default() -> Seats {
        Seats {
            maker: Box::new(|parameters, flow, number| {
                let maker = Maker::new(Arc::clone(parameters), flow, number);
                let first = maker.first();
                (Box::new(maker), first)
            }),
        }
    }
}

/// The account of a guest: the first maker's.
const GUEST: u32 = 0;
/// How often a guest is asked in one instant at most.
const GUEST_ROUNDS: u32 = 16;

/// Sits in a guest's seat for the others: a guest is asked and told by itself.
struct Absent;

impl Participant for Absent {
    fn wake(&mut self, _: &Market, _: &mut Acts) -> Timestamp {
        Timestamp(u64::MAX)
    }

    fn told(&mut self, _: &Told) -> bool {
        false
    }
}

/// A book that a world will list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Its name.
    pub symbol: Symbol,
    /// Of which programme.
    pub programme: usize,
    /// Its month.
    pub month: Expiry,
    /// On which day of the world.
    pub day: u32,
}

/// Every book that a world which begins on a day will list, in order: the first is instrument 0. The calendar alone says it.
///
/// # Panics
/// When a programme's name or lot is none of a credit's.
#[must_use]
pub fn listings(parameters: &Parameters, first: Date) -> Vec<Listing> {
    let (mut listed, mut all) = (BTreeSet::new(), Vec::new());
    for day in 0..parameters.days {
        let today = Date::of(Timestamp(first.start().0 + u64::from(day) * DAY));
        for (symbol, programme, month) in months(parameters, today) {
            if listed.insert(symbol) {
                all.push(Listing { symbol, programme, month, day });
            }
        }
    }
    all
}

/// What the calendar asks for on a day, in order.
fn months(parameters: &Parameters, today: Date) -> Vec<(Symbol, usize, Expiry)> {
    let mut all = Vec::new();
    for (programme, shape) in parameters.programmes.iter().enumerate() {
        let name = Programme::parse(shape.id).expect("a programme's name");
        for month in calendar::listed_months(today, !shape.months) {
            if shape.months != (month == Expiry::Perpetual) {
                all.push((Symbol::of_credit(&name, shape.face, month).expect("a credit's symbol"), programme, month));
            }
        }
    }
    all
}

/// The world.
pub struct World {
    parameters: Arc<Parameters>,
    flow: Arc<Flow>,
    cell: Cell,
    engine: Engine,
    market: Market,
    /// By account.
    people: Vec<Seat>,
    /// When whom to ask next; stale when [`Seat::due`] says otherwise.
    queue: BinaryHeap<Reverse<(Timestamp, u32)>>,
    listed: BTreeSet<Symbol>,
    midnight: Timestamp,
    arrivals: usize,
    look: Timestamp,
    looks: Random,
    seq: u64,
    events_seen: u64,
    tally: Tally,
    /// Kept to be filled again.
    events: Vec<Event>,
    acts: Acts,
    touched: Vec<InstrumentId>,
    awake: Vec<u32>,
    uses: u64,
    over: bool,
    /// The commands that opened it.
    opening: Vec<Sequenced>,
    /// Who has the first maker's seat in its place.
    guest: Option<Box<dyn Guest>>,
}

struct Seat {
    kind: Kind,
    who: Box<dyn Participant>,
    due: Timestamp,
    session: Option<SessionId>,
}

/// Who gave a command, and its own number for an order.
#[derive(Clone, Copy, Debug)]
struct From {
    account: u32,
    tag: Option<u32>,
}

impl World {
    /// A world on its first day: months are listed, accounts are open, nobody has looked yet.
    #[must_use]
    pub fn new(parameters: &Arc<Parameters>, flow: Arc<Flow>, cell: Cell, seats: &Seats) -> World {
        World::opened(parameters, flow, cell, seats, None)
    }

    /// The same with a guest in the first maker's seat, with the money and the credits that this maker would have.
    ///
    /// # Panics
    /// When the parameters have no maker.
    #[must_use]
    pub fn with_guest(parameters: &Arc<Parameters>, flow: Arc<Flow>, cell: Cell, guest: Box<dyn Guest>) -> World {
        assert!(parameters.makers.count > 0, "there is a maker whose seat it takes");
        World::opened(parameters, flow, cell, &Seats::default(), Some(guest))
    }

    fn opened(
        parameters: &Arc<Parameters>,
        flow: Arc<Flow>,
        cell: Cell,
        seats: &Seats,
        guest: Option<Box<dyn Guest>>,
    ) -> World {
        let warm = Timestamp(flow.start.0 + u64::from(parameters.warm_up) * DAY);
        let mut looks = stream(flow.seed, Topic::Sample, 0);
        let mut world = World {
            engine: Engine::new(flow.seed),
            market: Market::new(parameters.programmes.len(), cell.decay, cell.dominance),
            people: Vec::new(),
            queue: BinaryHeap::new(),
            listed: BTreeSet::new(),
            midnight: flow.start,
            arrivals: 0,
            look: flow.start.plus_seconds(u64::from(looks.below(LOOKS.1))),
            looks,
            seq: 0,
            events_seen: 0,
            tally: Tally::new(warm, flow.end),
            events: Vec::new(),
            acts: Acts::default(),
            touched: Vec::new(),
            awake: Vec::new(),
            uses: 0,
            over: false,
            opening: Vec::new(),
            guest,
            cell,
            parameters: Arc::clone(parameters),
            flow: Arc::clone(&flow),
        };
        world.market.now = flow.start;
        world.market.today = flow.start;
        world.open(seats);
        world
    }

    /// Opens the accounts of everybody who is there from the beginning.
    fn open(&mut self, seats: &Seats) {
        let all = FundingRules {
            approval_cash: Cash(limits::ACCOUNT_CASH_CENTS),
            approval_face: u64::MAX,
            daily_cash: None,
            daily_face: None,
        };
        let mut opening = Vec::new();
        let watch = &mut |command: &Sequenced, _: &[Event]| opening.push(command.clone());
        self.apply(Command::SetFundingRules(all), None, watch);
        let (parameters, flow) = (Arc::clone(&self.parameters), Arc::clone(&self.flow));
        for number in 0..parameters.makers.count {
            let (mut who, first) = (seats.maker)(&parameters, &flow, number);
            if number == GUEST && self.guest.is_some() {
                who = Box::new(Absent);
            }
            let account = self.seat(Kind::Maker, who, first, watch);
            let reply = self.apply(Command::Connect { account }, None, watch);
            let Reply::Connected { session } = reply else { unreachable!("an open account connects") };
            self.people[account.0 as usize].session = Some(session);
        }
        for number in 0..parameters.hunters.count {
            let who = Hunter::new(Arc::clone(&parameters), &flow, number);
            let first = who.first();
            self.seat(Kind::Hunter, Box::new(who), first, watch);
        }
        for number in 0..parameters.informed.count {
            let who = Insider::new(Arc::clone(&parameters), Arc::clone(&flow), number);
            let first = who.first();
            self.seat(Kind::Informed, Box::new(who), first, watch);
        }
        for buyer in &flow.buyers {
            let who = Team::new(Arc::clone(&parameters), Arc::clone(&flow), buyer.clone());
            let first = who.first();
            self.seat(Kind::Team, Box::new(who), first, watch);
        }
        self.opening = opening;
    }

    fn seat(
        &mut self,
        kind: Kind,
        who: Box<dyn Participant>,
        first: Timestamp,
        watch: &mut impl FnMut(&Sequenced, &[Event]),
    ) -> AccountId {
        let number = u32::try_from(self.people.len()).expect("the bound on accounts fits");
        let name = AccountName::parse(&format!("p{number}")).expect("a name");
        self.people.push(Seat { kind, who, due: first, session: None });
        self.queue.push(Reverse((first, number)));
        self.apply(Command::OpenAccount { name, group: OwnerGroup(number) }, None, watch);
        let account = AccountId(number);
        if kind != Kind::StartUp {
            self.apply(Command::DepositCash { account, amount: MONEY }, None, watch);
        }
        account
    }

    /// Goes on to the end of the flow; `watch` sees every command with its events.
    pub fn run(&mut self, mut watch: impl FnMut(&Sequenced, &[Event])) {
        while self.step(&mut watch) {}
    }

    /// Goes on by one thing that happens; false when the flow has ended.
    pub fn step(&mut self, watch: &mut impl FnMut(&Sequenced, &[Event])) -> bool {
        let woken = self.queue.peek().map_or(Timestamp(u64::MAX), |&Reverse((at, _))| at);
        let arrival = self.flow.start_ups.get(self.arrivals).map_or(Timestamp(u64::MAX), |one| one.arrives);
        let next = woken.min(arrival).min(self.midnight).min(self.look);
        let timer = self.engine.next_timer().filter(|&at| at < next && at < self.flow.end);
        if let Some(at) = timer {
            self.go_to(at);
            self.apply(Command::Clock, None, watch);
            return true;
        }
        if next >= self.flow.end {
            if !self.over {
                self.over = true;
                self.go_to(self.flow.end);
                self.apply(Command::Clock, None, watch);
            }
            return false;
        }
        self.go_to(next);
        if next == self.midnight {
            self.midnight = Timestamp(next.0 + DAY);
            self.list_months(watch);
        } else if next == arrival {
            self.arrive(watch);
        } else if next == self.look {
            // What is due by now is done before anybody looks.
            self.apply(Command::Clock, None, watch);
            self.tally.look(&self.engine, &self.market);
            self.look = next.plus_seconds(LOOKS.0 + u64::from(self.looks.below(LOOKS.1)));
        } else {
            let Some(Reverse((at, number))) = self.queue.pop() else { return false };
            if self.people[number as usize].due == at {
                match number == GUEST && self.guest.is_some() {
                    true => self.ask_guest(watch),
                    false => self.ask(number, watch),
                }
            }
        }
        true
    }

    fn go_to(&mut self, at: Timestamp) {
        (self.market.now, self.market.today) = (at, at);
    }

    /// Asks the guest, and carries out what it wants until it wants no more.
    fn ask_guest(&mut self, watch: &mut impl FnMut(&Sequenced, &[Event])) {
        let now = self.market.now;
        let account = AccountId(GUEST);
        let session = self.people[GUEST as usize].session.expect("makers are connected");
        let mut commands = Vec::new();
        let mut next = now.plus_seconds(1);
        for _ in 0..GUEST_ROUNDS {
            let Some(guest) = &mut self.guest else { return };
            let view = View { market: &self.market, account, session, engine: &self.engine };
            next = guest.wake(&view, &mut commands);
            assert!(next > now, "who is asked says when again");
            if commands.is_empty() {
                break;
            }
            for (at, command) in commands.drain(..).enumerate() {
                let reply = self.apply(command, Some(From { account: GUEST, tag: None }), watch);
                if let Some(guest) = &mut self.guest {
                    guest.answered(now, at, &reply);
                }
            }
        }
        let seat = &mut self.people[GUEST as usize];
        seat.due = next;
        if next < self.flow.end {
            self.queue.push(Reverse((next, GUEST)));
        }
    }

    /// Asks somebody, and carries out what it does.
    fn ask(&mut self, number: u32, watch: &mut impl FnMut(&Sequenced, &[Event])) {
        let mut acts = std::mem::take(&mut self.acts);
        let seat = &mut self.people[number as usize];
        let next = seat.who.wake(&self.market, &mut acts);
        assert!(next > self.market.now, "who is asked says when again");
        seat.due = next;
        let session = seat.session;
        if next < self.flow.end {
            self.queue.push(Reverse((next, number)));
        }
        let account = AccountId(number);
        for act in acts.acts.drain(..) {
            let (command, tag) = self.command(account, act);
            self.apply(command, Some(From { account: number, tag }), watch);
        }
        while !acts.quotes.is_empty() {
            let from = acts.quotes.len().saturating_sub(limits::QUOTES_PER_COMMAND);
            let quote = MassQuote {
                account,
                session: session.expect("only makers quote, and they are connected"),
                group: None,
                quote_id: 0,
                post_only: PostOnly::Reject,
                quotes: if from == 0 { std::mem::take(&mut acts.quotes) } else { acts.quotes.split_off(from) },
                deadline: None,
            };
            let done = self.apply_kept(Command::MassQuote(quote), Some(From { account: number, tag: None }), watch);
            if let (Command::MassQuote(mut quote), 0) = (done, from) {
                quote.quotes.clear();
                acts.quotes = quote.quotes;
                break;
            }
        }
        self.acts = acts;
    }

    /// The command of an act, and its owner's number for the order.
    fn command(&mut self, account: AccountId, act: Act) -> (Command, Option<u32>) {
        match act {
            Act::Add { tag, instrument, side, price, lots, lasts } => {
                let time_in_force = match lasts {
                    Lasts::Rests => TimeInForce::Gtc,
                    Lasts::AtOnce => TimeInForce::Ioc,
                    Lasts::Auction => TimeInForce::Auction,
                };
                let order = AddOrder::limit(account, instrument, side, price, lots);
                (Command::AddOrder(AddOrder { time_in_force, ..order }), Some(tag))
            }
            Act::Decay { tag, instrument, price, lots, floor, over, steps } => {
                let order = AddOrder::limit(account, instrument, Side::Sell, price, lots);
                let (from, until) = (self.market.now, Timestamp(self.market.now.0 + over));
                let decay = Decay::Linear { floor, from, until, steps };
                (Command::AddDecay(Box::new(AddDecay { order, decay })), Some(tag))
            }
            Act::Amend { order, price } => {
                let amend = AmendOrder {
                    account,
                    order: OrderRef::Id(order),
                    lots: None,
                    price: Some(price),
                    post_only: None,
                    stop: None,
                    display: None,
                    deadline: None,
                };
                (Command::AmendOrder(amend), None)
            }
            Act::Cancel { order } => (Command::CancelOrder { account, order: OrderRef::Id(order) }, None),
            Act::CancelAll { instrument } => {
                let filter = CancelFilter { instrument: Some(instrument), ..CancelFilter::default() };
                (Command::CancelAll { account, filter }, None)
            }
            Act::Use { instrument, lots } => {
                self.uses += 1;
                let funding = Funding {
                    account,
                    side: FundingSide::Withdrawal,
                    asset: Asset::Credits { instrument, lots },
                    reference: reference(self.uses),
                };
                (Command::Fund(funding), None)
            }
        }
    }

    /// Lists what the calendar asks for on a day.
    fn list_months(&mut self, watch: &mut impl FnMut(&Sequenced, &[Event])) {
        for (symbol, programme, month) in months(&self.parameters, Date::of(self.market.now)) {
            if self.listed.insert(symbol) {
                self.list(symbol, programme, month, watch);
            }
        }
    }

    fn list(&mut self, symbol: Symbol, programme: usize, month: Expiry, watch: &mut impl FnMut(&Sequenced, &[Event])) {
        let (maker, taker, auction) = FEES;
        let fees = FeeSchedule { maker: FeeRate(maker), taker: FeeRate(taker) };
        let spec = Instrument { fees, ..Instrument::credit(symbol).expect("a credit's symbol") };
        let instrument = self.market.list(symbol, programme);
        self.apply(Command::ListInstrument(spec), None, watch);
        let rules = TradingRules { dominance: self.cell.dominance, ..TradingRules::new(FeeRate(auction)) };
        self.apply(Command::SetRules { instrument, rules }, None, watch);
        if month != Expiry::Perpetual {
            self.apply(Command::WatchExpiry { instrument }, None, watch);
        }
        let day = if self.cell.auctions { &DAY_WITH_AUCTIONS[..] } else { &[] };
        let entries = day.iter().map(|&(second_of_day, phase)| ScheduleEntry { second_of_day, phase }).collect();
        let schedule = Schedule { entries, last_trade: month.last_trade() };
        self.apply(Command::SetSchedule { instrument, schedule }, None, watch);
        let lots = u64::from(self.parameters.makers.endowment / self.market.book(instrument).face);
        for number in 0..self.parameters.makers.count {
            self.endow(number, instrument, lots, watch);
        }
    }

    fn endow(
        &mut self,
        number: u32,
        instrument: InstrumentId,
        lots: u64,
        watch: &mut impl FnMut(&Sequenced, &[Event]),
    ) {
        if lots > 0 {
            self.apply(Command::DepositCredits { account: AccountId(number), instrument, lots }, None, watch);
            self.people[number as usize].who.told(&Told::Received { instrument, lots });
        }
    }

    /// The next start-up comes with its credits.
    fn arrive(&mut self, watch: &mut impl FnMut(&Sequenced, &[Event])) {
        let one = self.flow.start_ups[self.arrivals].clone();
        self.arrivals += 1;
        let months = self.market.months(one.programme).iter().copied();
        let instrument = months.into_iter().find(|&id| self.market.book(id).ends == one.expiry.ends());
        let instrument = instrument.expect("what is drawn is listed");
        let lots = u64::from(one.lots);
        let who = Seller::new(Arc::clone(&self.parameters), &self.flow, vec![one]);
        let first = who.first();
        let account = self.seat(Kind::StartUp, Box::new(who), first, watch);
        self.endow(account.0, instrument, lots, watch);
        self.tally.offered(instrument, lots * u64::from(self.market.book(instrument).face));
    }

    fn apply(&mut self, command: Command, from: Option<From>, watch: &mut impl FnMut(&Sequenced, &[Event])) -> Reply {
        let sequenced = self.stamp(command);
        self.carry_out(&sequenced, from, watch)
    }

    /// As [`World::apply`]; gives the command back for its memory.
    fn apply_kept(
        &mut self,
        command: Command,
        from: Option<From>,
        watch: &mut impl FnMut(&Sequenced, &[Event]),
    ) -> Command {
        let sequenced = self.stamp(command);
        self.carry_out(&sequenced, from, watch);
        sequenced.command
    }

    fn stamp(&mut self, command: Command) -> Sequenced {
        self.seq += 1;
        Sequenced { seq: CommandSeq(self.seq), at: self.market.now, command }
    }

    fn carry_out(
        &mut self,
        command: &Sequenced,
        from: Option<From>,
        watch: &mut impl FnMut(&Sequenced, &[Event]),
    ) -> Reply {
        let mut events = std::mem::take(&mut self.events);
        let reply = self.engine.apply(command, &mut events);
        self.events_seen += events.len() as u64;
        watch(command, &events);
        for event in &events {
            self.take_note(event, from);
        }
        if let Some(guest) = &mut self.guest
            && !self.people.is_empty()
            && guest.heard(self.market.now, &events)
            && !self.awake.contains(&GUEST)
        {
            self.awake.push(GUEST);
        }
        if let (Reply::Rejected(_), Some(From { account, tag: Some(tag) })) = (&reply, from) {
            self.tell(account, &Told::Refused { tag });
        }
        events.clear();
        self.events = events;
        while let Some(id) = self.touched.pop() {
            let best = [Side::Buy, Side::Sell].map(|side| (place(side), self.engine.best(id, side)));
            let book = self.market.book_mut(id);
            for (at, level) in best {
                book.best[at] = level.map(|(price, _)| price);
            }
        }
        while let Some(number) = self.awake.pop() {
            let seat = &mut self.people[number as usize];
            let at = self.market.now.plus_seconds(1);
            if seat.due > at {
                seat.due = at;
                self.queue.push(Reverse((at, number)));
            }
        }
        reply
    }

    fn tell(&mut self, account: u32, told: &Told) {
        if self.people[account as usize].who.told(told) && !self.awake.contains(&account) {
            self.awake.push(account);
        }
    }

    fn touch(&mut self, id: InstrumentId) {
        if !self.touched.contains(&id) {
            self.touched.push(id);
        }
    }

    /// Tells the public and those whom it concerns.
    fn take_note(&mut self, event: &Event, from: Option<From>) {
        match event {
            Event::Opened(opened) => {
                if let Some(From { account, tag: Some(tag) }) = from
                    && account == opened.terms.account.0
                {
                    self.tell(account, &Told::Opened { tag, order: opened.order });
                }
            }
            Event::Rested(rested) => self.touch(rested.instrument),
            Event::Amended(amended) => self.touch(amended.instrument),
            Event::Reduced(reduced) => self.touch(reduced.instrument),
            Event::Refilled(refilled) => self.touch(refilled.instrument),
            Event::Fill(fill) => self.filled(fill),
            Event::Canceled(gone) => {
                self.touch(gone.instrument);
                let account = gone.account.0;
                let is_maker = self.people[account as usize].kind == Kind::Maker;
                match gone.reason {
                    CancelReason::Requoted => {}
                    _ if is_maker => {
                        self.tell(account, &Told::Unquoted { instrument: gone.instrument, side: gone.side });
                    }
                    _ => self.tell(account, &Told::Gone { order: gone.order }),
                }
            }
            Event::QuoteRefused { instrument, side, .. } => {
                if let Some(From { account, .. }) = from {
                    self.tell(account, &Told::Unquoted { instrument: *instrument, side: *side });
                }
            }
            Event::PhaseChanged { instrument, phase, .. } => {
                self.market.set_phase(*instrument, *phase);
                self.touch(*instrument);
            }
            Event::CallEnded(ended) => self.touch(ended.instrument),
            Event::Moved(moved) if moved.kind == MovementKind::ExpiredUnused => {
                let instrument = moved.instrument.expect("lots are of an instrument");
                let face = moved.lots.unsigned_abs() * u64::from(self.market.book(instrument).face);
                let account = moved.account.0;
                self.tally.expired(self.people[account as usize].kind, face, self.market.now);
                self.tell(account, &Told::WrittenOff { instrument });
            }
            _ => {}
        }
    }

    fn filled(&mut self, fill: &Fill) {
        let (maker, taker) = (fill.maker.account.0, fill.taker.account.0);
        let kind = |account: u32| self.people[account as usize].kind;
        let (buyer, seller) = match fill.taker_side {
            Side::Buy => (kind(taker), kind(maker)),
            Side::Sell => (kind(maker), kind(taker)),
        };
        self.tally.fill(fill, buyer, seller, &self.market);
        let book = self.market.book_mut(fill.instrument);
        book.last = Some(fill.price);
        book.prints += 1;
        self.touch(fill.maker_instrument());
        self.touch(fill.taker_instrument());
        let sides = [
            (fill.maker, fill.taker_side.opposite(), fill.maker_instrument()),
            (fill.taker, fill.taker_side, fill.taker_instrument()),
        ];
        for (leg, side, book) in sides {
            let told = Told::Filled {
                order: leg.order,
                book,
                instrument: fill.instrument,
                side,
                price: fill.price,
                lots: fill.lots,
                leaves: leg.leaves,
            };
            self.tell(leg.account.0, &told);
        }
    }

    /// What the two sides of a trade pay, who rests first.
    #[must_use]
    pub fn fees() -> (FeeRate, FeeRate) {
        (FeeRate(FEES.0), FeeRate(FEES.1))
    }

    /// The engine, to be looked at.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The commands that opened accounts before anybody could watch.
    #[must_use]
    pub fn opening(&self) -> &[Sequenced] {
        &self.opening
    }

    /// The public's view.
    #[must_use]
    pub fn market(&self) -> &Market {
        &self.market
    }

    /// What was counted.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Commands given and events that came of them.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        (self.seq, self.events_seen)
    }

    /// What an account is.
    #[must_use]
    pub fn kind(&self, account: AccountId) -> Kind {
        self.people[account.0 as usize].kind
    }
}

/// The reference of one use of credits.
fn reference(number: u64) -> FundingRef {
    let (mut digits, mut at, mut left) = ([b'0'; 20], 20, number);
    while left > 0 || at == 20 {
        at -= 1;
        digits[at] = b'0' + u8::try_from(left % 10).expect("a digit");
        left /= 10;
    }
    let text = std::str::from_utf8(&digits[at..]).expect("digits");
    FundingRef::parse(text).expect("digits are a reference")
}
