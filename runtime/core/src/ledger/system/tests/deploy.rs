//! Uploading and instantiating: by the operator, by listed deployers, and each refusal.

use obolus_abi::system::{
    AdminPolicy, Delay, DeployLimits, DeployPolicy, Deployer, MAX_DELAY_BLOCKS, MAX_DELAY_MS,
    MAX_DEPLOYERS, SystemEvent, UploadMsg,
};
use obolus_abi::{CodeId, RoleKey, SourceHash};
use obolus_chain::contract_id;

use super::super::super::kit::{self, genesis, instantiate_message, operator, upload_message};
use super::super::authority::approved;
use super::world::{World, admin, code_of, key, module, role, role_key};
use crate::exec::Authorities;
use crate::ledger::encode;
use crate::state::{CodeRecord, DeployerUse, keys};

const LIMITS: DeployLimits = DeployLimits {
    modules: 2,
    contracts: 1,
    code_bytes: 2000,
    storage_quota: 10_000,
};

fn policy(numbers: &[u8], limits: DeployLimits) -> Vec<u8> {
    let mut deployers: Vec<_> = numbers
        .iter()
        .map(|number| Deployer {
            key: role_key(*number),
            limits,
        })
        .collect();
    deployers.sort_by_key(|deployer| deployer.key);
    encode(&DeployPolicy { deployers })
}

#[test]
fn events_and_records_name_code_source_contract_and_admin() {
    let mut world = World::new();
    let bytes = module(1, "");
    let (code, source) = (code_of(&bytes), Some(SourceHash([9; 32])));
    let upload = encode(&UploadMsg {
        module: bytes.clone(),
        source,
    });
    assert_eq!(
        world.done("upload", upload, &[operator()]),
        [SystemEvent::Uploaded {
            code,
            source,
            deployer: None
        }]
    );
    let record = world.ledger.state().get(&keys::code_record(&code)).unwrap();
    assert_eq!(
        borsh::from_slice::<CodeRecord>(&record.unwrap()).unwrap(),
        CodeRecord {
            source,
            deployer: None,
            size: bytes.len() as u32
        }
    );
    let admin = admin(&[3, 4], 2, 10, 0);
    let mut message = instantiate_message(code, [7; 32], Vec::new());
    message.admin = admin.clone();
    message.quota = Some(99);
    let contract = contract_id(&genesis().chain_id(), &code, &[7; 32]);
    assert_eq!(
        world.done("instantiate", encode(&message), &[operator()]),
        [SystemEvent::Instantiated {
            contract,
            code,
            admin: admin.clone(),
            quota: Some(99),
            deployer: None
        }]
    );
    let record = world.record(&contract);
    assert_eq!((record.admin, record.quota), (admin, Some(99)));
}

#[test]
fn each_refusal_of_the_operator() {
    let mut world = World::new();
    let known = world.upload(&module(1, ""));
    world.instantiate(known, AdminPolicy::Frozen, None);
    let fresh = |salt| instantiate_message(known, [salt; 32], Vec::new());
    let with_admin = |admin| {
        let mut message = fresh(9);
        message.admin = admin;
        encode(&message)
    };
    let mut trailing = encode(&upload_message(module(2, "")));
    trailing.push(0);
    let mut unsorted = role(&[1, 2], 1);
    unsorted.keys.reverse();
    let too_long = |delay| {
        with_admin(AdminPolicy::Admin {
            role: role(&[1], 1),
            delay,
        })
    };
    let cases = [
        ("mint", vec![], "system_no_such_entry"),
        ("upload", trailing, "system_bad_arguments"),
        ("upload", b"raw".to_vec(), "system_bad_arguments"),
        (
            "upload",
            encode(&upload_message(b"no module".to_vec())),
            "bad_module",
        ),
        (
            "upload",
            encode(&upload_message(module(1, ""))),
            "code_exists",
        ),
        ("instantiate", vec![1], "system_bad_arguments"),
        (
            "instantiate",
            encode(&instantiate_message(CodeId([0; 32]), [1; 32], vec![])),
            "no_such_code",
        ),
        ("instantiate", encode(&fresh(0)), "contract_exists"),
        (
            "instantiate",
            with_admin(AdminPolicy::Admin {
                role: unsorted,
                delay: Delay::default(),
            }),
            "bad_admin_policy",
        ),
        (
            "instantiate",
            too_long(Delay {
                blocks: MAX_DELAY_BLOCKS + 1,
                ms: 0,
            }),
            "bad_admin_policy",
        ),
        (
            "instantiate",
            too_long(Delay {
                blocks: 0,
                ms: MAX_DELAY_MS + 1,
            }),
            "bad_admin_policy",
        ),
    ];
    for (entry, args, code) in cases {
        assert_eq!(world.refused(entry, args, &[operator()]), code);
    }
}

#[test]
fn nobody_else_deploys_by_default() {
    let mut world = World::new();
    let args = encode(&upload_message(module(1, "")));
    assert_eq!(world.refused("upload", args.clone(), &[]), "not_deployer");
    assert_eq!(world.refused("upload", args, &[key(2)]), "not_deployer");
    let code = world.upload(&module(1, ""));
    let args = encode(&instantiate_message(code, [0; 32], Vec::new()));
    assert_eq!(
        world.refused("instantiate", args, &[key(2)]),
        "not_deployer"
    );
    for entry in ["set_deploy_policy", "set_quota"] {
        let args = policy(&[2], LIMITS);
        assert_eq!(world.refused(entry, args, &[key(2)]), "system_not_operator");
    }
}

#[test]
fn a_listed_deployer_deploys_within_its_limits() {
    let mut world = World::new();
    let set = world.done("set_deploy_policy", policy(&[2, 3], LIMITS), &[operator()]);
    assert!(
        matches!(&set[..], [SystemEvent::DeployPolicySet { deployers }] if deployers.len() == 2)
    );

    let upload = |number| encode(&upload_message(module(number, "")));
    let events = world.done("upload", upload(1), &[key(2)]);
    assert!(matches!(
        &events[..],
        [SystemEvent::Uploaded { deployer, .. }] if *deployer == Some(role_key(2))
    ));
    let code = code_of(&module(1, ""));
    let make = |salt, quota| {
        let mut message = instantiate_message(code, [salt; 32], Vec::new());
        message.admin = admin(&[2], 1, 0, 0);
        message.quota = quota;
        encode(&message)
    };
    for quota in [None, Some(LIMITS.storage_quota + 1)] {
        assert_eq!(
            world.refused("instantiate", make(1, quota), &[key(2)]),
            "bad_quota"
        );
    }
    world.done(
        "instantiate",
        make(1, Some(LIMITS.storage_quota)),
        &[key(2)],
    );
    assert_eq!(
        world.refused("instantiate", make(2, Some(1)), &[key(2)]),
        "deploy_limit"
    );
    // Another deployer has limits of its own, and so has the operator none.
    world.done("instantiate", make(3, Some(1)), &[key(3)]);
    world.done("instantiate", make(4, None), &[operator(), key(2)]);

    let large = module(2, &format!("(data (i32.const 0) \"{}\")", "x".repeat(2000)));
    let args = encode(&upload_message(large));
    assert_eq!(world.refused("upload", args, &[key(2)]), "deploy_limit");
    world.done("upload", upload(3), &[key(2)]);
    assert_eq!(
        world.refused("upload", upload(4), &[key(2)]),
        "deploy_limit"
    );
    let used = world
        .ledger
        .state()
        .get(&keys::deployer_use(&role_key(2)))
        .unwrap();
    let used: DeployerUse = borsh::from_slice(&used.unwrap()).unwrap();
    assert_eq!((used.modules, used.contracts), (2, 1));

    // Taken off the list and put on it again, it has used up what it had used up.
    world.done("set_deploy_policy", policy(&[3], LIMITS), &[operator()]);
    assert_eq!(
        world.refused("upload", upload(4), &[key(2)]),
        "not_deployer"
    );
    world.done("set_deploy_policy", policy(&[2], LIMITS), &[operator()]);
    assert_eq!(
        world.refused("upload", upload(4), &[key(2)]),
        "deploy_limit"
    );
}

#[test]
fn a_malformed_policy_is_refused() {
    let mut world = World::new();
    let deployer = |number: u8| Deployer {
        key: RoleKey([number; 32]),
        limits: LIMITS,
    };
    let bad = [
        vec![deployer(2), deployer(1)],
        vec![deployer(1), deployer(1)],
        (0..=MAX_DEPLOYERS as u8).map(deployer).collect(),
    ];
    for deployers in bad {
        let args = encode(&DeployPolicy { deployers });
        assert_eq!(
            world.refused("set_deploy_policy", args, &[operator()]),
            "bad_deploy_policy"
        );
    }
}

#[test]
fn a_failing_init_makes_no_contract() {
    let mut world = World::new();
    let bytes = wat::parse_str(
        r#"(module (memory (export "memory") 1)
             (func (export "x_init") (result i32) (unreachable)))"#,
    )
    .unwrap();
    let code = world.upload(&bytes);
    let args = encode(&instantiate_message(code, [0; 32], Vec::new()));
    assert_eq!(
        world.refused("instantiate", args, &[operator()]),
        "contract_trapped"
    );
}

#[test]
fn users_cannot_run_what_only_the_system_runs() {
    let mut world = World::new();
    let code = world.upload(&module(
        1,
        r#"(func (export "x_migrate") (result i32) (i32.const 0))"#,
    ));
    let contract = world.instantiate(code, AdminPolicy::Frozen, None);
    for entry in ["init", "migrate"] {
        let tx = world.call_to(contract, entry, Vec::new(), &[operator()]);
        assert_eq!(world.refusal(&tx), "no_such_entry");
    }
}

#[test]
fn the_threshold_counts_distinct_holders() {
    let set = role(&[1, 2, 3], 2);
    let signed = |who: &[u8]| Authorities {
        role_keys: who.iter().map(|number| role_key(*number)).collect(),
        ..Authorities::default()
    };
    assert!(!approved(&set, &signed(&[])));
    assert!(!approved(&set, &signed(&[2])));
    assert!(!approved(&set, &signed(&[1, 7])));
    assert!(approved(&set, &signed(&[1, 3])));
    assert!(approved(&set, &signed(&[1, 2, 3])));
    assert_eq!(kit::genesis().operator.threshold, 1);
}
