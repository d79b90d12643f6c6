//! Which instruments make a curve: one programme and face value, every expiry.

use crate::catalogue::Catalogue;
use crate::refusal::Refusal;
use unspent_model::{InstrumentId, Reject, Symbol};

/// The curve that a credit is a point of, `AWS-ACT-1K` of `AWS-ACT-1K-202706`; `None` of what is no credit.
pub(crate) fn curve_of(symbol: &Symbol) -> Option<Symbol> {
    symbol.credit()?;
    let (curve, _) = symbol.as_str().rsplit_once('-')?;
    Symbol::parse(curve).ok()
}

/// The last part of a credit's symbol, `202706` or `PERP`; empty of what is no credit.
#[must_use]
pub fn expiry_of(symbol: &Symbol) -> &str {
    match symbol.credit() {
        Some(_) => symbol.as_str().rsplit_once('-').map_or("", |(_, expiry)| expiry),
        None => "",
    }
}

impl Catalogue {
    /// The curve that an instrument is a point of; `None` of one that is no credit, or is not listed.
    #[must_use]
    pub fn curve_of(&self, instrument: InstrumentId) -> Option<Symbol> {
        *self.curves.get(instrument.0 as usize)?
    }

    /// The instruments of a curve in the order of their expiry, those without one last; none when none is listed.
    #[must_use]
    pub fn curve(&self, curve: &Symbol) -> &[InstrumentId] {
        self.points.get(curve).map_or(&[], Vec::as_slice)
    }

    /// The instruments of a curve, or the refusal.
    ///
    /// # Errors
    /// [`Reject::UnknownSymbol`] when none is listed.
    pub fn resolve_curve(&self, curve: &Symbol) -> Result<&[InstrumentId], Refusal> {
        match self.curve(curve) {
            [] => {
                let message = format!(
                    "no instrument of a curve {curve}/USD is listed; a curve is a credit's symbol without its expiry, such as AWS-ACT-1K/USD"
                );
                Err(Refusal::new(Reject::UnknownSymbol, message))
            }
            points => Ok(points),
        }
    }

    /// Notes the curve of the instrument that is taken in next.
    pub(crate) fn note_curve(&mut self, instrument: InstrumentId, symbol: &Symbol) {
        let curve = curve_of(symbol);
        self.curves.push(curve);
        let Some(curve) = curve else { return };
        let expiry =
            |id: &InstrumentId| self.get(*id).and_then(|spec| spec.symbol.credit()).map(|credit| credit.expiry);
        let new = symbol.credit().map(|credit| credit.expiry);
        let points = self.points.get(&curve).map_or(&[][..], Vec::as_slice);
        let at = points.partition_point(|id| expiry(id) < new);
        self.points.entry(curve).or_default().insert(at, instrument);
    }
}
