use obolus_abi::ContractId;
use obolus_abi::limits::{
    MAX_SCHEDULE_AHEAD, MAX_SCHEDULED, MAX_SCHEDULED_FUEL, MIN_SCHEDULED_FUEL,
};

use crate::mock::{Mock, MockError};
use crate::{CallNumber, Env, Item, ScheduleError, SdkError, contract_errors, entries};

const TICKS: Item<u64> = Item::new(0);
const FUEL: u64 = MIN_SCHEDULED_FUEL;
const ME: ContractId = ContractId([1; 32]);

contract_errors! {
    /// Why the clock refused.
    ClockError {
        /// Somebody else than the clock itself.
        NotScheduled = 1000, "not_scheduled", "only the clock itself calls this";
    }
}

fn init(_env: &mut Env, (): ()) -> Result<(), SdkError> {
    Ok(())
}
fn tick(env: &mut Env, more: u64) -> Result<(), ClockError> {
    if env.caller() != Some(env.this()) {
        return Err(ClockError::NotScheduled);
    }
    let ticks = TICKS.get(env).unwrap_or(0) + 1;
    TICKS.set(env, &ticks);
    if more > 0 {
        let next = env.height() + 1;
        assert!(env.schedule(next, "tick", &(more - 1), FUEL).is_ok());
    }
    Ok(())
}
fn start(
    env: &mut Env,
    (ahead, entry, fuel): (u64, std::string::String, u64),
) -> Result<Result<CallNumber, u8>, SdkError> {
    let at = env.height() + ahead;
    Ok(env
        .schedule(at, &entry, &0_u64, fuel)
        .map_err(|error| match error {
            ScheduleError::NoSuchEntry => 1,
            ScheduleError::OutOfRange => 2,
            ScheduleError::Full => 3,
        }))
}
fn stop(env: &mut Env, number: CallNumber) -> Result<bool, SdkError> {
    Ok(env.unschedule(number))
}
fn ticks(env: &Env, (): ()) -> Result<u64, SdkError> {
    Ok(TICKS.get(env).unwrap_or(0))
}
entries! { write init; write tick; write start; write stop; read ticks; }

fn clock() -> Mock {
    let mut mock = Mock::new();
    mock.instantiate(ME, ENTRIES, &()).unwrap();
    mock
}

fn begin(mock: &mut Mock, ahead: u64, entry: &str, fuel: u64) -> Result<CallNumber, u8> {
    mock.call(ME, "start", &(ahead, entry, fuel)).unwrap()
}

#[test]
fn a_call_runs_at_its_height_with_the_contract_as_caller() {
    let mut mock = clock();
    let direct = mock.call::<_, ()>(ME, "tick", &0_u64);
    assert_eq!(
        direct,
        Err(MockError::Reverted(ClockError::NotScheduled.into()))
    );
    let number = begin(&mut mock, 2, "tick", FUEL).unwrap();
    assert_eq!(mock.end_block(), []);
    assert_eq!(mock.query::<_, u64>(ME, "ticks", &()), Ok(0));
    assert_eq!(mock.end_block(), [(number.0, Ok(()))]);
    assert_eq!(mock.query::<_, u64>(ME, "ticks", &()), Ok(1));
    assert_eq!(mock.end_block(), []);
}

#[test]
fn bounds_and_names_are_checked() {
    let mut mock = clock();
    for (ahead, entry, fuel, code) in [
        (1, "nothing", FUEL, 1),
        (1, "init", FUEL, 1),
        (1, "ticks", FUEL, 1),
        (0, "tick", FUEL, 2),
        (MAX_SCHEDULE_AHEAD + 1, "tick", FUEL, 2),
        (1, "tick", MIN_SCHEDULED_FUEL - 1, 2),
        (1, "tick", MAX_SCHEDULED_FUEL + 1, 2),
    ] {
        assert_eq!(
            begin(&mut mock, ahead, entry, fuel),
            Err(code),
            "{ahead} {entry} {fuel}"
        );
    }
    for _ in 0..MAX_SCHEDULED {
        begin(&mut mock, 5, "tick", FUEL).unwrap();
    }
    assert_eq!(begin(&mut mock, 5, "tick", FUEL), Err(3));
}

#[test]
fn a_call_that_was_taken_back_does_not_run() {
    let mut mock = clock();
    let number = begin(&mut mock, 1, "tick", FUEL).unwrap();
    assert_eq!(mock.call::<_, bool>(ME, "stop", &number), Ok(true));
    assert_eq!(mock.call::<_, bool>(ME, "stop", &number), Ok(false));
    assert_eq!(mock.end_block(), []);
}
