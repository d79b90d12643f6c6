//! What the operator sends, and is answered beside what everybody is.

use crate::http::openapi::{self, Field, MONEY, PRICE, QTY, Schema, Shape, has, may};
use unspent_model::{AccountState, Level, PermitKind, Phase, PolicyClass, SettlementState, Side, limits};
use unspent_protocol::{RulingWord, Vocabulary};

/// The shapes of the public document that these refer to.
const SHARED: [&str; 8] =
    ["Programme", "ProgrammePage", "Instrument", "InstrumentPage", "Balance", "Holding", "ListedOut", "Problem"];

/// Every named object.
pub(super) fn all() -> Vec<&'static Shape> {
    let shared = openapi::shapes().into_iter().filter(|shape| SHARED.contains(&shape.name));
    shared.chain(OWN).chain(super::funding_shapes::SHAPES).chain(super::registry::SHAPES).collect()
}

pub(super) const REASON: Field = has("reason", REASON_TEXT, "Why, for who reads the journal: printable ASCII.");
pub(super) const REASON_TEXT: Schema = Schema::Text { pattern: "^[!-~]([ -~]{0,198}[!-~])?$" };
pub(super) const SEQ: Field = has("seq", Schema::COUNT, "The last command that it knows of.");
const PROGRAMME: Field = may("programme", Schema::SYMBOL_NAME, "Only in credits of this programme.");
const DAY: Schema = Schema::Text { pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" };
const SECONDS: Schema = Schema::Integer { least: 0, most: Some(limits::CALL_SECONDS as u64) };
pub(super) const NUMBER: Schema = Schema::Integer { least: 0, most: Some(u32::MAX as u64) };

/// What stands in no other document.
const OWN: &[Shape] = &[
    Shape {
        name: "SetPhase",
        about: "A phase, and why.",
        fields: &[has("phase", Schema::Word(Phase::VOCABULARY), "The phase it shall be in."), REASON],
        some_of: &[],
        example: r#"{"phase":"halted","reason":"the provider changed its terms"}"#,
    },
    Shape {
        name: "SetRules",
        about: "Rules, and why.",
        fields: &[
            may("auction_tick", PRICE, "The tick during a call; by default one price unit."),
            may("auction_bp", Schema::Integer { least: 0, most: Some(10_000) }, "What each side of an uncross pays."),
            may("dynamic_range", PRICE, "How far from the last trade a trade may print."),
            may("static_range", PRICE, "How far from the reference a trade may print."),
            may("entry_range", PRICE, "How far through the last trade a limit may be entered."),
            may("volatility_seconds", SECONDS, "How long a volatility call lasts; 300 by default."),
            may("random_end_seconds", SECONDS, "The most that a call goes on beyond its end; 30 by default."),
            may("dominance", Schema::Flag, "Whether its book trades across months; false by default."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"dynamic_range":0.02,"reason":"quarter's end"}"#,
    },
    Shape {
        name: "SetSchedule",
        about: "A trading day, and why.",
        fields: &[
            may(
                "entries",
                Schema::List { of: &Schema::Shape("Entry"), least: 0, most: Some(limits::SCHEDULE_ENTRIES) },
                "The changes of phase, ascending; none by default.",
            ),
            may("last_trade", Schema::Time, "When it trades for the last time and expires."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"entries":[{"second":46800,"phase":"call"}],"reason":"a new day"}"#,
    },
    Shape {
        name: "Entry",
        about: "A change of phase in a trading day.",
        fields: &[
            has("second", Schema::Integer { least: 0, most: Some(86_399) }, "Since midnight UTC."),
            has("phase", Schema::Word(Phase::VOCABULARY), "The phase that begins then."),
        ],
        some_of: &[],
        example: r#"{"second":46800,"phase":"call"}"#,
    },
    Shape {
        name: "ListInstrument",
        about: "A credit, and why.",
        fields: &[
            has("symbol", Schema::Text { pattern: "^[-A-Z0-9._]{1,32}(/USD)?$" }, "What."),
            may("tick", PRICE, "An entered price is a multiple of it; by default 0.0010."),
            may("maker_bp", Schema::Integer { least: 0, most: Some(10_000) }, "What makers pay; by default nothing."),
            may("taker_bp", Schema::Integer { least: 0, most: Some(10_000) }, "What takers pay; by default nothing."),
            may("collar", PRICE, "How far a market order may trade; by default 0.0300."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"symbol":"AWS-ACT-1K-202706","maker_bp":25,"taker_bp":100,"reason":"a new month"}"#,
    },
    Shape {
        name: "WatchExpiry",
        about: "Why.",
        fields: &[REASON],
        some_of: &[],
        example: r#"{"reason":"a new month"}"#,
    },
    Shape {
        name: "SetProgramme",
        about: "Terms, and why.",
        fields: &[
            has("programme", Schema::SYMBOL_NAME, "Which, of two parts."),
            has("class", Schema::Word(PolicyClass::VOCABULARY), "What may be traded."),
            has("source", REASON_TEXT, "Who says so."),
            has("dated", DAY, "When that was read or decided."),
            has("most_pieces", NUMBER, "Into how many pieces a credit may be split at most."),
            has("smallest_piece", MONEY, "What a piece is worth at least."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"programme":"AWS-ACT","class":"prohibited","source":"the provider's terms","dated":"2026-11-21","most_pieces":99,"smallest_piece":100.00,"reason":"catalogue"}"#,
    },
    Shape {
        name: "GivePermit",
        about: "Leave, and why.",
        fields: &[
            has("programme", Schema::SYMBOL_NAME, "In which programme."),
            has("kind", Schema::Word(PermitKind::VOCABULARY), "For what."),
            has("reference", REASON_TEXT, "Which paper proves it."),
            may("until", DAY, "The last day on which it is valid; by default until it is revoked."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"programme":"AZR-FH","kind":"consent","reference":"letter 12","until":"2027-06-30","reason":"ticket 88"}"#,
    },
    Shape {
        name: "RevokePermit",
        about: "Which, and why.",
        fields: &[
            has("programme", Schema::SYMBOL_NAME, "In which programme."),
            has("kind", Schema::Word(PermitKind::VOCABULARY), "Which."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"programme":"AZR-FH","kind":"consent","reason":"withdrawn"}"#,
    },
    Shape {
        name: "ListingPage",
        about: "A page of listings.",
        fields: &[
            SEQ,
            has("data", Schema::List { of: &Schema::Shape("Listing"), least: 0, most: Some(1_000) }, "The rows."),
            may(
                "next_cursor",
                Schema::Text { pattern: "^[0-9]{1,20}$" },
                "`cursor` of the next page, if there is one.",
            ),
        ],
        some_of: &[],
        example: r#"{"seq":918273,"data":[]}"#,
    },
    Shape {
        name: "Listing",
        about: "What was set of an instrument; prices and ranges in price units, of a credit basis points of face.",
        fields: &[
            has("symbol", Schema::SYMBOL_NAME, "Which."),
            has("tick", NUMBER, "An entered price is a multiple of it."),
            has("collar", NUMBER, "How far a market order may trade."),
            has("maker_bp", NUMBER, "What makers pay."),
            has("taker_bp", NUMBER, "What takers pay."),
            has("phase", Schema::Word(Phase::VOCABULARY), "What may be done in the book now."),
            has("watched", Schema::Flag, "Whether its month is or was watched."),
            may("rules", Schema::Anything, "Its rules, as they were set last."),
            may("schedule", Schema::Anything, "Its trading day, as it was set last."),
        ],
        some_of: &[],
        example: r#"{"symbol":"AWS-ACT-1K-202706","tick":10,"collar":300,"maker_bp":25,"taker_bp":100,"phase":"continuous","watched":true}"#,
    },
    Shape {
        name: "PermitPage",
        about: "A page of permits.",
        fields: &[
            SEQ,
            has("data", Schema::List { of: &Schema::Shape("Permit"), least: 0, most: Some(1_000) }, "The rows."),
            may(
                "next_cursor",
                Schema::Text { pattern: "^[0-9]{1,20}$" },
                "`cursor` of the next page, if there is one.",
            ),
        ],
        some_of: &[],
        example: r#"{"seq":918273,"data":[]}"#,
    },
    Shape {
        name: "Permit",
        about: "Leave of an account.",
        fields: &[
            has("programme", Schema::SYMBOL_NAME, "In which programme."),
            has("kind", Schema::Word(PermitKind::VOCABULARY), "For what."),
            has("reference", REASON_TEXT, "Which paper proves it."),
            may("until", DAY, "The last day on which it is valid."),
        ],
        some_of: &[],
        example: r#"{"programme":"AZR-FH","kind":"consent","reference":"letter 12","until":"2027-06-30"}"#,
    },
    Shape {
        name: "SetReference",
        about: "A price, and why.",
        fields: &[has("price", PRICE, "What auctions and bands refer to until something trades."), REASON],
        some_of: &[],
        example: r#"{"price":0.66,"reason":"last month's uncross"}"#,
    },
    Shape {
        name: "SetLimits",
        about: "The bounds of an account, and why.",
        fields: &[
            may("open_orders", NUMBER, "The most open orders; 100,000 by default."),
            may("open_notional", MONEY, "What open orders may be worth; by default any."),
            may("orders_per_second", NUMBER, "New and amended orders a second; 0 by default: any."),
            may("burst", NUMBER, "The most of them at once; 1 by default."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"open_orders":100,"reason":"a new member"}"#,
    },
    Shape {
        name: "Promise",
        about: "Credits that their owner keeps, and why.",
        fields: &[
            has("symbol", Schema::Text { pattern: "^[-A-Z0-9._]{1,32}(/USD)?$" }, "What."),
            has("level", Schema::Word(&["documented", "attested"]), "How well they are known."),
            has("qty", QTY, "Dollars of face, a multiple of the lot."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"symbol":"AWS-ACT-1K-202706/USD","level":"attested","qty":150000,"reason":"letter 12"}"#,
    },
    Shape {
        name: "Ruling",
        about: "The operator's word in a dispute, and why.",
        fields: &[
            has("ruling", Schema::Word(RulingWord::VOCABULARY), "What was delivered: all, some lots, nothing."),
            may("lots", NUMBER, "With `partial`, and always there: lots that were delivered."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"ruling":"partial","lots":30,"reason":"the credit listing shows 30"}"#,
    },
    Shape {
        name: "ClawBack",
        about: "Lots that the provider took back, and why.",
        fields: &[has("lots", NUMBER, "How many."), REASON],
        some_of: &[],
        example: r#"{"lots":5,"reason":"the provider's notice 88"}"#,
    },
    Shape {
        name: "Contribution",
        about: "Dollars for the default fund, and why.",
        fields: &[has("amount", MONEY, "How many, with at most two decimals."), REASON],
        some_of: &[],
        example: r#"{"amount":100000.00,"reason":"wire 4712"}"#,
    },
    Shape {
        name: "Terms",
        about: "The terms of settlement, and why. Basis points are of 10,000.",
        fields: &[
            may("bond_bp", NUMBER, "The bond of a promised sell, of its notional; 1,000 by default."),
            may("bond_min", MONEY, "The least bond of an order; 25 by default."),
            may("documented_days", NUMBER, "Business days to deliver documented credits; 2 by default."),
            may("attested_days", NUMBER, "The same for attested ones; 1 by default."),
            may("grace_seconds", NUMBER, "How long after that a seller may still deliver; 14,400 by default."),
            may("acceptance_seconds", NUMBER, "How long the buyer may accept or dispute; 172,800 by default."),
            may("hold_back_bp", NUMBER, "What is held back, of the notional; 1,000 by default."),
            may("new_hold_back_bp", NUMBER, "The same for a new seller; 2,000 by default."),
            may("trusted_after", NUMBER, "So many good deliveries make it no new one; 5 by default."),
            may("hold_back_days", NUMBER, "How long it is held back; 14 by default."),
            may("penalty_bp", NUMBER, "The penalty, of the notional that failed; 1,000 by default."),
            may("penalty_min", MONEY, "The least penalty; 25 by default."),
            may("penalty_buyer_bp", NUMBER, "The buyer's share of it when bought in; 5,000 by default."),
            may("cap_bp", NUMBER, "How far above the sale is bought in; 4,000 by default."),
            may("retry_seconds", NUMBER, "Between two tries to buy in; 3,600 by default."),
            may("tries", NUMBER, "The most tries; 240 by default."),
            may("cutoff_days", NUMBER, "Days before the month ends from which is compensated; 3 by default."),
            may("fund_fee_bp", NUMBER, "The default fund's share of the fees; 2,000 by default."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"penalty_bp":1500,"reason":"resolution 3"}"#,
    },
    Shape {
        name: "BothSides",
        about: "A trade that settles later, with both its parties.",
        fields: BOTH_SIDES,
        some_of: &[],
        example: r#"{"buyer":"maker","seller":"acme","settlement_id":41,"trade_id":551,"symbol":"AWS-ACT-1K-202706/USD","side":"buy","level":"attested","state":"delivering","price":0.6600,"qty":40000,"delivered_qty":0,"covered_qty":0,"refunded_qty":0,"escrow":26664.00,"bond":2640.00,"held_back":0.00,"due":"2026-01-03T00:00:00.000000Z","timestamp":"2026-01-01T00:00:00.000000Z"}"#,
    },
    Shape {
        name: "BothSidesPage",
        about: "A page of settlements.",
        fields: &[
            SEQ,
            has("data", Schema::List { of: &Schema::Shape("BothSides"), least: 0, most: Some(1_000) }, "The rows."),
            may(
                "next_cursor",
                Schema::Text { pattern: "^[0-9]{1,20}$" },
                "`cursor` of the next page, if there is one.",
            ),
        ],
        some_of: &[],
        example: r#"{"seq":918273,"data":[]}"#,
    },
    Shape {
        name: "CancelAll",
        about: "Which orders, and why.",
        fields: &[
            may("symbol", Schema::Text { pattern: "^[-A-Z0-9._]{1,32}(/USD)?$" }, "Only in this instrument."),
            may("side", Schema::Word(Side::VOCABULARY), "Only on this side."),
            PROGRAMME,
            may("group", Schema::Text { pattern: "^[-A-Za-z0-9_.]{1,16}$" }, "Only quotes of this group."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"reason":"asked for by telephone"}"#,
    },
    Shape {
        name: "Kill",
        about: "A scope, of the two fields at most one, and why.",
        fields: &[PROGRAMME, may("account", Schema::ACCOUNT, "Only this account."), REASON],
        some_of: &[],
        example: r#"{"programme":"AWS-ACT","reason":"the provider is insolvent"}"#,
    },
    Shape {
        name: "Done",
        about: "What was done. It is on disk.",
        fields: &[
            has("actor", Schema::Text { pattern: "^[-A-Za-z0-9_.:]{1,64}$" }, "What the journal calls who did it."),
            has("reason", REASON_TEXT, "Why it was done."),
            has("time", Schema::Time, "When it was told."),
            may("canceled", Schema::COUNT, "Of a cancel of orders: how many."),
            may("withdrawal", Schema::COUNT, "Of a withdrawal that waits for a second operator: its number."),
            may("duplicate", Schema::Flag, "Of a deposit or withdrawal with a reference: whether it was done before."),
            may("holding_id", Schema::COUNT, "Of a holding that was registered: its number."),
        ],
        some_of: &[],
        example: r#"{"actor":"uk_4f0e9c1b2d3a4e5f6071","reason":"the provider changed its terms","time":"2026-01-01T00:00:00Z"}"#,
    },
    Shape {
        name: "AccountRow",
        about: "An account among others.",
        fields: ACCOUNT_ROW,
        some_of: &[],
        example: r#"{"account":"acme","owner_group":1,"cash":{"asset":"USD","balance":1000.00,"available":340.00,"reserved":660.00},"state":"open"}"#,
    },
    Shape {
        name: "AccountPage",
        about: "A page of accounts.",
        fields: &[
            SEQ,
            has("data", Schema::List { of: &Schema::Shape("AccountRow"), least: 0, most: Some(1_000) }, "The rows."),
            may(
                "next_cursor",
                Schema::Text { pattern: "^[0-9]{1,20}$" },
                "`cursor` of the next page, if there is one.",
            ),
        ],
        some_of: &[],
        example: r#"{"seq":918273,"data":[]}"#,
    },
    Shape {
        name: "OneAccount",
        about: "One account with all it has.",
        fields: &[
            SEQ,
            ACCOUNT_ROW[0],
            ACCOUNT_ROW[1],
            ACCOUNT_ROW[2],
            ACCOUNT_ROW[3],
            has("holdings", Schema::List { of: &Schema::Shape("Holding"), least: 0, most: None }, "Its credits."),
        ],
        some_of: &[],
        example: r#"{"seq":918273,"account":"acme","owner_group":1,"cash":{"asset":"USD","balance":1000.00,"available":340.00,"reserved":660.00},"state":"open","holdings":[]}"#,
    },
    Shape {
        name: "Journal",
        about: "Where the journal stands, and who is there.",
        fields: &[
            has("seq", Schema::COUNT, "The last command on disk."),
            has("written_bytes", Schema::COUNT, "Bytes written since the start."),
            has("batches", Schema::COUNT, "Batches written since the start: one write and one sync each."),
            has("disk_short", Schema::Flag, "Whether orders are refused because the disk is nearly full."),
            has("killed", Schema::Flag, "Whether the venue's kill switch is engaged."),
            has("connections", Schema::COUNT, "Open websockets."),
        ],
        some_of: &[],
        example: r#"{"seq":918273,"written_bytes":104857600,"batches":4711,"disk_short":false,"killed":false,"connections":12}"#,
    },
];

const ACCOUNT_ROW: &[Field] = &[
    has("account", Schema::ACCOUNT, "The account's name."),
    has("owner_group", Schema::COUNT, "Orders of one group do not trade with one another."),
    has("cash", Schema::Shape("Balance"), "Its money."),
    has("state", Schema::Word(AccountState::VOCABULARY), "What it may do."),
];

const EVIDENCE: Schema = Schema::Text { pattern: "^[!-~]([ -~]{0,198}[!-~])?$" };
const BOTH_SIDES: &[Field] = &[
    has("buyer", Schema::ACCOUNT, "Who pays."),
    has("seller", Schema::ACCOUNT, "Who delivers."),
    has("settlement_id", Schema::COUNT, "Its number."),
    has("trade_id", Schema::COUNT, "The trade."),
    has("symbol", Schema::SYMBOL, "What was sold."),
    has("side", Schema::Word(Side::VOCABULARY), "The buyer's."),
    has("level", Schema::Word(Level::VOCABULARY), "How well the credits are known."),
    has("state", Schema::Word(SettlementState::VOCABULARY), "Where it stands."),
    has("price", Schema::PRICE, "The sale's price."),
    has("qty", Schema::FACE, "Dollars of face sold."),
    has("delivered_qty", Schema::FACE, "Those that were delivered and not taken back."),
    has("covered_qty", Schema::FACE, "Those that were bought in."),
    has("refunded_qty", Schema::FACE, "Those whose money the buyer got back."),
    has("escrow", Schema::MONEY, "What the buyer has in escrow for it, its fee included."),
    has("bond", Schema::MONEY, "What is left of the seller's bond."),
    has("held_back", Schema::MONEY, "What is held back of the seller's proceeds."),
    may("due", Schema::Time, "When its next timer is due."),
    may("evidence", EVIDENCE, "What the seller said last for its delivery."),
    may("dispute", EVIDENCE, "What the buyer said for its dispute."),
    has("timestamp", Schema::Time, "When it came to stand so."),
];
