use obolus_abi::{ContractId, FieldBytes, KeyId, RegisterInputs};

use crate::mock::Mock;
use crate::{Env, Proven, Refused, SdkError, Statement, entries};

const KEY: KeyId = KeyId([3; 32]);
const ME: ContractId = ContractId([1; 32]);

type Inputs = RegisterInputs<FieldBytes>;

fn inputs(env: &Env, owner: u64) -> Inputs {
    let mut slots = [FieldBytes::ZERO; Inputs::COUNT];
    slots[0] = FieldBytes::from_u64(owner);
    let inputs = Inputs::from_array(slots);
    Inputs {
        context: env.context(),
        ..inputs
    }
}

/// Takes nothing but what was proved.
fn owner_of(proven: Proven<Inputs>) -> FieldBytes {
    proven.owner
}

fn ask(env: &mut Env, owner: u64) -> Result<Option<FieldBytes>, SdkError> {
    let proven: Result<_, Refused> = env.proven(&KEY, inputs(env, owner));
    Ok(proven.ok().map(owner_of))
}
entries! { write ask; }

#[test]
fn only_what_the_transaction_proves_becomes_proven() {
    let mut mock = Mock::new();
    mock.install(ME, ENTRIES);
    assert_eq!(mock.call(ME, "ask", &7_u64), Ok(None::<FieldBytes>));
    let mut slots = [FieldBytes::ZERO; Inputs::COUNT];
    slots[0] = FieldBytes::from_u64(7);
    let claim = Inputs {
        context: mock.context(&ME, None, "ask"),
        ..Inputs::from_array(slots)
    };
    mock.tx.proofs.insert((KEY, claim.to_array().to_vec()));
    assert_eq!(
        mock.call(ME, "ask", &7_u64),
        Ok(Some(FieldBytes::from_u64(7)))
    );
    assert_eq!(mock.call(ME, "ask", &8_u64), Ok(None::<FieldBytes>));
    assert_eq!(<Inputs as Statement>::CIRCUIT, "register");
}
