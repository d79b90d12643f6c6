//! AWS's own listing of credits: the answer of its billing interface's `GetCredits` (2023-09-07).

use super::{Credit, MAX_CREDITS, cents};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use unspent_model::Timestamp;

#[derive(Deserialize)]
struct Answer {
    credits: Vec<Data>,
}

/// What of a credit matters here. The provider may add fields.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    credit_id: String,
    account_id: String,
    credit_type: String,
    remaining_amount: Amount,
    estimated_amount: Option<Amount>,
    #[serde(default)]
    applicable_product_names: Vec<String>,
    description: String,
    /// Seconds since 1970.
    start_date: i64,
    end_date: Option<i64>,
    credit_status: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Amount {
    currency_code: String,
    currency_amount: String,
}

/// Reads an answer of `GetCredits`. What is left of a credit is the smaller of its remaining balance and the estimate that
/// counts open bills, for the part that is reserved for a bill cannot be split off.
///
/// # Errors
/// Which credit and which field is not as AWS documents it.
pub fn read(text: &str) -> Result<Vec<Credit>> {
    let answer: Answer = serde_json::from_str(text).context("an answer of GetCredits was expected")?;
    ensure!(answer.credits.len() <= MAX_CREDITS, "at most {MAX_CREDITS} credits are read");
    let one = |(i, data): (usize, Data)| {
        let at = format!("credit {} ({})", i + 1, data.credit_id);
        credit(data).with_context(|| at)
    };
    answer.credits.into_iter().enumerate().map(one).collect()
}

fn credit(data: Data) -> Result<Credit> {
    let dollars = |field: &'static str, amount: &Amount| {
        cents(&amount.currency_amount).with_context(|| format!("{field}: {} is no amount", amount.currency_amount))
    };
    let remaining = dollars("remainingAmount", &data.remaining_amount)?;
    let estimated = data.estimated_amount.as_ref().map(|amount| dollars("estimatedAmount", amount)).transpose()?;
    let instant = |field: &'static str, seconds: i64| {
        let nanoseconds = u64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(1_000_000_000));
        nanoseconds.map(Timestamp).with_context(|| format!("{field}: {seconds} is no time since 1970"))
    };
    Ok(Credit {
        id: data.credit_id,
        owner: Some(data.account_id),
        about: data.description,
        kind: Some(data.credit_type),
        programme: None,
        amount: estimated.map_or(remaining, |estimated| estimated.min(remaining)),
        currency: data.remaining_amount.currency_code,
        starts: Some(instant("startDate", data.start_date)?),
        ends: data.end_date.map(|seconds| instant("endDate", seconds)).transpose()?,
        enabled: data.credit_status.as_deref().is_none_or(|status| status == "ENABLED"),
        pieces: None,
        products: data.applicable_product_names,
    })
}
