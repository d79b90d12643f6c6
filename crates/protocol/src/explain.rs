//! What the core refused, said with the instrument's own numbers.

use crate::catalogue::{Catalogue, dollars, invalid_price, invalid_quantity};
use crate::refusal::Refusal;
use crate::reply::ErrorBody;
use rust_decimal::Decimal;
use std::borrow::Cow;
use unspent_model::{
    Asset, Cash, ClOrdId, Command, FeeRate, Instrument, InstrumentId, OrderId, OrderRef, Reject, Rejection, limits,
};

/// What a refusal's message needs of the command that was refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// In which instrument; for an amend or a cancel as far as the caller knows.
    pub instrument: Option<InstrumentId>,
    /// Of which order.
    pub order: Option<OrderRef>,
    /// Under which client order id.
    pub cl_ord_id: Option<ClOrdId>,
    /// Which field carried the quantity or the amount, or the number that may be out of bounds.
    pub quantity_field: Option<&'static str>,
    /// Of an amend: which field it changes that not every order has.
    pub amended_field: Option<&'static str>,
}

impl Asked {
    /// What a side of a mass quote says of itself.
    #[must_use]
    pub fn of_quote(instrument: InstrumentId) -> Asked {
        Asked { instrument: Some(instrument), quantity_field: Some("qty"), ..Asked::default() }
    }

    /// What `command` says of itself.
    #[must_use]
    pub fn of(command: &Command) -> Asked {
        let nothing = Asked::default();
        match command {
            Command::AddOrder(add) => Asked {
                instrument: Some(add.instrument),
                cl_ord_id: add.cl_ord_id,
                quantity_field: Some("order_qty"),
                ..nothing
            },
            Command::AddDecay(add) => Asked {
                instrument: Some(add.order.instrument),
                cl_ord_id: add.order.cl_ord_id,
                quantity_field: Some("order_qty"),
                ..nothing
            },
            Command::AddLinked(bid) => Asked {
                instrument: Some(bid.order.instrument),
                cl_ord_id: bid.order.cl_ord_id,
                quantity_field: Some("order_qty"),
                ..nothing
            },
            Command::AmendOrder(amend) => Asked {
                order: Some(amend.order),
                quantity_field: Some(if amend.lots.is_some() { "order_qty" } else { "limit_price" }),
                amended_field: Some(match (amend.stop, amend.display) {
                    (Some(_), _) => "trigger_price",
                    (None, Some(_)) => "display_qty",
                    (None, None) => "limit_price",
                }),
                ..nothing
            },
            Command::CancelOrder { order, .. } => Asked { order: Some(*order), ..nothing },
            Command::CancelAll { filter, .. } => Asked { instrument: filter.instrument, ..nothing },
            Command::DepositCredits { instrument, .. } => {
                Asked { instrument: Some(*instrument), quantity_field: Some("qty"), ..nothing }
            }
            Command::RegisterLots { instrument, .. } | Command::WithdrawLots { instrument, .. } => {
                Asked { instrument: Some(*instrument), quantity_field: Some("qty"), ..nothing }
            }
            Command::Settlement(_) => nothing,
            Command::Holding(command) => match command.instrument() {
                Some(instrument) => Asked { instrument: Some(instrument), quantity_field: Some("qty"), ..nothing },
                None => nothing,
            },
            Command::SetGroup { rule, .. } => {
                let lots = (1..=limits::GROUP_LOTS).contains(&rule.lots.0);
                Asked { quantity_field: Some(if lots { "window" } else { "lots" }), ..nothing }
            }
            Command::CancelAllAfter { .. } => Asked { quantity_field: Some("timeout"), ..nothing },
            Command::SetLimits { limits: asked, .. } => {
                let field = match asked {
                    _ if asked.open_orders > limits::OPEN_ORDERS_PER_ACCOUNT => "open_orders",
                    _ if asked.burst == 0 => "burst",
                    _ => "orders_per_second",
                };
                Asked { quantity_field: Some(field), ..nothing }
            }
            Command::Fund(funding) => match funding.asset {
                Asset::Cash(_) => Asked { quantity_field: Some("amount"), ..nothing },
                Asset::Credits { instrument, .. } => {
                    Asked { instrument: Some(instrument), quantity_field: Some("qty"), ..nothing }
                }
            },
            Command::BustTrade { instrument, .. } => {
                Asked { instrument: Some(*instrument), quantity_field: Some("trade_id"), ..nothing }
            }
            Command::AdjustTrade { instrument, .. } => {
                Asked { instrument: Some(*instrument), quantity_field: Some("price"), ..nothing }
            }
            Command::DepositCash { .. } => Asked { quantity_field: Some("amount"), ..nothing },
            Command::SetRules { instrument, rules } => {
                let field = match rules {
                    _ if rules.auction_fee > FeeRate::MAX => "auction_bp",
                    _ if !(1..=limits::CALL_SECONDS).contains(&rules.volatility_seconds) => "volatility_seconds",
                    _ if rules.random_end_seconds > limits::CALL_SECONDS => "random_end_seconds",
                    _ if rules.dominance => "dominance",
                    _ => "auction_tick",
                };
                Asked { instrument: Some(*instrument), quantity_field: Some(field), ..nothing }
            }
            Command::SetPhase { instrument, .. }
            | Command::SetSchedule { instrument, .. }
            | Command::SetReference { instrument, .. }
            | Command::WatchExpiry { instrument }
            | Command::CommitAuction { instrument, .. }
            | Command::RevealAuction { instrument, .. } => Asked { instrument: Some(*instrument), ..nothing },
            Command::ListInstrument(_)
            | Command::OpenAccount { .. }
            | Command::SetAccount { .. }
            | Command::DecideWithdrawal { .. }
            | Command::SetFundingRules(_)
            | Command::MassQuote(_)
            | Command::ResetGroup { .. }
            | Command::Connect { .. }
            | Command::Disconnect { .. }
            | Command::Kill { .. }
            | Command::SetProgramme(_)
            | Command::Permit(_)
            | Command::RevokePermit { .. }
            | Command::Clock => nothing,
            Command::ByOperator(by) => Asked::of(by.command()),
        }
    }

    /// The same, in this instrument.
    #[must_use]
    pub fn in_instrument(self, instrument: InstrumentId) -> Asked {
        Asked { instrument: Some(instrument), ..self }
    }
}

impl ErrorBody {
    /// The same, naming the order that it is about.
    #[must_use]
    pub fn about(mut self, order: OrderRef) -> ErrorBody {
        match order {
            OrderRef::Id(order) => self.detail.order_id = Some(order),
            OrderRef::ClOrdId(cl_ord_id) => self.detail.cl_ord_id = Some(cl_ord_id),
        }
        self
    }
}

impl Catalogue {
    /// A refusal of the core as its owner is told it: the field at fault, the rule that it broke, what there was.
    ///
    /// An off-tick price gets the same words here as a price that was no whole number of units got on the way in.
    #[must_use]
    pub fn explain(&self, rejection: Rejection, asked: Asked) -> Refusal {
        let instrument = asked.instrument.and_then(|id| self.get(id));
        let mut refusal = match (rejection.reject, instrument) {
            (Reject::InvalidPrice, Some(instrument)) => invalid_price(instrument),
            (Reject::InvalidQuantity, Some(instrument)) => {
                invalid_quantity(asked.quantity_field.unwrap_or("order_qty"), instrument)
            }
            (reject, instrument) => Refusal::new(reject, message(rejection, instrument, asked)),
        };
        if let Some(field) = field(rejection.reject, asked) {
            refusal.field = Some(Cow::Borrowed(field));
        }
        refusal.available = rejection.available.map(|available| available_of(rejection.reject, available, instrument));
        refusal
    }
}

/// The field at fault where it depends on what was asked.
fn field(reject: Reject, asked: Asked) -> Option<&'static str> {
    match (reject, asked.order) {
        (Reject::UnknownOrder | Reject::TooLateToCancel, Some(OrderRef::ClOrdId(_))) => Some("cl_ord_id"),
        (Reject::InsufficientCredits | Reject::InsufficientFunds | Reject::AmountOutOfRange, _)
        | (Reject::WithdrawalLimit, _)
        | (Reject::InvalidTimeout | Reject::InvalidLimits | Reject::InvalidRules, _) => asked.quantity_field,
        (Reject::InvalidCombination, Some(_)) => asked.amended_field,
        // The engine's word is not the wire's.
        (Reject::InvalidStopPrice | Reject::StopReached, None) => Some("triggers"),
        (Reject::InvalidStopPrice | Reject::StopReached, Some(_)) => Some("trigger_price"),
        (Reject::InvalidSchedule, _) => Some("entries"),
        (Reject::InvalidPrice, None) if asked.quantity_field == Some("price") => Some("price"),
        _ => None,
    }
}

/// Cents as dollars, lots as dollars of face.
fn available_of(reject: Reject, available: u64, instrument: Option<&Instrument>) -> Decimal {
    match reject {
        Reject::InsufficientFunds | Reject::NotionalLimit | Reject::TooLittleLeft => dollars(Cash(available)),
        Reject::TooFewPieces => Decimal::from(available),
        // Of money or of dollars of face, which the core counts as it bounds them.
        Reject::WithdrawalLimit if instrument.is_none() => dollars(Cash(available)),
        Reject::WithdrawalLimit => Decimal::from(available),
        Reject::OrderRate => Decimal::from_i128_with_scale(i128::from(available), 9),
        _ => {
            let face = instrument.map_or(1, |instrument| u64::from(instrument.face_dollars));
            Decimal::from(u128::from(available) * u128::from(face))
        }
    }
}

fn order_text(order: Option<OrderRef>) -> String {
    match order {
        Some(OrderRef::Id(order)) => format!("order {}", crate::form::Shown::<OrderId>(&order)),
        Some(OrderRef::ClOrdId(cl_ord_id)) => format!("order {cl_ord_id}"),
        None => "the order".to_owned(),
    }
}

fn message(rejection: Rejection, instrument: Option<&Instrument>, asked: Asked) -> String {
    let available = rejection.available.map(|available| available_of(rejection.reject, available, instrument));
    let order = order_text(asked.order);
    let name = asked.cl_ord_id.map_or_else(|| "this cl_ord_id".to_owned(), |id| format!("cl_ord_id {id}"));
    let symbol = instrument.map_or_else(|| "the instrument".to_owned(), |spec| format!("{}/USD", spec.symbol));
    let with = |text: &str, unit: &str| match available {
        Some(available) => format!("{text}; available are {available} {unit}"),
        None => text.to_owned(),
    };
    match rejection.reject {
        Reject::UnknownAccount => "the account is not known".to_owned(),
        Reject::DuplicateClOrdId => format!("{name} belongs to an accepted order with another body; choose another"),
        Reject::DeadlinePassed => "the request reached the engine after its deadline; nothing was done".to_owned(),
        Reject::UnknownSymbol => format!("{symbol} is not listed; the instrument channel says what is"),
        Reject::UnknownOrder => format!("{order} is no order of this account"),
        Reject::TooLateToCancel => format!("{order} was filled or cancelled before"),
        Reject::WrongPhase => {
            format!("{symbol} is in a phase that does not allow this; the instrument channel says which")
        }
        Reject::InvalidPrice => "limit_price must be a multiple of the tick, up to the instrument's highest".to_owned(),
        Reject::InvalidQuantity => {
            "order_qty must be a multiple of the lot, from one lot to the venue's bound".to_owned()
        }
        Reject::InvalidCombination if asked.order.is_some() => {
            "the order has no such term: limit_price is not taken by a waiting stop-loss, trigger_price only by an \
             order that waits for its trigger, display_qty only by an iceberg"
                .to_owned()
        }
        Reject::InvalidCombination => {
            "this combination of order_type, time_in_force and flags has no meaning: a market \
             order is ioc or fok; a stop order is gtc, day or gtd, and a stop-loss buy has a max_total; post_only and \
             display_qty go with gtc, day and gtd limits; min_qty not with fok, post_only or a trigger; auction with \
             nothing else; max_total is for market buys"
                .to_owned()
        }
        Reject::TooManyOpenOrders => {
            format!(
                "the account has as many open orders as it may, at most {}; cancel some first",
                limits::OPEN_ORDERS_PER_ACCOUNT
            )
        }
        Reject::TooManyClOrdIds => format!(
            "an account has at most {} remembered cl_ord_ids; they are forgotten {} hours after acceptance",
            limits::CL_ORD_IDS_PER_ACCOUNT,
            limits::CL_ORD_ID_MEMORY_SECONDS / 3_600
        ),
        Reject::NoOppositePrice => format!("nothing rests on the other side of {symbol}; use a limit order"),
        Reject::PostOnlyWouldTake => {
            "the order would trade on arrival and is post_only; use a price further away".to_owned()
        }
        Reject::FillOrKillNotFilled => with("the order cannot be filled whole", "dollars of face"),
        Reject::InsufficientCredits => with("too few credits are free for this", "dollars of face"),
        Reject::InsufficientFunds => with("too little cash is free for this, fees included", "dollars"),
        Reject::PolicyForbids => format!("the terms of the programme of {symbol} forbid this"),
        Reject::UnknownProgramme => "the programme has no terms; set them first".to_owned(),
        Reject::InvalidProgramme => format!(
            "programme must be of two parts such as AWS-ACT, most_pieces 1 to {}, smallest_piece above zero",
            limits::SPLIT_PIECES
        ),
        Reject::UnknownPermit => "the account has no such permit in this programme".to_owned(),
        Reject::PermitOver => "until must not be before today: the permit would be over".to_owned(),
        Reject::NoExpiry => format!("{symbol} is no credit that expires, or its month is over"),
        Reject::OutsideBand => format!(
            "limit_price is further through the last trade or the reference of {symbol} than its rules allow; use a \
             price nearer to it"
        ),
        Reject::SessionClosed => "the session of this connection is over; connect again".to_owned(),
        Reject::UnknownGroup => "the account has no protection group of this name; set_group makes one".to_owned(),
        Reject::GroupTripped => "the protection group has tripped; reset_group lets it quote again".to_owned(),
        Reject::InvalidQuotes => {
            format!("quotes must name 1 to {} instruments, each once", limits::QUOTES_PER_COMMAND)
        }
        Reject::InvalidTimeout => format!(
            "a group counts 1 to {} lots within 1 to {} seconds; a dead-man timer runs 0 to {} seconds",
            limits::GROUP_LOTS,
            limits::GROUP_WINDOW_SECONDS,
            limits::DEAD_MAN_SECONDS
        ),
        Reject::TooManyGroups => format!("an account has at most {} protection groups", limits::GROUPS_PER_ACCOUNT),
        Reject::TooManySessions => {
            format!("an account has at most {} live sessions; end one first", limits::SESSIONS_PER_ACCOUNT)
        }
        Reject::KillSwitch => {
            "a kill switch is engaged for the account, the programme or the venue; ask the operator".to_owned()
        }
        Reject::InvalidStopPrice => match instrument {
            Some(spec) => {
                let field = if asked.order.is_some() { "trigger_price" } else { "the price of triggers" };
                crate::catalogue::price_rule(field, spec)
            }
            None => "the price of triggers must be a multiple of the tick, up to the instrument's highest".to_owned(),
        },
        Reject::InvalidDisplay => format!(
            "display_qty must be at least a lot and a {}th of order_qty, and at most order_qty",
            limits::ICEBERG_SLICES
        ),
        Reject::InvalidMinimum => "min_qty must be from one lot to order_qty".to_owned(),
        Reject::InvalidExpiry => "expire_time must be later than now".to_owned(),
        Reject::OrderRate => match available {
            Some(wait) => format!("the account sends orders faster than it may; wait {} seconds", wait.normalize()),
            None => "the account sends orders faster than it may".to_owned(),
        },
        Reject::NotionalLimit => with("the account's open orders would be worth more than they may", "dollars"),
        Reject::TooManyStops => format!("{symbol} has {} stop orders waiting already", limits::STOPS_PER_INSTRUMENT),
        Reject::StopReached => "the last trade has reached the trigger already; send the order without it".to_owned(),
        Reject::MinimumNotMet => with("min_qty cannot be traded on arrival", "dollars of face"),
        Reject::InvalidDecay => format!(
            "the schedule makes no sense: at most {} steps, the first after now, times that ascend and prices below limit_price that \
             fall, on the tick and above zero; of a line the floor on the tick, from not before now and until after it",
            limits::DECAY_STEPS
        ),
        Reject::InvalidLegs => format!(
            "a linked bid is for 2 to {} instruments of one face value, each once: those of any_of and symbol's own",
            limits::LINKED_LEGS
        ),
        Reject::TooManyDecays => {
            format!("the account has {} open orders that lower their own price already", limits::DECAYS_PER_ACCOUNT)
        }
        Reject::InvalidRules => {
            "the rules do not fit together: auction_tick and ranges are above zero and at most price_max, auction_bp at \
             most 10000, volatility_seconds 1 to 86400, random_end_seconds at most 86400; an instrument has had at \
             most 255 fee schedules; dominance is for credits, at most 64 of one family"
                .to_owned()
        }
        Reject::InvalidSchedule => format!(
            "a trading day has at most {} entries, ascending by second, below 86400, of call, no_cancel, continuous, \
             cancel_only and closed",
            limits::SCHEDULE_ENTRIES
        ),
        Reject::WrongAuction => format!("no call of {symbol} waits for this commitment or seed now"),
        Reject::InvalidLimits => format!(
            "open_orders must be at most {}, orders_per_second at most 1000000000, and burst at least 1",
            limits::OPEN_ORDERS_PER_ACCOUNT
        ),
        Reject::TooManySettlements => format!(
            "a seller has at most {} settlements that have not ended; deliver some first",
            limits::SETTLEMENTS_PER_SELLER
        ),
        Reject::UnknownSettlement => "the account has no settlement of this number, or it has ended".to_owned(),
        Reject::UnknownHolding => "the account has no live holding of this number".to_owned(),
        Reject::InvalidHolding => {
            "a holding is of a programme of two parts, of 0.01 to 1000000000 dollars, in at least one piece and at most as many as \
             its programme allows, and known from a day that has begun"
                .to_owned()
        }
        Reject::HoldingOver => "the credit ends before the last second of any month that is not over".to_owned(),
        Reject::CreditRegistered => "a credit of this provider with this id is in the registry already".to_owned(),
        Reject::TooManyHoldings => {
            format!("the account has {} live holdings; withdraw one first", limits::HOLDINGS_PER_ACCOUNT)
        }
        Reject::LevelTooLow => "the holding is declared only; it can be listed when the operator has seen documents".to_owned(),
        Reject::OtherProgramme => format!("{symbol} is not of the holding's programme"),
        Reject::MonthTooLate => format!("{symbol} ends after the last month that the holding outlives"),
        Reject::LotTooSmall => format!(
            "a lot of {symbol} is smaller than what is left of the holding divided by the pieces left, or than the programme's \
             smallest piece; list it in larger lots first"
        ),
        Reject::TooFewPieces => with("the holding cannot be split into so many more pieces", "pieces"),
        Reject::TooLittleLeft => with("too little of the holding is left for this", "dollars"),
        Reject::NotListed => with("not so much is listed out of the holding and free", "dollars of face"),
        Reject::HoldingInCustody => "the holding is in custody; the operator gives it back first".to_owned(),
        Reject::HoldingListed => "something of the holding is listed; delist it first".to_owned(),
        Reject::WrongState => "the settlement's state does not allow this; the settlements channel says where it stands".to_owned(),
        Reject::WrongParty => "only the seller delivers, only the buyer accepts or disputes".to_owned(),
        Reject::InvalidLevel => "only documented or attested credits are registered".to_owned(),
        Reject::InvalidTerms => {
            "the terms of settlement do not fit: shares are at most 10000, the least bond and penalty at most 1000000 \
             dollars, days at most 60 (hold_back_days 1 to 400), seconds at most 5184000, \
             acceptance_seconds and retry_seconds at least 1, tries 1 to 10000"
                .to_owned()
        }
        Reject::InvalidRuling => with("lots must be above zero and no more than the settlement has", "dollars of face"),
        Reject::AccountSuspended => "the account is suspended: it may look, cancel and be paid; ask the operator".to_owned(),
        Reject::AccountClosed => "the account is closed for ever".to_owned(),
        Reject::AccountNotEmpty => {
            "the account has open orders, cash, credits or withdrawals that wait; it is closed when it has none".to_owned()
        }
        Reject::ReferenceUsed => {
            "the reference names another deposit or withdrawal of this account; choose another".to_owned()
        }
        Reject::SecondApprover => "who asked for it cannot approve it; another operator must".to_owned(),
        Reject::WithdrawalLimit => with("the account would ask for more today than it may", "dollars"),
        Reject::TooManyWithdrawals => format!(
            "{} withdrawals wait for a second operator already; decide some first",
            limits::PENDING_WITHDRAWALS
        ),
        Reject::UnknownWithdrawal => "no withdrawal of this number waits; it was decided, or there was none".to_owned(),
        Reject::UnknownTrade => format!(
            "no trade of this number in {symbol} can be corrected; the last {} of the venue can",
            limits::CORRECTABLE_TRADES
        ),
        Reject::TradeBusted => "the trade is undone already".to_owned(),
        Reject::SymbolListed => "the symbol is listed already".to_owned(),
        Reject::AccountExists => "an account has this name already".to_owned(),
        Reject::InvalidInstrument => "the instrument's fields do not fit together".to_owned(),
        Reject::AmountOutOfRange => {
            let field = asked.quantity_field.unwrap_or("amount");
            format!("{field} must be above zero and leave the balance within the venue's bound")
        }
        Reject::VenueFull => "the venue has as many accounts, instruments, programmes or permits as it may have".to_owned(),
        other => sentence(other).to_owned(),
    }
}

/// The message of a refusal that the rim gives, where nothing more is known than its name.
pub(crate) fn sentence(reject: Reject) -> &'static str {
    match reject {
        Reject::MalformedMessage => "the message must be one JSON object",
        Reject::UnknownMethod => "the method is not known",
        Reject::InvalidField => "a field is missing, unknown or has a value outside its set",
        Reject::MessageTooLarge => "a message has at most 65536 bytes",
        Reject::BinaryFrame => "messages are text frames",
        Reject::LoginRequired => "log in first, with method login",
        Reject::LoginFailed => {
            "the key is unknown, over or not for this address, or the signature is wrong for this connection's challenge"
        }
        Reject::NotPermitted => "the key's scopes do not allow this",
        Reject::AlreadyLoggedIn => "the connection is logged in already; open another for another key",
        Reject::UnknownChannel => "the channel is not known",
        Reject::AlreadySubscribed => "the connection has this subscription already",
        Reject::NotSubscribed => "the connection has no such subscription",
        Reject::Gap => "the sequence asked for is no longer remembered; start from the snapshot",
        Reject::TooManySubscriptions => "the connection has as many subscriptions as it may have",
        Reject::InvalidDepth => "depth must be one of: 10, 25, 100, 1000",
        Reject::RateLimited => "too many requests; wait retry_after_ms",
        Reject::Busy => "the engine is busy; send it again",
        Reject::OutcomeUnknown => "the outcome cannot be known now; ask by cl_ord_id, or send the same order again",
        Reject::ShuttingDown => "the venue is shutting down; reconnect later",
        other => other.name(),
    }
}

impl From<Reject> for Refusal {
    /// A refusal of the rim with its usual message.
    fn from(reject: Reject) -> Refusal {
        Refusal::new(reject, sentence(reject))
    }
}
