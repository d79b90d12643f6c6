//! The registry of holdings: as commands, and as what a snapshot says.

use super::programmes::{date, digits, note};
use super::settlement::level;
use super::{FieldError, body, pad, programme, unpad};
use unspent_model::{
    AccountId, Cash, Command, CreditId, EngineFact, Holding, HoldingCommand, HoldingId, HoldingLots, HoldingState,
    InstrumentId, NewHolding, Timestamp, ViewFact, ViewRegistered, ViewRegistry,
};

body! {
    /// Kind 96, and part of kinds 381 and 471. `dated` is the day in digits, 20261121; `ends` nanoseconds since 1970.
    NewHoldingV1 {
        account: u32, programme: [u8; 32], credit: [u8; 64], provenance: Vec<u8>, dated: u32, ends: Option<u64>,
        amount_cents: u64, pieces: u32,
    }
}
body! {
    /// Kind 97.
    SetHoldingLevelV1 { holding: u64, level: u8 }
}
body! {
    /// Kind 98.
    ListHoldingV1 { account: u32, holding: u64, instrument: u32, lots: u64 }
}
body! {
    /// Kind 99.
    DelistHoldingV1 { account: u32, holding: u64, instrument: u32, lots: u64 }
}
body! {
    /// Kind 101.
    WithdrawHoldingV1 { account: u32, holding: u64 }
}
body! {
    /// Kind 380.
    RegistryV1 { last: u64 }
}
body! {
    /// Kind 381, and part of kind 471.
    RegisteredHoldingV1 {
        holding: u64, terms: NewHoldingV1, level: u8, state: u8, left_cents: u64, pieces_left: u32, listed_cents: u64,
        pieces_listed: u32,
    }
}
body! {
    /// Kind 470.
    ViewRegistryV1 { holdings: u64, listed: u64 }
}
body! {
    /// Kind 471.
    ViewRegisteredV1 { holding: RegisteredHoldingV1, at: u64 }
}
body! {
    /// Kinds 382 and 472.
    ListedOutV1 { holding: u64, instrument: u32, level: u8, lots: u64 }
}

fn command(command: HoldingCommand) -> Command {
    Command::Holding(Box::new(command))
}

impl From<&NewHolding> for NewHoldingV1 {
    fn from(terms: &NewHolding) -> Self {
        NewHoldingV1 {
            account: terms.account.0,
            programme: pad(terms.programme.as_str()),
            credit: pad(terms.credit.as_str()),
            provenance: terms.provenance.as_str().as_bytes().to_vec(),
            dated: digits(terms.dated),
            ends: terms.ends.map(|ends| ends.0),
            amount_cents: terms.amount.0,
            pieces: terms.pieces,
        }
    }
}

impl TryFrom<NewHoldingV1> for NewHolding {
    type Error = FieldError;
    fn try_from(body: NewHoldingV1) -> Result<Self, FieldError> {
        Ok(NewHolding {
            account: AccountId(body.account),
            programme: programme(&body.programme)?,
            credit: unpad(&body.credit).and_then(|text| CreditId::parse(text).ok()).ok_or("credit")?,
            provenance: note(&body.provenance).ok_or("provenance")?,
            dated: date(body.dated).ok_or("dated")?,
            ends: body.ends.map(Timestamp),
            amount: Cash(body.amount_cents),
            pieces: body.pieces,
        })
    }
}

impl TryFrom<NewHoldingV1> for Command {
    type Error = FieldError;
    fn try_from(body: NewHoldingV1) -> Result<Self, FieldError> {
        Ok(command(HoldingCommand::Register(body.try_into()?)))
    }
}

impl TryFrom<SetHoldingLevelV1> for Command {
    type Error = FieldError;
    fn try_from(body: SetHoldingLevelV1) -> Result<Self, FieldError> {
        Ok(command(HoldingCommand::SetLevel { holding: HoldingId(body.holding), level: level(body.level)? }))
    }
}

impl TryFrom<ListHoldingV1> for Command {
    type Error = FieldError;
    fn try_from(body: ListHoldingV1) -> Result<Self, FieldError> {
        let (account, holding) = (AccountId(body.account), HoldingId(body.holding));
        let instrument = InstrumentId(body.instrument);
        Ok(command(HoldingCommand::List { account, holding, instrument, lots: body.lots }))
    }
}

impl TryFrom<DelistHoldingV1> for Command {
    type Error = FieldError;
    fn try_from(body: DelistHoldingV1) -> Result<Self, FieldError> {
        let (account, holding) = (AccountId(body.account), HoldingId(body.holding));
        let instrument = InstrumentId(body.instrument);
        Ok(command(HoldingCommand::Delist { account, holding, instrument, lots: body.lots }))
    }
}

impl TryFrom<WithdrawHoldingV1> for Command {
    type Error = FieldError;
    fn try_from(body: WithdrawHoldingV1) -> Result<Self, FieldError> {
        let (account, holding) = (AccountId(body.account), HoldingId(body.holding));
        Ok(command(HoldingCommand::Withdraw { account, holding }))
    }
}

impl TryFrom<RegistryV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: RegistryV1) -> Result<Self, FieldError> {
        Ok(EngineFact::Registry { last: HoldingId(body.last) })
    }
}

impl From<&Holding> for RegisteredHoldingV1 {
    fn from(it: &Holding) -> Self {
        RegisteredHoldingV1 {
            holding: it.holding.0,
            terms: NewHoldingV1::from(&it.terms),
            level: it.level as u8,
            state: it.state as u8,
            left_cents: it.left.0,
            pieces_left: it.pieces_left,
            listed_cents: it.listed.0,
            pieces_listed: it.pieces_listed,
        }
    }
}

impl TryFrom<RegisteredHoldingV1> for Holding {
    type Error = FieldError;
    fn try_from(body: RegisteredHoldingV1) -> Result<Self, FieldError> {
        Ok(Holding {
            holding: HoldingId(body.holding),
            terms: body.terms.try_into()?,
            level: level(body.level)?,
            state: HoldingState::from_code(body.state).ok_or("state")?,
            left: Cash(body.left_cents),
            pieces_left: body.pieces_left,
            listed: Cash(body.listed_cents),
            pieces_listed: body.pieces_listed,
        })
    }
}

impl TryFrom<RegisteredHoldingV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: RegisteredHoldingV1) -> Result<Self, FieldError> {
        Ok(EngineFact::RegisteredHolding(Box::new(body.try_into()?)))
    }
}

impl ListedOutV1 {
    pub fn new(holding: HoldingId, listed: &HoldingLots) -> Self {
        let HoldingLots { instrument, level, lots } = *listed;
        ListedOutV1 { holding: holding.0, instrument: instrument.0, level: level as u8, lots }
    }

    pub fn parts(&self) -> Result<(HoldingId, HoldingLots), FieldError> {
        let (instrument, lots) = (InstrumentId(self.instrument), self.lots);
        Ok((HoldingId(self.holding), HoldingLots { instrument, level: level(self.level)?, lots }))
    }
}

impl TryFrom<ListedOutV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: ListedOutV1) -> Result<Self, FieldError> {
        let (holding, listed) = body.parts()?;
        Ok(EngineFact::ListedOut { holding, listed })
    }
}

impl TryFrom<ViewRegistryV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewRegistryV1) -> Result<Self, FieldError> {
        Ok(ViewFact::Registry(ViewRegistry { holdings: body.holdings, listed: body.listed }))
    }
}

impl From<&ViewRegistered> for ViewRegisteredV1 {
    fn from(it: &ViewRegistered) -> Self {
        ViewRegisteredV1 { holding: RegisteredHoldingV1::from(&it.holding), at: it.at.0 }
    }
}

impl TryFrom<ViewRegisteredV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewRegisteredV1) -> Result<Self, FieldError> {
        let (holding, at) = (body.holding.try_into()?, Timestamp(body.at));
        Ok(ViewFact::Registered(Box::new(ViewRegistered { holding, at })))
    }
}

impl TryFrom<ListedOutV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ListedOutV1) -> Result<Self, FieldError> {
        let (holding, listed) = body.parts()?;
        Ok(ViewFact::ListedOut { holding, listed })
    }
}
