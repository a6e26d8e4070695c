//! An auditor of three, any two of whom open: it makes its key together, takes over, and opens on the record.

use obolus_abi::accesslog::{
    AccessEvent, AccessItem, AccessLogInit, AccessMembers, AnswerAccessMsg, RequestAccessMsg,
};
use obolus_abi::registry::SetAuditorMsg;
use obolus_abi::{ContractId, TxDigest};
use obolus_protocol::Point;
use obolus_protocol::audit::{SharedSecret, transfer};
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::tx::SpendSignature;
use obolus_runtime_api::Receipt;
use obolus_threshold::audit::{
    AnswersHash, CaseNumber, CiphertextKind, CiphertextRef, OpenError, Reason, Requester, combine,
};
use obolus_threshold::dkg::{Ceremony, CeremonySecret, Participant, SessionId};
use obolus_threshold::{
    Approval, GroupKey, Identity, IdentitySeed, KeyShare, Nonces, OpenRequest, PartialDecryption,
    Purpose, SigningRequest, aggregate,
};
use obolus_wallet::events::{LedgerEvent, read_block};
use rand::rngs::OsRng;

use super::super::DemoError;
use super::super::market::Market;
use super::super::world::World;
use crate::dev::{DevError, KeyHolder, Role, body, encode, instantiate, role_call, signed, upload};

const MEMBERS: u8 = 3;
const NEEDED: u8 = 2;

/// The members, at one table, and their log on the ledger.
pub struct Committee {
    shares: Vec<KeyShare>,
    /// Members sign what they ask and answer.
    role: Role,
    log: ContractId,
}

/// A quorum that shows possession of the group's key.
struct Quorum<'a> {
    group: &'a GroupKey,
    shares: &'a [KeyShare],
    approval: Approval,
}

impl KeyHolder for Quorum<'_> {
    fn sign(&self, digest: &TxDigest) -> Result<SpendSignature, DevError> {
        let shares = &self.shares[..usize::from(NEEDED)];
        let nonces: Vec<_> = shares.iter().map(|s| Nonces::draw(s, &mut OsRng)).collect();
        let commitments = nonces.iter().map(Nonces::commitments).collect();
        let request = SigningRequest::new(self.group, *digest, &Randomizer::zero(), commitments)
            .map_err(DevError::key_holder)?;
        let answers = nonces
            .into_iter()
            .zip(shares)
            .map(|(nonces, share)| nonces.sign(share, &request, &self.approval))
            .collect::<Result<Vec<_>, _>>()
            .map_err(DevError::key_holder)?;
        aggregate(&request, &answers).map_err(DevError::key_holder)
    }
}

impl Committee {
    /// Makes the key, sets it, and founds the log.
    pub fn found(world: &mut World, market: &mut Market) -> Result<Self, DemoError> {
        let shares = ceremony()?;
        let group = shares[0].group().clone();
        let auditor = group.auditor_key().map_err(DemoError::oversight)?.encode();
        let call = body(
            &*world.desk,
            market.config.registry,
            "set_auditor",
            encode(&SetAuditorMsg { auditor, window: 0 })?,
        )?;
        let quorum = Quorum {
            group: &group,
            shares: &shares,
            approval: Approval::of(&call),
        };
        let tx = signed(call, &world.authorities.registrar, &[&quorum])?;
        world.desk.must("set_auditor", &tx)?;

        let role = Role::generate();
        let mut contracts = vec![market.config.token, market.config.registry];
        contracts.sort_unstable();
        let init = AccessLogInit {
            members: AccessMembers {
                members: role.set().clone(),
                requesters: Vec::new(),
            },
            contracts,
        };
        let authorities = &world.authorities;
        let code = upload(&mut *world.desk, authorities, obolus_contracts::ACCESSLOG)?;
        let log = instantiate(&mut *world.desk, authorities, code, encode(&init)?, &[])?;
        let key = group.auditor_key().map_err(DemoError::oversight)?;
        market.trust_auditor(key);
        market.sync(world)?;
        Ok(Self { shares, role, log })
    }

    /// How many open together.
    pub fn members(&self) -> String {
        format!("{NEEDED}-of-{MEMBERS}")
    }

    /// Opens the newest payment: asked for on the ledger, answered by two members on the ledger, and then opened. One answer
    /// opens nothing. Returns how many ciphertexts were opened.
    pub fn open_last(&self, world: &mut World, market: &mut Market) -> Result<usize, DemoError> {
        let newest = Newest::find(world, market)?;
        let by = self.role.set().keys[0];
        let message = RequestAccessMsg {
            by,
            case: CASE.into(),
            purpose: PURPOSE.into(),
            contract: market.config.token,
            items: vec![AccessItem::Transaction { digest: newest.tx }],
        };
        let asked = self.log(world, 0, "request", encode(&message)?)?;
        let head = self.head(&asked).ok_or(DemoError::NothingToOpen)?;
        let request = OpenRequest {
            case: CaseNumber::new(CASE).map_err(DemoError::oversight)?,
            reason: Reason::new(PURPOSE).map_err(DemoError::oversight)?,
            requester: Requester::new("member 1").map_err(DemoError::oversight)?,
            chain: market.config.chain,
            token: market.config.token,
            ciphertext: CiphertextRef::new(newest.tx, CiphertextKind::Transfer, newest.ephemeral)
                .map_err(DemoError::oversight)?,
        };
        let mut answers = Vec::new();
        for (member, share) in (0_u8..).zip(&self.shares).take(usize::from(NEEDED)) {
            let answer = PartialDecryption::create(share, &request, &mut OsRng)
                .map_err(DemoError::oversight)?;
            let message = AnswerAccessMsg {
                request: 0,
                head,
                member,
                partial_hash: *AnswersHash::of(&[answer]).as_bytes(),
            };
            self.log(world, usize::from(member), "answer", encode(&message)?)?;
            answers.push(answer);
        }
        let group = self.shares[0].group();
        let alone = combine(group, &request, &answers[..1]);
        let together = combine(group, &request, &answers).map_err(DemoError::oversight)?;
        let refused = matches!(alone, Err(OpenError::TooFew { .. }));
        Ok(usize::from(refused && newest.opens(market, &together)))
    }

    /// The log's head with the entry that a call made.
    fn head(&self, receipt: &Receipt) -> Option<[u8; 32]> {
        let mut events = receipt.events.iter();
        events.find_map(|event| match borsh::from_slice(&event.data) {
            Ok(AccessEvent::Logged(logged)) if event.contract == self.log => Some(logged.head),
            _ => None,
        })
    }

    /// A call to the log, signed by one member.
    fn log(
        &self,
        world: &mut World,
        member: usize,
        entry: &'static str,
        args: Vec<u8>,
    ) -> Result<Receipt, DemoError> {
        let role = Role::from_keys(vec![self.role.keys()[member].clone()]);
        let tx = role_call(&*world.desk, &role, self.log, entry, args)?;
        Ok(world.desk.must(entry, &tx)?)
    }
}

/// The newest payment on the ledger, as everybody sees it.
struct Newest {
    tx: TxDigest,
    ephemeral: Point,
    event: LedgerEvent,
}

impl Newest {
    fn find(world: &World, market: &Market) -> Result<Self, DemoError> {
        let tip = world.desk.tip()?;
        let mut height = tip;
        while height.0 > 0 {
            for update in world
                .desk
                .updates(height)?
                .iter()
                .filter(|u| u.height == height.0)
            {
                let transactions = read_block(update, &market.config, market.view.approved())?;
                for tx in transactions.iter().rev() {
                    for event in &tx.events {
                        if let LedgerEvent::Transferred { msg, .. } = event {
                            return Ok(Self {
                                tx: tx.place.tx,
                                ephemeral: Point::decode(&msg.r)
                                    .map_err(|_| DemoError::NothingToOpen)?,
                                event: event.clone(),
                            });
                        }
                    }
                }
            }
            height.0 -= 1;
        }
        Err(DemoError::NothingToOpen)
    }

    /// Whether the shared point opens it, to notes that are the ledger's and the parties that made it.
    fn opens(&self, market: &Market, shared: &SharedSecret) -> bool {
        let LedgerEvent::Transferred { paid, change, msg } = &self.event else {
            return false;
        };
        let Ok(opening) = transfer::open_message_with(shared, msg) else {
            return false;
        };
        let owner = |slot| {
            market
                .view
                .directory()
                .by_slot(slot)
                .map(|entry| entry.owner)
        };
        let (Some(sender), Some(recipient)) = (owner(opening.sender), owner(opening.recipient))
        else {
            return false;
        };
        let [first, second] = [0, 1].map(|who| market.wallets[who].keys().owner());
        sender == second
            && recipient == first
            && opening
                .check(sender, recipient, paid.commitment, change.commitment)
                .is_ok()
    }
}

const CASE: &str = "2026-118";
const PURPOSE: &str = "refund without an invoice";

/// Three members, who hear of each other only what the ceremony's messages say.
fn ceremony() -> Result<Vec<KeyShare>, DemoError> {
    let identities: Vec<Identity> = (0..MEMBERS)
        .map(|_| Identity::from_seed(&IdentitySeed::random(&mut OsRng)))
        .collect();
    let cards = identities.iter().map(|i| i.card().clone()).collect();
    let session = SessionId::random(&mut OsRng);
    let ceremony = Ceremony::generate(Purpose::Auditor, NEEDED, cards, session)
        .map_err(DemoError::oversight)?;
    let members = identities
        .iter()
        .map(|identity| Participant::new(&ceremony, identity, &CeremonySecret::random(&mut OsRng)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(DemoError::oversight)?;
    let first: Vec<_> = members.iter().map(Participant::round1).collect();
    let mut second = Vec::new();
    for member in &members {
        second.extend(member.round2(&first).map_err(DemoError::oversight)?);
    }
    members
        .iter()
        .map(|member| {
            let mine: Vec<_> = second
                .iter()
                .filter(|message| message.recipient() == member.member())
                .cloned()
                .collect();
            member.finish(&first, &mine)
        })
        .collect::<Result<_, _>>()
        .map_err(DemoError::oversight)
}
