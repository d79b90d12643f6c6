//! `unspent match`: the engine as a filter. Requests in as JSON Lines, and out what the sockets would have carried.

use crate::cli::{BookChoice, MatchArgs};
use crate::failure::Failure;
use crate::road::{looked_up, resolve};
use anyhow::Context;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use unspent_engine::Engine;
use unspent_gateway::{
    Announcer, Answer, Applied, Ask, Audience, BookScope, ConnectionId, MAX_MESSAGE_BYTES, Origin, Topic,
};
use unspent_model::{
    AccountId, AccountName, Command, CommandSeq, Event, Instrument, OwnerGroup, Reject, Sequenced, SessionId, Timestamp,
};
use unspent_protocol::{
    AddOrderParams, Asked, Call, Refusal, Reply, ReplyResult, Request, parse_filter_request, parse_instrument,
};

/// Where time begins when no request says otherwise: 2026-01-01T00:00:00Z.
const START: Timestamp = Timestamp(1_767_225_600_000_000_000);

/// Runs the filter over standard input and output.
pub fn run(args: &MatchArgs) -> Result<(), Failure> {
    let text = std::fs::read_to_string(&args.instruments)
        .with_context(|| format!("reading the instruments {}", args.instruments.display()))?;
    let mut instruments = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let spec = parse_instrument(line).map_err(|refusal| {
            Failure::Error(anyhow::anyhow!("{} line {}: {}", args.instruments.display(), i + 1, refusal.message))
        })?;
        instruments.push(spec);
    }
    let output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut filter = Filter::new(instruments, args.book, output)?;
    match filter.read(io::stdin().lock()) {
        // Who reads our output has had enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Writes every message that the choice of books leaves, a line each.
struct Lines<W> {
    output: W,
    book: BookChoice,
    /// The first write that failed; later ones are not tried.
    failed: Option<io::Error>,
}

impl<W: Write> Lines<W> {
    fn line(&mut self, text: &[u8]) {
        if self.failed.is_none() {
            let written = self.output.write_all(text).and_then(|()| self.output.write_all(b"\n"));
            self.failed = written.err();
        }
    }
}

impl<W: Write> Audience for Lines<W> {
    fn wants(&self, topic: &Topic) -> bool {
        match topic {
            Topic::Reply(_) | Topic::Executions(_) | Topic::Auction(_) => true,
            Topic::Book(_, BookScope::Top) => self.book == BookChoice::Top,
            Topic::Book(_, BookScope::Full) => self.book == BookChoice::Full,
            _ => false,
        }
    }

    fn tell(&mut self, _: Topic, message: &[u8]) {
        self.line(message);
    }
}

/// One exchange in memory: no journal, no login, no limits.
pub struct Filter<W> {
    engine: Engine,
    announcer: Announcer,
    lines: Lines<W>,
    events: Vec<Event>,
    now: Timestamp,
    /// The session that each account's orders belong to, between its `connect` and its `disconnect`.
    sessions: BTreeMap<AccountId, SessionId>,
}

impl<W: Write> Filter<W> {
    /// An exchange with these instruments.
    ///
    /// # Errors
    /// When two instruments have one symbol, or one does not fit together.
    pub fn new(instruments: Vec<Instrument>, book: BookChoice, output: W) -> Result<Filter<W>, Failure> {
        let mut filter = Filter {
            // Nobody here is a stranger.
            engine: Engine::new(0),
            announcer: Announcer::naming_accounts(),
            lines: Lines { output, book, failed: None },
            events: Vec::new(),
            now: START,
            sessions: BTreeMap::new(),
        };
        for spec in instruments {
            let symbol = spec.symbol;
            if let unspent_model::Reply::Rejected(rejection) =
                filter.apply(None, Ask::Command(Command::ListInstrument(spec)))
            {
                let why = rejection.reject.text();
                return Err(Failure::Error(anyhow::anyhow!("instrument {symbol}: {why}")));
            }
        }
        Ok(filter)
    }

    /// Answers every line of `input`. Output is flushed whenever no further line has arrived yet.
    ///
    /// # Errors
    /// When reading or writing fails.
    pub fn read(&mut self, input: impl Read) -> io::Result<()> {
        let mut input = BufReader::with_capacity(1 << 16, input);
        let mut line = Vec::new();
        loop {
            if input.buffer().is_empty() {
                self.lines.output.flush()?;
            }
            line.clear();
            let bound = MAX_MESSAGE_BYTES as u64 + 2;
            let read = input.by_ref().take(bound).read_until(b'\n', &mut line)?;
            if read == 0 {
                return self.lines.output.flush();
            }
            let ended = line.last() == Some(&b'\n');
            if ended {
                line.pop();
            }
            if line.len() > MAX_MESSAGE_BYTES {
                if !ended {
                    skip_line(&mut input)?;
                }
                let message = format!("a message may have at most {MAX_MESSAGE_BYTES} bytes");
                self.unreadable(Refusal::new(Reject::MessageTooLarge, message));
            } else {
                match std::str::from_utf8(&line) {
                    Ok(text) if text.trim().is_empty() => {}
                    Ok(text) => self.request(text),
                    Err(_) => self.unreadable(Refusal::new(Reject::MalformedMessage, "a line must be UTF-8")),
                }
            }
            if let Some(error) = self.lines.failed.take() {
                return Err(error);
            }
        }
    }

    fn unreadable(&mut self, refusal: Refusal) {
        let (time_in, time_out) = (self.now, self.now);
        let reply = Reply { method: None, req_id: None, outcome: Err(refusal.into()), time_in, time_out };
        self.reply(&reply);
    }

    fn reply(&mut self, reply: &Reply) {
        let mut text = Vec::with_capacity(256);
        reply.write(&mut text);
        self.lines.line(&text);
    }

    fn request(&mut self, text: &str) {
        let request = match parse_filter_request(text) {
            Ok(request) => request,
            Err(error) => {
                let reply = Reply::unreadable(error, self.now);
                self.reply(&reply);
                return;
            }
        };
        let (method, req_id) = (request.call.method(), request.req_id);
        if let Err(refusal) = self.handle(request) {
            let reply = Reply::refused(method, req_id, refusal, self.now);
            self.reply(&reply);
        }
    }

    /// The command that enters an order, in its account's session.
    fn entering(&self, account: AccountId, params: &AddOrderParams) -> Result<Command, Refusal> {
        let session = self.sessions.get(&account).copied();
        let mut command = self.announcer.catalogue().enter(account, params)?;
        command.set_session(session);
        Ok(command)
    }

    fn handle(&mut self, request: Request) -> Result<(), Refusal> {
        if let Some(time) = request.time {
            if time < self.now {
                let now = unspent_protocol::print_time(self.now);
                return Err(Refusal::at(Reject::InvalidField, "time", format!("time must not go back before {now}")));
            }
            self.now = time;
        }
        let Request { call, req_id, account, .. } = request;
        let origin = Origin { connection: ConnectionId(0), method: call.method(), req_id, time_in: self.now };
        match call {
            Call::Ping => {
                let reply = Reply::done(call.method(), req_id, ReplyResult::Pong, self.now);
                self.reply(&reply);
            }
            Call::Login(_) | Call::Logout | Call::Subscribe(_) | Call::Unsubscribe(_) => {
                let message = "the filter needs no login and no subscriptions: it prints everything";
                return Err(Refusal::new(Reject::UnknownMethod, message));
            }
            Call::AddOrder(params) => {
                let account = self.account(account)?;
                let command = self.entering(account, &params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::Validate(params) => {
                let account = self.account(account)?;
                let command = self.entering(account, &params)?;
                if self.engine.next_timer().is_some_and(|due| due <= self.now) {
                    self.apply(None, Ask::Command(Command::Clock));
                }
                let checked = self.engine.check(&command, self.now);
                self.answer(origin, Answer::Checked(checked), Asked::of(&command));
            }
            Call::BatchAdd(params) => {
                let account = self.account(account)?;
                let session = self.sessions.get(&account).copied();
                let orders = self.announcer.catalogue().batch_add(account, &params)?;
                let count = orders.len();
                for (number, mut command) in (1..).zip(orders) {
                    command.set_session(session);
                    let ask = Ask::Command(command);
                    self.apply_as(Some(origin), ask, |reply| Answer::Part { reply, last: number == count });
                }
            }
            Call::QueryOrder(params) => {
                let account = self.account(account)?;
                let answer = looked_up(&self.engine, account, params.order);
                self.answer(origin, answer, Asked::default());
            }
            Call::AmendOrder(params) => {
                let account = self.account(account)?;
                self.apply(Some(origin), Ask::Amend { account, params: Box::new(params) });
            }
            Call::CancelOrder(params) => {
                let account = self.account(account)?;
                for order in params.orders {
                    self.apply(Some(origin), Ask::Command(Command::CancelOrder { account, order }));
                }
            }
            Call::CancelAll(params) => {
                let account = self.account(account)?;
                let command = self.announcer.catalogue().cancel_all(account, &params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::DepositCash(params) => {
                let account = self.account(Some(params.account))?;
                let command = params.deposit(account)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::DepositCredits(params) => {
                let account = self.account(Some(params.account))?;
                let command = self.announcer.catalogue().deposit_credits(account, &params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::WithdrawCash(params) => {
                let account = self.account(Some(params.account))?;
                self.apply(Some(origin), Ask::Command(params.withdrawal(account)?));
            }
            Call::WithdrawCredits(params) => {
                let account = self.account(Some(params.account))?;
                let command = self.announcer.catalogue().withdraw_credits(account, &params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::OpenAccount(params) => {
                self.apply(Some(origin), Ask::Command(params.command()));
            }
            Call::SetAccount(params) => {
                let account = self.account(Some(params.account))?;
                self.apply(Some(origin), Ask::Command(Command::SetAccount { account, state: params.state }));
            }
            Call::DecideWithdrawal(params) => {
                self.apply(Some(origin), Ask::Command(params.command()));
            }
            Call::SetFundingRules(params) => {
                let command = params.command()?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::BustTrade(params) | Call::AdjustTrade(params) => {
                let command = self.announcer.catalogue().correct_trade(&params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::SetPhase(params) => {
                let command = self.announcer.catalogue().set_phase(&params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::CancelAllOrdersAfter(params) => {
                let account = self.account(account)?;
                let command = Command::CancelAllAfter { account, seconds: params.timeout };
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::MassQuote(params) => {
                let account = self.account(account)?;
                let session = self.sessions.get(&account).copied().unwrap_or(SessionId(0));
                let command = self.announcer.catalogue().mass_quote(account, session, &params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::SetGroup(params) => {
                let account = self.account(account)?;
                self.apply(Some(origin), Ask::Command(params.command(account)));
            }
            Call::ResetGroup(params) => {
                let account = self.account(account)?;
                self.apply(Some(origin), Ask::Command(Command::ResetGroup { account, group: params.group }));
            }
            Call::Deliver(params) => {
                let account = self.account(account)?;
                self.apply(Some(origin), Ask::Command(params.deliver(account)));
            }
            Call::Accept(params) => {
                let account = self.account(account)?;
                self.apply(Some(origin), Ask::Command(params.command(account)));
            }
            Call::Dispute(params) => {
                let account = self.account(account)?;
                self.apply(Some(origin), Ask::Command(params.dispute(account)));
            }
            Call::RegisterLots(params) => {
                let account = self.account(Some(params.account))?;
                let command = self.announcer.catalogue().register_lots(account, &params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::WithdrawLots(params) => {
                let account = self.account(Some(params.account))?;
                let command = self.announcer.catalogue().withdraw_lots(account, &params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::Rule(params) => {
                self.apply(Some(origin), Ask::Command(params.command()));
            }
            Call::ClawBack(params) => {
                self.apply(Some(origin), Ask::Command(params.command()));
            }
            Call::Contribute(params) => {
                self.apply(Some(origin), Ask::Command(params.command()?));
            }
            Call::SetTerms(params) => {
                self.apply(Some(origin), Ask::Command(params.command()?));
            }
            Call::SetRules(params) => {
                let command = self.announcer.catalogue().set_rules(&params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::SetSchedule(params) => {
                let command = self.announcer.catalogue().set_schedule(&params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::SetReference(params) => {
                let command = self.announcer.catalogue().set_reference(&params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::SetLimits(params) => {
                let account = self.account(Some(params.account))?;
                let command = params.command(account)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::Kill(params) => {
                let account = params.account.map(|name| self.account(Some(name))).transpose()?;
                self.apply(Some(origin), Ask::Command(params.command(account)));
            }
            Call::ListInstrument(params) => {
                let command = params.command()?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::SetProgramme(params) => {
                let command = params.command()?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::Permit(params) => {
                let account = self.account(Some(params.account))?;
                self.apply(Some(origin), Ask::Command(params.command(account)));
            }
            Call::RevokePermit(params) => {
                let account = self.account(Some(params.account))?;
                self.apply(Some(origin), Ask::Command(params.command(account)));
            }
            Call::WatchExpiry(params) => {
                let command = self.announcer.catalogue().watch_expiry(&params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::RegisterHolding(params) => {
                let command = params.command(self.account(Some(params.account))?)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::SetHoldingLevel(params) => {
                self.apply(Some(origin), Ask::Command(params.command()));
            }
            Call::ListHolding(params) => {
                let account = self.account(Some(params.account))?;
                let command = self.announcer.catalogue().list_holding(account, &params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::DelistHolding(params) => {
                let account = self.account(Some(params.account))?;
                let command = self.announcer.catalogue().delist_holding(account, &params)?;
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::WithdrawHolding(params) => {
                let command = params.command(self.account(Some(params.account))?);
                self.apply(Some(origin), Ask::Command(command));
            }
            Call::Connect => {
                let account = self.account(account)?;
                let command = Command::Connect { account };
                if let unspent_model::Reply::Connected { session } = self.apply(Some(origin), Ask::Command(command)) {
                    self.sessions.insert(account, session);
                }
            }
            Call::Disconnect => {
                let account = self.account(account)?;
                let session = self.sessions.remove(&account).unwrap_or(SessionId(0));
                self.apply(Some(origin), Ask::Command(Command::Disconnect { session }));
            }
            Call::Clock => {
                self.apply(Some(origin), Ask::Command(Command::Clock));
            }
        }
        Ok(())
    }

    /// The account of this name, opened when it is new.
    fn account(&mut self, name: Option<AccountName>) -> Result<AccountId, Refusal> {
        let Some(name) = name else {
            let message = "account is missing: say in the request whose it is, beside method and params";
            return Err(Refusal::at(Reject::InvalidField, "account", message));
        };
        if let Some(account) = self.engine.account(&name) {
            return Ok(account);
        }
        let group = OwnerGroup(u32::try_from(self.engine.account_count()).expect("the bound on accounts fits"));
        match self.apply(None, Ask::Command(Command::OpenAccount { name, group })) {
            unspent_model::Reply::Rejected(rejection) => Err(Refusal::from(rejection.reject)),
            _ => Ok(self.engine.account(&name).expect("opened")),
        }
    }

    /// Answers what is no command.
    fn answer(&mut self, origin: Origin, answer: Answer, asked: Asked) {
        let (seq, at) = (self.engine.seq(), self.engine.now());
        let applied = Applied { seq, at, origin: Some(origin), answer, asked, events: 0 };
        self.announcer.announce(&applied, &[], self.now, &mut self.lines);
    }

    fn apply(&mut self, origin: Option<Origin>, ask: Ask) -> unspent_model::Reply {
        self.apply_as(origin, ask, Answer::Reply)
    }

    fn apply_as(
        &mut self,
        origin: Option<Origin>,
        ask: Ask,
        answer: impl FnOnce(unspent_model::Reply) -> Answer,
    ) -> unspent_model::Reply {
        let seq = CommandSeq(self.engine.seq().0 + 1);
        let (command, asked) = resolve(&self.engine, ask);
        self.events.clear();
        let reply = self.engine.apply(&Sequenced { seq, at: self.now, command }, &mut self.events);
        let applied = Applied { seq, at: self.now, origin, answer: answer(reply), asked, events: self.events.len() };
        self.announcer.announce(&applied, &self.events, self.now, &mut self.lines);
        reply
    }
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let used = end.map_or(buffer.len(), |end| end + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(());
        }
    }
}
