//! Parts of ciphertexts as they come from the ledger.

use obolus_abi::{FieldBytes, PointBytes};

use super::AuditError;
use crate::{
    curve::Point,
    field::{Fr, fr_from_bytes},
    pedersen::Blinding,
};

pub(super) fn field(bytes: &FieldBytes) -> Result<Fr, AuditError> {
    fr_from_bytes(bytes).map_err(|_| AuditError::Malformed)
}

pub(super) fn point(bytes: &PointBytes) -> Result<Point, AuditError> {
    Point::decode(bytes).map_err(|_| AuditError::Malformed)
}

pub(super) fn blinding(value: &Fr) -> Result<Blinding, AuditError> {
    Blinding::from_representative(value).map_err(|_| AuditError::Garbage)
}
