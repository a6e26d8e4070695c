use obolus_abi::PointBytes;
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::tx::{EntryName, Height, Transaction, TxBody, UnprovenTx};
use obolus_threshold::Nonces;

use super::*;
use crate::committee::testing::Court;

fn transaction(court: &Court, auditor: PointBytes) -> Transaction {
    let config = court.chain.token.config;
    let body = TxBody {
        chain: config.chain,
        expiry: Height(100),
        contract: config.registry,
        entry: EntryName::new("set_auditor").unwrap(),
        args: borsh::to_vec(&SetAuditorMsg { auditor, window: 7 }).unwrap(),
        memos: Vec::new(),
    };
    let proven = UnprovenTx::new(body).unwrap().prove(Vec::new()).unwrap();
    proven
        .sign(Vec::new(), Vec::new())
        .unwrap()
        .into_transaction()
}

fn look(
    court: &mut Court,
    auditor: PointBytes,
    spoil: impl FnOnce(&mut Transaction),
) -> Result<SetAuditorMsg, AccessError> {
    let mut transaction = transaction(court, auditor);
    spoil(&mut transaction);
    let commitments = court.shares[..2]
        .iter()
        .map(|share| Nonces::draw(share, &mut court.rng).commitments())
        .collect();
    let dir = (&court.dirs[0], &court.group);
    let what = (transaction, Detail::AuditorKey);
    let proposal = Proposal::new(dir, what, &Randomizer::zero(), commitments).unwrap();
    check_key(&proposal, &court.group, &court.chain.token.config)
}

#[test]
fn members_sign_for_their_own_key_in_their_own_registry_only() {
    let mut court = Court::new();
    let key = court.group.key().auditor_key().unwrap().encode();
    assert_eq!(look(&mut court, key, |_| ()).unwrap().window, 7);
    let other = obolus_protocol::audit::AuditorSecret::random(&mut court.rng);
    type Spoil = (PointBytes, fn(&mut Transaction));
    let spoil: [Spoil; 5] = [
        (other.public().encode(), |_| ()),
        (key, |tx| tx.body.contract = obolus_abi::ContractId([9; 32])),
        (key, |tx| tx.body.chain = obolus_abi::ChainId([9; 32])),
        (key, |tx| tx.body.entry = EntryName::new("freeze").unwrap()),
        (key, |tx| tx.body.args.push(0)),
    ];
    for (number, (key, spoil)) in spoil.into_iter().enumerate() {
        let refused = look(&mut court, key, spoil);
        assert!(
            matches!(refused, Err(AccessError::NotTheKey(_))),
            "{number}"
        );
    }
}
