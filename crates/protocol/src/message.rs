//! What a server sends: a reply or a data message, told apart and read.

use crate::form;
use crate::form::Form;
use crate::market::{AuctionRow, Book, Instruments, Status, TickerRow, TradeRow};
use crate::private::{BalanceRow, Execution, GroupRow, HoldingRow, Stream};
use crate::public::{CurveRow, Level3, OhlcRow};
use crate::reply::{ErrorBody, ErrorDetail, Reply, ReplyResult};
use crate::settling::SettlementRow;
use crate::words::{Channel, Method};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use unspent_model::Timestamp;

/// A data message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// `executions`.
    Executions(Stream<Vec<Execution>>),
    /// `balances`.
    Balances(Stream<Vec<BalanceRow>>),
    /// `holdings`.
    Holdings(Stream<Vec<HoldingRow>>),
    /// `groups`.
    Groups(Stream<Vec<GroupRow>>),
    /// `settlements`.
    Settlements(Stream<Vec<SettlementRow>>),
    /// `book`.
    Book(Stream<Vec<Book>>),
    /// `level3`.
    Level3(Stream<Vec<Level3>>),
    /// `trade`.
    Trade(Stream<Vec<TradeRow>>),
    /// `ticker`.
    Ticker(Stream<Vec<TickerRow>>),
    /// `ohlc`.
    Ohlc(Stream<Vec<OhlcRow>>),
    /// `curve`.
    Curve(Stream<Vec<CurveRow>>),
    /// `auction`.
    Auction(Stream<Vec<AuctionRow>>),
    /// `instrument`.
    Instrument(Stream<Instruments>),
    /// `status`.
    Status(Stream<Vec<Status>>),
    /// `heartbeat`.
    Heartbeat,
}

impl Data {
    /// Its stream.
    #[must_use]
    pub fn channel(&self) -> Channel {
        match self {
            Data::Executions(_) => Channel::Executions,
            Data::Balances(_) => Channel::Balances,
            Data::Holdings(_) => Channel::Holdings,
            Data::Groups(_) => Channel::Groups,
            Data::Settlements(_) => Channel::Settlements,
            Data::Book(_) => Channel::Book,
            Data::Level3(_) => Channel::Level3,
            Data::Trade(_) => Channel::Trade,
            Data::Ticker(_) => Channel::Ticker,
            Data::Ohlc(_) => Channel::Ohlc,
            Data::Curve(_) => Channel::Curve,
            Data::Auction(_) => Channel::Auction,
            Data::Instrument(_) => Channel::Instrument,
            Data::Status(_) => Channel::Status,
            Data::Heartbeat => Channel::Heartbeat,
        }
    }

    /// Appends its JSON text to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        let channel = self.channel();
        match self {
            Data::Executions(stream) => stream.write(channel, out),
            Data::Balances(stream) => stream.write(channel, out),
            Data::Holdings(stream) => stream.write(channel, out),
            Data::Groups(stream) => stream.write(channel, out),
            Data::Settlements(stream) => stream.write(channel, out),
            Data::Book(stream) => stream.write(channel, out),
            Data::Level3(stream) => stream.write(channel, out),
            Data::Trade(stream) => stream.write(channel, out),
            Data::Ticker(stream) => stream.write(channel, out),
            Data::Ohlc(stream) => stream.write(channel, out),
            Data::Curve(stream) => stream.write(channel, out),
            Data::Auction(stream) => stream.write(channel, out),
            Data::Instrument(stream) => stream.write(channel, out),
            Data::Status(stream) => stream.write(channel, out),
            Data::Heartbeat => out.extend_from_slice(br#"{"channel":"heartbeat"}"#),
        }
    }
}

/// Anything a server sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerMessage {
    /// The answer to a request.
    Reply(Reply),
    /// Data of a stream.
    Data(Data),
    /// A channel or a method that this program does not know: to be ignored.
    Unknown,
}

/// A server's message that does not have the documented shape.
#[derive(Debug)]
pub struct MessageError(String);

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MessageError {}

impl From<serde_json::Error> for MessageError {
    fn from(error: serde_json::Error) -> MessageError {
        MessageError(error.to_string())
    }
}

impl ServerMessage {
    /// Reads a server's message. Unknown fields are ignored.
    ///
    /// # Errors
    /// [`MessageError`] when it does not have the documented shape.
    pub fn parse(text: &str) -> Result<ServerMessage, MessageError> {
        #[derive(Deserialize)]
        struct Head<'a> {
            #[serde(borrow)]
            channel: Option<Cow<'a, str>>,
        }
        let head: Head<'_> = serde_json::from_str(text)?;
        match head.channel {
            Some(channel) => data(&channel, text),
            None => reply(text),
        }
    }
}

fn data(channel: &str, text: &str) -> Result<ServerMessage, MessageError> {
    let Ok(channel) = Channel::read(channel) else { return Ok(ServerMessage::Unknown) };
    Ok(ServerMessage::Data(match channel {
        Channel::Executions => Data::Executions(serde_json::from_str(text)?),
        Channel::Balances => Data::Balances(serde_json::from_str(text)?),
        Channel::Holdings => Data::Holdings(serde_json::from_str(text)?),
        Channel::Groups => Data::Groups(serde_json::from_str(text)?),
        Channel::Settlements => Data::Settlements(serde_json::from_str(text)?),
        Channel::Book => Data::Book(serde_json::from_str(text)?),
        Channel::Level3 => Data::Level3(serde_json::from_str(text)?),
        Channel::Trade => Data::Trade(serde_json::from_str(text)?),
        Channel::Ticker => Data::Ticker(serde_json::from_str(text)?),
        Channel::Ohlc => Data::Ohlc(serde_json::from_str(text)?),
        Channel::Curve => Data::Curve(serde_json::from_str(text)?),
        Channel::Auction => Data::Auction(serde_json::from_str(text)?),
        Channel::Instrument => Data::Instrument(serde_json::from_str(text)?),
        Channel::Status => Data::Status(serde_json::from_str(text)?),
        Channel::Heartbeat => Data::Heartbeat,
    }))
}

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(default)]
    method: Option<Cow<'static, str>>,
    #[serde(default)]
    req_id: Option<i64>,
    success: bool,
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<Cow<'static, str>>,
    #[serde(default)]
    error_detail: Option<ErrorDetail>,
    #[serde(with = "form")]
    time_in: Timestamp,
    #[serde(with = "form")]
    time_out: Timestamp,
}

fn reply(text: &str) -> Result<ServerMessage, MessageError> {
    let frame: Frame<'_> = serde_json::from_str(text)?;
    let outcome = match (frame.success, frame.error, frame.error_detail) {
        (true, ..) => match result(frame.method.as_deref(), frame.result.map_or("{}", RawValue::get))? {
            Some(result) => Ok(result),
            None => return Ok(ServerMessage::Unknown),
        },
        (false, Some(error), Some(detail)) => Err(ErrorBody { error, detail }),
        (false, ..) => return Err(MessageError("a failure without error and error_detail".to_owned())),
    };
    let Frame { method, req_id, time_in, time_out, .. } = frame;
    Ok(ServerMessage::Reply(Reply { method, req_id, outcome, time_in, time_out }))
}

/// The result of a method; `None` for a method that is not known.
fn result(method: Option<&str>, raw: &str) -> Result<Option<ReplyResult>, MessageError> {
    if method == Some("pong") {
        return Ok(Some(ReplyResult::Pong));
    }
    let Some(Ok(method)) = method.map(Method::read) else { return Ok(None) };
    Ok(Some(match method {
        Method::Ping => ReplyResult::Pong,
        Method::Login => ReplyResult::Login(serde_json::from_str(raw)?),
        Method::Logout => ReplyResult::Logout(serde_json::from_str(raw)?),
        Method::Subscribe => ReplyResult::Subscribe(serde_json::from_str(raw)?),
        Method::Unsubscribe => ReplyResult::Unsubscribe(serde_json::from_str(raw)?),
        Method::AddOrder => match serde_json::from_str(raw) {
            Ok(result) => ReplyResult::Valid(result),
            Err(_) => ReplyResult::AddOrder(serde_json::from_str(raw)?),
        },
        Method::BatchAdd => ReplyResult::Batch(serde_json::from_str(raw)?),
        Method::QueryOrder => ReplyResult::Order(serde_json::from_str(raw)?),
        Method::AmendOrder => ReplyResult::AmendOrder(serde_json::from_str(raw)?),
        Method::CancelOrder => ReplyResult::CancelOrder(serde_json::from_str(raw)?),
        Method::CancelAll => ReplyResult::CancelAll(serde_json::from_str(raw)?),
        Method::CancelAllOrdersAfter => ReplyResult::Timer(serde_json::from_str(raw)?),
        Method::MassQuote => ReplyResult::Quotes(serde_json::from_str(raw)?),
        Method::DepositCash | Method::DepositCredits | Method::WithdrawCash | Method::WithdrawCredits => {
            match serde_json::from_str(raw) {
                Ok(result) => ReplyResult::Funded(result),
                Err(_) => ReplyResult::Done,
            }
        }
        Method::RegisterHolding => ReplyResult::Registered(serde_json::from_str(raw)?),
        Method::SetGroup
        | Method::ResetGroup
        | Method::Deliver
        | Method::Accept
        | Method::Dispute
        | Method::RegisterLots
        | Method::WithdrawLots
        | Method::Rule
        | Method::ClawBack
        | Method::Contribute
        | Method::SetTerms
        | Method::OpenAccount
        | Method::SetAccount
        | Method::DecideWithdrawal
        | Method::SetFundingRules
        | Method::BustTrade
        | Method::AdjustTrade
        | Method::SetPhase
        | Method::SetRules
        | Method::SetSchedule
        | Method::SetReference
        | Method::SetLimits
        | Method::Kill
        | Method::ListInstrument
        | Method::SetProgramme
        | Method::Permit
        | Method::RevokePermit
        | Method::WatchExpiry
        | Method::SetHoldingLevel
        | Method::ListHolding
        | Method::DelistHolding
        | Method::WithdrawHolding
        | Method::Connect
        | Method::Disconnect
        | Method::Clock => ReplyResult::Done,
    }))
}
