//! One payment order.

use crate::identifier::Uetr;
use crate::money::Money;
use crate::party::{Account, Actor, Agent, Party};
use crate::text::{Code, Max35, Max140};
use crate::time::{Date, Timestamp};

/// A credit transfer of `pacs.008` or `pacs.009`. Its parts hold what their types allow; what must hold between them is
/// looked at by [`Batch::new`](crate::Batch::new).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditTransfer {
    /// The reference that the payment keeps through all banks.
    pub uetr: Uetr,
    /// The debtor's reference for the creditor; [`Self::NOT_PROVIDED`] if there is none.
    pub end_to_end_id: Max35,
    /// The instructing agent's reference for the instructed agent.
    pub instruction_id: Option<Max35>,
    /// The first agent's reference.
    pub transaction_id: Option<Max35>,
    /// The clearing system's reference.
    pub clearing_reference: Option<Max35>,
    /// What is paid.
    pub amount: Money,
    /// When it is settled.
    pub settlement_date: Date,
    /// When the debtor's agent had all it needed.
    pub accepted_at: Option<Timestamp>,
    /// Service level, local instrument, category purpose.
    pub payment_type: PaymentType,
    /// Who bears charges; customers' transfers alone have it. The ledger takes none.
    pub charges: Option<ChargeBearer>,
    /// Agents that instructed earlier ones, nearest to the debtor first; at most 3.
    pub previous_agents: Vec<Agent>,
    /// Who sends the order.
    pub instructing_agent: Option<Agent>,
    /// Who is told to carry it out: the payee on the ledger.
    pub instructed_agent: Option<Agent>,
    /// On whose behalf the debtor pays.
    pub ultimate_debtor: Option<Actor>,
    /// Who ordered the payment in the debtor's name; customers' transfers alone have it.
    pub initiating_party: Option<Party>,
    /// Who pays.
    pub debtor: Actor,
    /// From which account.
    pub debtor_account: Option<Account>,
    /// Whose bank is.
    pub debtor_agent: Option<Agent>,
    /// The bank of the one who is paid.
    pub creditor_agent: Option<Agent>,
    /// Who is paid.
    pub creditor: Actor,
    /// To which account.
    pub creditor_account: Option<Account>,
    /// For whom the creditor is paid.
    pub ultimate_creditor: Option<Actor>,
    /// Purpose, such as `SALA`.
    pub purpose: Option<Code>,
    /// What it is for, in lines.
    pub remittance: Vec<Max140>,
}

impl CreditTransfer {
    /// What CBPR+ writes as end-to-end id when the debtor gave none.
    pub const NOT_PROVIDED: &'static str = "NOTPROVIDED";
    /// Most lines of remittance information that are read.
    pub const MAX_REMITTANCE_LINES: usize = 100;
    /// Most agents before the instructing one.
    pub const MAX_PREVIOUS_AGENTS: usize = 3;

    /// A customer's transfer with what it must have; the rest can be set on the result.
    pub fn customer(order: Order, debtor: (Party, Agent), creditor: (Party, Agent)) -> Self {
        Self {
            charges: Some(ChargeBearer::Shared),
            debtor_agent: Some(debtor.1),
            creditor_agent: Some(creditor.1),
            ..Self::between(
                order,
                Actor::Customer(debtor.0),
                Actor::Customer(creditor.0),
            )
        }
    }

    /// A bank's transfer with what it must have; the rest can be set on the result.
    pub fn bank(order: Order, debtor: Agent, creditor: Agent) -> Self {
        Self::between(order, Actor::Bank(debtor), Actor::Bank(creditor))
    }

    fn between(order: Order, debtor: Actor, creditor: Actor) -> Self {
        Self {
            uetr: order.uetr,
            end_to_end_id: order.end_to_end_id,
            instruction_id: None,
            transaction_id: None,
            clearing_reference: None,
            amount: order.amount,
            settlement_date: order.settlement_date,
            accepted_at: None,
            payment_type: PaymentType::default(),
            charges: None,
            previous_agents: Vec::new(),
            instructing_agent: None,
            instructed_agent: None,
            ultimate_debtor: None,
            initiating_party: None,
            debtor,
            debtor_account: None,
            debtor_agent: None,
            creditor_agent: None,
            creditor,
            creditor_account: None,
            ultimate_creditor: None,
            purpose: None,
            remittance: Vec::new(),
        }
    }

    /// The institution that the ledger pays: the instructed agent, else the creditor's agent, else the creditor itself.
    pub fn payee(&self) -> Option<&Agent> {
        let named = self.instructed_agent.as_ref();
        named
            .or(self.creditor_agent.as_ref())
            .or(as_bank(&self.creditor))
    }

    /// The institution that pays on the ledger: the instructing agent, else the debtor's agent, else the debtor itself.
    pub fn payer(&self) -> Option<&Agent> {
        let named = self.instructing_agent.as_ref();
        named
            .or(self.debtor_agent.as_ref())
            .or(as_bank(&self.debtor))
    }
}

fn as_bank(actor: &Actor) -> Option<&Agent> {
    match actor {
        Actor::Bank(agent) => Some(agent),
        Actor::Customer(_) => None,
    }
}

/// What every order says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The reference that the payment keeps.
    pub uetr: Uetr,
    /// The debtor's reference for the creditor.
    pub end_to_end_id: Max35,
    /// What is paid.
    pub amount: Money,
    /// When it is settled.
    pub settlement_date: Date,
}

/// What kind of payment it is, for those who are paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentType {
    /// Service levels, such as `SEPA` or `G001`; at most [`Self::MAX_SERVICE_LEVELS`].
    pub service_levels: Vec<Code>,
    /// Local instrument.
    pub local_instrument: Option<Max35>,
    /// Purpose of the whole, such as `SALA`.
    pub category_purpose: Option<Code>,
}

impl PaymentType {
    /// Most service levels that are read.
    pub const MAX_SERVICE_LEVELS: usize = 10;

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Who bears the charges of a customer's transfer. The ledger takes none, so all four are kept to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeBearer {
    /// The debtor, `DEBT`.
    Debtor,
    /// The creditor, `CRED`.
    Creditor,
    /// Each its own, `SHAR`.
    Shared,
    /// As the service level says, `SLEV`.
    ServiceLevel,
}

impl ChargeBearer {
    pub(crate) const CODES: [(&'static str, Self); 4] = [
        ("DEBT", Self::Debtor),
        ("CRED", Self::Creditor),
        ("SHAR", Self::Shared),
        ("SLEV", Self::ServiceLevel),
    ];

    /// The four letters.
    pub fn code(self) -> &'static str {
        match self {
            Self::Debtor => "DEBT",
            Self::Creditor => "CRED",
            Self::Shared => "SHAR",
            Self::ServiceLevel => "SLEV",
        }
    }
}
