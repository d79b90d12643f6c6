//! `unspent sell` and `unspent buy`: what will happen, a question, then the order.

use crate::cli::{BuyArgs, OrderArgs, SellArgs, Tif};
use crate::commands::connect::{account_session, book, login, pair, symbol, talk};
use crate::failure::Failure;
use crate::money::{dollars, face, percent};
use crate::output::say;
use rust_decimal::{Decimal, RoundingStrategy};
use std::io::{IsTerminal, Write};
use std::time::Duration;
use unspent_client::ClientError;
use unspent_model::{CancelReason, ClOrdId, Side};
use unspent_protocol::{
    AddOrderParams, Book, BookDepth, BookLevel, DecayParams, DecayStepParams, LegParams, OrderResult, OrderType, Pair,
    PostOnlyMode, TimeInForceWord, Triggers, parse_time, print_order_id,
};

/// How long the venue may take an order: its fate is learnt soon after that, whatever happens to the connection.
const WITHIN: Duration = Duration::from_secs(10);

/// Shows, asks and sends a sell.
pub fn sell(args: &SellArgs, json: bool) -> Result<(), Failure> {
    let mut params = params(Side::Sell, &args.order, None)?;
    params.decay = decay(args)?;
    if params.decay.is_some() {
        params.order_type = OrderType::Decay;
    }
    talk(order(params, &args.order, json))
}

/// Shows, asks and sends a buy.
pub fn buy(args: &BuyArgs, json: bool) -> Result<(), Failure> {
    let mut params = params(Side::Buy, &args.order, args.max_total)?;
    params.any_of = args.or.iter().map(|text| leg(text)).collect::<Result<_, Failure>>()?;
    talk(order(params, &args.order, json))
}

/// Another instrument of a bid for any of several.
fn leg(text: &str) -> Result<LegParams, Failure> {
    let (name, price) = text.split_once('=').ok_or_else(|| Failure::Usage("--or SYMBOL=PRICE".to_owned()))?;
    let limit_price = price.parse().map_err(|_| Failure::Usage(format!("--or {price} is no price")))?;
    Ok(LegParams { symbol: symbol(name)?, limit_price })
}

/// How a sell lowers its own price, if it does.
fn decay(args: &SellArgs) -> Result<Option<DecayParams>, Failure> {
    let time = |field: &str, text: &str| parse_time(text).map_err(|error| Failure::Usage(format!("{field} {error}")));
    if !args.decay_step.is_empty() {
        let step = |text: &String| {
            let (at, price) =
                text.split_once('=').ok_or_else(|| Failure::Usage("--decay-step TIME=PRICE".to_owned()))?;
            let price = price.parse().map_err(|_| Failure::Usage(format!("--decay-step {price} is no price")))?;
            Ok(DecayStepParams { time: time("--decay-step", at)?, price })
        };
        return Ok(Some(DecayParams::Table {
            table: args.decay_step.iter().map(step).collect::<Result<_, Failure>>()?,
        }));
    }
    let (Some(floor), Some(until)) = (args.decay, &args.decay_until) else { return Ok(None) };
    let from = match &args.decay_from {
        Some(text) => time("--decay-from", text)?,
        None => unspent_gateway::now().plus_seconds(60),
    };
    Ok(Some(DecayParams::Line { floor, from, until: time("--decay-until", until)?, steps: args.decay_steps }))
}

async fn order(params: AddOrderParams, args: &OrderArgs, json: bool) -> Result<(), Failure> {
    let (client, mut inbox) = login(&args.client).await?;
    let pair = pair(&client, &mut inbox, params.symbol).await?;
    let book = book(&client, &mut inbox, params.symbol, BookDepth::D1000).await?;
    let preview = Preview::new(&params, &pair, &book);
    if !json {
        preview.print(&params);
    }
    if !args.yes && !confirmed(json)? {
        say!("nothing was sent");
        return Ok(());
    }
    let name = params.cl_ord_id.map_or_else(String::new, |id| id.to_string());
    drop((client, inbox));
    let result = account_session(&args.client)?.add_order_surely(params, WITHIN).await.map_err(|error| match error {
        ClientError::OutcomeUnknown => Failure::OutcomeUnknown(format!(
            "the connection was lost before the answer came, and asking again did not help. Say the same again with \
             --cl-ord-id {name}: if the order was accepted you get its first answer, and never a second order"
        )),
        other => other.into(),
    })?;
    report(&result, &preview, json);
    Ok(())
}

fn params(side: Side, args: &OrderArgs, max_total: Option<Decimal>) -> Result<AddOrderParams, Failure> {
    if args.price.is_some() && max_total.is_some() {
        return Err(Failure::Usage("--max-total belongs to a market order: leave --price out".to_owned()));
    }
    let name = args.cl_ord_id.clone().unwrap_or_else(|| format!("cli-{:x}", unspent_gateway::now().0));
    let cl_ord_id = ClOrdId::parse(&name).map_err(|error| Failure::Usage(format!("--cl-ord-id {error}")))?;
    let time_in_force = args.tif.map(|tif| match tif {
        Tif::Gtc => TimeInForceWord::Gtc,
        Tif::Day => TimeInForceWord::Day,
        Tif::Ioc => TimeInForceWord::Ioc,
        Tif::Fok => TimeInForceWord::Fok,
        Tif::Auction => TimeInForceWord::Auction,
    });
    let until = args.until.as_deref().map(parse_time).transpose();
    let expire_time = until.map_err(|error| Failure::Usage(format!("--until {error}")))?;
    let order_type = match (args.price.is_some(), args.stop.is_some()) {
        (true, true) => OrderType::StopLossLimit,
        (false, true) => OrderType::StopLoss,
        (true, false) if args.display.is_some() => OrderType::Iceberg,
        (true, false) => OrderType::Limit,
        (false, false) => OrderType::Market,
    };
    let base = AddOrderParams::limit(symbol(&args.symbol)?, side, args.qty, Decimal::ZERO);
    Ok(AddOrderParams {
        order_type,
        limit_price: args.price,
        max_total,
        triggers: args.stop.map(|price| Triggers { price }),
        display_qty: args.display,
        min_qty: args.min_qty,
        time_in_force: if expire_time.is_some() { Some(TimeInForceWord::Gtd) } else { time_in_force },
        expire_time,
        post_only: args.post_only || args.slide,
        post_only_mode: args.slide.then_some(PostOnlyMode::Slide),
        cl_ord_id: Some(cl_ord_id),
        ..base
    })
}

/// What an order would do to the book as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Dollars of face it would trade at once, and what that costs.
    filled: Decimal,
    filled_value: Decimal,
    /// Dollars of face that would rest, and what that is worth at the limit.
    rests: Decimal,
    rests_value: Decimal,
    taker_fee: Decimal,
    maker_fee: Decimal,
    best: Option<Decimal>,
    limit: Option<Decimal>,
}

impl Preview {
    fn new(params: &AddOrderParams, pair: &Pair, book: &Book) -> Preview {
        let opposite: &[BookLevel] = match params.side {
            Side::Buy => &book.asks,
            Side::Sell => &book.bids,
        };
        let best = opposite.first().map(|level| level.price);
        let limit = params.limit_price.or_else(|| {
            best.map(|best| match params.side {
                Side::Buy => (best + pair.collar).min(pair.price_max),
                Side::Sell => (best - pair.collar).max(pair.price_increment),
            })
        });
        let (mut open, mut filled_value) = (params.order_qty, Decimal::ZERO);
        if let Some(limit) = limit
            && !params.post_only
            && params.triggers.is_none()
        {
            let crossing = opposite.iter().take_while(|level| match params.side {
                Side::Buy => level.price <= limit,
                Side::Sell => level.price >= limit,
            });
            for level in crossing {
                let qty = open.min(Decimal::from(level.qty));
                filled_value += qty * level.price;
                open -= qty;
            }
        }
        let rests_at = params
            .limit_price
            .filter(|_| !matches!(params.time_in_force, Some(TimeInForceWord::Ioc | TimeInForceWord::Fok)));
        let rests = if rests_at.is_some() { open } else { Decimal::ZERO };
        let rests_value = rests_at.unwrap_or_default() * rests;
        Preview {
            filled: params.order_qty - open,
            filled_value,
            rests,
            rests_value,
            taker_fee: fee(filled_value, pair.taker_bp),
            maker_fee: fee(rests_value, pair.maker_bp),
            best,
            limit,
        }
    }

    fn print(&self, params: &AddOrderParams) {
        let verb = match params.side {
            Side::Buy => "buy",
            Side::Sell => "sell",
        };
        let limit = match (params.limit_price, self.limit) {
            (Some(limit), _) => format!("at {limit} or better"),
            (None, Some(worst)) => format!("at the market, no worse than {worst}"),
            (None, None) => "at the market, where nothing rests now".to_owned(),
        };
        say!("{verb} {} of {} {limit}", face_of(params.order_qty), params.symbol);
        for leg in &params.any_of {
            say!("or {} at {} or better, {} of them in all", leg.symbol, leg.limit_price, face_of(params.order_qty));
        }
        if let Some(best) = self.best {
            say!("  best opposite price       {best:>14}");
        }
        say!("  fills now                 {:>14}   for {}", face_of(self.filled), dollars(self.filled_value));
        say!("  rests                     {:>14}   for {}", face_of(self.rests), dollars(self.rests_value));
        let (gross, fees) = (self.filled_value + self.rests_value, self.taker_fee + self.maker_fee);
        say!("  gross                     {:>14}", dollars(gross));
        say!(
            "  fee                       {:>14}   {} as taker, {} as maker once the rest fills",
            dollars(fees),
            dollars(self.taker_fee),
            dollars(self.maker_fee)
        );
        if let Some(max_total) = params.max_total {
            say!(
                "  at most                   {:>14}   fees included; less is bought when it does not reach",
                dollars(max_total)
            );
        }
        let face = self.filled + self.rests;
        match params.side {
            Side::Sell => {
                say!("  net                       {:>14}", dollars(gross - fees));
                if face > Decimal::ZERO {
                    say!("  share of face recovered   {:>14}", percent((gross - fees) / face));
                }
            }
            Side::Buy => {
                say!("  total                     {:>14}", dollars(gross + fees));
                if face > Decimal::ZERO {
                    say!("  saved against face        {:>14}", percent(Decimal::ONE - (gross + fees) / face));
                }
            }
        }
    }
}

fn face_of(qty: Decimal) -> String {
    u64::try_from(qty).map_or_else(|_| qty.to_string(), face)
}

/// A fee rounded up to the cent, as the venue does.
fn fee(value: Decimal, bp: u16) -> Decimal {
    (value * Decimal::new(i64::from(bp), 4)).round_dp_with_strategy(2, RoundingStrategy::AwayFromZero)
}

fn confirmed(json: bool) -> Result<bool, Failure> {
    if json || !std::io::stdin().is_terminal() {
        return Err(Failure::Usage("nobody can be asked here: say --yes to send without asking".to_owned()));
    }
    print!("send this order? [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn report(result: &OrderResult, preview: &Preview, json: bool) {
    if json {
        // Money as text: a JSON reader that makes floats of numbers loses nothing.
        let object = serde_json::json!({ "result": result, "preview": {
            "fills_now": preview.filled.to_string(), "fills_now_value": preview.filled_value.to_string(),
            "rests": preview.rests.to_string(), "rests_value": preview.rests_value.to_string(),
            "taker_fee": preview.taker_fee.to_string(), "maker_fee": preview.maker_fee.to_string(),
        }});
        say!("{object}");
        return;
    }
    let again = if result.duplicate { " (this is the answer it got the first time)" } else { "" };
    let why = match result.reason {
        Some(CancelReason::TimeInForce) => "; the rest found nothing more within its limit",
        Some(CancelReason::SelfTrade) => "; the rest met an order of your own (self-trade prevention)",
        Some(CancelReason::Volatility) => "; the rest would have traded outside the volatility bands",
        _ => "",
    };
    say!(
        "{} is {}: {} filled, {} open{why}{again}",
        print_order_id(result.order_id),
        status(result),
        face(result.cum_qty),
        face(result.leaves_qty)
    );
    for fill in &result.fills {
        say!(
            "  trade {:>8}   {:>14} at {}   fee {}",
            fill.trade_id,
            face(fill.last_qty),
            fill.last_price,
            dollars(fill.fees.0)
        );
    }
}

fn status(result: &OrderResult) -> &'static str {
    use unspent_model::OrderStatus;
    match result.status {
        OrderStatus::Open => "open",
        OrderStatus::PartiallyFilled => "partially filled",
        OrderStatus::Filled => "filled",
        OrderStatus::Canceled => "cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_model::{Phase, Symbol, Timestamp};

    fn pair() -> Pair {
        Pair {
            symbol: Symbol::parse("AWS-ACT-1K-202706").unwrap(),
            base: "AWS-ACT-1K-202706".into(),
            quote: "USD".into(),
            price_precision: 4,
            price_increment: Decimal::new(1, 3),
            qty_precision: 0,
            qty_increment: 1_000,
            qty_min: 1_000,
            cost_precision: 2,
            status: "online".into(),
            phase: Phase::Continuous,
            phase_reason: None,
            price_max: Decimal::ONE,
            collar: Decimal::new(3, 2),
            maker_bp: 25,
            taker_bp: 100,
        }
    }

    fn args(price: Option<Decimal>) -> OrderArgs {
        OrderArgs {
            symbol: "AWS-ACT-1K-202706".to_owned(),
            qty: Decimal::from(150_000),
            price,
            tif: None,
            until: None,
            stop: None,
            display: None,
            min_qty: None,
            post_only: false,
            slide: false,
            cl_ord_id: Some("a".to_owned()),
            yes: true,
            client: crate::cli::ClientArgs { url: String::new(), key: None, key_file: None, ca_file: None },
        }
    }

    fn bids(levels: &[(i64, u64)]) -> Book {
        let bids = levels.iter().map(|&(bp, qty)| BookLevel { price: Decimal::new(bp, 4), qty }).collect();
        let symbol = Symbol::parse("AWS-ACT-1K-202706").unwrap();
        Book {
            symbol,
            bids,
            asks: Vec::new(),
            implied_bids: None,
            implied_asks: None,
            phase: None,
            checksum: None,
            timestamp: Timestamp(0),
        }
    }

    #[test]
    fn a_sell_into_an_empty_book_rests_whole_and_pays_the_makers_fee() {
        let params = params(Side::Sell, &args(Some(Decimal::new(66, 2))), None).unwrap();
        let preview = Preview::new(&params, &pair(), &bids(&[]));
        // MARKET.md's example: $150,000 of face at 66.00 is $99,000, the maker's fee $247.50.
        assert_eq!(preview.rests_value, Decimal::from(99_000));
        assert_eq!(preview.maker_fee, Decimal::new(24_750, 2));
        assert_eq!((preview.filled, preview.taker_fee), (Decimal::ZERO, Decimal::ZERO));
    }

    #[test]
    fn a_sell_takes_what_is_bid_within_its_limit() {
        let params = params(Side::Sell, &args(Some(Decimal::new(66, 2))), None).unwrap();
        let preview = Preview::new(&params, &pair(), &bids(&[(6_800, 30_000), (6_600, 20_000), (6_500, 500_000)]));
        assert_eq!(preview.filled, Decimal::from(50_000));
        assert_eq!(preview.filled_value, Decimal::from(20_400 + 13_200));
        assert_eq!(preview.rests, Decimal::from(100_000));
    }

    #[test]
    fn a_market_sell_stops_at_the_collar_and_rests_nothing() {
        let params = params(Side::Sell, &args(None), None).unwrap();
        let preview = Preview::new(&params, &pair(), &bids(&[(6_800, 30_000), (6_500, 20_000), (6_499, 500_000)]));
        assert_eq!(preview.filled, Decimal::from(50_000));
        assert_eq!(preview.rests, Decimal::ZERO);
    }

    #[test]
    fn a_bound_on_money_belongs_to_a_market_order() {
        let refused = params(Side::Buy, &args(Some(Decimal::ONE)), Some(Decimal::TEN)).unwrap_err();
        assert!(matches!(refused, Failure::Usage(_)));
    }
}
