//! Lines of an instruments file: one JSON object for each instrument, in the order of their ids.

use crate::catalogue::{MAX_FACE_DOLLARS, units};
use crate::fields::{Fields, Wrong};
use crate::refusal::Refusal;
use rust_decimal::Decimal;
use unspent_model::{Credit, FeeRate, FeeSchedule, Instrument, InstrumentError, Price, Reject, Symbol};

/// A credit's price unit: one basis point of face, in four decimals.
const CREDIT_DECIMALS: u8 = 4;

/// Reads `{"symbol":"AWS-ACT-1K-202706/USD","face":1000,"tick":0.001,"price_max":1.0}`, with optional `fees`
/// (`maker_bp`, `taker_bp`) and `collar` (dollars per dollar of face).
///
/// A credit's price unit is a basis point of face, printed with four decimals. Credits are: what the symbol says is
/// one, and whatever costs at most 1 in ticks of whole basis points for a face of whole hundreds. Any other price is
/// counted in ticks and printed with the tick's own decimals. The collar is by default 3 % of face for credits (300
/// basis points), and 3 % of the highest price for the rest, at least one unit.
///
/// # Errors
/// [`Refusal`] with the field at fault.
pub fn parse_instrument(line: &str) -> Result<Instrument, Refusal> {
    let mut f = Fields::new(&["symbol", "face", "tick", "price_max", "fees", "collar"], &[]);
    f.scan(line).map_err(|error| {
        Refusal::new(Reject::MalformedMessage, format!("an instrument is a JSON object in one line: {error}"))
    })?;
    if let Some(wrong) = f.wrong.take() {
        return Err(wrong);
    }
    let symbol: Symbol = f.required("symbol")?;
    let face_dollars: u32 = f.required("face")?;
    let tick = f.required::<Decimal>("tick")?.normalize();
    let price_max: Decimal = f.required("price_max")?;
    let fees = f.option_with("fees", fees)?.unwrap_or_default();
    let collar: Option<Decimal> = f.option("collar")?;

    if face_dollars == 0 || face_dollars > MAX_FACE_DOLLARS {
        return Err(Refusal::field("face", format_args!("must be from 1 to {MAX_FACE_DOLLARS} dollars")));
    }
    if tick <= Decimal::ZERO || tick.scale() > 9 {
        return Err(Refusal::field("tick", "must be above zero with at most 9 decimals"));
    }
    let credit = symbol.credit();
    let whole_points = units(tick, CREDIT_DECIMALS, 1).is_some();
    if credit.is_some() && !whole_points {
        return Err(Refusal::field("tick", "of a credit must be a multiple of 0.0001"));
    }
    let is_credit = credit.is_some() || (price_max <= Decimal::ONE && whole_points && face_dollars.is_multiple_of(100));
    let own_unit = u32::try_from(tick.mantissa());
    let (price_decimals, price_unit) = match is_credit {
        true => (CREDIT_DECIMALS, 1),
        false => (
            u8::try_from(tick.scale()).expect("at most 9"),
            own_unit.map_err(|_| Refusal::field("tick", "must have at most 9 digits"))?,
        ),
    };
    let count = |field: &'static str, value: Decimal| -> Result<u32, Refusal> {
        let count = units(value, price_decimals, price_unit).and_then(|count| u32::try_from(count).ok());
        let unit = Decimal::new(i64::from(price_unit), u32::from(price_decimals)).normalize();
        count.filter(|count| *count > 0).ok_or_else(|| {
            Refusal::field(field, format_args!("must be a multiple of {unit} above zero, at most {} of them", u32::MAX))
        })
    };
    let price_max = Price(count("price_max", price_max)?);
    let collar = match collar {
        Some(collar) => count("collar", collar)?,
        None if is_credit => 300,
        None => u32::try_from(u64::from(price_max.0) * 3 / 100).expect("a part of a u32").max(1),
    };
    let tick = count("tick", tick)?;
    Instrument { symbol, face_dollars, price_decimals, price_unit, tick, price_max, collar, fees }
        .checked()
        .map_err(|error| unfit(error, credit))
}

fn fees(raw: &str) -> Result<FeeSchedule, Wrong> {
    let rate = |f: &Fields<'_>, field: &'static str| -> Result<FeeRate, Wrong> {
        let bp = f
            .option::<u32>(field)
            .map_err(|refusal| Wrong::from(format!("has a field in error: {}", refusal.message)))?;
        match u16::try_from(bp.unwrap_or(0)) {
            Ok(bp) if bp <= FeeRate::MAX.0 => Ok(FeeRate(bp)),
            _ => Err(format!("must have {field} from 0 to {} basis points", FeeRate::MAX.0).into()),
        }
    };
    let mut f = Fields::new(&["maker_bp", "taker_bp"], &[]);
    f.scan(raw).map_err(|_| "must be an object, such as {\"maker_bp\":0,\"taker_bp\":25}")?;
    if let Some(wrong) = f.wrong.take() {
        return Err(format!("has a field in error: {}", wrong.message).into());
    }
    Ok(FeeSchedule { maker: rate(&f, "maker_bp")?, taker: rate(&f, "taker_bp")? })
}

fn unfit(error: InstrumentError, credit: Option<Credit<'_>>) -> Refusal {
    let field = match error {
        InstrumentError::Face => "face",
        InstrumentError::Tick => "price_max",
        InstrumentError::Cents | InstrumentError::Decimals => "tick",
        InstrumentError::Fee => "fees",
    };
    let message = match (error, credit) {
        (InstrumentError::Face, Some(credit)) => format!("face must be {}, as in the symbol", credit.face_dollars),
        _ => error.to_string(),
    };
    Refusal::at(Reject::InvalidInstrument, field, message)
}
