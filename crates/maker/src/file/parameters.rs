//! What every field of a file is: for people, and for the tests that hold the guide to it.

/// One field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The table it stands in; those of `[quoting]` may stand in an `[[instrument]]` too. Empty: at the top.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// In what it is counted.
    pub unit: &'static str,
    /// What it is when it is absent, as it would be written; `needed` or `none` when there is nothing that it would be.
    pub default: &'static str,
    /// What it does.
    pub effect: &'static str,
}

const fn parameter(
    table: &'static str,
    name: &'static str,
    unit: &'static str,
    default: &'static str,
    effect: &'static str,
) -> Parameter {
    Parameter { table, name, unit, default, effect }
}

/// Every field, in the order of the guide. All of them may change while a maker runs but for the names of families and the
/// symbols of instruments.
pub const PARAMETERS: &[Parameter] = &[
    parameter("", "version", "", "needed", "the version of the file: 1"),
    parameter(
        "safety",
        "dead_man_seconds",
        "seconds",
        "15",
        "the venue cancels everything so long after it was last told not to; it is told three times as often; 1 to 86,400",
    ),
    parameter(
        "safety",
        "confirm_ms",
        "milliseconds",
        "10000",
        "without the venue's acknowledgement of that, or an answer to anything else, for so long it pulls; less than the dead-man timer",
    ),
    parameter(
        "safety",
        "stale_ms",
        "milliseconds",
        "4000",
        "without a word from the venue for so long it pulls; a venue says something every second",
    ),
    parameter(
        "safety",
        "loss_limit",
        "dollars",
        "5000",
        "it pulls when it has lost so much since midnight (UTC), until somebody resumes",
    ),
    parameter(
        "safety",
        "group",
        "text",
        "none",
        "the protection group that the venue counts its quotes' fills in; absent: no group",
    ),
    parameter(
        "safety",
        "group_lots",
        "lots",
        "50",
        "so many lots filled within the window trip the group; 1 to 1,000,000",
    ),
    parameter("safety", "group_window_seconds", "seconds", "10", "the group's window; 1 to 3,600"),
    parameter(
        "safety",
        "group_rest_seconds",
        "seconds",
        "0",
        "how long after it tripped it goes on by itself; 0: only when somebody resumes",
    ),
    parameter("safety", "pause_file", "path", "none", "while there is a file of this name nothing is quoted"),
    parameter(
        "timing",
        "requote_ms",
        "milliseconds",
        "250",
        "the least time between two rounds of quotes; at least 20",
    ),
    parameter("timing", "refused_ms", "milliseconds", "2000", "a side that was refused is not tried again for so long"),
    parameter("bounds", "face", "dollars of face", "1000000", "the most to own in all, bids included"),
    parameter("bounds", "keep", "dollars", "0", "money that is never spent"),
    parameter("provider", "name", "text", "needed", "a provider, `AWS`"),
    parameter("provider", "face", "dollars of face", "needed", "the most to own of its credits, bids included"),
    parameter("family", "name", "text", "needed", "a symbol without its month, `AWS-ACT-1K`"),
    parameter("family", "near_bp", "bp of face", "5000", "the fair price on the last trade's day"),
    parameter("family", "far_bp", "bp of face", "8000", "the fair price in the far future; not below near_bp"),
    parameter(
        "family",
        "half_days",
        "days",
        "60",
        "so many days before the last trade the fair price is half way between the two",
    ),
    parameter(
        "family",
        "knots",
        "[days, bp of face]",
        "none",
        "in place of the three before: points of the curve, ascending, joined by lines",
    ),
    parameter(
        "family",
        "anchor_permille",
        "thousandths",
        "100",
        "how far of the way a trade moves the curve to its price; 0: trades do not move it",
    ),
    parameter(
        "family",
        "anchor_lots",
        "lots",
        "20",
        "a trade of so many lots or more moves it the whole of that, a smaller one its share",
    ),
    parameter("family", "anchor_max_bp", "bp of face", "1000", "the most that trades move it"),
    parameter(
        "family",
        "anchor_half_life_seconds",
        "seconds",
        "604800",
        "what trades have moved is half of it so much later; 0: it stays",
    ),
    parameter("quoting", "quote_face", "dollars of face", "5000", "the first layer of each side, a clip"),
    parameter(
        "quoting",
        "layers",
        "",
        "1",
        "layers a side, 1 to 8; the first is a quote, further ones are orders beside it",
    ),
    parameter("quoting", "layer_step_bp", "bp of face", "50", "how far each layer is behind the one before"),
    parameter(
        "quoting",
        "layer_growth_percent",
        "percent",
        "0",
        "how much larger than the first each further layer is, more by so much each",
    ),
    parameter("quoting", "max_face", "dollars of face", "100000", "the most to own of the instrument, bids included"),
    parameter(
        "quoting",
        "target_face",
        "dollars of face",
        "0",
        "what it is content to own: with more it prices lower, with less higher",
    ),
    parameter("quoting", "risk_aversion", "1/bp", "0.01", "γ: how much inventory and risk move and widen its quotes"),
    parameter(
        "quoting",
        "volatility_bp",
        "bp of face",
        "30.0",
        "σ: one standard deviation of the fair price over a day",
    ),
    parameter(
        "quoting",
        "max_skew_bp",
        "bp of face",
        "300",
        "the most that what is owned moves the reservation price, however much it is",
    ),
    parameter(
        "quoting",
        "fill_decay",
        "1/bp",
        "0.02",
        "k: how fast fills become fewer with distance; larger makes narrower quotes",
    ),
    parameter("quoting", "horizon_days", "days", "1.0", "τ is the time to the last trade, at most this"),
    parameter(
        "quoting",
        "min_half_spread_bp",
        "bp of face",
        "20",
        "the least distance from the reservation price beside the fee",
    ),
    parameter("quoting", "max_half_spread_bp", "bp of face", "500", "the most"),
    parameter(
        "quoting",
        "sell_face_per_day",
        "dollars of face",
        "10000",
        "what can be sold in a day: what is owned beyond what can be sold in the days left is worth its salvage, and is not bought",
    ),
    parameter("quoting", "salvage_bp", "bp of face", "0", "what a lot is worth that is not sold before its last trade"),
    parameter(
        "quoting",
        "no_buy_days",
        "days",
        "14",
        "no bids so many days before the last trade and later; at least 1",
    ),
    parameter(
        "quoting",
        "liquidation_days",
        "days",
        "14",
        "so many days before the last trade asks begin to fall and to offer all that is owned",
    ),
    parameter("quoting", "liquidation_floor_bp", "bp of face", "4000", "where asks end on the last trade's day"),
    parameter("quoting", "price_min_bp", "bp of face", "100", "no order below"),
    parameter("quoting", "price_max_bp", "bp of face", "10000", "no order above"),
    parameter(
        "quoting",
        "band_bp",
        "bp of face",
        "1000",
        "no quotes while trades have moved the fair price further than this from the curve",
    ),
    parameter(
        "quoting",
        "move_at_bp",
        "bp of face",
        "20",
        "an order that is nearer than this to where it should be stays in its queue",
    ),
    parameter(
        "quoting",
        "refill_percent",
        "percent",
        "50",
        "an order that was filled to less than this share of what it should be is placed anew",
    ),
    parameter("quoting", "in_calls", "", "true", "whether it quotes in calls too"),
    parameter(
        "instrument",
        "symbol",
        "text",
        "needed",
        "a credit to quote; who is earlier comes first when bounds are short",
    ),
];
