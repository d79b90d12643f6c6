//! Every refusal of the venue: one closed enum, the source of number, name, text and documentation.

/// Why a request was refused. A refused request leaves no trace.
///
/// The numbers are part of the wire and of the journal: they never change, and a retired one is never used again.
/// Variants that the core gives stand in the order in which they are checked, which is not the order of the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Reject {
    // Transport and login, checked by the gateway.
    /// The frame is no JSON object of the documented shape.
    MalformedMessage = 1001,
    /// The method is not known.
    UnknownMethod = 1002,
    /// A field is missing, unknown, or has a value outside its documented set.
    InvalidField = 1003,
    /// The message is longer than 64 KiB.
    MessageTooLarge = 1004,
    /// A binary frame where text belongs.
    BinaryFrame = 1005,
    /// The method needs a login.
    LoginRequired = 1006,
    /// The key is unknown or the signature wrong.
    LoginFailed = 1007,
    /// The key's scopes do not allow it.
    NotPermitted = 1008,
    /// The connection is logged in already.
    AlreadyLoggedIn = 1009,

    // Subscriptions, checked by the gateway.
    /// The channel is not known.
    UnknownChannel = 3001,
    /// The connection has this subscription already.
    AlreadySubscribed = 3002,
    /// The connection has no such subscription.
    NotSubscribed = 3003,
    /// The sequence asked for is no longer remembered.
    Gap = 3004,
    /// The connection has as many subscriptions as it may have.
    TooManySubscriptions = 3005,
    /// The depth is not one of those offered.
    InvalidDepth = 3006,

    // Rate and service, checked by the gateway.
    /// Too many requests.
    RateLimited = 4001,
    /// The engine's channel is full.
    Busy = 5001,
    /// The outcome cannot be known now.
    OutcomeUnknown = 5002,
    /// The venue is shutting down, or takes no orders.
    ShuttingDown = 5003,

    // The core, in the order of its checks.
    /// The account is not known.
    UnknownAccount = 6001,
    /// An accepted order of this account has this id already, with another body.
    DuplicateClOrdId = 2106,
    /// The command reached the engine after its deadline.
    DeadlinePassed = 2112,
    /// The session is not live, or not of this account.
    SessionClosed = 2124,
    /// The instrument is not listed.
    UnknownSymbol = 2101,
    /// No open order of this account has this id.
    UnknownOrder = 2113,
    /// The order was filled or cancelled before.
    TooLateToCancel = 2114,
    /// The account has no protection group of this name.
    UnknownGroup = 2129,
    /// The protection group has tripped and was not reset.
    GroupTripped = 2126,
    /// No quotes, too many, or an instrument twice.
    InvalidQuotes = 2131,
    /// A number of seconds or lots outside its documented range.
    InvalidTimeout = 2132,
    /// The account has as many protection groups as it may have.
    TooManyGroups = 2133,
    /// The account has as many live sessions as it may have.
    TooManySessions = 2134,
    /// The account is suspended: it may look, cancel and be paid.
    AccountSuspended = 6050,
    /// The account is closed for ever.
    AccountClosed = 6051,
    /// A kill switch is engaged for the account, the programme or the venue.
    KillSwitch = 2125,
    /// The policy of the instrument's programme forbids it to this account, or at all.
    PolicyForbids = 2115,
    /// The instrument's phase does not allow it.
    WrongPhase = 2110,
    /// Price is zero, above the instrument's highest, or no multiple of its tick.
    InvalidPrice = 2102,
    /// The price to wait for is zero, above the instrument's highest, or no multiple of its tick.
    InvalidStopPrice = 2119,
    /// Quantity is zero, or its notional is above the venue's bound.
    InvalidQuantity = 2103,
    /// The lots to show are zero, above the quantity, or less than one lot in a hundred of it.
    InvalidDisplay = 2121,
    /// The minimum is zero or above the quantity.
    InvalidMinimum = 2130,
    /// The date of a good-till-date order is not after the command's time.
    InvalidExpiry = 2123,
    /// The combination of order type, time in force and flags has no meaning.
    InvalidCombination = 2118,
    /// A decaying order's schedule makes no sense: no steps or too many, times that do not ascend or have passed, prices that do
    /// not fall or are off the tick.
    InvalidDecay = 2140,
    /// A linked bid's legs make no sense: one only or too many, an instrument twice, or of different face values.
    InvalidLegs = 2142,
    /// The account has as many open orders as it may have.
    TooManyOpenOrders = 2109,
    /// The account has as many open orders that lower their own price as it may have.
    TooManyDecays = 2141,
    /// The account has as many remembered client order ids as it may have.
    TooManyClOrdIds = 2116,
    /// More new and amended orders a second than the account may send.
    OrderRate = 4002,
    /// The account's open orders would be worth more than they may.
    NotionalLimit = 2127,
    /// As many stop orders wait in the instrument as may.
    TooManyStops = 2128,
    /// The last trade has reached the stop price already.
    StopReached = 2120,
    /// A market order, and nothing rests on the other side.
    NoOppositePrice = 2117,
    /// The price is outside the instrument's band.
    OutsideBand = 2108,
    /// A post-only order that would have traded on arrival.
    PostOnlyWouldTake = 2107,
    /// A fill-or-kill order that could not be filled whole.
    FillOrKillNotFilled = 2111,
    /// The minimum could not be traded on arrival.
    MinimumNotMet = 2122,
    /// The account has too few lots free.
    InsufficientCredits = 2104,
    /// The account has too little cash free, fees included.
    InsufficientFunds = 2105,
    /// The seller has as many settlements that have not ended as it may have.
    TooManySettlements = 2150,
    /// No settlement of this account has this number, or it has ended.
    UnknownSettlement = 2151,
    /// Only the seller delivers; only the buyer accepts or disputes.
    WrongParty = 2153,
    /// The settlement's state does not allow it.
    WrongState = 2152,
    /// No live holding of this account has this number.
    UnknownHolding = 2190,
    /// The holding's programme is not of two parts, its amount or its pieces are outside their bounds, its provenance is of a day to
    /// come, or it has more pieces than its programme's split rule gives.
    InvalidHolding = 2192,
    /// The credit ends before the month that could be listed does.
    HoldingOver = 2193,
    /// The provider's credit is in the registry already, whoever registered it.
    CreditRegistered = 2191,
    /// The account has as many live holdings as it may have.
    TooManyHoldings = 2194,
    /// The holding is declared only: nothing of it can be listed.
    LevelTooLow = 2195,
    /// The instrument is of another programme than the holding, or no credit.
    OtherProgramme = 2196,
    /// The instrument's month ends after the holding's last one.
    MonthTooLate = 2197,
    /// A lot is smaller than what is left of the holding divided by the pieces left, or than its programme's smallest piece.
    LotTooSmall = 2198,
    /// The holding cannot be split into so many more pieces.
    TooFewPieces = 2200,
    /// Too little of the holding is left for so many lots.
    TooLittleLeft = 2201,
    /// Not so many lots are listed out of the holding and free.
    NotListed = 2203,
    /// The holding is in the venue's custody: the operator gives it back first.
    HoldingInCustody = 2204,
    /// Something of the holding is listed.
    HoldingListed = 2202,

    // Operator's commands, in the order of their checks.
    /// The symbol is listed already.
    SymbolListed = 6002,
    /// An account has this name already.
    AccountExists = 6003,
    /// The instrument's fields do not fit together.
    InvalidInstrument = 6004,
    /// An amount is zero or would take a balance beyond its bound.
    AmountOutOfRange = 6005,
    /// The venue has as many accounts or instruments as it may have.
    VenueFull = 6006,
    /// The rules' fields do not fit together.
    InvalidRules = 6007,
    /// The trading day is out of order, too long, or names a phase that no day has.
    InvalidSchedule = 6008,
    /// No call of this number waits for this commitment or seed, or its end has not come.
    WrongAuction = 6009,
    /// A bound of an account is outside its documented range.
    InvalidLimits = 6010,
    /// Only documented or attested credits are registered.
    InvalidLevel = 6020,
    /// The terms of settlement are outside their documented ranges.
    InvalidTerms = 6021,
    /// A number of lots is zero, or more than the settlement has.
    InvalidRuling = 6022,
    /// The account has open orders, cash, credits or withdrawals that wait: it cannot be closed.
    AccountNotEmpty = 6052,
    /// The reference of the account names another deposit or withdrawal.
    ReferenceUsed = 6053,
    /// The operator who asked for a withdrawal cannot decide it.
    SecondApprover = 6054,
    /// The account would ask for more in a day than it may.
    WithdrawalLimit = 6055,
    /// As many withdrawals wait for a second operator as may.
    TooManyWithdrawals = 6056,
    /// No withdrawal of this number waits.
    UnknownWithdrawal = 6057,
    /// No trade of this number can be corrected: there was none, it is too old, or it is not settled.
    UnknownTrade = 6058,
    /// The trade is undone already.
    TradeBusted = 6059,
    /// No terms are known for the programme.
    UnknownProgramme = 6030,
    /// The programme is not of two parts, or its split rule is outside its bounds.
    InvalidProgramme = 6031,
    /// The account has no such permit.
    UnknownPermit = 6032,
    /// The permit's last day is over.
    PermitOver = 6033,
    /// The instrument is no credit that expires, or its month is over.
    NoExpiry = 6034,
}

impl Reject {
    /// Every variant, in declaration order.
    pub const ALL: &'static [Reject] = &[
        Reject::MalformedMessage,
        Reject::UnknownMethod,
        Reject::InvalidField,
        Reject::MessageTooLarge,
        Reject::BinaryFrame,
        Reject::LoginRequired,
        Reject::LoginFailed,
        Reject::NotPermitted,
        Reject::AlreadyLoggedIn,
        Reject::UnknownChannel,
        Reject::AlreadySubscribed,
        Reject::NotSubscribed,
        Reject::Gap,
        Reject::TooManySubscriptions,
        Reject::InvalidDepth,
        Reject::RateLimited,
        Reject::Busy,
        Reject::OutcomeUnknown,
        Reject::ShuttingDown,
        Reject::UnknownAccount,
        Reject::DuplicateClOrdId,
        Reject::DeadlinePassed,
        Reject::SessionClosed,
        Reject::UnknownSymbol,
        Reject::UnknownOrder,
        Reject::TooLateToCancel,
        Reject::UnknownGroup,
        Reject::GroupTripped,
        Reject::InvalidQuotes,
        Reject::InvalidTimeout,
        Reject::TooManyGroups,
        Reject::TooManySessions,
        Reject::AccountSuspended,
        Reject::AccountClosed,
        Reject::KillSwitch,
        Reject::PolicyForbids,
        Reject::WrongPhase,
        Reject::InvalidPrice,
        Reject::InvalidStopPrice,
        Reject::InvalidQuantity,
        Reject::InvalidDisplay,
        Reject::InvalidMinimum,
        Reject::InvalidExpiry,
        Reject::InvalidCombination,
        Reject::InvalidDecay,
        Reject::InvalidLegs,
        Reject::TooManyOpenOrders,
        Reject::TooManyDecays,
        Reject::TooManyClOrdIds,
        Reject::OrderRate,
        Reject::NotionalLimit,
        Reject::TooManyStops,
        Reject::StopReached,
        Reject::NoOppositePrice,
        Reject::OutsideBand,
        Reject::PostOnlyWouldTake,
        Reject::FillOrKillNotFilled,
        Reject::MinimumNotMet,
        Reject::InsufficientCredits,
        Reject::InsufficientFunds,
        Reject::TooManySettlements,
        Reject::UnknownSettlement,
        Reject::WrongParty,
        Reject::WrongState,
        Reject::UnknownHolding,
        Reject::InvalidHolding,
        Reject::HoldingOver,
        Reject::CreditRegistered,
        Reject::TooManyHoldings,
        Reject::LevelTooLow,
        Reject::OtherProgramme,
        Reject::MonthTooLate,
        Reject::LotTooSmall,
        Reject::TooFewPieces,
        Reject::TooLittleLeft,
        Reject::NotListed,
        Reject::HoldingInCustody,
        Reject::HoldingListed,
        Reject::SymbolListed,
        Reject::AccountExists,
        Reject::InvalidInstrument,
        Reject::AmountOutOfRange,
        Reject::VenueFull,
        Reject::InvalidRules,
        Reject::InvalidSchedule,
        Reject::WrongAuction,
        Reject::InvalidLimits,
        Reject::InvalidLevel,
        Reject::InvalidTerms,
        Reject::InvalidRuling,
        Reject::AccountNotEmpty,
        Reject::ReferenceUsed,
        Reject::SecondApprover,
        Reject::WithdrawalLimit,
        Reject::TooManyWithdrawals,
        Reject::UnknownWithdrawal,
        Reject::UnknownTrade,
        Reject::TradeBusted,
        Reject::UnknownProgramme,
        Reject::InvalidProgramme,
        Reject::UnknownPermit,
        Reject::PermitOver,
        Reject::NoExpiry,
    ];

    /// The stable number.
    #[must_use]
    pub fn code(self) -> u16 {
        self as u16
    }

    /// The variant with this number.
    #[must_use]
    pub fn from_code(code: u16) -> Option<Reject> {
        Reject::ALL.iter().copied().find(|reject| reject.code() == code)
    }

    /// The stable name for machines, `insufficient_credits`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.texts().0
    }

    /// Kraken's shape for people and existing clients, `EOrder:Insufficient credits`.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.texts().1
    }

    /// The request's field at fault, where there is one.
    #[must_use]
    pub fn field(self) -> Option<&'static str> {
        match self {
            Reject::UnknownMethod => Some("method"),
            Reject::LoginFailed => Some("api_key"),
            Reject::UnknownChannel => Some("channel"),
            Reject::Gap => Some("from_seq"),
            Reject::InvalidDepth => Some("depth"),
            Reject::UnknownAccount | Reject::AccountExists => Some("account"),
            Reject::DuplicateClOrdId | Reject::TooManyClOrdIds => Some("cl_ord_id"),
            Reject::DeadlinePassed => Some("deadline"),
            Reject::UnknownSymbol | Reject::WrongPhase | Reject::SymbolListed | Reject::PolicyForbids => Some("symbol"),
            Reject::UnknownOrder | Reject::TooLateToCancel => Some("order_id"),
            Reject::InvalidPrice | Reject::OutsideBand | Reject::PostOnlyWouldTake => Some("limit_price"),
            Reject::InvalidQuantity
            | Reject::FillOrKillNotFilled
            | Reject::InsufficientCredits
            | Reject::InsufficientFunds => Some("order_qty"),
            Reject::InvalidCombination => Some("time_in_force"),
            Reject::NoOppositePrice => Some("order_type"),
            Reject::InvalidDecay => Some("decay"),
            Reject::InvalidLegs => Some("any_of"),
            Reject::AmountOutOfRange => Some("amount"),
            Reject::UnknownGroup => Some("group"),
            Reject::GroupTripped => Some("group"),
            Reject::InvalidQuotes => Some("quotes"),
            Reject::InvalidTimeout => Some("timeout"),
            Reject::TooManyGroups => Some("group"),
            Reject::InvalidStopPrice => Some("stop_price"),
            Reject::InvalidDisplay => Some("display_qty"),
            Reject::InvalidMinimum => Some("min_qty"),
            Reject::InvalidExpiry => Some("expire_time"),
            Reject::NotionalLimit => Some("order_qty"),
            Reject::TooManyStops => Some("symbol"),
            Reject::StopReached => Some("stop_price"),
            Reject::MinimumNotMet => Some("min_qty"),
            Reject::InvalidRules => Some("rules"),
            Reject::InvalidSchedule => Some("schedule"),
            Reject::WrongAuction => Some("auction"),
            Reject::InvalidLimits => Some("limits"),
            Reject::TooManySettlements => Some("symbol"),
            Reject::UnknownSettlement | Reject::WrongState | Reject::WrongParty => Some("settlement_id"),
            Reject::InvalidLevel => Some("level"),
            Reject::InvalidTerms => Some("terms"),
            Reject::InvalidRuling => Some("lots"),
            Reject::AccountSuspended | Reject::AccountClosed | Reject::AccountNotEmpty => Some("account"),
            Reject::ReferenceUsed => Some("reference"),
            Reject::WithdrawalLimit => Some("amount"),
            Reject::SecondApprover | Reject::UnknownWithdrawal => Some("withdrawal"),
            Reject::UnknownTrade | Reject::TradeBusted => Some("trade_id"),
            Reject::UnknownProgramme => Some("programme"),
            Reject::InvalidProgramme => Some("programme"),
            Reject::UnknownPermit => Some("kind"),
            Reject::PermitOver => Some("until"),
            Reject::NoExpiry => Some("symbol"),
            Reject::UnknownHolding | Reject::LevelTooLow | Reject::HoldingInCustody | Reject::HoldingListed => {
                Some("holding_id")
            }
            Reject::InvalidHolding => Some("amount"),
            Reject::HoldingOver => Some("ends"),
            Reject::CreditRegistered => Some("credit_id"),
            Reject::TooManyHoldings => Some("account"),
            Reject::OtherProgramme | Reject::MonthTooLate | Reject::LotTooSmall => Some("symbol"),
            Reject::TooFewPieces | Reject::TooLittleLeft | Reject::NotListed => Some("qty"),
            _ => None,
        }
    }

    /// Whether the same request may succeed later without a change.
    #[must_use]
    pub fn retryable(self) -> bool {
        matches!(
            self,
            Reject::RateLimited
                | Reject::Busy
                | Reject::OutcomeUnknown
                | Reject::ShuttingDown
                | Reject::WrongPhase
                | Reject::NoOppositePrice
                | Reject::FillOrKillNotFilled
                | Reject::TooManyOpenOrders
                | Reject::TooManyDecays
                | Reject::KillSwitch
                | Reject::OrderRate
                | Reject::TooManyStops
                | Reject::TooManyWithdrawals
                | Reject::MinimumNotMet
                | Reject::TooManySettlements
                | Reject::TooManyHoldings
        )
    }

    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Reject::MalformedMessage => ("malformed_message", "EGeneral:Malformed message"),
            Reject::UnknownMethod => ("unknown_method", "EGeneral:Unknown method"),
            Reject::InvalidField => ("invalid_field", "EGeneral:Invalid arguments"),
            Reject::MessageTooLarge => ("message_too_large", "EGeneral:Message too large"),
            Reject::BinaryFrame => ("binary_frame", "EGeneral:Binary frame"),
            Reject::LoginRequired => ("login_required", "ESession:Login required"),
            Reject::LoginFailed => ("login_failed", "EAPI:Invalid key"),
            Reject::NotPermitted => ("not_permitted", "EGeneral:Permission denied"),
            Reject::AlreadyLoggedIn => ("already_logged_in", "ESession:Already logged in"),
            Reject::UnknownChannel => ("unknown_channel", "ESub:Unknown channel"),
            Reject::AlreadySubscribed => ("already_subscribed", "ESub:Already subscribed"),
            Reject::NotSubscribed => ("not_subscribed", "ESub:Not subscribed"),
            Reject::Gap => ("gap", "ESub:Gap"),
            Reject::TooManySubscriptions => ("too_many_subscriptions", "ESub:Too many subscriptions"),
            Reject::InvalidDepth => ("invalid_depth", "ESub:Invalid depth"),
            Reject::RateLimited => ("rate_limited", "EAPI:Rate limit exceeded"),
            Reject::Busy => ("busy", "EService:Busy"),
            Reject::OutcomeUnknown => ("outcome_unknown", "EService:Timeout"),
            Reject::ShuttingDown => ("shutting_down", "EService:Unavailable"),
            Reject::UnknownAccount => ("unknown_account", "EAccount:Unknown account"),
            Reject::DuplicateClOrdId => ("duplicate_cl_ord_id", "EOrder:Duplicate cl_ord_id"),
            Reject::DeadlinePassed => ("deadline_passed", "EOrder:Deadline elapsed"),
            Reject::UnknownSymbol => ("unknown_symbol", "EQuery:Unknown symbol"),
            Reject::UnknownOrder => ("unknown_order", "EOrder:Unknown order"),
            Reject::TooLateToCancel => ("too_late_to_cancel", "EOrder:Too late to cancel"),
            Reject::WrongPhase => ("wrong_phase", "EOrder:Wrong phase"),
            Reject::InvalidPrice => ("invalid_price", "EOrder:Invalid price"),
            Reject::InvalidQuantity => ("invalid_quantity", "EOrder:Invalid quantity"),
            Reject::InvalidCombination => ("invalid_combination", "EOrder:Invalid combination"),
            Reject::TooManyOpenOrders => ("too_many_open_orders", "EOrder:Orders limit exceeded"),
            Reject::TooManyClOrdIds => ("too_many_cl_ord_ids", "EOrder:Too many cl_ord_ids"),
            Reject::NoOppositePrice => ("no_opposite_price", "EOrder:No opposite price"),
            Reject::PostOnlyWouldTake => ("post_only_would_take", "EOrder:Post only order"),
            Reject::FillOrKillNotFilled => ("fill_or_kill_not_filled", "EOrder:Fill or kill not filled"),
            Reject::InsufficientCredits => ("insufficient_credits", "EOrder:Insufficient credits"),
            Reject::InsufficientFunds => ("insufficient_funds", "EOrder:Insufficient funds"),
            Reject::PolicyForbids => ("policy_forbids", "EOrder:Policy forbids listing"),
            Reject::TooManySettlements => ("too_many_settlements", "EOrder:Settlements limit exceeded"),
            Reject::UnknownSettlement => ("unknown_settlement", "ESettlement:Unknown settlement"),
            Reject::WrongState => ("wrong_state", "ESettlement:Wrong state"),
            Reject::WrongParty => ("wrong_party", "ESettlement:Wrong party"),
            Reject::InvalidLevel => ("invalid_level", "ESettlement:Invalid level"),
            Reject::InvalidTerms => ("invalid_terms", "ESettlement:Invalid terms"),
            Reject::InvalidRuling => ("invalid_ruling", "ESettlement:Invalid ruling"),
            Reject::UnknownHolding => ("unknown_holding", "EHolding:Unknown holding"),
            Reject::InvalidHolding => ("invalid_holding", "EHolding:Invalid holding"),
            Reject::HoldingOver => ("holding_over", "EHolding:Holding over"),
            Reject::CreditRegistered => ("credit_registered", "EHolding:Credit registered already"),
            Reject::TooManyHoldings => ("too_many_holdings", "EHolding:Holdings limit exceeded"),
            Reject::LevelTooLow => ("level_too_low", "EHolding:Level too low"),
            Reject::OtherProgramme => ("other_programme", "EHolding:Other programme"),
            Reject::MonthTooLate => ("month_too_late", "EHolding:Month too late"),
            Reject::LotTooSmall => ("lot_too_small", "EHolding:Lot too small"),
            Reject::TooFewPieces => ("too_few_pieces", "EHolding:Too few pieces left"),
            Reject::TooLittleLeft => ("too_little_left", "EHolding:Too little left"),
            Reject::NotListed => ("not_listed", "EHolding:Not listed"),
            Reject::HoldingInCustody => ("holding_in_custody", "EHolding:Holding in custody"),
            Reject::HoldingListed => ("holding_listed", "EHolding:Holding listed"),
            Reject::OutsideBand => ("outside_band", "EOrder:Outside the band"),
            Reject::SymbolListed => ("symbol_listed", "EListing:Symbol listed already"),
            Reject::AccountExists => ("account_exists", "EAccount:Account exists"),
            Reject::InvalidInstrument => ("invalid_instrument", "EListing:Invalid instrument"),
            Reject::AmountOutOfRange => ("amount_out_of_range", "EFunding:Amount out of range"),
            Reject::VenueFull => ("venue_full", "EService:Venue full"),
            Reject::SessionClosed => ("session_closed", "ESession:Session closed"),
            Reject::UnknownGroup => ("unknown_group", "EOrder:Unknown group"),
            Reject::GroupTripped => ("group_tripped", "EOrder:Group tripped"),
            Reject::InvalidQuotes => ("invalid_quotes", "EOrder:Invalid quotes"),
            Reject::InvalidTimeout => ("invalid_timeout", "EOrder:Invalid timeout"),
            Reject::TooManyGroups => ("too_many_groups", "EOrder:Too many groups"),
            Reject::TooManySessions => ("too_many_sessions", "ESession:Too many sessions"),
            Reject::KillSwitch => ("kill_switch", "EOrder:Kill switch engaged"),
            Reject::InvalidStopPrice => ("invalid_stop_price", "EOrder:Invalid stop price"),
            Reject::InvalidDisplay => ("invalid_display", "EOrder:Invalid display quantity"),
            Reject::InvalidMinimum => ("invalid_minimum", "EOrder:Invalid minimum quantity"),
            Reject::InvalidExpiry => ("invalid_expiry", "EOrder:Invalid expire time"),
            Reject::OrderRate => ("order_rate", "EOrder:Rate limit exceeded"),
            Reject::NotionalLimit => ("notional_limit", "EOrder:Notional limit exceeded"),
            Reject::TooManyStops => ("too_many_stops", "EOrder:Too many stop orders"),
            Reject::StopReached => ("stop_reached", "EOrder:Stop price reached already"),
            Reject::MinimumNotMet => ("minimum_not_met", "EOrder:Minimum quantity not met"),
            Reject::InvalidDecay => ("invalid_decay", "EOrder:Invalid decay"),
            Reject::InvalidLegs => ("invalid_legs", "EOrder:Invalid legs"),
            Reject::TooManyDecays => ("too_many_decays", "EOrder:Decaying orders limit exceeded"),
            Reject::InvalidRules => ("invalid_rules", "EListing:Invalid rules"),
            Reject::InvalidSchedule => ("invalid_schedule", "EListing:Invalid schedule"),
            Reject::WrongAuction => ("wrong_auction", "EListing:Wrong auction"),
            Reject::InvalidLimits => ("invalid_limits", "EAccount:Invalid limits"),
            Reject::AccountSuspended => ("account_suspended", "EAccount:Account suspended"),
            Reject::AccountClosed => ("account_closed", "EAccount:Account closed"),
            Reject::AccountNotEmpty => ("account_not_empty", "EAccount:Account not empty"),
            Reject::ReferenceUsed => ("reference_used", "EFunding:Reference used"),
            Reject::SecondApprover => ("second_approver", "EFunding:Another approver needed"),
            Reject::WithdrawalLimit => ("withdrawal_limit", "EFunding:Withdrawal limit exceeded"),
            Reject::TooManyWithdrawals => ("too_many_withdrawals", "EFunding:Too many withdrawals"),
            Reject::UnknownWithdrawal => ("unknown_withdrawal", "EFunding:Unknown withdrawal"),
            Reject::UnknownTrade => ("unknown_trade", "ETrade:Unknown trade"),
            Reject::TradeBusted => ("trade_busted", "ETrade:Trade busted already"),
            Reject::UnknownProgramme => ("unknown_programme", "EListing:Unknown programme"),
            Reject::InvalidProgramme => ("invalid_programme", "EListing:Invalid programme"),
            Reject::UnknownPermit => ("unknown_permit", "EListing:Unknown permit"),
            Reject::PermitOver => ("permit_over", "EListing:Permit over"),
            Reject::NoExpiry => ("no_expiry", "EListing:No expiry"),
        }
    }
}

/// A refusal as the core gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Why.
    pub reject: Reject,
    /// What there was: cents for [`Reject::InsufficientFunds`] and [`Reject::NotionalLimit`], lots for
    /// [`Reject::InsufficientCredits`], [`Reject::FillOrKillNotFilled`] and [`Reject::MinimumNotMet`] (what could have
    /// been filled) and [`Reject::NotListed`], nanoseconds until the next order for [`Reject::OrderRate`], pieces for
    /// [`Reject::TooFewPieces`], cents for [`Reject::TooLittleLeft`].
    pub available: Option<u64>,
}

impl From<Reject> for Rejection {
    fn from(reject: Reject) -> Rejection {
        Rejection { reject, available: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_unique_and_found_again() {
        for (i, &reject) in Reject::ALL.iter().enumerate() {
            assert_eq!(Reject::from_code(reject.code()), Some(reject));
            for &other in &Reject::ALL[..i] {
                assert_ne!(reject.code(), other.code());
                assert_ne!(reject.name(), other.name());
                assert_ne!(reject.text(), other.text());
            }
        }
        assert_eq!(Reject::from_code(2199), None);
    }

    #[test]
    fn the_documented_numbers_hold() {
        let documented = [
            (2101, "unknown_symbol"),
            (2102, "invalid_price"),
            (2103, "invalid_quantity"),
            (2104, "insufficient_credits"),
            (2105, "insufficient_funds"),
            (2106, "duplicate_cl_ord_id"),
            (2107, "post_only_would_take"),
            (2108, "outside_band"),
            (2109, "too_many_open_orders"),
            (2110, "wrong_phase"),
            (2111, "fill_or_kill_not_filled"),
            (2112, "deadline_passed"),
            (2113, "unknown_order"),
            (2114, "too_late_to_cancel"),
            (2115, "policy_forbids"),
            (5001, "busy"),
            (5002, "outcome_unknown"),
            (5003, "shutting_down"),
        ];
        for (code, name) in documented {
            assert_eq!(Reject::from_code(code).map(Reject::name), Some(name));
        }
    }
}
