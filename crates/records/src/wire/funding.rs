//! What the operator does to accounts, funds and trades.

use super::{FieldError, body, pad, unpad};
use unspent_model as model;
use unspent_model::{
    AccountId, AccountState, Actor, Asset, Cash, Funding, FundingRef, FundingRules, FundingSide, InstrumentId, Lots,
    PendingWithdrawal, Price, TradeFact, TradeId, WithdrawalId,
};

body! {
    /// Kinds 80 and 370.
    AccountStateV1 { account: u32, state: u8 }
}
body! {
    /// Kind 81. Without an instrument `amount` is cents, with one lots.
    FundV1 { account: u32, side: u8, instrument: Option<u32>, amount: u64, reference: [u8; 64] }
}
body! {
    /// Kind 82.
    DecideWithdrawalV1 { withdrawal: u64, approve: bool }
}
body! {
    /// Kinds 83 and 371.
    FundingRulesV1 {
        approval_cents: u64, approval_face: u64, daily_cents: Option<u64>, daily_face: Option<u64>,
    }
}
body! {
    /// Kind 84.
    BustTradeV1 { instrument: u32, trade: u64 }
}
body! {
    /// Kind 85.
    AdjustTradeV1 { instrument: u32, trade: u64, price: u32 }
}
body! {
    /// Kind 372. An actor of zeros is none.
    WithdrawalV1 { withdrawal: u64, funding: FundV1, asked_by: [u8; 64] }
}
body! {
    /// Kind 373.
    AskedV1 { account: u32, day: u64, cents: u64, face: u64 }
}
body! {
    /// Kind 374.
    FundedV1 { funding: FundV1, withdrawal: Option<u64> }
}
body! {
    /// Kind 375.
    TradesSinceV1 { trade: u64 }
}
body! {
    /// Kind 376.
    TradeV1 {
        trade: u64, instrument: u32, buyer: u32, seller: u32, price: u32, lots: u32, buyer_fee_cents: u64,
        seller_fee_cents: u64, adjusted: bool, busted: bool,
    }
}

body! {
    /// Kind 460.
    ViewFundingsV1 { states: u64, withdrawals: u64 }
}

impl TryFrom<ViewFundingsV1> for model::ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewFundingsV1) -> Result<Self, FieldError> {
        Ok(model::ViewFact::Fundings { states: body.states, withdrawals: body.withdrawals })
    }
}

impl TryFrom<AccountStateV1> for model::ViewFact {
    type Error = FieldError;
    fn try_from(body: AccountStateV1) -> Result<Self, FieldError> {
        let (account, state) = body.parts()?;
        Ok(model::ViewFact::AccountState { account, state })
    }
}

impl TryFrom<WithdrawalV1> for model::ViewFact {
    type Error = FieldError;
    fn try_from(body: WithdrawalV1) -> Result<Self, FieldError> {
        body.try_into().map(model::ViewFact::Withdrawal)
    }
}

impl AccountStateV1 {
    pub fn new(account: AccountId, state: AccountState) -> Self {
        AccountStateV1 { account: account.0, state: state as u8 }
    }

    fn parts(&self) -> Result<(AccountId, AccountState), FieldError> {
        let state = AccountState::ALL.iter().copied().find(|&state| state as u8 == self.state).ok_or("state")?;
        Ok((AccountId(self.account), state))
    }
}

impl TryFrom<AccountStateV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: AccountStateV1) -> Result<Self, FieldError> {
        let (account, state) = body.parts()?;
        Ok(model::Command::SetAccount { account, state })
    }
}

impl TryFrom<AccountStateV1> for model::EngineFact {
    type Error = FieldError;
    fn try_from(body: AccountStateV1) -> Result<Self, FieldError> {
        let (account, state) = body.parts()?;
        Ok(model::EngineFact::AccountState { account, state })
    }
}

impl From<&Funding> for FundV1 {
    fn from(funding: &Funding) -> Self {
        let (instrument, amount) = match funding.asset {
            Asset::Cash(cash) => (None, cash.0),
            Asset::Credits { instrument, lots } => (Some(instrument.0), lots),
        };
        let reference = pad(funding.reference.as_str());
        FundV1 { account: funding.account.0, side: funding.side as u8, instrument, amount, reference }
    }
}

impl TryFrom<FundV1> for Funding {
    type Error = FieldError;
    fn try_from(body: FundV1) -> Result<Self, FieldError> {
        let sides = [FundingSide::Deposit, FundingSide::Withdrawal];
        let asset = match body.instrument {
            None => Asset::Cash(Cash(body.amount)),
            Some(instrument) => Asset::Credits { instrument: InstrumentId(instrument), lots: body.amount },
        };
        Ok(Funding {
            account: AccountId(body.account),
            side: sides.into_iter().find(|&side| side as u8 == body.side).ok_or("side")?,
            asset,
            reference: unpad(&body.reference).and_then(|text| FundingRef::parse(text).ok()).ok_or("reference")?,
        })
    }
}

impl TryFrom<FundV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: FundV1) -> Result<Self, FieldError> {
        body.try_into().map(model::Command::Fund)
    }
}

impl TryFrom<DecideWithdrawalV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: DecideWithdrawalV1) -> Result<Self, FieldError> {
        let withdrawal = WithdrawalId(body.withdrawal);
        Ok(model::Command::DecideWithdrawal { withdrawal, approve: body.approve })
    }
}

impl From<&FundingRules> for FundingRulesV1 {
    fn from(rules: &FundingRules) -> Self {
        FundingRulesV1 {
            approval_cents: rules.approval_cash.0,
            approval_face: rules.approval_face,
            daily_cents: rules.daily_cash.map(|cash| cash.0),
            daily_face: rules.daily_face,
        }
    }
}

impl From<FundingRulesV1> for FundingRules {
    fn from(body: FundingRulesV1) -> Self {
        FundingRules {
            approval_cash: Cash(body.approval_cents),
            approval_face: body.approval_face,
            daily_cash: body.daily_cents.map(Cash),
            daily_face: body.daily_face,
        }
    }
}

impl TryFrom<FundingRulesV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: FundingRulesV1) -> Result<Self, FieldError> {
        Ok(model::Command::SetFundingRules(body.into()))
    }
}

impl TryFrom<FundingRulesV1> for model::EngineFact {
    type Error = FieldError;
    fn try_from(body: FundingRulesV1) -> Result<Self, FieldError> {
        Ok(model::EngineFact::FundingRules(body.into()))
    }
}

impl TryFrom<BustTradeV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: BustTradeV1) -> Result<Self, FieldError> {
        Ok(model::Command::BustTrade { instrument: InstrumentId(body.instrument), trade: TradeId(body.trade) })
    }
}

impl TryFrom<AdjustTradeV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: AdjustTradeV1) -> Result<Self, FieldError> {
        let (instrument, trade) = (InstrumentId(body.instrument), TradeId(body.trade));
        Ok(model::Command::AdjustTrade { instrument, trade, price: Price(body.price) })
    }
}

impl From<&PendingWithdrawal> for WithdrawalV1 {
    fn from(pending: &PendingWithdrawal) -> Self {
        let asked_by = pending.asked_by.map_or([0; 64], |actor| pad(actor.as_str()));
        WithdrawalV1 { withdrawal: pending.id.0, funding: (&pending.funding).into(), asked_by }
    }
}

impl TryFrom<WithdrawalV1> for PendingWithdrawal {
    type Error = FieldError;
    fn try_from(body: WithdrawalV1) -> Result<Self, FieldError> {
        let asked_by = match unpad(&body.asked_by).ok_or("asked_by")? {
            "" => None,
            name => Some(Actor::parse(name).map_err(|_| "asked_by")?),
        };
        Ok(PendingWithdrawal { id: WithdrawalId(body.withdrawal), funding: body.funding.try_into()?, asked_by })
    }
}

impl TryFrom<WithdrawalV1> for model::EngineFact {
    type Error = FieldError;
    fn try_from(body: WithdrawalV1) -> Result<Self, FieldError> {
        body.try_into().map(model::EngineFact::Withdrawal)
    }
}

impl TryFrom<AskedV1> for model::EngineFact {
    type Error = FieldError;
    fn try_from(body: AskedV1) -> Result<Self, FieldError> {
        let AskedV1 { account, day, cents, face } = body;
        Ok(model::EngineFact::Asked { account: AccountId(account), day, cents, face })
    }
}

impl TryFrom<FundedV1> for model::EngineFact {
    type Error = FieldError;
    fn try_from(body: FundedV1) -> Result<Self, FieldError> {
        let withdrawal = body.withdrawal.map(WithdrawalId);
        Ok(model::EngineFact::Funded { funding: body.funding.try_into()?, withdrawal })
    }
}

impl TryFrom<TradesSinceV1> for model::EngineFact {
    type Error = FieldError;
    fn try_from(body: TradesSinceV1) -> Result<Self, FieldError> {
        Ok(model::EngineFact::TradesSince(body.trade))
    }
}

impl From<&TradeFact> for TradeV1 {
    fn from(fact: &TradeFact) -> Self {
        TradeV1 {
            trade: fact.trade.0,
            instrument: fact.instrument.0,
            buyer: fact.buyer.0,
            seller: fact.seller.0,
            price: fact.price.0,
            lots: fact.lots.0,
            buyer_fee_cents: fact.buyer_fee.0,
            seller_fee_cents: fact.seller_fee.0,
            adjusted: fact.adjusted,
            busted: fact.busted,
        }
    }
}

impl TryFrom<TradeV1> for model::EngineFact {
    type Error = FieldError;
    fn try_from(body: TradeV1) -> Result<Self, FieldError> {
        Ok(model::EngineFact::Trade(TradeFact {
            trade: TradeId(body.trade),
            instrument: InstrumentId(body.instrument),
            buyer: AccountId(body.buyer),
            seller: AccountId(body.seller),
            price: Price(body.price),
            lots: Lots(body.lots),
            buyer_fee: Cash(body.buyer_fee_cents),
            seller_fee: Cash(body.seller_fee_cents),
            adjusted: body.adjusted,
            busted: body.busted,
        }))
    }
}
