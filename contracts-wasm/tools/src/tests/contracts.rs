//! The schemas of our own contracts against borsh and against the modules: random values of every message, reply and
//! event.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use blake3::OutputReader;
use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::accesslog::{
    AccessEntryMsg, AccessEvent, AccessLogInit, AccessLogState, AccessMembers, AccessRequestMsg,
    AccessState, AnswerAccessMsg, LoggedAccess, RequestAccessMsg, RequestsOfMsg,
};
use obolus_abi::deal::atomic::{NetEvent, NetMsg, SwapMsg};
use obolus_abi::deal::conditional::{AttestMsg, Conditional, ConditionalEvent, OpenConditionalMsg};
use obolus_abi::deal::pair::{OpenPairMsg, OpenPvpMsg, Pair, PairEvent, PvpInit, SettleMsg};
use obolus_abi::deal::standing::{OpenStandingMsg, Standing, StandingEvent};
use obolus_abi::deal::{DealMsg, DepositMsg, PayOutMsg};
use obolus_abi::registry::{
    ApproveContractMsg, AuditorEpoch, AuditorKeys, CheckRootsMsg, CheckSeizureMsg, EpochsMsg,
    OpenDealMsg, Participant, RegisterMsg, RegistryEvent, RegistryInit, RegistryState, RotateMsg,
    SetAuditorMsg, SetLimitMsg, SlotMsg,
};
use obolus_abi::token::{
    AttestMsg as ReservesMsg, Circuit, IssueMsg, MigrateMsg, RedeemLimitedMsg, RedeemMsg, SeizeMsg,
    SetPausedMsg, SetPinMsg, SetSuccessorMsg, SetSwitchMsg, SetVelocityMsg, TokenEvent, TokenInit,
    TokenState, TransferDealMsg, TransferLimitedMsg, TransferMsg, Version, VersionsMsg,
};
use obolus_abi::{ContractId, DealId, FieldBytes, KeyId};
use obolus_contracts::{ALL, HOSTILE};
use serde_json::{Map, Value, json};

use crate::{Schema, check};

/// How many random values of each type.
const SAMPLES: u64 = 40;

/// Decodes and encodes again; none if the bytes are no such value.
type Codec = fn(&[u8]) -> Option<Vec<u8>>;

fn through<T: BorshSerialize + BorshDeserialize>(bytes: &[u8]) -> Option<Vec<u8>> {
    let value = borsh::from_slice::<T>(bytes).ok()?;
    Some(borsh::to_vec(&value).unwrap())
}

/// What the contracts' sources say of an entry: contract, entry, message, reply.
struct Row(&'static str, &'static str, Codec, Codec);

macro_rules! rows {
    ($( $contract:literal emits $event:ty { $( $entry:ident: $message:ty => $reply:ty; )+ } )+) => {
        const ROWS: &[Row] = &[
            $( $( Row($contract, stringify!($entry), through::<$message>, through::<$reply>), )+ )+
        ];
        const EVENTS: &[(&str, Codec)] = &[ $( ($contract, through::<$event>) ),+ ];
    };
}
rows! {
    "registry" emits RegistryEvent {
        init: RegistryInit => ();
        register: RegisterMsg => u32;
        rotate: RotateMsg => u32;
        recover: RotateMsg => u32;
        open_deal: OpenDealMsg => u32;
        approve_contract: ApproveContractMsg => ();
        freeze: SlotMsg => ();
        unfreeze: SlotMsg => ();
        set_limit: SetLimitMsg => ();
        set_auditor: SetAuditorMsg => ();
        check_roots: CheckRootsMsg => AuditorKeys;
        check_seizure: CheckSeizureMsg => AuditorKeys;
        state: () => RegistryState;
        participant: SlotMsg => Participant;
        epochs: EpochsMsg => Vec<AuditorEpoch>;
    }
    "token" emits TokenEvent {
        init: TokenInit => ();
        issue: IssueMsg => u64;
        issue_backed: IssueMsg => u64;
        transfer: TransferMsg => u64;
        transfer_limited: TransferLimitedMsg => u64;
        transfer_for: TransferMsg => u64;
        transfer_deal: TransferDealMsg => u64;
        seize: SeizeMsg => u64;
        redeem: RedeemMsg => u64;
        redeem_limited: RedeemLimitedMsg => u64;
        attest: ReservesMsg => ();
        set_switch: SetSwitchMsg => ();
        set_pin: SetPinMsg => ();
        set_paused: SetPausedMsg => ();
        set_velocity: SetVelocityMsg => ();
        set_successor: SetSuccessorMsg => ();
        migrate_out: RedeemMsg => u64;
        migrate_in: MigrateMsg => u64;
        state: () => TokenState;
        spent: FieldBytes => bool;
        versions: VersionsMsg => Vec<Version>;
    }
    "dvp" emits PairEvent {
        init: () => ();
        open: OpenPairMsg => DealId;
        deposit: DepositMsg => u64;
        settle: SettleMsg => ();
        refund: PayOutMsg => ();
        swap: SwapMsg => ();
        deal: DealMsg => Pair;
    }
    "pvp" emits PairEvent {
        init: PvpInit => ();
        open: OpenPvpMsg => DealId;
        deposit: DepositMsg => u64;
        settle: SettleMsg => ();
        refund: PayOutMsg => ();
        deal: DealMsg => Pair;
    }
    "conditional" emits ConditionalEvent {
        init: () => ();
        open: OpenConditionalMsg => DealId;
        deposit: DepositMsg => u64;
        attest: AttestMsg => ();
        approve: DealMsg => ();
        decline: DealMsg => ();
        release: PayOutMsg => ();
        refund: PayOutMsg => ();
        deal: DealMsg => Conditional;
    }
    "standing" emits StandingEvent {
        init: () => ();
        open: OpenStandingMsg => DealId;
        deposit: DepositMsg => u64;
        release: PayOutMsg => ();
        cancel: DealMsg => ();
        refund: PayOutMsg => ();
        deal: DealMsg => Standing;
    }
    "netting" emits NetEvent {
        init: () => ();
        settle: NetMsg => ();
    }
    "accesslog" emits AccessEvent {
        init: AccessLogInit => ();
        request: RequestAccessMsg => u64;
        answer: AnswerAccessMsg => ();
        set_members: AccessMembers => ();
        state: () => AccessLogState;
        logged: AccessEntryMsg => LoggedAccess;
        access: AccessRequestMsg => AccessState;
        requests_of: RequestsOfMsg => Vec<u64>;
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../artifacts/schemas")
}

fn document(contract: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(format!("{contract}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn entries(document: &Value) -> &[Value] {
    document["entries"].as_array().unwrap()
}

/// A random value that the document allows at this place.
fn random(document: &Value, shape: &Value, random_bytes: &mut OutputReader) -> Value {
    let mut below = |bound: u64| {
        let mut bytes = [0; 8];
        random_bytes.fill(&mut bytes);
        u64::from_le_bytes(bytes) % bound
    };
    if let Some(name) = shape["$ref"].as_str() {
        let name = name.strip_prefix("#/$defs/").unwrap();
        return random(document, &document["$defs"][name], random_bytes);
    }
    if let Some(all) = shape["allOf"].as_array() {
        return random(document, &all[0], random_bytes);
    }
    for choice in ["anyOf", "oneOf"] {
        if let Some(choices) = shape[choice].as_array() {
            let place = usize::try_from(below(choices.len() as u64)).unwrap();
            return random(document, &choices[place], random_bytes);
        }
    }
    let borsh = shape["x-borsh"].as_str();
    match (shape["type"].as_str().unwrap(), borsh) {
        ("null", _) => Value::Null,
        ("boolean", _) => (below(2) == 1).into(),
        ("integer", _) => below(shape["maximum"].as_u64().unwrap() + 1).into(),
        ("string", None) => ["", "a", "grüezi \"\\"][usize::try_from(below(3)).unwrap()].into(),
        ("string", Some("u64")) => [0, u64::MAX, below(u64::MAX)]
            [usize::try_from(below(3)).unwrap()]
        .to_string()
        .into(),
        ("string", Some("u128")) => [0, u128::MAX, u128::from(below(u64::MAX)) << 17]
            [usize::try_from(below(3)).unwrap()]
        .to_string()
        .into(),
        ("string", Some("Vec<u8>")) => hex(below(5), random_bytes),
        ("string", Some(fixed)) => {
            let len = fixed
                .trim_start_matches("[u8; ")
                .trim_end_matches(']')
                .parse();
            hex(len.unwrap(), random_bytes)
        }
        ("array", _) => {
            let parts: Vec<&Value> = match shape["prefixItems"].as_array() {
                Some(parts) => parts.iter().collect(),
                None => {
                    let len = shape["minItems"].as_u64().unwrap_or_else(|| below(4));
                    (0..len).map(|_| &shape["items"]).collect()
                }
            };
            let mut items = Vec::new();
            for part in parts {
                items.push(random(document, part, random_bytes));
            }
            items.into()
        }
        ("object", _) => {
            let mut fields = Map::new();
            for name in shape["required"].as_array().unwrap() {
                let name = name.as_str().unwrap();
                let value = random(document, &shape["properties"][name], random_bytes);
                fields.insert(name.to_owned(), value);
            }
            fields.into()
        }
        other => panic!("a type that this test does not know: {other:?}"),
    }
}

fn hex(len: u64, random_bytes: &mut OutputReader) -> Value {
    let mut bytes = vec![0; usize::try_from(len).unwrap()];
    random_bytes.fill(&mut bytes);
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.into()
}

/// JSON of this shape becomes bytes that are borsh of the type, and these bytes become the same JSON.
fn agree(document: &Value, shape: &Value, codec: Codec, what: &str) {
    let alone = json!({
        "schema": document["schema"], "encoding": document["encoding"], "$defs": document["$defs"],
        "entries": [{"name": "it", "message": shape, "reply": shape}],
    });
    let schema = Schema::parse(&alone.to_string()).unwrap();
    for seed in 0..SAMPLES {
        let mut hasher = blake3::Hasher::new();
        hasher.update(what.as_bytes()).update(&seed.to_le_bytes());
        let value = random(document, shape, &mut hasher.finalize_xof());
        let bytes = schema.encode("it", &value).unwrap();
        assert_eq!(codec(&bytes).as_ref(), Some(&bytes), "{what}: {value}");
        let read = schema.decode_reply("it", &bytes).unwrap();
        assert_eq!(read, value, "{what}");
    }
}

#[test]
fn every_message_reply_and_event_agrees_with_borsh() {
    for Row(contract, entry, message, reply) in ROWS {
        let document = document(contract);
        let found = entries(&document).iter().find(|one| one["name"] == *entry);
        let found = found.unwrap_or_else(|| panic!("{contract} has no {entry}"));
        let what = format!("{contract} {entry}");
        agree(&document, &found["message"], *message, &what);
        agree(&document, &found["reply"], *reply, &what);
    }
    for (contract, event) in EVENTS {
        let document = document(contract);
        agree(&document, &document["events"], *event, contract);
    }
}

#[test]
fn schemas_have_the_entries_of_the_modules() {
    let mut files = BTreeSet::new();
    for (contract, module) in ALL.iter().filter(|(_, module)| *module != HOSTILE) {
        files.insert(format!("{contract}.json"));
        let document = document(contract);
        let said = |part: &str| -> BTreeSet<String> {
            let parts = entries(&document).iter().map(|entry| &entry[part]);
            parts.map(|part| part.as_str().unwrap().into()).collect()
        };
        let exports: BTreeSet<_> = check(module).unwrap().0.entries.into_iter().collect();
        assert_eq!(said("export"), exports, "{contract}");
        let rows = ROWS.iter().filter(|row| row.0 == *contract);
        let rows: BTreeSet<_> = rows.map(|row| row.1.to_owned()).collect();
        assert_eq!(said("name"), rows, "{contract}: a row of this test");
    }
    let there = std::fs::read_dir(folder()).unwrap();
    let there: BTreeSet<_> = there
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(there, files);
}

/// As the pages of the contracts write them.
#[test]
fn what_roles_send_is_written_as_documented() {
    fn sends(contract: &str, entry: &str, json: Value, message: &impl BorshSerialize) {
        let schema = Schema::parse(&document(contract).to_string()).unwrap();
        let bytes = schema.encode(entry, &json).unwrap();
        assert_eq!(bytes, borsh::to_vec(message).unwrap(), "{contract} {entry}");
    }
    let limit = SetLimitMsg {
        slot: 17,
        limit: 1_000_000,
    };
    sends(
        "registry",
        "set_limit",
        json!({"slot": 17, "limit": "1000000"}),
        &limit,
    );
    let contract = ContractId([0xab; 32]);
    let approve = json!({"contract": "ab".repeat(32)});
    let approved = ApproveContractMsg { contract };
    sends("registry", "approve_contract", approve, &approved);
    let paused = SetPausedMsg { paused: true };
    sends("token", "set_paused", json!({"paused": true}), &paused);
    let off = SetSwitchMsg {
        circuit: Circuit::Redeem,
        enabled: false,
    };
    let switch = json!({"circuit": {"Redeem": {}}, "enabled": false});
    sends("token", "set_switch", switch, &off);
    let pin = SetPinMsg {
        circuit: Circuit::Transfer,
        key: KeyId([0xcd; 32]),
    };
    let pinned = json!({"circuit": {"Transfer": {}}, "key": "cd".repeat(32)});
    sends("token", "set_pin", pinned, &pin);
    let key = KeyId([1; 32]);
    let rates = PvpInit { ratio_key: key };
    let init = json!({"ratio_key": "01".repeat(32)});
    sends("pvp", "init", init, &rates);
}
