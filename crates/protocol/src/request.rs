//! A request: a method with its parameters, and who asks when, where the filter says so.

use crate::form;
use crate::funding::{
    CorrectTradeParams, DecideWithdrawalParams, FundCashParams, FundCreditsParams, OpenAccountParams, SetAccountParams,
    SetFundingRulesParams,
};
use crate::operating::{KillParams, SetLimitsParams, SetReferenceParams, SetRulesParams, SetScheduleParams};
use crate::orders::{BatchAddParams, QueryOrderParams, Validated};
use crate::params::{
    AddOrderParams, AmendOrderParams, CancelAllParams, CancelOrderParams, LoginParams, SetPhaseParams, SubscribeParams,
    UnsubscribeParams,
};
use crate::programmes::{
    ListInstrumentParams, PermitParams, RevokePermitParams, SetProgrammeParams, WatchExpiryParams,
};
use crate::quoting::{CancelAfterParams, MassQuoteParams, ResetGroupParams, SetGroupParams};
use crate::registry::{HoldingLevelParams, HoldingLotsParams, RegisterHoldingParams, WithdrawHoldingParams};
use crate::settling::{
    AcceptParams, ClawBackParams, ContributeParams, EvidenceParams, PromiseParams, RuleParams, TermsParams,
};
use crate::words::Method;
use serde::Serialize;
use unspent_model::{AccountName, Timestamp};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `ping`.
    Ping,
    /// `login`.
    Login(LoginParams),
    /// `logout`.
    Logout,
    /// `subscribe`.
    Subscribe(SubscribeParams),
    /// `unsubscribe`.
    Unsubscribe(UnsubscribeParams),
    /// `add_order`.
    AddOrder(AddOrderParams),
    /// `add_order` with `validate`: everything is checked and nothing is done.
    Validate(AddOrderParams),
    /// `batch_add`.
    BatchAdd(BatchAddParams),
    /// `query_order`.
    QueryOrder(QueryOrderParams),
    /// `amend_order`.
    AmendOrder(AmendOrderParams),
    /// `cancel_order`.
    CancelOrder(CancelOrderParams),
    /// `cancel_all`.
    CancelAll(CancelAllParams),
    /// `cancel_all_orders_after`.
    CancelAllOrdersAfter(CancelAfterParams),
    /// `mass_quote`.
    MassQuote(MassQuoteParams),
    /// `set_group`.
    SetGroup(SetGroupParams),
    /// `reset_group`.
    ResetGroup(ResetGroupParams),
    /// `deliver`.
    Deliver(EvidenceParams),
    /// `accept`.
    Accept(AcceptParams),
    /// `dispute`.
    Dispute(EvidenceParams),
    /// `register_lots`, in the filter only.
    RegisterLots(PromiseParams),
    /// `withdraw_lots`, in the filter only.
    WithdrawLots(PromiseParams),
    /// `rule`, in the filter only.
    Rule(RuleParams),
    /// `claw_back`, in the filter only.
    ClawBack(ClawBackParams),
    /// `contribute`, in the filter only.
    Contribute(ContributeParams),
    /// `set_terms`, in the filter only.
    SetTerms(Box<TermsParams>),
    /// `set_rules`, in the filter only.
    SetRules(SetRulesParams),
    /// `set_schedule`, in the filter only.
    SetSchedule(SetScheduleParams),
    /// `set_reference`, in the filter only.
    SetReference(SetReferenceParams),
    /// `set_limits`, in the filter only.
    SetLimits(SetLimitsParams),
    /// `kill`, in the filter only.
    Kill(KillParams),
    /// `list_instrument`, in the filter only.
    ListInstrument(ListInstrumentParams),
    /// `set_programme`, in the filter only.
    SetProgramme(SetProgrammeParams),
    /// `permit`, in the filter only.
    Permit(PermitParams),
    /// `revoke_permit`, in the filter only.
    RevokePermit(RevokePermitParams),
    /// `watch_expiry`, in the filter only.
    WatchExpiry(WatchExpiryParams),
    /// `register_holding`, over HTTP and in the filter.
    RegisterHolding(Box<RegisterHoldingParams>),
    /// `set_holding_level`, over HTTP and in the filter.
    SetHoldingLevel(HoldingLevelParams),
    /// `list_holding`, over HTTP and in the filter.
    ListHolding(HoldingLotsParams),
    /// `delist_holding`, over HTTP and in the filter.
    DelistHolding(HoldingLotsParams),
    /// `withdraw_holding`, over HTTP and in the filter.
    WithdrawHolding(WithdrawHoldingParams),
    /// `connect`, in the filter only.
    Connect,
    /// `disconnect`, in the filter only.
    Disconnect,
    /// `deposit_cash`, in the filter only.
    DepositCash(FundCashParams),
    /// `deposit_credits`, in the filter only.
    DepositCredits(FundCreditsParams),
    /// `open_account`, in the filter only.
    OpenAccount(OpenAccountParams),
    /// `set_account`, in the filter only.
    SetAccount(SetAccountParams),
    /// `withdraw_cash`, in the filter only.
    WithdrawCash(FundCashParams),
    /// `withdraw_credits`, in the filter only.
    WithdrawCredits(FundCreditsParams),
    /// `decide_withdrawal`, in the filter only.
    DecideWithdrawal(DecideWithdrawalParams),
    /// `set_funding_rules`, in the filter only.
    SetFundingRules(SetFundingRulesParams),
    /// `bust_trade`, in the filter only.
    BustTrade(CorrectTradeParams),
    /// `adjust_trade`, in the filter only.
    AdjustTrade(CorrectTradeParams),
    /// `set_phase`, in the filter only.
    SetPhase(SetPhaseParams),
    /// `clock`, in the filter only.
    Clock,
}

impl Call {
    /// Its method.
    #[must_use]
    pub fn method(&self) -> Method {
        match self {
            Call::Ping => Method::Ping,
            Call::Login(_) => Method::Login,
            Call::Logout => Method::Logout,
            Call::Subscribe(_) => Method::Subscribe,
            Call::Unsubscribe(_) => Method::Unsubscribe,
            Call::AddOrder(_) | Call::Validate(_) => Method::AddOrder,
            Call::BatchAdd(_) => Method::BatchAdd,
            Call::QueryOrder(_) => Method::QueryOrder,
            Call::AmendOrder(_) => Method::AmendOrder,
            Call::CancelOrder(_) => Method::CancelOrder,
            Call::CancelAll(_) => Method::CancelAll,
            Call::CancelAllOrdersAfter(_) => Method::CancelAllOrdersAfter,
            Call::MassQuote(_) => Method::MassQuote,
            Call::SetGroup(_) => Method::SetGroup,
            Call::ResetGroup(_) => Method::ResetGroup,
            Call::Deliver(_) => Method::Deliver,
            Call::Accept(_) => Method::Accept,
            Call::Dispute(_) => Method::Dispute,
            Call::RegisterLots(_) => Method::RegisterLots,
            Call::WithdrawLots(_) => Method::WithdrawLots,
            Call::Rule(_) => Method::Rule,
            Call::ClawBack(_) => Method::ClawBack,
            Call::Contribute(_) => Method::Contribute,
            Call::SetTerms(_) => Method::SetTerms,
            Call::SetRules(_) => Method::SetRules,
            Call::SetSchedule(_) => Method::SetSchedule,
            Call::SetReference(_) => Method::SetReference,
            Call::SetLimits(_) => Method::SetLimits,
            Call::Kill(_) => Method::Kill,
            Call::ListInstrument(_) => Method::ListInstrument,
            Call::SetProgramme(_) => Method::SetProgramme,
            Call::Permit(_) => Method::Permit,
            Call::RevokePermit(_) => Method::RevokePermit,
            Call::WatchExpiry(_) => Method::WatchExpiry,
            Call::RegisterHolding(_) => Method::RegisterHolding,
            Call::SetHoldingLevel(_) => Method::SetHoldingLevel,
            Call::ListHolding(_) => Method::ListHolding,
            Call::DelistHolding(_) => Method::DelistHolding,
            Call::WithdrawHolding(_) => Method::WithdrawHolding,
            Call::Connect => Method::Connect,
            Call::Disconnect => Method::Disconnect,
            Call::DepositCash(_) => Method::DepositCash,
            Call::DepositCredits(_) => Method::DepositCredits,
            Call::OpenAccount(_) => Method::OpenAccount,
            Call::SetAccount(_) => Method::SetAccount,
            Call::WithdrawCash(_) => Method::WithdrawCash,
            Call::WithdrawCredits(_) => Method::WithdrawCredits,
            Call::DecideWithdrawal(_) => Method::DecideWithdrawal,
            Call::SetFundingRules(_) => Method::SetFundingRules,
            Call::BustTrade(_) => Method::BustTrade,
            Call::AdjustTrade(_) => Method::AdjustTrade,
            Call::SetPhase(_) => Method::SetPhase,
            Call::Clock => Method::Clock,
        }
    }
}

/// One message from a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is asked.
    pub call: Call,
    /// The client's number for it, echoed and never interpreted.
    pub req_id: Option<i64>,
    /// What REST gave to log in with; of the private methods, within `params`.
    pub token: Option<String>,
    /// In the filter: who asks.
    pub account: Option<AccountName>,
    /// In the filter: when.
    pub time: Option<Timestamp>,
}

impl Request {
    /// A request of a connection.
    #[must_use]
    pub fn new(call: Call, req_id: Option<i64>) -> Request {
        Request { call, req_id, token: None, account: None, time: None }
    }

    /// Appends its JSON text to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        match &self.call {
            Call::Ping | Call::Logout | Call::Clock | Call::Connect | Call::Disconnect => {
                self.write_with(None::<&()>, out)
            }
            Call::Login(params) => self.write_with(Some(params), out),
            Call::Subscribe(params) => self.write_with(Some(params), out),
            Call::Unsubscribe(params) => self.write_with(Some(params), out),
            Call::AddOrder(params) => self.write_with(Some(params), out),
            Call::Validate(order) => self.write_with(Some(&Validated { order, validate: true }), out),
            Call::BatchAdd(params) => self.write_with(Some(params), out),
            Call::QueryOrder(params) => self.write_with(Some(params), out),
            Call::AmendOrder(params) => self.write_with(Some(params), out),
            Call::CancelOrder(params) => self.write_with(Some(params), out),
            Call::CancelAll(params) => self.write_with(Some(params), out),
            Call::CancelAllOrdersAfter(params) => self.write_with(Some(params), out),
            Call::MassQuote(params) => self.write_with(Some(params), out),
            Call::SetGroup(params) => self.write_with(Some(params), out),
            Call::ResetGroup(params) => self.write_with(Some(params), out),
            Call::Deliver(params) | Call::Dispute(params) => self.write_with(Some(params), out),
            Call::Accept(params) => self.write_with(Some(params), out),
            Call::RegisterLots(params) | Call::WithdrawLots(params) => self.write_with(Some(params), out),
            Call::Rule(params) => self.write_with(Some(params), out),
            Call::ClawBack(params) => self.write_with(Some(params), out),
            Call::Contribute(params) => self.write_with(Some(params), out),
            Call::SetTerms(params) => self.write_with(Some(&**params), out),
            Call::SetRules(params) => self.write_with(Some(params), out),
            Call::SetSchedule(params) => self.write_with(Some(params), out),
            Call::SetReference(params) => self.write_with(Some(params), out),
            Call::SetLimits(params) => self.write_with(Some(params), out),
            Call::Kill(params) => self.write_with(Some(params), out),
            Call::ListInstrument(params) => self.write_with(Some(params), out),
            Call::SetProgramme(params) => self.write_with(Some(params), out),
            Call::Permit(params) => self.write_with(Some(params), out),
            Call::RevokePermit(params) => self.write_with(Some(params), out),
            Call::WatchExpiry(params) => self.write_with(Some(params), out),
            Call::RegisterHolding(params) => self.write_with(Some(&**params), out),
            Call::SetHoldingLevel(params) => self.write_with(Some(params), out),
            Call::ListHolding(params) | Call::DelistHolding(params) => self.write_with(Some(params), out),
            Call::WithdrawHolding(params) => self.write_with(Some(params), out),
            Call::DepositCash(params) => self.write_with(Some(params), out),
            Call::DepositCredits(params) => self.write_with(Some(params), out),
            Call::OpenAccount(params) => self.write_with(Some(params), out),
            Call::SetAccount(params) => self.write_with(Some(params), out),
            Call::WithdrawCash(params) => self.write_with(Some(params), out),
            Call::WithdrawCredits(params) => self.write_with(Some(params), out),
            Call::DecideWithdrawal(params) => self.write_with(Some(params), out),
            Call::SetFundingRules(params) => self.write_with(Some(params), out),
            Call::BustTrade(params) => self.write_with(Some(params), out),
            Call::AdjustTrade(params) => self.write_with(Some(params), out),
            Call::SetPhase(params) => self.write_with(Some(params), out),
        }
    }

    fn write_with<P: Serialize>(&self, params: Option<&P>, out: &mut Vec<u8>) {
        #[derive(Serialize)]
        struct Envelope<'a, P> {
            method: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            req_id: Option<i64>,
            #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
            account: Option<AccountName>,
            #[serde(with = "form::option", skip_serializing_if = "Option::is_none")]
            time: Option<Timestamp>,
            #[serde(skip_serializing_if = "Option::is_none")]
            params: Option<WithToken<'a, P>>,
        }
        #[derive(Serialize)]
        struct WithToken<'a, P> {
            #[serde(flatten)]
            params: &'a P,
            #[serde(skip_serializing_if = "Option::is_none")]
            token: Option<&'a str>,
        }
        let method = self.call.method().name();
        let params = params.map(|params| WithToken { params, token: self.token.as_deref() });
        let envelope = Envelope { method, req_id: self.req_id, account: self.account, time: self.time, params };
        serde_json::to_writer(out, &envelope).expect("a request serialises into memory");
    }
}
