//! Parties, agents and accounts as elements.

use crate::error::{MessageError, Refusal};
use crate::text::Text;
use crate::xml::{Fields, Node, Writer};

use super::{
    Account, AccountId, Actor, Address, Agent, AgentId, ClearingMember, Identity, OtherId, Party,
};

/// Other identifiers of a party; the schema has no bound, the ledger needs few.
const MAX_OTHER: usize = 10;

impl Party {
    pub(crate) fn read(node: Node) -> Result<Self, MessageError> {
        let mut fields = Fields::of(node)?;
        let party = Self {
            name: fields.maybe("Nm", Node::value)?,
            address: fields.maybe("PstlAdr", Address::read)?,
            identity: fields.maybe("Id", read_identity)?,
            country_of_residence: fields.maybe("CtryOfRes", Node::value)?,
        };
        fields.refuse(&["CtctDtls"], Refusal::Detail)?;
        fields.end()?;
        party.check()?;
        Ok(party)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.maybe("Nm", self.name.as_ref().map(Text::as_str));
        write_address(self.address.as_ref(), writer);
        if let Some(identity) = &self.identity {
            writer.element("Id", |writer| write_identity(identity, writer));
        }
        let country = self.country_of_residence.map(|country| country.to_string());
        writer.maybe("CtryOfRes", country);
    }
}

fn write_address(address: Option<&Address>, writer: &mut Writer) {
    if let Some(address) = address {
        writer.element("PstlAdr", |writer| address.write(writer));
    }
}

fn read_identity(node: Node) -> Result<Identity, MessageError> {
    let mut fields = Fields::of(node)?;
    let identity = match fields.maybe("OrgId", read_organisation)? {
        Some(organisation) => organisation,
        None => fields.one("PrvtId", read_person)?,
    };
    fields.end()?;
    Ok(identity)
}

fn read_organisation(node: Node) -> Result<Identity, MessageError> {
    let mut fields = Fields::of(node)?;
    let identity = Identity::Organisation {
        bic: fields.maybe("AnyBIC", Node::value)?,
        lei: fields.maybe("LEI", Node::value)?,
        other: fields.many("Othr", MAX_OTHER, read_other)?,
    };
    fields.end()?;
    Ok(identity)
}

fn read_person(node: Node) -> Result<Identity, MessageError> {
    let mut fields = Fields::of(node)?;
    fields.refuse(&["DtAndPlcOfBirth"], Refusal::Detail)?;
    let other = fields.many("Othr", MAX_OTHER, read_other)?;
    fields.end()?;
    Ok(Identity::Person(other))
}

fn write_identity(identity: &Identity, writer: &mut Writer) {
    match identity {
        Identity::Organisation { bic, lei, other } => writer.element("OrgId", |writer| {
            writer.maybe("AnyBIC", bic.as_ref().map(|bic| bic.as_str()));
            writer.maybe("LEI", lei.as_ref().map(|lei| lei.as_str()));
            other.iter().for_each(|other| write_other(other, writer));
        }),
        Identity::Person(other) => writer.element("PrvtId", |writer| {
            other.iter().for_each(|other| write_other(other, writer));
        }),
    }
}

/// `Cd` of a choice between ISO's code and somebody's own.
pub(crate) fn read_code<T>(node: Node) -> Result<T, MessageError>
where
    T: core::str::FromStr<Err: Into<crate::error::Fault>>,
{
    let mut fields = Fields::of(node)?;
    fields.refuse(&["Prtry"], Refusal::Proprietary)?;
    let code = fields.one("Cd", Node::value)?;
    fields.end()?;
    Ok(code)
}

fn write_scheme(scheme: Option<&crate::text::Code>, writer: &mut Writer) {
    if let Some(scheme) = scheme {
        writer.element("SchmeNm", |writer| writer.leaf("Cd", scheme.as_str()));
    }
}

fn read_other(node: Node) -> Result<OtherId, MessageError> {
    let mut fields = Fields::of(node)?;
    let other = OtherId {
        id: fields.one("Id", Node::value)?,
        scheme: fields.maybe("SchmeNm", read_code)?,
        issuer: fields.maybe("Issr", Node::value)?,
    };
    fields.end()?;
    Ok(other)
}

fn write_other(other: &OtherId, writer: &mut Writer) {
    writer.element("Othr", |writer| {
        writer.leaf("Id", other.id.as_str());
        write_scheme(other.scheme.as_ref(), writer);
        writer.maybe("Issr", other.issuer.as_ref().map(Text::as_str));
    });
}

impl Agent {
    pub(crate) fn read(node: Node) -> Result<Self, MessageError> {
        let mut fields = Fields::of(node)?;
        let agent = fields.one("FinInstnId", read_institution)?;
        fields.refuse(&["BrnchId"], Refusal::Routing)?;
        fields.end()?;
        Ok(agent)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.element("FinInstnId", |writer| {
            writer.maybe("BICFI", self.id.bic().map(|bic| bic.as_str()));
            if let Some(member) = &self.clearing_member {
                writer.element("ClrSysMmbId", |writer| {
                    if let Some(system) = &member.system {
                        writer.element("ClrSysId", |writer| writer.leaf("Cd", system.as_str()));
                    }
                    writer.leaf("MmbId", member.member.as_str());
                });
            }
            writer.maybe("LEI", self.id.lei().map(|lei| lei.as_str()));
            writer.maybe("Nm", self.name.as_ref().map(Text::as_str));
            write_address(self.address.as_ref(), writer);
        });
    }
}

fn read_institution(node: Node) -> Result<Agent, MessageError> {
    let mut fields = Fields::of(node)?;
    let bic = fields.maybe("BICFI", Node::value)?;
    let clearing_member = fields.maybe("ClrSysMmbId", read_member)?;
    let lei = fields.maybe("LEI", Node::value)?;
    let name = fields.maybe("Nm", Node::value)?;
    let address = fields.maybe("PstlAdr", Address::read)?;
    fields.refuse(&["Othr"], Refusal::Proprietary)?;
    fields.end()?;
    let id = match (bic, lei) {
        (Some(bic), Some(lei)) => AgentId::Both(bic, lei),
        (Some(bic), None) => AgentId::Bic(bic),
        (None, Some(lei)) => AgentId::Lei(lei),
        (None, None) => return Err(Refusal::AgentUnidentified.into()),
    };
    Ok(Agent {
        id,
        clearing_member,
        name,
        address,
    })
}

fn read_member(node: Node) -> Result<ClearingMember, MessageError> {
    let mut fields = Fields::of(node)?;
    let member = ClearingMember {
        system: fields.maybe("ClrSysId", read_code)?,
        member: fields.one("MmbId", Node::value)?,
    };
    fields.end()?;
    Ok(member)
}

impl Account {
    pub(crate) fn read(node: Node) -> Result<Self, MessageError> {
        let mut fields = Fields::of(node)?;
        let id = fields.one("Id", read_account_id)?;
        fields.refuse(&["Tp"], Refusal::Detail)?;
        let account = Self {
            id,
            currency: fields.maybe("Ccy", Node::value)?,
            name: fields.maybe("Nm", Node::value)?,
        };
        fields.refuse(&["Prxy"], Refusal::Detail)?;
        fields.end()?;
        Ok(account)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.element("Id", |writer| match &self.id {
            AccountId::Iban(iban) => writer.leaf("IBAN", iban.as_str()),
            AccountId::Other { id, scheme, issuer } => writer.element("Othr", |writer| {
                writer.leaf("Id", id.as_str());
                write_scheme(scheme.as_ref(), writer);
                writer.maybe("Issr", issuer.as_ref().map(Text::as_str));
            }),
        });
        writer.maybe("Ccy", self.currency.map(|currency| currency.code()));
        writer.maybe("Nm", self.name.as_ref().map(Text::as_str));
    }
}

fn read_account_id(node: Node) -> Result<AccountId, MessageError> {
    let mut fields = Fields::of(node)?;
    let id = match fields.maybe("IBAN", Node::value)? {
        Some(iban) => AccountId::Iban(iban),
        None => fields.one("Othr", read_other_account)?,
    };
    fields.end()?;
    Ok(id)
}

fn read_other_account(node: Node) -> Result<AccountId, MessageError> {
    let mut fields = Fields::of(node)?;
    let id = AccountId::Other {
        id: fields.one("Id", Node::value)?,
        scheme: fields.maybe("SchmeNm", read_code)?,
        issuer: fields.maybe("Issr", Node::value)?,
    };
    fields.end()?;
    Ok(id)
}

impl Actor {
    /// The element's own content, where the schema fixes which of the two it is.
    pub(crate) fn write(&self, writer: &mut Writer) {
        match self {
            Self::Customer(party) => party.write(writer),
            Self::Bank(agent) => agent.write(writer),
        }
    }

    /// `Party40Choice`, where it does not.
    pub(crate) fn write_choice(&self, writer: &mut Writer) {
        let name = match self {
            Self::Customer(_) => "Pty",
            Self::Bank(_) => "Agt",
        };
        writer.element(name, |writer| self.write(writer));
    }
}
