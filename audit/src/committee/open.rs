//! Reading with a quorum's points: what comes out is compared with the commitments on the ledger.

use obolus_protocol::keys::NullifierKey;
use obolus_protocol::note::Slot;
use obolus_threshold::audit::CiphertextKind;
use obolus_wallet::auditor::{AuditReader, Read, Record};
use obolus_wallet::{ChainSource, SourceError, TokenConfig, TokenView};

use super::{AccessError, Quorum, Wanted};

/// What a request's ciphertexts say.
pub struct Opening {
    reader: AuditReader,
    /// The movements, in the order of the ledger.
    pub records: Vec<Record>,
    /// Escrowed nullifier keys, by slot.
    pub escrows: Vec<(Slot, NullifierKey)>,
}

impl Opening {
    /// The directory as of the last block, to say who the slots are.
    pub const fn view(&self) -> &TokenView {
        self.reader.view()
    }
}

/// Opens what a quorum has the points of: all of it, or an error.
///
/// # Errors
/// [`AccessError::OtherEpoch`] for what was made for another auditor's key.
pub fn open(
    source: &dyn ChainSource,
    config: TokenConfig,
    wanted: &[Wanted],
    quorum: &Quorum,
) -> Result<Opening, AccessError> {
    let mut reader = AuditReader::new(config);
    let mut records = Vec::new();
    let tip = source.tip()?;
    while reader.view().next_height() <= tip {
        let updates = source.updates(reader.view().next_height())?;
        if updates.is_empty() {
            return Err(SourceError::Malformed.into());
        }
        for update in &updates {
            for read in reader.apply(update, quorum)? {
                // What was not asked for stays closed; it is a finding, and no business of ours.
                if let Read::Opened(opened) = read {
                    records.push(opened.record);
                }
            }
        }
    }
    let slots: Vec<_> = reader.view().directory().iter().map(|e| e.slot).collect();
    let escrow = |slot: Slot| Some((slot, reader.escrowed_key(slot)?.clone()));
    let escrows: Vec<_> = slots.into_iter().filter_map(escrow).collect();

    let (registers, movements): (Vec<_>, Vec<_>) = wanted
        .iter()
        .partition(|wanted| wanted.request.ciphertext.kind() == CiphertextKind::Register);
    for asked in &movements {
        let opened = records
            .iter()
            .filter(|record| *record.place() == asked.place);
        let needed = movements.iter().filter(|other| other.place == asked.place);
        if opened.count() < needed.count() {
            return Err(AccessError::OtherEpoch(asked.place.tx));
        }
    }
    match registers.first() {
        Some(asked) if escrows.len() < registers.len() => {
            Err(AccessError::OtherEpoch(asked.place.tx))
        }
        _ => Ok(Opening {
            reader,
            records,
            escrows,
        }),
    }
}
