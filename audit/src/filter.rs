//! A query as people write it, on a command line or in a form.

use std::collections::BTreeSet;

use obolus_protocol::Amount;
use obolus_protocol::amount::AmountError;
use obolus_protocol::note::Slot;
use serde::Deserialize;

use crate::annotate::Annotations;
use crate::entry::UnknownKind;
use crate::names::{NameError, People};
use crate::query::{BadMoment, Moment, Period, Query};
use crate::show::Decimals;

/// Why a query was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// Who.
    #[error("{0}: {1}")]
    Name(&'static str, NameError),
    /// When.
    #[error("{0}: {1}")]
    Moment(&'static str, BadMoment),
    /// How much.
    #[error("{0}: {1}")]
    Amount(&'static str, AmountError),
    /// Which kind.
    #[error("kind: {0}")]
    Kind(UnknownKind),
}

/// Conditions in words; an empty one is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Filter {
    /// Slot, address, owner hash or name of whoever is on either side.
    pub participant: String,
    /// The same of the other side.
    pub counterparty: String,
    /// First block or moment.
    pub from: String,
    /// Last block, or the moment after the last.
    pub to: String,
    /// Least amount.
    pub min: String,
    /// Largest amount.
    pub max: String,
    /// Kinds, separated by commas.
    pub kind: String,
    /// A payment's reference.
    pub uetr: String,
    /// Page of a listing, from 0.
    pub page: String,
}

impl Filter {
    /// The period alone.
    ///
    /// # Errors
    /// [`FilterError::Moment`].
    pub fn period(&self) -> Result<Period, FilterError> {
        let moment = |field, text: &str| -> Result<Option<Moment>, FilterError> {
            let text = given(text);
            text.map(|t| t.parse().map_err(|error| FilterError::Moment(field, error)))
                .transpose()
        };
        Ok(Period {
            from: moment("from", &self.from)?,
            to: moment("to", &self.to)?,
        })
    }

    /// What the conditions mean.
    ///
    /// # Errors
    /// [`FilterError`] names the first one that means nothing.
    pub fn compile(
        &self,
        people: &People<'_>,
        decimals: Decimals,
        annotations: &Annotations,
    ) -> Result<Query, FilterError> {
        let who = |field, text: &str| -> Result<Option<BTreeSet<Slot>>, FilterError> {
            let Some(text) = given(text) else {
                return Ok(None);
            };
            let slot = people
                .find(text)
                .map_err(|error| FilterError::Name(field, error))?;
            Ok(Some(people.lineage(slot).into_iter().collect()))
        };
        let amount = |field, text: &str| -> Result<Option<Amount>, FilterError> {
            let parse = |text| {
                Amount::parse(text, decimals.exponent())
                    .map_err(|error| FilterError::Amount(field, error))
            };
            given(text).map(parse).transpose()
        };
        let kinds = self.kind.split(',').filter_map(given);
        Ok(Query {
            participant: who("participant", &self.participant)?,
            counterparty: who("counterparty", &self.counterparty)?,
            period: self.period()?,
            min: amount("min", &self.min)?,
            max: amount("max", &self.max)?,
            kinds: kinds
                .map(|kind| kind.parse().map_err(FilterError::Kind))
                .collect::<Result<_, _>>()?,
            ids: given(&self.uetr).map(|uetr| annotations.with_uetr(uetr)),
        })
    }
}

fn given(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}
