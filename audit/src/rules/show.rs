//! Alerts as people and programs read them.

use obolus_protocol::note::Slot;
use serde::Serialize;

use super::Alert;
use crate::entry::RecordId;
use crate::show::Shower;

/// An alert in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownAlert {
    /// Its name; stays the same while the journal grows.
    pub id: String,
    /// The rule's name.
    pub rule: String,
    /// `large`, `structuring`, `velocity`, `sanctions`, `round_trip`.
    pub kind: &'static str,
    /// Whom it is about.
    pub subject: Option<String>,
    /// Its slot.
    pub subject_slot: Option<u32>,
    /// The other party, where the rule looks at pairs.
    pub counterparty: Option<String>,
    /// Its slot.
    pub counterparty_slot: Option<u32>,
    /// First movement's time, RFC 3339.
    pub first: String,
    /// Last movement's.
    pub last: String,
    /// What the movements moved together, in major units.
    pub sum: String,
    /// Numbers of the movements.
    pub evidence: Vec<RecordId>,
}

/// Puts an alert into words.
pub fn show(alert: &Alert, shower: &Shower<'_>) -> ShownAlert {
    let label = |slot: Option<Slot>| slot.map(|slot| shower.people().label(slot));
    ShownAlert {
        id: alert.id.to_string(),
        rule: alert.rule.clone(),
        kind: alert.kind,
        subject: label(alert.subject),
        subject_slot: alert.subject.map(Slot::get),
        counterparty: label(alert.counterparty),
        counterparty_slot: alert.counterparty.map(Slot::get),
        first: alert.first.to_string(),
        last: alert.last.to_string(),
        sum: shower.decimals().text(alert.sum),
        evidence: alert.evidence.clone(),
    }
}

/// Writes alerts as CSV with a head; the evidence in one field, separated by spaces.
///
/// # Errors
/// What writing gave.
pub fn write_csv(
    out: impl std::io::Write,
    alerts: impl Iterator<Item = ShownAlert>,
) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "id",
        "rule",
        "kind",
        "subject",
        "subject_slot",
        "counterparty",
        "counterparty_slot",
        "first",
        "last",
        "sum",
        "evidence",
    ])?;
    let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    let words = |text: Option<String>| crate::show::plain(text.unwrap_or_default());
    for alert in alerts {
        let evidence: Vec<_> = alert.evidence.iter().map(RecordId::to_string).collect();
        writer.write_record([
            alert.id,
            crate::show::plain(alert.rule),
            alert.kind.to_owned(),
            words(alert.subject),
            number(alert.subject_slot),
            words(alert.counterparty),
            number(alert.counterparty_slot),
            alert.first,
            alert.last,
            alert.sum,
            evidence.join(" "),
        ])?;
    }
    writer.flush()?;
    Ok(())
}
