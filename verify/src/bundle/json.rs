//! The JSON form; `verify/schemas/bundle.schema.json`.
//!
//! Exactly these fields, none twice, numbers in their one form. Proof and public inputs are as snarkjs writes them.

use obolus_abi::{ChainId, ContractId};
use obolus_protocol::tx::EntryName;
use obolus_verifier::snarkjs::{inputs_from_json, proof_to_json, unchecked_proof_from_json};
use obolus_verifier::{CircuitName, KeyIdText};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::{
    Bundle, BundleError, BundleId, Label, LabelError, MAX_BUNDLE, MadeAt, Statement, VERSION,
    compact, id_of, label,
};
use crate::hex;

/// Value of the field `format`.
const FORMAT: &str = "obolus.proof-bundle";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BundleJson<'a> {
    format: &'a str,
    version: u64,
    id: &'a str,
    circuit: &'a str,
    key_id: &'a str,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    key: Option<&'a str>,
    #[serde(
        borrow,
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    statement: Option<StatementJson<'a>>,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    made_at: Option<u64>,
    #[serde(borrow)]
    public: &'a RawValue,
    #[serde(
        borrow,
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    labelled: Option<Vec<LabelledJson<'a>>>,
    #[serde(borrow)]
    proof: &'a RawValue,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementJson<'a> {
    body: &'a str,
    chain: &'a str,
    token: &'a str,
    /// Always there: `null` says that a user called.
    #[serde(borrow, deserialize_with = "Option::deserialize")]
    caller: Option<&'a str>,
    entry: &'a str,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelledJson<'a> {
    name: &'a str,
    value: &'a str,
}

/// A field that may be left out but not be `null`.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// Reads a whole bundle.
pub(super) fn decode(bytes: &[u8]) -> Result<(Bundle, BundleId), BundleError> {
    // serde takes an array for a struct.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(BundleError::Start);
    }
    let json: BundleJson<'_> = serde_json::from_slice(bytes)?;
    if json.format != FORMAT {
        return Err(BundleError::Field {
            field: "format",
            expected: FORMAT,
        });
    }
    if json.version != u64::from(VERSION) {
        return Err(BundleError::Version(json.version));
    }
    let circuit = CircuitName::new(json.circuit)?;
    let inputs = inputs_from_json(json.public.get().as_bytes())?;
    let labels = match &json.labelled {
        Some(labelled) => {
            let labels = labels(labelled, json.public)?;
            label::check(&circuit, &labels, inputs.len())?;
            Some(labels)
        }
        None => None,
    };
    let bundle = Bundle {
        circuit,
        key_id: json.key_id.parse::<KeyIdText>()?.0,
        key: match json.key {
            Some(key) => Some(hex::decode(key).ok_or(BundleError::Hex("key"))?),
            None => None,
        },
        statement: json.statement.as_ref().map(statement).transpose()?,
        made_at: json.made_at.map(MadeAt),
        inputs,
        labels,
        proof: unchecked_proof_from_json(json.proof.get().as_bytes())?,
    };
    let id = id_of(&compact::fields(&bundle)?);
    if hex::decode_array(json.id).ok_or(BundleError::Hex("id"))? != id.0 {
        return Err(BundleError::Id);
    }
    Ok((bundle, id))
}

/// Public inputs were read before, so that texts are canonical and equal texts are equal values.
fn labels(labelled: &[LabelledJson<'_>], public: &RawValue) -> Result<Vec<Label>, BundleError> {
    let values: Vec<&str> = serde_json::from_str(public.get())?;
    if labelled.len() != values.len() {
        return Err(BundleError::Label(LabelError::Count {
            labels: labelled.len(),
            inputs: values.len(),
        }));
    }
    let each = labelled.iter().zip(values).map(|(item, value)| {
        let label = Label::new(item.name)?;
        if item.value == value {
            Ok(label)
        } else {
            Err(BundleError::Label(LabelError::Value(item.name.to_owned())))
        }
    });
    each.collect()
}

fn statement(json: &StatementJson<'_>) -> Result<Statement, BundleError> {
    let id = |text, field| hex::decode_array::<32>(text).ok_or(BundleError::Hex(field));
    let body = hex::decode(json.body).ok_or(BundleError::Hex("body"))?;
    let statement = Statement {
        body: compact::body(&body)?,
        token: ContractId(id(json.token, "token")?),
        caller: match json.caller {
            Some(caller) => Some(ContractId(id(caller, "caller")?)),
            None => None,
        },
        entry: EntryName::new(json.entry)?,
    };
    if statement.chain() != ChainId(id(json.chain, "chain")?) {
        return Err(BundleError::Chain);
    }
    Ok(statement)
}

/// Writes a bundle.
pub(super) fn encode(bundle: &Bundle, one_line: bool) -> Result<String, BundleError> {
    let id = bundle.id()?.to_string();
    let key_id = KeyIdText(bundle.key_id).to_string();
    let key = bundle.key.as_deref().map(hex::encode);
    let values: Vec<String> = bundle
        .inputs
        .iter()
        .map(|input| input.to_string())
        .collect();
    let public = RawValue::from_string(serde_json::to_string(&values)?)?;
    // Reprinted without line breaks; `to_string_pretty` leaves raw values alone.
    let proof: serde_json::Value = serde_json::from_str(&proof_to_json(&bundle.proof)?)?;
    let proof = RawValue::from_string(proof.to_string())?;
    let labelled = bundle.labels.as_ref().map(|labels| {
        let pairs = labels.iter().zip(&values);
        pairs.map(|(label, value)| LabelledJson {
            name: label.as_str(),
            value,
        })
    });
    let statement = match &bundle.statement {
        Some(statement) => Some(StatementText::of(statement)?),
        None => None,
    };
    let json = BundleJson {
        format: FORMAT,
        version: u64::from(VERSION),
        id: &id,
        circuit: bundle.circuit.as_str(),
        key_id: &key_id,
        key: key.as_deref(),
        statement: statement.as_ref().map(StatementText::json),
        made_at: bundle.made_at.map(|MadeAt(ms)| ms),
        public: &public,
        labelled: labelled.map(Iterator::collect),
        proof: &proof,
    };
    let text = if one_line {
        serde_json::to_string(&json)
    } else {
        serde_json::to_string_pretty(&json)
    }?;
    if text.len() > MAX_BUNDLE {
        return Err(BundleError::TooLong);
    }
    Ok(text)
}

/// The texts that [`StatementJson`] borrows.
struct StatementText {
    body: String,
    chain: String,
    token: String,
    caller: Option<String>,
    entry: String,
}

impl StatementText {
    fn of(statement: &Statement) -> Result<Self, BundleError> {
        Ok(Self {
            body: hex::encode(&compact::body_bytes(&statement.body)?),
            chain: statement.chain().to_string(),
            token: statement.token.to_string(),
            caller: statement.caller.map(|caller| caller.to_string()),
            entry: statement.entry.as_str().to_owned(),
        })
    }

    fn json(&self) -> StatementJson<'_> {
        StatementJson {
            body: &self.body,
            chain: &self.chain,
            token: &self.token,
            caller: self.caller.as_deref(),
            entry: &self.entry,
        }
    }
}
