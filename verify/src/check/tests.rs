use obolus_abi::token::TransferDealMsg;
use obolus_abi::{ChainId, ContractId, DealId};
use obolus_protocol::field::fr_from_bytes;
use obolus_protocol::tx::{EntryName, Height, TxBody};
use obolus_verifier::KeyOrigin;
use obolus_verifier::trapdoor::Trapdoor;

use super::*;
use crate::policy::Policy;

/// Distinct canonical field elements.
fn field(n: u64) -> FieldBytes {
    FieldBytes::from_u64(1000 + n)
}

fn point(n: u64) -> PointBytes {
    PointBytes::from_xy(&field(n), &field(n + 1))
}

fn transfer() -> TransferMsg {
    TransferMsg {
        anchor: field(0),
        sender_root: field(1),
        recipient_root: field(2),
        nf1: field(3),
        nf2: field(4),
        cm1: field(5),
        cm2: field(6),
        rk: point(7),
        r: point(9),
        c1: field(11),
        c2: field(12),
    }
}

/// What a bundle is made of: its call, and the inputs that follow from the arguments.
struct Case {
    circuit: CircuitName,
    statement: Statement,
    inputs: Vec<FieldBytes>,
}

fn call(entry: &str, args: Vec<u8>, caller: Option<ContractId>) -> Statement {
    let entry = EntryName::new(entry).unwrap();
    Statement {
        body: TxBody {
            chain: ChainId([7; 32]),
            expiry: Height(5),
            contract: ContractId([9; 32]),
            entry: entry.clone(),
            args,
            memos: Vec::new(),
        },
        token: ContractId([9; 32]),
        caller,
        entry,
    }
}

fn context_of(statement: &Statement) -> FieldBytes {
    let caller = statement.caller.unwrap_or(USER);
    fr_to_bytes(&context(
        &statement.body.digest(),
        &statement.token,
        &caller,
        &statement.entry,
    ))
}

fn cases() -> Vec<Case> {
    let auditor = point(20);
    let issue = IssueMsg {
        recipient_root: field(0),
        cm1: field(1),
        cv: point(2),
        r: point(4),
        c1: field(6),
        c2: field(7),
        c3: field(8),
        nonce: 42,
    };
    let redeem = RedeemMsg {
        anchor: field(0),
        sender_root: field(1),
        nf1: field(2),
        nf2: field(3),
        cm2: field(4),
        rk: point(5),
        cv: point(7),
        r: point(9),
        c1: field(11),
        c2: field(12),
        payout_reference: [3; 32],
    };
    let register = RegisterMsg {
        owner: field(0),
        ak: point(1),
        epk: [4; 32],
        limit: 5,
        r: point(3),
        c1: field(5),
    };
    let case = |circuit, entry, args: Vec<u8>, inputs: &dyn Fn(FieldBytes) -> Vec<FieldBytes>| {
        let statement = call(entry, args, None);
        let inputs = inputs(context_of(&statement));
        Case {
            circuit,
            statement,
            inputs,
        }
    };
    vec![
        case(
            CircuitName::TRANSFER,
            "transfer",
            borsh::to_vec(&transfer()).unwrap(),
            &|c| transfer().inputs(&auditor, c).to_array().to_vec(),
        ),
        case(
            CircuitName::ISSUE,
            "issue",
            borsh::to_vec(&issue).unwrap(),
            &|c| issue.inputs(&auditor, c).to_array().to_vec(),
        ),
        case(
            CircuitName::REDEEM,
            "redeem",
            borsh::to_vec(&redeem).unwrap(),
            &|c| redeem.inputs(&auditor, c).to_array().to_vec(),
        ),
        case(
            CircuitName::REGISTER,
            "register",
            borsh::to_vec(&register).unwrap(),
            &|c| register.inputs(&auditor, c).to_array().to_vec(),
        ),
    ]
}

impl Case {
    /// A valid bundle, and the verdict on it.
    fn verdict(&self) -> Result<(), &'static str> {
        let mut trapdoor = Trapdoor::new(self.inputs.len(), 1);
        let key = trapdoor.key_of(self.circuit.clone(), KeyOrigin::Ceremony);
        let inputs: Vec<Fr> = self
            .inputs
            .iter()
            .map(|i| fr_from_bytes(i).unwrap())
            .collect();
        let bundle = Bundle {
            circuit: self.circuit.clone(),
            key_id: key.id(),
            key: Some(key.encode().unwrap()),
            statement: Some(self.statement.clone()),
            made_at: None,
            labels: None,
            proof: *trapdoor.prove(&inputs).unchecked(),
            inputs,
        };
        checked(bundle)
    }

    /// The context follows a change, as if the proof had been made for it.
    fn rebound(mut self) -> Self {
        *self.inputs.last_mut().unwrap() = context_of(&self.statement);
        self
    }
}

fn checked(bundle: Bundle) -> Result<(), &'static str> {
    let rules = Rules::new(vec![Policy::default()]);
    let subject = subject(&bundle, bundle.id().unwrap());
    let checked = check(bundle, &subject, &rules, &Keyring::default());
    checked.map(|_| ()).map_err(|finding| finding.code.0)
}

#[test]
fn honest_calls_are_accepted() {
    for case in cases() {
        assert_eq!(case.verdict(), Ok(()), "{}", case.circuit);
    }
}

#[test]
fn every_part_of_the_call_is_bound() {
    type Change = fn(&mut Statement);
    let changes: [(Change, &str); 7] = [
        (|s| s.body.chain.0[0] ^= 1, "context_mismatch"),
        (|s| s.body.expiry.0 += 1, "context_mismatch"),
        (|s| s.body.args[0] ^= 1, "context_mismatch"),
        (|s| s.body.memos.push(vec![1]), "context_mismatch"),
        (|s| s.token.0[0] ^= 1, "call_mismatch"),
        (
            |s| s.entry = EntryName::new("set_pin").unwrap(),
            "call_mismatch",
        ),
        (|s| s.caller = Some(ContractId([5; 32])), "context_mismatch"),
    ];
    for (change, code) in changes {
        for mut case in cases() {
            change(&mut case.statement);
            assert_eq!(case.verdict(), Err(code), "{}", case.circuit);
        }
    }
}

#[test]
fn arguments_must_be_those_of_the_proof() {
    for at in 0..cases().len() {
        let mut case = cases().remove(at);
        case.statement.body.args[0] ^= 1;
        assert_eq!(case.rebound().verdict(), Err("argument_mismatch"));

        let mut case = cases().remove(at);
        case.statement.body.args.push(0);
        assert_eq!(case.rebound().verdict(), Err("arguments"));

        let mut case = cases().remove(at);
        case.statement.body.args.pop();
        assert_eq!(case.rebound().verdict(), Err("arguments"));
    }
}

#[test]
fn every_input_but_the_auditors_key_is_in_the_arguments() {
    for at in 0..cases().len() {
        let names = protocol_names(&cases().remove(at).circuit).unwrap();
        for (input, name) in names.iter().enumerate() {
            let mut case = cases().remove(at);
            case.inputs[input].0[0] ^= 1;
            let expected = match *name {
                "p_x" | "p_y" => Ok(()),
                "context" => Err("context_mismatch"),
                _ => Err("argument_mismatch"),
            };
            assert_eq!(case.verdict(), expected, "{} {name}", case.circuit);
        }
    }
}

#[test]
fn an_entry_takes_proofs_of_its_circuit() {
    let mut case = cases().remove(0);
    let entry = EntryName::new("redeem").unwrap();
    case.statement.entry = entry.clone();
    case.statement.body.entry = entry;
    assert_eq!(case.rebound().verdict(), Err("entry_circuit"));
}

#[test]
fn a_call_between_contracts_is_bound_by_its_context() {
    let deal = TransferDealMsg {
        deal: DealId([1; 32]),
        transfer: transfer(),
    };
    // The desk's own arguments are in the transaction, not the token's.
    let mut statement = call(
        "settle",
        borsh::to_vec(&deal).unwrap(),
        Some(ContractId([5; 32])),
    );
    statement.entry = EntryName::new("transfer_deal").unwrap();
    let inputs = transfer()
        .inputs(&point(20), context_of(&statement))
        .to_array()
        .to_vec();
    let mut case = Case {
        circuit: CircuitName::TRANSFER,
        statement,
        inputs,
    };
    assert_eq!(case.verdict(), Ok(()));
    case.statement.caller = Some(ContractId([6; 32]));
    assert_eq!(case.verdict(), Err("context_mismatch"));
}

#[test]
fn key_and_count_must_fit() {
    let (bundle, _) = crate::bundle::tests::full(1);
    assert_eq!(checked(bundle.clone()), Ok(()));
    let mut other = bundle.clone();
    other.circuit = CircuitName::REDEEM;
    other.labels = None;
    assert_eq!(checked(other), Err("key_circuit"));
    let mut fewer = bundle.clone();
    fewer.inputs.remove(0);
    fewer.labels = None;
    assert_eq!(checked(fewer), Err("input_count"));
    let mut keyless = bundle;
    keyless.key = None;
    assert_eq!(checked(keyless), Err("key_missing"));
}

#[test]
fn other_circuits_have_no_statement() {
    let (mut bundle, trapdoor) = crate::bundle::tests::plain(1);
    let key = trapdoor.key_of(bundle.circuit.clone(), KeyOrigin::Imported);
    bundle.key = Some(key.encode().unwrap());
    assert_eq!(checked(bundle.clone()), Ok(()));
    bundle.statement = Some(call("transfer", Vec::new(), None));
    assert_eq!(checked(bundle), Err("statement_unknown"));
}
