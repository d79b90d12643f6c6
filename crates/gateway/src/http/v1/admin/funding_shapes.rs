//! The shapes of accounts, withdrawals and corrected trades.

use super::shapes::{NUMBER, REASON, REASON_TEXT, SEQ};
use crate::http::openapi::{Field, MONEY, PRICE, QTY, Schema, Shape, has, may};
use unspent_model::AccountState;
use unspent_protocol::Vocabulary;

const REFERENCE_TEXT: Schema = Schema::Text { pattern: "^[-A-Za-z0-9_.:/#]{1,64}$" };
const REFERENCE: Field = may(
    "reference",
    REFERENCE_TEXT,
    "The operator's name for it, one for each movement of an account. A withdrawal needs one.",
);
const SYMBOL: Schema = Schema::Text { pattern: "^[-A-Z0-9._]{1,32}(/USD)?$" };
const TRADE: Field = has("trade_id", Schema::COUNT, "The trade's number.");

/// What the operator sends and is answered about them.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "OpenAccount",
        about: "A new account, and why.",
        fields: &[
            has("account", Schema::ACCOUNT, "Its name, for ever."),
            has("owner_group", NUMBER, "Whose it is: orders of one group do not trade with one another."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"account":"acme","owner_group":7,"reason":"contract 12"}"#,
    },
    Shape {
        name: "SetAccount",
        about: "What an account may do, and why.",
        fields: &[has("state", Schema::Word(AccountState::VOCABULARY), "What it may do from now on."), REASON],
        some_of: &[],
        example: r#"{"state":"suspended","reason":"papers are missing"}"#,
    },
    Shape {
        name: "FundCash",
        about: "Dollars, and why.",
        fields: &[has("amount", MONEY, "How many, with at most two decimals."), REFERENCE, REASON],
        some_of: &[],
        example: r#"{"amount":100000.00,"reference":"wire-4711","reason":"a customer's wire"}"#,
    },
    Shape {
        name: "FundCredits",
        about: "Credits, and why.",
        fields: &[
            has("symbol", SYMBOL, "What."),
            has("qty", QTY, "Dollars of face, a multiple of the lot."),
            REFERENCE,
            REASON,
        ],
        some_of: &[],
        example: r#"{"symbol":"AWS-ACT-1K-202706/USD","qty":150000,"reference":"transfer-88","reason":"taken into custody"}"#,
    },
    Shape {
        name: "SetFundingRules",
        about: "What may leave, and why.",
        fields: &[
            may("approval_cash", MONEY, "Withdrawals of more money wait for a second operator; 10000.00 by default."),
            may(
                "approval_face",
                Schema::COUNT,
                "Withdrawals of more face wait for a second operator; 25000 by default.",
            ),
            may("daily_cash", MONEY, "The most money that an account may ask for in a day (UTC); by default any."),
            may("daily_face", Schema::COUNT, "The most face that an account may ask for in a day; by default any."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"approval_cash":5000.00,"daily_cash":250000.00,"reason":"policy of 2026-11"}"#,
    },
    Shape {
        name: "Because",
        about: "Why.",
        fields: &[REASON],
        some_of: &[],
        example: r#"{"reason":"checked by telephone"}"#,
    },
    Shape {
        name: "BustTrade",
        about: "A trade, and why it is undone.",
        fields: &[TRADE, REASON],
        some_of: &[],
        example: r#"{"trade_id":4711,"reason":"an obvious error"}"#,
    },
    Shape {
        name: "AdjustTrade",
        about: "A trade, the price that it gets, and why.",
        fields: &[TRADE, has("price", PRICE, "Dollars per dollar of face, of any whole basis point."), REASON],
        some_of: &[],
        example: r#"{"trade_id":4711,"price":0.6600,"reason":"an obvious error"}"#,
    },
    Shape {
        name: "WithdrawalRow",
        about: "A withdrawal that waits for a second operator.",
        fields: &[
            has("withdrawal", Schema::COUNT, "Its number."),
            has("account", Schema::ACCOUNT, "Whose."),
            has("asset", Schema::Text { pattern: "^[-A-Z0-9._]{1,32}(/USD)?$" }, "`USD`, or the symbol of credits."),
            has("amount", MONEY, "Dollars, or dollars of face."),
            has("reference", REFERENCE_TEXT, "The operator's name for it."),
            may("asked_by", REASON_TEXT, "Who asked for it; only another may approve."),
        ],
        some_of: &[],
        example: r#"{"withdrawal":918273,"account":"acme","asset":"USD","amount":50000.00,"reference":"wire-4712","asked_by":"uk_4f0e9c1b2d3a4e5f6071"}"#,
    },
    Shape {
        name: "WithdrawalPage",
        about: "A page of withdrawals.",
        fields: &[
            SEQ,
            has("data", Schema::List { of: &Schema::Shape("WithdrawalRow"), least: 0, most: Some(1_000) }, "The rows."),
            may(
                "next_cursor",
                Schema::Text { pattern: "^[0-9]{1,20}$" },
                "`cursor` of the next page, if there is one.",
            ),
        ],
        some_of: &[],
        example: r#"{"seq":918273,"data":[]}"#,
    },
];
