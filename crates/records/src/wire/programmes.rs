//! Terms of programmes, permits, and the ends of months: as commands, and as what a snapshot says.

use super::{FieldError, SetRulesV1, SetRulesV2, SetScheduleV1, body, pad, programme};
use unspent_model as model;
use unspent_model::{
    AccountId, Cash, Command, Date, EngineFact, InstrumentId, Note, Permit, PermitKind, PolicyClass, Programme,
    ProgrammeTerms, SplitRule, Timestamp, ViewFact,
};

body! {
    /// Kinds 60 and 350. `dated` is the day in digits, 20261121.
    TermsV1 { programme: [u8; 32], class: u8, source: Vec<u8>, dated: u32, most_pieces: u32, smallest_piece_cents: u64 }
}
body! {
    /// Kinds 61, 351 and 452. `until` is the day in digits.
    PermitV1 { account: u32, programme: [u8; 32], kind: u8, reference: Vec<u8>, until: Option<u32> }
}
body! {
    /// Kind 62.
    RevokePermitV1 { account: u32, programme: [u8; 32], kind: u8 }
}
body! {
    /// Kind 63.
    WatchExpiryV1 { instrument: u32 }
}
body! {
    /// Kind 352.
    MonthV1 { instrument: u32, watched: bool, lots_out: u64 }
}
body! {
    /// Kinds 353 and 454.
    ExpiredV1 { programme: [u8; 32], dollars: u64 }
}

body! {
    /// Kind 450.
    ViewProgrammesV1 { terms: u64, permits: u64, months: u64, expired: u64, rules: u64, schedules: u64 }
}
body! {
    /// Kind 451.
    ViewTermsV1 { number: u64, terms: TermsV1 }
}
body! {
    /// Kind 453.
    ViewMonthV1 { instrument: u32, ends: u64, over: bool, next: Option<u32> }
}

pub(super) fn digits(date: Date) -> u32 {
    u32::from(date.year()) * 10_000 + u32::from(date.month()) * 100 + u32::from(date.day())
}

pub(super) fn date(digits: u32) -> Option<Date> {
    let part = |value: u32| u8::try_from(value % 100).ok();
    Date::new(u16::try_from(digits / 10_000).ok()?, part(digits / 100)?, part(digits)?)
}

pub(super) fn note(bytes: &[u8]) -> Option<Note> {
    std::str::from_utf8(bytes).ok().and_then(|text| Note::parse(text).ok())
}

fn permit_kind(code: u8) -> Result<PermitKind, FieldError> {
    PermitKind::ALL.iter().copied().find(|&kind| kind as u8 == code).ok_or("kind")
}

impl From<&ProgrammeTerms> for TermsV1 {
    fn from(terms: &ProgrammeTerms) -> Self {
        TermsV1 {
            programme: pad(terms.programme.as_str()),
            class: terms.class as u8,
            source: terms.source.as_str().as_bytes().to_vec(),
            dated: digits(terms.dated),
            most_pieces: terms.split.most_pieces,
            smallest_piece_cents: terms.split.smallest_piece.0,
        }
    }
}

impl TryFrom<TermsV1> for ProgrammeTerms {
    type Error = FieldError;
    fn try_from(body: TermsV1) -> Result<Self, FieldError> {
        Ok(ProgrammeTerms {
            programme: programme(&body.programme)?,
            class: PolicyClass::ALL.iter().copied().find(|&class| class as u8 == body.class).ok_or("class")?,
            source: note(&body.source).ok_or("source")?,
            dated: date(body.dated).ok_or("dated")?,
            split: SplitRule { most_pieces: body.most_pieces, smallest_piece: Cash(body.smallest_piece_cents) },
        })
    }
}

impl TryFrom<TermsV1> for Command {
    type Error = FieldError;
    fn try_from(body: TermsV1) -> Result<Self, FieldError> {
        Ok(Command::SetProgramme(Box::new(body.try_into()?)))
    }
}

impl TryFrom<TermsV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: TermsV1) -> Result<Self, FieldError> {
        Ok(EngineFact::Programme(Box::new(body.try_into()?)))
    }
}

impl From<&Permit> for PermitV1 {
    fn from(permit: &Permit) -> Self {
        PermitV1 {
            account: permit.account.0,
            programme: pad(permit.programme.as_str()),
            kind: permit.kind as u8,
            reference: permit.reference.as_str().as_bytes().to_vec(),
            until: permit.until.map(digits),
        }
    }
}

impl TryFrom<PermitV1> for Permit {
    type Error = FieldError;
    fn try_from(body: PermitV1) -> Result<Self, FieldError> {
        Ok(Permit {
            account: AccountId(body.account),
            programme: programme(&body.programme)?,
            kind: permit_kind(body.kind)?,
            reference: note(&body.reference).ok_or("reference")?,
            until: body.until.map(|digits| date(digits).ok_or("until")).transpose()?,
        })
    }
}

impl TryFrom<PermitV1> for Command {
    type Error = FieldError;
    fn try_from(body: PermitV1) -> Result<Self, FieldError> {
        Ok(Command::Permit(Box::new(body.try_into()?)))
    }
}

impl TryFrom<PermitV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: PermitV1) -> Result<Self, FieldError> {
        Ok(EngineFact::Permit(Box::new(body.try_into()?)))
    }
}

impl RevokePermitV1 {
    pub fn new(account: AccountId, programme: Programme, kind: PermitKind) -> Self {
        RevokePermitV1 { account: account.0, programme: pad(programme.as_str()), kind: kind as u8 }
    }
}

impl TryFrom<RevokePermitV1> for Command {
    type Error = FieldError;
    fn try_from(body: RevokePermitV1) -> Result<Self, FieldError> {
        let (account, programme) = (AccountId(body.account), programme(&body.programme)?);
        Ok(Command::RevokePermit { account, programme, kind: permit_kind(body.kind)? })
    }
}

impl TryFrom<WatchExpiryV1> for Command {
    type Error = FieldError;
    fn try_from(body: WatchExpiryV1) -> Result<Self, FieldError> {
        Ok(Command::WatchExpiry { instrument: InstrumentId(body.instrument) })
    }
}

impl TryFrom<MonthV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: MonthV1) -> Result<Self, FieldError> {
        let MonthV1 { instrument, watched, lots_out } = body;
        Ok(EngineFact::Month { instrument: InstrumentId(instrument), watched, lots_out })
    }
}

impl TryFrom<ExpiredV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: ExpiredV1) -> Result<Self, FieldError> {
        Ok(model::EngineFact::Expired { programme: programme(&body.programme)?, dollars: body.dollars })
    }
}

impl From<&model::ViewProgrammes> for ViewProgrammesV1 {
    fn from(counts: &model::ViewProgrammes) -> Self {
        let model::ViewProgrammes { terms, permits, months, expired, rules, schedules } = *counts;
        ViewProgrammesV1 { terms, permits, months, expired, rules, schedules }
    }
}

impl TryFrom<ViewProgrammesV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewProgrammesV1) -> Result<Self, FieldError> {
        let ViewProgrammesV1 { terms, permits, months, expired, rules, schedules } = body;
        Ok(ViewFact::Programmes(model::ViewProgrammes { terms, permits, months, expired, rules, schedules }))
    }
}

impl TryFrom<ViewTermsV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewTermsV1) -> Result<Self, FieldError> {
        Ok(ViewFact::Terms { number: body.number, terms: Box::new(body.terms.try_into()?) })
    }
}

impl TryFrom<PermitV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: PermitV1) -> Result<Self, FieldError> {
        Ok(ViewFact::Permit(Box::new(body.try_into()?)))
    }
}

impl From<&model::ViewMonth> for ViewMonthV1 {
    fn from(month: &model::ViewMonth) -> Self {
        let model::ViewMonth { instrument, ends, over, next } = *month;
        ViewMonthV1 { instrument: instrument.0, ends: ends.0, over, next: next.map(|next| next.0) }
    }
}

impl TryFrom<ViewMonthV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewMonthV1) -> Result<Self, FieldError> {
        let (instrument, next) = (InstrumentId(body.instrument), body.next.map(InstrumentId));
        Ok(ViewFact::Month(model::ViewMonth { instrument, ends: Timestamp(body.ends), over: body.over, next }))
    }
}

/// The rules that a command sets.
fn rules(command: Command) -> Result<ViewFact, FieldError> {
    match command {
        Command::SetRules { instrument, rules } => Ok(ViewFact::Rules { instrument, rules }),
        _ => Err("kind"),
    }
}

impl TryFrom<SetRulesV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: SetRulesV1) -> Result<Self, FieldError> {
        rules(body.try_into()?)
    }
}

impl TryFrom<SetRulesV2> for ViewFact {
    type Error = FieldError;
    fn try_from(body: SetRulesV2) -> Result<Self, FieldError> {
        rules(body.try_into()?)
    }
}

impl TryFrom<SetScheduleV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: SetScheduleV1) -> Result<Self, FieldError> {
        match Command::try_from(body)? {
            Command::SetSchedule { instrument, schedule } => {
                Ok(ViewFact::Schedule { instrument, schedule: Box::new(schedule) })
            }
            _ => Err("kind"),
        }
    }
}

impl TryFrom<ExpiredV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ExpiredV1) -> Result<Self, FieldError> {
        Ok(ViewFact::Expired { programme: programme(&body.programme)?, dollars: body.dollars })
    }
}
