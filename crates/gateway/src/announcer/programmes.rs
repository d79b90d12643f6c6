//! What the terms of a programme say, in a refusal.

use super::Announcer;
use unspent_model::{PolicyClass, ProgrammeTerms, Reject, Rejection};
use unspent_protocol::{Asked, Refusal};

impl Announcer {
    /// A refusal of the core as its owner is told it; one by a programme's terms names them.
    pub(super) fn explained(&self, rejection: Rejection, asked: Asked) -> Refusal {
        let mut refusal = self.catalogue.explain(rejection, asked);
        if rejection.reject == Reject::PolicyForbids
            && let Some(spec) = asked.instrument.and_then(|instrument| self.catalogue.get(instrument))
            && let Some(terms) = self.view.programmes().terms_of(spec)
        {
            refusal.message = forbidden(terms);
        }
        refusal
    }
}

/// Why terms forbid something: programme, class, source and day.
fn forbidden(terms: &ProgrammeTerms) -> String {
    let why = match terms.class {
        PolicyClass::Prohibited => "nobody may trade it",
        PolicyClass::UseThrough => "a sale needs an arrangement on file",
        PolicyClass::OneFamily => "both sides must be members of its payer family",
        PolicyClass::WithConsent => "a sale needs the provider's consent on file",
        PolicyClass::Free => "everybody may trade it",
    };
    let ProgrammeTerms { programme, class, source, dated, .. } = terms;
    format!("programme {programme} is {}: {why}; source: {source}, of {dated}", class.name())
}
