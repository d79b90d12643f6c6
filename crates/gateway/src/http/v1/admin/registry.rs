//! The registry of holdings, for the operator.

use super::commands::{COMMAND, OF_ACCOUNT, beside, give, of_account};
use super::shapes::{NUMBER, REASON, REASON_TEXT, SEQ};
use super::who::identify;
use crate::announcer::Announcer;
use crate::http::Front;
use crate::http::openapi::{Field, Good, MONEY, Operation, QTY, Schema, Shape, Tag, has, may};
use crate::http::v1::asked::Asked;
use crate::http::v1::page::{CURSOR, LIMIT, Paging};
use crate::http::v1::registry::{HOLDING, holding};
use crate::http::v1::{Answer, found};
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use unspent_model::{HoldingId, HoldingState, Level};
use unspent_protocol::{HoldingInRegistry, Method, Vocabulary};

/// A holding, and whose it is.
#[derive(Debug, Serialize)]
pub(super) struct Owned {
    pub account: String,
    #[serde(flatten)]
    pub row: HoldingInRegistry,
}

pub(super) const LIST: Operation = Operation {
    path: "/admin/v1/registry",
    id: "listRegistry",
    tag: Tag::Account,
    summary: "Every live holding, and the last 10,000 that have ended.",
    about: "Newest first.",
    parameters: &[LIMIT, CURSOR],
    good: &[Good::json("A page of holdings.", "OwnedHoldingPage")],
    ..Operation::ADMIN
};

pub(super) async fn list(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let known = announcer.view().holdings();
        let rows = known.all().map(|row| (row.holding.holding.0, row));
        let rows = rows.filter(|(number, _)| paging.descends_to(*number));
        paging.page(announcer.seq(), rows, |row| {
            let account = announcer.view().balances().account(row.holding.terms.account);
            let account = account.expect("a holding's account is open").name.to_string();
            let listed = known.listed(row.holding.holding);
            Owned { account, row: announcer.catalogue().holding_in_registry(row, listed) }
        })
    };
    found(&operator.shared.look(look).await?)
}

pub(super) const REGISTER: Operation = Operation {
    path: "/admin/v1/accounts/{account}/registry",
    id: "registerHolding",
    summary: "Say for an account that there is a credit at a provider.",
    about: "It is declared, as one that the account registers itself.",
    body: Some("NewHolding"),
    ..OF_ACCOUNT
};

pub(super) async fn register(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::RegisterHolding).await
}

pub(super) const OFFER: Operation = Operation {
    path: "/admin/v1/accounts/{account}/registry/list",
    id: "listHolding",
    summary: "Make lots of a part of an account's holding.",
    about: "Sent twice they are listed twice.",
    body: Some("LotsOfHolding"),
    ..OF_ACCOUNT
};

pub(super) async fn offer(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::ListHolding).await
}

pub(super) const DELIST: Operation = Operation {
    path: "/admin/v1/accounts/{account}/registry/delist",
    id: "delistHolding",
    summary: "Make an account's free lots a part of their holding again.",
    body: Some("LotsOfHolding"),
    ..OF_ACCOUNT
};

pub(super) async fn delist(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::DelistHolding).await
}

pub(super) const WITHDRAW: Operation = Operation {
    path: "/admin/v1/accounts/{account}/registry/withdraw",
    id: "withdrawHolding",
    summary: "Take an account's holding out of the registry.",
    about: "When nothing of it is listed, and it is not in custody: its level is lowered first, when it has been given back.",
    body: Some("WhichHolding"),
    ..OF_ACCOUNT
};

pub(super) async fn withdraw(State(front): State<Arc<Front>>, asked: Asked) -> Answer {
    of_account(&front, asked, Method::WithdrawHolding).await
}

pub(super) const LEVEL: Operation = Operation {
    path: "/admin/v1/registry/{holding}/level",
    id: "setHoldingLevel",
    tag: Tag::Account,
    summary: "Say how well a holding is known.",
    about: "What is listed at a level above the new one is taken back: open sells of it are cancelled.",
    parameters: &[HOLDING],
    body: Some("HoldingLevel"),
    ..COMMAND
};

pub(super) async fn level(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let operator = identify(&front, &asked)?;
    let HoldingId(number) = holding(&asked.name)?;
    let named = beside(&format!(r#""holding_id":{number}"#), asked.object()?);
    give(&operator, &asked, Method::SetHoldingLevel, &named).await
}

const HOLDING_ID: Field = has("holding_id", NUMBER, "The holding's number.");

/// What these routes take and give.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "OwnedHoldingPage",
        about: "A page of holdings, with whose they are.",
        fields: &[
            SEQ,
            has("data", Schema::List { of: &Schema::Shape("OwnedHolding"), least: 0, most: Some(1_000) }, "The rows."),
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
        name: "OwnedHolding",
        about: "A holding of the registry, and whose it is.",
        fields: &[
            has("account", Schema::ACCOUNT, "Whose."),
            has("holding_id", Schema::COUNT, "Its number."),
            has("programme", Schema::SYMBOL_NAME, "Of which programme."),
            has("credit_id", Schema::Text { pattern: "^[!-~]{1,64}$" }, "How the provider calls it."),
            has("provenance", REASON_TEXT, "Where that can be seen."),
            has("dated", Schema::Text { pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }, "The day of that."),
            may("ends", Schema::Time, "The provider's own end of it; absent when it never ends."),
            has("month", Schema::Text { pattern: "^([0-9]{6}|PERP)$" }, "The last month that it outlives."),
            has("level", Schema::Word(Level::VOCABULARY), "How well it is known."),
            has("state", Schema::Word(HoldingState::VOCABULARY), "Where it stands."),
            has("amount", Schema::MONEY, "Dollars that were registered."),
            has("pieces", Schema::COUNT, "Pieces that were registered."),
            has("left", Schema::MONEY, "Dollars that are neither listed nor gone."),
            has("pieces_left", Schema::COUNT, "Pieces of these."),
            has("listed", Schema::MONEY, "Dollars of face that are listed and the account's still."),
            has("lots", Schema::List { of: &Schema::Shape("ListedOut"), least: 0, most: None }, "What that is."),
            has("timestamp", Schema::Time, "When it came to stand so."),
        ],
        some_of: &[],
        example: r#"{"account":"acme","holding_id":7,"programme":"AWS-ACT","credit_id":"90000001","provenance":"GetCredits of 2026-11-21","dated":"2026-11-21","ends":"2027-07-20T00:00:00.000000Z","month":"202706","level":"attested","state":"live","amount":150000.00,"pieces":99,"left":50000.00,"pieces_left":89,"listed":100000.00,"lots":[{"symbol":"AWS-ACT-10K-202706/USD","level":"attested","qty":100000}],"timestamp":"2026-11-21T00:00:00.000000Z"}"#,
    },
    Shape {
        name: "NewHolding",
        about: "A credit that an account has at a provider, and why it is registered.",
        fields: &[
            has("programme", Schema::SYMBOL_NAME, "Of which programme."),
            has("credit_id", Schema::Text { pattern: "^[!-~]{1,64}$" }, "How the provider calls it."),
            has("provenance", REASON_TEXT, "Where that can be seen."),
            has("dated", Schema::Text { pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }, "The day of that."),
            may("ends", Schema::Time, "The provider's own end of it; absent when it never ends."),
            has("amount", MONEY, "Dollars of it that may be listed."),
            has("pieces", NUMBER, "Into how many pieces it may be split at most."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"programme":"AWS-ACT","credit_id":"90000001","provenance":"GetCredits of 2026-11-21","dated":"2026-11-21","ends":"2027-07-20T00:00:00Z","amount":150000.00,"pieces":99,"reason":"letter 12"}"#,
    },
    Shape {
        name: "LotsOfHolding",
        about: "A part of a holding, and why.",
        fields: &[
            HOLDING_ID,
            has("symbol", Schema::Text { pattern: "^[-A-Z0-9._]{1,32}(/USD)?$" }, "Lots of what."),
            has("qty", QTY, "Dollars of face, a multiple of the lot."),
            REASON,
        ],
        some_of: &[],
        example: r#"{"holding_id":7,"symbol":"AWS-ACT-10K-202706/USD","qty":150000,"reason":"asked by telephone"}"#,
    },
    Shape {
        name: "WhichHolding",
        about: "A holding, and why.",
        fields: &[HOLDING_ID, REASON],
        some_of: &[],
        example: r#"{"holding_id":7,"reason":"given back"}"#,
    },
    Shape {
        name: "HoldingLevel",
        about: "How well a holding is known, and why.",
        fields: &[has("level", Schema::Word(Level::VOCABULARY), "The level from now on."), REASON],
        some_of: &[],
        example: r#"{"level":"attested","reason":"the provider's letter 12"}"#,
    },
];
