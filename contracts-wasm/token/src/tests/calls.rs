//! The valid calls that need more than one proof, another role or another token.

use obolus_sdk::abi::token::{
    AttestMsg, MigrateMsg, RedeemLimitedMsg, SeizeMsg, SetSuccessorMsg, SetVelocityMsg,
    TransferLimitedMsg, VELOCITY_PERIOD_TAG, VelocityPlace, VelocityRule, supply_inputs,
    velocity_period,
};

use super::*;

pub const RULE: VelocityRule = VelocityRule {
    quota: 2,
    period_seconds: 3_600,
    grace_seconds: 60,
};
pub const RESERVES: u128 = 1_000_000;

impl World {
    /// A token with strict backing, whose reserves were attested while it had no notes.
    pub fn strict() -> Self {
        let mut init = init_msg();
        if let Some(reserves) = &mut init.reserves {
            reserves.strict = true;
        }
        let mut world = Self::empty(&init);
        let msg = world.attest_msg();
        let attest = world.attest(&msg);
        world.accept(&attest);
        world
    }

    /// A token with a velocity rule in force.
    pub fn limited() -> Self {
        let mut world = Self::new();
        let rule = world.set_velocity(Some(RULE));
        world.accept(&rule);
        world
    }

    /// A token and the successor that it named.
    pub fn two() -> Self {
        let mut world = Self::new();
        let init = TokenInit {
            predecessor: Some(TOKEN),
            ..init_msg()
        };
        world.mock.instantiate(SUCCESSOR, ENTRIES, &init).unwrap();
        let named = world.set_successor(SUCCESSOR);
        world.accept(&named);
        world
    }

    pub fn seize_msg(&self) -> SeizeMsg {
        SeizeMsg {
            transfer: TransferMsg {
                sender_root: frozen(),
                ..self.transfer_msg()
            },
            case: [21; 32],
        }
    }

    pub fn seize(&mut self, msg: &SeizeMsg) -> Attempt {
        let attempt = self.proven("seize", None, PINS.transfer, msg, |context| {
            msg.transfer.inputs(&auditor(), context).to_array().to_vec()
        });
        self.mock.tx.role_keys = ISSUERS.into();
        self.mock.tx.memos = [RECIPIENT, OWN].into();
        attempt
    }

    /// Everything that was issued and redeemed so far, as of this block.
    pub fn attest_msg(&mut self) -> AttestMsg {
        let state = self.state();
        AttestMsg {
            reserves: RESERVES,
            as_of_height: self.mock.block.height,
            document: [22; 32],
            issued: state.issued,
            redeemed: state.redeemed,
        }
    }

    pub fn attest(&mut self, msg: &AttestMsg) -> Attempt {
        let supply = self.mock.maths().point_sub(&msg.issued, &msg.redeemed);
        let attempt = self.proven("attest", None, SUPPLY_KEY, msg, |context| {
            supply_inputs(&supply, msg.reserves, context)
                .to_array()
                .to_vec()
        });
        self.mock.tx.role_keys = ATTESTORS.into();
        self.mock.tx.memos.clear();
        attempt
    }

    /// An issue with a proof that it fits into the reserves attested last; none were before the first attestation.
    pub fn issue_backed(&mut self, msg: &IssueMsg) -> Attempt {
        let state = self.state();
        let mut attempt = self.issue(msg);
        attempt.entry = "issue_backed";
        let context = self.mock.context(&TOKEN, None, "issue_backed");
        let inputs = msg.inputs(&auditor(), context).to_array().to_vec();
        self.mock.tx.proofs = [(PINS.issue, inputs)].into();
        let (redeemed, reserves) = state.backing.map_or((state.redeemed, 0), |backing| {
            (backing.redeemed, backing.reserves)
        });
        if self.mock.maths().check_point(&msg.cv).is_ok() {
            let issued = self.mock.maths().point_add(&state.issued, &msg.cv);
            let supply = self.mock.maths().point_sub(&issued, &redeemed);
            let inputs = supply_inputs(&supply, reserves, context);
            let proof = (SUPPLY_KEY, inputs.to_array().to_vec());
            self.mock.tx.proofs.insert(proof);
        }
        attempt
    }

    pub fn set_velocity(&mut self, rule: Option<VelocityRule>) -> Attempt {
        self.operate("set_velocity", &SetVelocityMsg { rule })
    }

    /// A place of the current period.
    pub fn place(&mut self, tag: u64) -> VelocityPlace {
        let serial = self.state().velocity_serial;
        VelocityPlace {
            period: RULE.period(serial, self.mock.block.time_ms),
            tag: field(tag),
        }
    }

    fn placed(&mut self, entry: &str, place: &VelocityPlace, nf1: FieldBytes) {
        let [low, high, number] = velocity_period(&TOKEN, place.period);
        let tag = VELOCITY_PERIOD_TAG.as_bytes();
        let period = self.mock.maths().hash3(tag, [&low, &high, &number]);
        let context = self.mock.context(&TOKEN, None, entry);
        let inputs = place.inputs(nf1, period, RULE.quota, context);
        let proof = (VELOCITY_KEY, inputs.to_array().to_vec());
        self.mock.tx.proofs.insert(proof);
    }

    pub fn transfer_limited(&mut self, msg: &TransferLimitedMsg) -> Attempt {
        let entry = "transfer_limited";
        let attempt = self.proven(entry, None, PINS.transfer, msg, |context| {
            msg.transfer.inputs(&auditor(), context).to_array().to_vec()
        });
        self.placed(entry, &msg.place, msg.transfer.nf1);
        self.mock.tx.spend_keys = [msg.transfer.rk].into();
        self.mock.tx.memos = [RECIPIENT, OWN].into();
        attempt
    }

    pub fn redeem_limited(&mut self, msg: &RedeemLimitedMsg) -> Attempt {
        let entry = "redeem_limited";
        let attempt = self.proven(entry, None, PINS.redeem, msg, |context| {
            msg.redeem.inputs(&auditor(), context).to_array().to_vec()
        });
        self.placed(entry, &msg.place, msg.redeem.nf1);
        self.mock.tx.spend_keys = [msg.redeem.rk].into();
        self.mock.tx.memos = [OWN].into();
        attempt
    }

    pub fn set_successor(&mut self, contract: ContractId) -> Attempt {
        self.operate("set_successor", &SetSuccessorMsg { contract })
    }

    pub fn migrate_msg(&self) -> MigrateMsg {
        MigrateMsg {
            out: self.redeem_msg(),
            recipient_root: field(2),
            cm1: field(600),
            r: ToyMaths::point(601),
            c1: field(602),
            c2: field(603),
            c3: field(604),
        }
    }

    pub fn migrate(&mut self, msg: &MigrateMsg) -> Attempt {
        let context = self.mock.context(&SUCCESSOR, None, "migrate_in");
        let inward = msg.inputs(&auditor(), context).to_array().to_vec();
        let context = self.mock.context(&TOKEN, Some(&SUCCESSOR), "migrate_out");
        let outward = msg.out.inputs(&auditor(), context).to_array().to_vec();
        self.mock.tx.proofs = [(PINS.issue, inward), (PINS.redeem, outward)].into();
        self.mock.tx.role_keys.clear();
        self.mock.tx.spend_keys = [msg.out.rk].into();
        self.mock.tx.memos = [RECIPIENT, OWN].into();
        Attempt::new(SUCCESSOR, "migrate_in", msg)
    }

    /// The predecessor's side by itself, as if the caller passed it on.
    pub fn migrate_out(&mut self, caller: ContractId, msg: &RedeemMsg) -> Attempt {
        let entry = "migrate_out";
        let attempt = self.proven(entry, Some(caller), PINS.redeem, msg, |context| {
            msg.inputs(&auditor(), context).to_array().to_vec()
        });
        self.mock.tx.spend_keys = [msg.rk].into();
        self.mock.tx.memos = [RECIPIENT, OWN].into();
        attempt
    }
}
