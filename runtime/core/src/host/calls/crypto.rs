//! Hashes, signatures and points. Bytes are decoded strictly: what is not canonical is `Malformed`.

use ed25519_dalek::{Signature, VerifyingKey};
use obolus_abi::hostcall::HostCode;
use obolus_abi::limits::{MAX_MESSAGE, MAX_TAG};
use obolus_abi::{ContractId, DealId, FieldBytes, PointBytes};
use obolus_protocol::curve::{self, Point};
use obolus_protocol::field::{Fr, fr_from_bytes, fr_to_bytes};
use obolus_protocol::poseidon2::permutation;

use super::bound;
use crate::exec::TrapKind;
use crate::host::frame::code;
use crate::host::{Frame, Stop};

/// `hash3(tag, a, b, c)` with the tag as text: the same function as the protocol's, whose tags are listed
/// in one file; a contract may bring its own.
pub(crate) fn hash3(frame: &mut Frame, tag: &[u8], inputs: &[u8]) -> Result<i64, Stop> {
    bound(tag.len(), MAX_TAG)?;
    if tag.is_empty() || !tag.iter().all(u8::is_ascii_graphic) {
        return Err(TrapKind::BadArgument.into());
    }
    let ([a, b, c], []) = inputs.as_chunks::<{ FieldBytes::LEN }>() else {
        return Err(TrapKind::BadArgument.into());
    };
    let mut text = [0; FieldBytes::LEN];
    for (to, from) in text.iter_mut().zip(tag) {
        *to = *from;
    }
    let mut state = [Fr::default(); 4];
    for (slot, bytes) in state.iter_mut().zip([a, b, c, &text]) {
        match fr_from_bytes(&FieldBytes(*bytes)) {
            Ok(value) => *slot = value,
            Err(_) => return code(HostCode::Malformed),
        }
    }
    let [hash, ..] = permutation(&state);
    frame.answer(fr_to_bytes(&hash).0)
}

pub(crate) fn blake3(frame: &mut Frame, data: &[u8]) -> Result<i64, Stop> {
    bound(data.len(), MAX_MESSAGE)?;
    frame.answer(*::blake3::hash(data).as_bytes())
}

pub(crate) fn ed25519_verify(
    _frame: &mut Frame,
    key: &[u8; 32],
    signature: &[u8; 64],
    message: &[u8],
) -> Result<i64, Stop> {
    bound(message.len(), MAX_MESSAGE)?;
    let Ok(key) = VerifyingKey::from_bytes(key) else {
        return Ok(0);
    };
    let holds = key.verify_strict(message, &Signature::from_bytes(signature));
    Ok(i64::from(holds.is_ok()))
}

pub(crate) fn deal_point(
    frame: &mut Frame,
    contract: &[u8; 32],
    deal: &[u8; 32],
) -> Result<i64, Stop> {
    let point = curve::deal_point(&ContractId(*contract), &DealId(*deal));
    frame.answer(point.encode().0)
}

pub(crate) fn point_check(_frame: &mut Frame, point: &[u8; 64]) -> Result<i64, Stop> {
    Ok(i64::from(
        Point::decode_non_identity(&PointBytes(*point)).is_ok(),
    ))
}

pub(crate) fn point_add(frame: &mut Frame, a: &[u8; 64], b: &[u8; 64]) -> Result<i64, Stop> {
    combine(frame, a, b, Point::add)
}

pub(crate) fn point_sub(frame: &mut Frame, a: &[u8; 64], b: &[u8; 64]) -> Result<i64, Stop> {
    combine(frame, a, b, Point::sub)
}

fn combine(
    frame: &mut Frame,
    a: &[u8; 64],
    b: &[u8; 64],
    operation: fn(&Point, &Point) -> Point,
) -> Result<i64, Stop> {
    match (
        Point::decode(&PointBytes(*a)),
        Point::decode(&PointBytes(*b)),
    ) {
        (Ok(a), Ok(b)) => frame.answer(operation(&a, &b).encode().0),
        _ => code(HostCode::Malformed),
    }
}
