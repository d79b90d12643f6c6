//! Where around its fair price a maker with a finite horizon quotes.
//!
//! Source: M. Avellaneda, S. Stoikov, "High-frequency trading in a limit order book", Quantitative Finance 8(3), 2008, 217–224:
//! reservation price r = s − q γ σ² (T − t) and total spread γ σ² (T − t) + (2/γ) ln(1 + γ/k). Here s is the fair price, q is counted in
//! clips from the lots that it is content with, T is the last trade, and T − t is at most the configured horizon.

/// ln 2.
const LN_2: f64 = std::f64::consts::LN_2;

/// The natural logarithm of `1 + x`, `x` ≥ 0, to about fifteen digits, by the same operations on every machine.
///
/// `ln(1 + x) = n ln 2 + 2 artanh(y ÷ (2 + y))`, with `n` halvings that bring `1 + y` below 2.
pub(crate) fn ln_1p(x: f64) -> f64 {
    let (mut y, mut halvings) = (x, 0.0);
    while y >= 1.0 {
        y = (y - 1.0) / 2.0;
        halvings += 1.0;
    }
    let z = y / (2.0 + y);
    let square = z * z;
    // |z| ≤ 1/3: the twentieth term is below 1e-19.
    let (mut power, mut sum) = (z, 0.0);
    for n in 0..20_u32 {
        sum += power / f64::from(2 * n + 1);
        power *= square;
    }
    halvings * LN_2 + 2.0 * sum
}

/// How far the reservation price is below the fair one for each clip too many: γ σ² τ.
pub(crate) fn inventory_step(risk_aversion: f64, volatility: f64, horizon_days: f64) -> f64 {
    risk_aversion * volatility * volatility * horizon_days
}

/// The part of the half-spread that pays for the chance of a fill: ln(1 + γ/k) ÷ γ.
pub(crate) fn fill_term(risk_aversion: f64, fill_decay: f64) -> f64 {
    ln_1p(risk_aversion / fill_decay) / risk_aversion
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_the_librarys_to_a_part_in_1e14() {
        for x in [0.0, 1e-9, 0.001, 0.5, 0.999_999, 1.0, 2.5, 1e3, 1e9] {
            let (ours, theirs) = (ln_1p(x), f64::ln_1p(x));
            assert!((ours - theirs).abs() <= 1e-14 * theirs.max(1e-300), "{x}: {ours} {theirs}");
        }
    }

    #[test]
    fn the_papers_example() {
        // γ = 0.1, σ = 2, k = 1.5, T − t = 1: the paper's table 1 has a spread of 1.49 on average over the day, 1.29 of it without risk.
        let (step, fill) = (inventory_step(0.1, 2.0, 1.0), fill_term(0.1, 1.5));
        assert!((step - 0.4).abs() < 1e-12);
        assert!((2.0 * fill - 1.2908).abs() < 1e-4, "{fill}");
        assert!((step / 2.0 + 2.0 * fill - 1.49).abs() < 1e-2, "the average of γσ²(T − t) over the day is half of it");
    }
}
