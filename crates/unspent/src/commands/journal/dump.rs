//! `unspent journal dump`.

use super::common::{Progress, decode, journal_of};
use super::fields::fields;
use super::kind;
use super::names::{Names, Orders};
use super::words::words;
use crate::cli::{DumpArgs, Named};
use crate::failure::Failure;
use serde_json::Value;
use std::io::{self, BufWriter, ErrorKind, StdoutLock, Write};
use unspent_journal::Reader;
use unspent_model::{AccountId, Asset, Command, Fill, InstrumentId, KillScope, Sequenced};
use unspent_protocol::print_time;
use unspent_records::Record;

/// Prints records.
pub fn run(args: &DumpArgs, json: bool) -> Result<(), Failure> {
    let dir = journal_of(&args.data.data, "--data")?;
    let files = unspent_journal::stat(&dir)?;
    let mut reader = Reader::open(&dir)?;
    let mut dump = Dump {
        args,
        json,
        names: Names::from(reader.first_seq()),
        orders: Orders::default(),
        output: BufWriter::new(io::stdout().lock()),
        command: None,
    };
    let (mut progress, mut bytes) = (Progress::new(json), 0);
    'batches: while let Some(batch) = reader.next_batch()? {
        bytes += batch.len_bytes() as u64;
        progress.bytes("reading", bytes, files.file_bytes);
        for frame in batch.frames() {
            let more = dump.record(decode(frame, &batch)?).or_else(enough)?;
            if !more {
                break 'batches;
            }
        }
    }
    dump.flush_command().or_else(enough)?;
    dump.output.flush().map(|()| false).or_else(enough)?;
    dump.names.known(args.account.as_ref(), args.instrument.as_ref())
}

/// Who reads our output has had enough: that is no error, and there is no more to do.
fn enough(error: io::Error) -> Result<bool, Failure> {
    if error.kind() == ErrorKind::BrokenPipe { Ok(false) } else { Err(error.into()) }
}

struct Dump<'a> {
    args: &'a DumpArgs,
    json: bool,
    names: Names,
    orders: Orders,
    output: BufWriter<StdoutLock<'static>>,
    /// The command in hand, and whether it is printed yet: what belongs to an account or an instrument by one of its fills
    /// alone is known only when that is read.
    command: Option<(Sequenced, bool)>,
}

impl Dump<'_> {
    /// Takes in a record and prints what it makes printable. False when nothing that follows will be printed.
    fn record(&mut self, record: Record) -> io::Result<bool> {
        if let Record::Command(command) = record {
            self.flush_command()?;
            let late = self.args.until.is_some_and(|until| command.at > until);
            if command.seq.0 > self.args.to || late {
                self.command = None;
                return Ok(false);
            }
            self.names.learn(&command);
            let wanted = self.in_range(&command) && self.concerns(&command.command);
            if self.args.instrument.is_some() {
                self.orders.learn(&command.command);
            }
            self.command = Some((command, false));
            if wanted {
                self.print_command()?;
            }
            return Ok(true);
        }
        if let Record::Fill(fill) = &record
            && self.args.instrument.is_some()
        {
            self.orders.learn_fill(fill);
        }
        let Some((command, _)) = &self.command else { return Ok(true) };
        if !self.in_range(command) || !self.concerned_by(&record) {
            return Ok(true);
        }
        let seq = command.seq.0;
        self.print_command()?;
        self.print(seq, &record)?;
        Ok(true)
    }

    /// The command in hand has no more fills.
    fn flush_command(&mut self) -> io::Result<bool> {
        if let Some((command, _)) = self.command.take() {
            self.names.forget(&command.command);
        }
        Ok(true)
    }

    fn in_range(&self, command: &Sequenced) -> bool {
        command.seq.0 >= self.args.from && self.args.since.is_none_or(|since| command.at >= since)
    }

    fn print_command(&mut self) -> io::Result<()> {
        let Some((command, false)) = self.command.take_if(|(_, printed)| !*printed) else { return Ok(()) };
        let seq = command.seq.0;
        let record = Record::Command(command);
        self.print(seq, &record)?;
        let Record::Command(command) = record else { unreachable!("made above") };
        self.command = Some((command, true));
        Ok(())
    }

    fn print(&mut self, seq: u64, record: &Record) -> io::Result<()> {
        let kind = kind(record);
        if !self.args.kind.is_empty() && !self.args.kind.iter().any(|wanted| wanted == kind) {
            return Ok(());
        }
        let time = match record {
            Record::Command(command) => Some(print_time(command.at)),
            _ => None,
        };
        if !self.json {
            let time = time.unwrap_or_default();
            return writeln!(self.output, "{seq:>10}  {time:<27}  {kind:<16} {}", words(record, &self.names));
        }
        let mut object = serde_json::Map::new();
        object.insert("seq".to_owned(), seq.into());
        object.insert("kind".to_owned(), kind.into());
        if let Some(time) = time {
            object.insert("time".to_owned(), time.into());
        }
        object.extend(fields(record, &self.names));
        writeln!(self.output, "{}", Value::Object(object))
    }

    fn concerns(&self, command: &Command) -> bool {
        let account = self.args.account.as_ref().is_none_or(|asked| {
            account_of(command, &self.names).is_some_and(|account| self.names.is_account(account, asked))
                || matches!((command.plain(), asked), (Command::OpenAccount { name, .. }, Named::Name(asked)) if name.as_str() == asked)
        });
        account && self.args.instrument.as_ref().is_none_or(|asked| self.is_at(command, asked))
    }

    fn concerned_by(&self, record: &Record) -> bool {
        match record {
            Record::Fill(fill) => self.fill_concerns(fill),
            // A state hash is of everybody.
            _ => self.args.account.is_none() && self.args.instrument.is_none(),
        }
    }

    fn fill_concerns(&self, fill: &Fill) -> bool {
        let names = &self.names;
        let legs = [fill.maker.account, fill.taker.account];
        self.args.account.as_ref().is_none_or(|asked| legs.iter().any(|&leg| names.is_account(leg, asked)))
            && self.args.instrument.as_ref().is_none_or(|asked| {
                let at = [fill.maker_instrument(), fill.taker_instrument()];
                at.iter().any(|&at| names.is_instrument(at, asked))
            })
    }

    /// Whether a command names an instrument, or an order that is known to be in it.
    fn is_at(&self, command: &Command, asked: &Named) -> bool {
        let is = |id: InstrumentId| self.names.is_instrument(id, asked);
        match command.plain() {
            Command::ListInstrument(spec) => {
                matches!(asked, Named::Name(name) if name.strip_suffix("/USD").unwrap_or(name) == spec.symbol.as_str())
            }
            Command::Fund(funding) => {
                matches!(funding.asset, Asset::Credits { instrument, .. } if is(instrument))
            }
            Command::DepositCredits { instrument, .. }
            | Command::RegisterLots { instrument, .. }
            | Command::WithdrawLots { instrument, .. }
            | Command::BustTrade { instrument, .. }
            | Command::AdjustTrade { instrument, .. }
            | Command::SetPhase { instrument, .. }
            | Command::SetRules { instrument, .. }
            | Command::SetSchedule { instrument, .. }
            | Command::SetReference { instrument, .. }
            | Command::WatchExpiry { instrument }
            | Command::CommitAuction { instrument, .. }
            | Command::RevealAuction { instrument, .. } => is(*instrument),
            Command::Holding(command) => command.instrument().is_some_and(is),
            Command::AddOrder(add) => is(add.instrument),
            Command::AddDecay(add) => is(add.order.instrument),
            Command::AddLinked(bid) => bid.legs().any(|leg| is(leg.instrument)),
            Command::AmendOrder(amend) => self.orders.instrument(amend.account, amend.order).is_some_and(is),
            Command::CancelOrder { account, order } => self.orders.instrument(*account, *order).is_some_and(is),
            Command::CancelAll { filter, .. } => filter.instrument.is_some_and(is),
            Command::MassQuote(mass) => mass.quotes.iter().any(|quote| is(quote.instrument)),
            Command::OpenAccount { .. }
            | Command::SetAccount { .. }
            | Command::DecideWithdrawal { .. }
            | Command::SetFundingRules(_)
            | Command::DepositCash { .. }
            | Command::Clock
            | Command::SetGroup { .. }
            | Command::ResetGroup { .. }
            | Command::CancelAllAfter { .. }
            | Command::Connect { .. }
            | Command::Disconnect { .. }
            | Command::SetLimits { .. }
            | Command::Kill { .. }
            | Command::SetProgramme(_)
            | Command::Permit(_)
            | Command::RevokePermit { .. }
            // It names a settlement, which the journal alone does not place.
            | Command::Settlement(_)
            | Command::ByOperator(_) => false,
        }
    }
}

/// The account that a command names.
fn account_of(command: &Command, names: &Names) -> Option<AccountId> {
    match command.plain() {
        Command::DepositCash { account, .. }
        | Command::DepositCredits { account, .. }
        | Command::RegisterLots { account, .. }
        | Command::WithdrawLots { account, .. }
        | Command::CancelOrder { account, .. }
        | Command::CancelAll { account, .. }
        | Command::SetGroup { account, .. }
        | Command::ResetGroup { account, .. }
        | Command::CancelAllAfter { account, .. }
        | Command::Connect { account }
        | Command::SetLimits { account, .. }
        | Command::Kill { scope: KillScope::Account(account), .. } => Some(*account),
        Command::SetAccount { account, .. } => Some(*account),
        Command::Fund(funding) => Some(funding.account),
        Command::Permit(permit) => Some(permit.account),
        Command::RevokePermit { account, .. } => Some(*account),
        Command::AddOrder(add) => Some(add.account),
        Command::AddDecay(add) => Some(add.order.account),
        Command::AddLinked(bid) => Some(bid.order.account),
        Command::Settlement(command) => command.account(),
        Command::Holding(command) => command.account(),
        Command::AmendOrder(amend) => Some(amend.account),
        Command::MassQuote(mass) => Some(mass.account),
        Command::Disconnect { session } => names.session(*session),
        Command::ListInstrument(_)
        | Command::DecideWithdrawal { .. }
        | Command::SetFundingRules(_)
        | Command::BustTrade { .. }
        | Command::AdjustTrade { .. }
        | Command::OpenAccount { .. }
        | Command::SetPhase { .. }
        | Command::Clock
        | Command::SetRules { .. }
        | Command::SetSchedule { .. }
        | Command::SetReference { .. }
        | Command::Kill { .. }
        | Command::SetProgramme(_)
        | Command::WatchExpiry { .. }
        | Command::CommitAuction { .. }
        | Command::RevealAuction { .. }
        | Command::ByOperator(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::KINDS;

    #[test]
    fn every_kind_is_named_once() {
        let mut kinds = KINDS.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), KINDS.len());
        assert_eq!(KINDS.len(), 50);
    }
}
