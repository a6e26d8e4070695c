use borsh::BorshSerialize;
use obolus_abi::accesslog::AccessMembers;
use obolus_abi::registry::RegistryInit;
use obolus_abi::system::{
    AdminPolicy, ContractMsg, DeployPolicy, InstantiateMsg, ProposeMigrationMsg, SetAdminMsg,
    SetQuotaMsg, UploadMsg,
};
use obolus_abi::token::Circuit;
use obolus_abi::{ChainId, CodeId, ContractId, FieldBytes, KeyId, RoleKey, RoleSet};
use obolus_protocol::tx::{EntryName, Height};

use super::*;

const OTHER: ContractId = ContractId([7; 32]);

fn draft(contract: ContractId, entry: &str, message: &impl BorshSerialize) -> TxBody {
    TxBody {
        chain: ChainId([1; 32]),
        expiry: Height(9),
        contract,
        entry: EntryName::new(entry).unwrap(),
        args: borsh::to_vec(message).unwrap(),
        memos: Vec::new(),
    }
}

/// What is shown of a draft; nothing more may follow its message, and nothing be missing.
fn words(contract: ContractId, entry: &str, message: &impl BorshSerialize) -> Option<String> {
    let body = draft(contract, entry, message);
    let all = |body: &TxBody| shown(body, Home::of(body), None);
    let lines = all(&body)?;
    let mut longer = body.clone();
    longer.args.push(0);
    assert_eq!(all(&longer), None, "{entry}");
    let mut shorter = body;
    shorter.args.pop();
    assert_eq!(all(&shorter), None, "{entry}");
    Some(lines.join("\n"))
}

#[track_caller]
fn says(contract: ContractId, entry: &str, message: &impl BorshSerialize, told: &[&str]) {
    let words = words(contract, entry, message).unwrap();
    for one in told {
        assert!(words.contains(one), "{one}: {words}");
    }
}

fn two_of_two() -> RoleSet {
    RoleSet {
        keys: vec![RoleKey([1; 32]), RoleKey([2; 32])],
        threshold: 2,
    }
}

#[test]
fn what_an_operator_sets_is_shown_in_words() {
    let token = ContractId([5; 32]);
    let paused = SetPausedMsg { paused: true };
    says(token, "set_paused", &paused, &["pauses the token"]);
    let paused = SetPausedMsg { paused: false };
    says(token, "set_paused", &paused, &["ends the token's pause"]);
    let switch = SetSwitchMsg {
        circuit: Circuit::Redeem,
        enabled: false,
    };
    says(token, "set_switch", &switch, &["refuses", "redeem"]);
    let key = KeyId([3; 32]);
    let pin = SetPinMsg {
        circuit: Circuit::Issue,
        key,
    };
    says(token, "set_pin", &pin, &["circuit issue", &key.to_string()]);
    let rule = VelocityRule {
        quota: 5,
        period_seconds: 60,
        grace_seconds: 7,
    };
    let velocity = SetVelocityMsg { rule: Some(rule) };
    let told = ["at most 5 times in 60 seconds, with 7"];
    says(token, "set_velocity", &velocity, &told);
    let lifted = SetVelocityMsg { rule: None };
    says(token, "set_velocity", &lifted, &["lifts the velocity rule"]);
    let successor = SetSuccessorMsg { contract: OTHER };
    let told = ["move to the token", &OTHER.to_string(), "for good"];
    says(token, "set_successor", &successor, &told);
}

#[test]
fn what_a_registrar_does_is_shown_in_words() {
    let registry = ContractId([6; 32]);
    let slot = SlotMsg { slot: 17 };
    says(registry, "freeze", &slot, &["freezes slot 17"]);
    says(registry, "unfreeze", &slot, &["unfreezes slot 17"]);
    let mut limit = SetLimitMsg {
        slot: 17,
        limit: 500,
    };
    let told = ["slot 17", "limit of 500 minor units"];
    says(registry, "set_limit", &limit, &told);
    limit.limit = u64::MAX;
    says(registry, "set_limit", &limit, &["no per-transfer limit"]);
    let approved = ApproveContractMsg { contract: OTHER };
    says(
        registry,
        "approve_contract",
        &approved,
        &[&OTHER.to_string()],
    );
    let auditor = PointBytes([4; PointBytes::LEN]);
    let mut epoch = SetAuditorMsg {
        auditor,
        window: 50,
    };
    let told = [&*point(&auditor), "for 50 more blocks"];
    says(registry, "set_auditor", &epoch, &told);
    epoch.window = 0;
    says(registry, "set_auditor", &epoch, &["at once"]);
    let register = RegisterMsg {
        owner: FieldBytes::from_u64(3),
        ak: auditor,
        epk: [8; 32],
        limit: 9,
        r: auditor,
        c1: FieldBytes::ZERO,
    };
    let owner = register.owner.to_string();
    let told = [&*owner, "limit of 9", &point(&auditor), &"08".repeat(32)];
    says(registry, "register", &register, &told);
    let rotate = RotateMsg { slot: 17, register };
    says(registry, "rotate", &rotate, &["key of slot 17", &owner]);
    says(
        registry,
        "recover",
        &rotate,
        &["LOST key of frozen slot 17"],
    );
    let members = AccessMembers {
        members: two_of_two(),
        requesters: vec![RoleKey([9; 32])],
    };
    let told = [&*OTHER.to_string(), "2 of 2", &"09".repeat(32)];
    says(OTHER, "set_members", &members, &told);
}

#[test]
fn what_the_system_contract_does_is_shown_in_words() {
    let upload = |module: &[u8]| UploadMsg {
        module: module.to_vec(),
        source: None,
    };
    let code = CodeId(*blake3::hash(obolus_contracts::REGISTRY).as_bytes());
    let told = [&*code.to_string(), "which is our registry"];
    says(SYSTEM, "upload", &upload(obolus_contracts::REGISTRY), &told);
    says(
        SYSTEM,
        "upload",
        &upload(b"other"),
        &["which is none of ours"],
    );
    let admin = AdminPolicy::Frozen;
    let init = RegistryInit {
        registrar: two_of_two(),
        auditor: PointBytes([4; PointBytes::LEN]),
        register_key: KeyId([3; 32]),
        root_window: 10,
        seizure_delay: 20,
    };
    let mut made = InstantiateMsg {
        code,
        salt: [0; 32],
        init: borsh::to_vec(&init).unwrap(),
        admin: admin.clone(),
        quota: Some(4096),
    };
    let told = [
        "4096 bytes",
        "can never be replaced",
        "registrar 2 of 2",
        "seized after 20 blocks",
    ];
    says(SYSTEM, "instantiate", &made, &told);
    // Settings that nobody here can read.
    made.code = CodeId([1; 32]);
    assert_eq!(words(SYSTEM, "instantiate", &made), None);
    made.init.clear();
    says(SYSTEM, "instantiate", &made, &["without settings"]);
    let mut proposal = ProposeMigrationMsg {
        contract: OTHER,
        code,
        args: Vec::new(),
    };
    says(SYSTEM, "propose_migration", &proposal, &["our registry"]);
    proposal.args = vec![1];
    assert_eq!(words(SYSTEM, "propose_migration", &proposal), None);
    let nobody = DeployPolicy::default();
    says(SYSTEM, "set_deploy_policy", &nobody, &["nobody but"]);
    let quota = SetQuotaMsg {
        contract: OTHER,
        quota: None,
    };
    says(SYSTEM, "set_quota", &quota, &["without bound"]);
    let admins = SetAdminMsg {
        contract: OTHER,
        admin,
    };
    says(SYSTEM, "set_admin", &admins, &["can never be replaced"]);
    let contract = ContractMsg { contract: OTHER };
    for (entry, told) in [
        ("freeze_code", "freezes the code"),
        ("apply_admin", "in force"),
        ("cancel_migration", "takes back"),
    ] {
        says(SYSTEM, entry, &contract, &[told, &OTHER.to_string()]);
    }
}

#[test]
fn an_entry_that_is_not_known_is_not_shown() {
    let slot = SlotMsg { slot: 17 };
    for (contract, entry) in [
        (OTHER, "thaw"),
        (OTHER, "upload"),
        (OTHER, "transfer"),
        (SYSTEM, "freeze"),
        (SYSTEM, "set_successor"),
    ] {
        assert_eq!(words(contract, entry, &slot), None, "{entry}");
    }
}
