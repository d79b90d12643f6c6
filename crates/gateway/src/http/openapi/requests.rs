//! What is sent: the parameters of the websocket's methods.

use super::schema::{Field, Schema, Shape, has, may};
use unspent_model::{SelfTrade, Side};
use unspent_protocol::{OrderType, PostOnlyMode, TimeInForceWord, Vocabulary};

/// A whole number of dollars of face, as a number or as the text of one.
pub(in crate::http) const QTY: Schema = Schema::Either(&[
    Schema::Integer { least: 1, most: Some(1_000_000_000_000) },
    Schema::Text { pattern: "^[1-9][0-9]{0,11}$" },
]);
/// A price, as a number or as the text of one.
pub(in crate::http) const PRICE: Schema = Schema::Either(&[
    Schema::Number { least: "0.0001", most: "1000000" },
    Schema::Text { pattern: r"^(0|[1-9][0-9]{0,6})(\.[0-9]{1,8})?$" },
]);
/// Dollars, as a number or as the text of one.
pub(in crate::http) const MONEY: Schema = Schema::Either(&[
    Schema::Number { least: "0.01", most: "1000000000000" },
    Schema::Text { pattern: r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?$" },
]);

/// A named shape of each body.
pub(super) const REQUESTS: &[Shape] = &[
    Shape {
        name: "AddOrder",
        about: "An order. What goes together, the protocol's table of `add_order` says.",
        fields: ADD,
        some_of: &[],
        example: r#"{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":150000,"limit_price":0.66,"time_in_force":"gtc","post_only":true,"cl_ord_id":"acme-0001"}"#,
    },
    Shape {
        name: "AmendOrder",
        about: "What shall be changed; at least one of `order_qty`, `limit_price`, `trigger_price` and `display_qty`.",
        fields: &[
            may(
                "order_qty",
                QTY,
                "The new total quantity, filled part included; at or below it the rest is cancelled.",
            ),
            may("limit_price", PRICE, "The new limit price."),
            may("trigger_price", PRICE, "The new price to wait for."),
            may("display_qty", QTY, "The new dollars of face to show at a time."),
            may("post_only", Schema::Flag, "Refuse the amend when the order would trade on its new terms."),
            may("deadline", Schema::Time, "Refuse it when it reaches the engine later."),
        ],
        some_of: &["order_qty", "limit_price", "trigger_price", "display_qty"],
        example: r#"{"order_qty":120000,"limit_price":0.655}"#,
    },
    Shape {
        name: "Leg",
        about: "Another instrument that a buy takes instead, of the same face value.",
        fields: &[has("symbol", Schema::SYMBOL, "Which."), has("limit_price", PRICE, "The most to pay there.")],
        some_of: &[],
        example: r#"{"symbol":"AWS-ACT-1K-202709/USD","limit_price":0.64}"#,
    },
    Shape {
        name: "Decay",
        about: "How a sell lowers its own `limit_price`: a line, all of whose fields are there, or a table.",
        fields: &[
            may("floor", PRICE, "Of a line: the lowest price."),
            may("from", Schema::Time, "Of a line: when its time begins."),
            may("until", Schema::Time, "Of a line: when it is at its floor."),
            may("steps", Schema::Integer { least: 1, most: Some(100) }, "Of a line: in how many equal parts."),
            may(
                "table",
                Schema::List { of: &Schema::Shape("DecayStep"), least: 1, most: Some(100) },
                "Of a table: times ascend, prices fall.",
            ),
        ],
        some_of: &[],
        example: r#"{"floor":0.5,"from":"2027-05-01T00:00:00Z","until":"2027-05-31T00:00:00Z","steps":20}"#,
    },
    Shape {
        name: "DecayStep",
        about: "One step of a schedule.",
        fields: &[has("time", Schema::Time, "When."), has("price", PRICE, "The price from then on.")],
        some_of: &[],
        example: r#"{"time":"2027-05-20T00:00:00Z","price":0.5}"#,
    },
    Shape {
        name: "EvidenceBody",
        about: "Where it can be seen.",
        fields: &[has(
            "evidence",
            Schema::Text { pattern: "^[!-~]([ -~]{0,198}[!-~])?$" },
            "A reference to documents: credit ids, a transfer, a ticket.",
        )],
        some_of: &[],
        example: r#"{"evidence":"transfer 17, dry run and real"}"#,
    },
    Shape {
        name: "RegisterHolding",
        about: "A credit that the account has at a provider.",
        fields: &[
            has("programme", Schema::SYMBOL_NAME, "Of which programme."),
            has("credit_id", Schema::Text { pattern: "^[!-~]{1,64}$" }, "How the provider calls it."),
            has(
                "provenance",
                Schema::Text { pattern: "^[!-~]([ -~]{0,198}[!-~])?$" },
                "Where that can be seen: an answer of the provider, a paper.",
            ),
            has("dated", Schema::Text { pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }, "The day of that."),
            may("ends", Schema::Time, "The provider's own end of it; absent when it never ends."),
            has("amount", MONEY, "Dollars of it that may be listed."),
            has(
                "pieces",
                Schema::Integer { least: 1, most: Some(1_000_000) },
                "Into how many pieces it may be split at most.",
            ),
        ],
        some_of: &[],
        example: r#"{"programme":"AWS-ACT","credit_id":"90000001","provenance":"GetCredits of 2026-11-21","dated":"2026-11-21","ends":"2027-07-20T00:00:00Z","amount":150000.00,"pieces":99}"#,
    },
    Shape {
        name: "HoldingLots",
        about: "A part of a holding in lots.",
        fields: &[
            has("symbol", Schema::Text { pattern: "^[-A-Z0-9._]{1,32}(/USD)?$" }, "Lots of what."),
            has("qty", QTY, "Dollars of face, a multiple of the lot."),
        ],
        some_of: &[],
        example: r#"{"symbol":"AWS-ACT-10K-202706/USD","qty":150000}"#,
    },
    Shape {
        name: "Triggers",
        about: "What an order waits for.",
        fields: &[has("price", PRICE, "A trade at or above it for a buy, at or below it for a sell.")],
        some_of: &[],
        example: r#"{"price":0.65}"#,
    },
];

const ADD: &[Field] = &[
    has("symbol", Schema::Text { pattern: "^[-A-Z0-9._]{1,32}(/USD)?$" }, "In which book."),
    has("side", Schema::Word(Side::VOCABULARY), "Buy or sell."),
    has("order_type", Schema::Word(OrderType::VOCABULARY), "What kind of order."),
    has("order_qty", QTY, "Dollars of face, a multiple of the lot."),
    may(
        "limit_price",
        PRICE,
        "Dollars per dollar of face; with `limit`, `stop-loss-limit` and `iceberg`, and always there.",
    ),
    may("max_total", MONEY, "With buys without a `limit_price`: the most to spend, fees included."),
    may("triggers", Schema::Shape("Triggers"), "With `stop-loss` and `stop-loss-limit`, and always there."),
    may("display_qty", QTY, "With `iceberg`, and always there: dollars of face shown at a time."),
    may("decay", Schema::Shape("Decay"), "With `decay`, and always there: how a sell lowers its own `limit_price`."),
    may(
        "any_of",
        Schema::List { of: &Schema::Shape("Leg"), least: 1, most: Some(7) },
        "With a `limit` buy: it is one bid for any of these and `symbol`, in this order, with one quantity.",
    ),
    may("min_qty", QTY, "Refuse the order unless as much trades on arrival."),
    may("time_in_force", Schema::Word(TimeInForceWord::VOCABULARY), "By default `ioc` for `market`, else `gtc`."),
    may("expire_time", Schema::Time, "With `gtd`, and always there: until when it stays."),
    may("post_only", Schema::Flag, "The order only adds liquidity; false by default."),
    may(
        "post_only_mode",
        Schema::Word(PostOnlyMode::VOCABULARY),
        "With `post_only`: what becomes of one that would trade.",
    ),
    may(
        "stp_type",
        Schema::Word(SelfTrade::VOCABULARY),
        "When it meets an order of its own owner; `cancel_newest` by default.",
    ),
    may("cl_ord_id", Schema::CL_ORD_ID, "The owner's name for it."),
    may("deadline", Schema::Time, "Refuse the order when it reaches the engine later."),
    may("validate", Schema::Flag, "Check the order and do nothing; false by default."),
];
