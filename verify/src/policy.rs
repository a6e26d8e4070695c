//! What is accepted: circuits, keys, chain, token, age, how many proofs.
//!
//! Rules come from a file and from the command line. Each of the two narrows what the other accepts, except for the
//! two permissions `allow_insecure` and `allow_repeats`, which one of them is enough for.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use obolus_abi::{ChainId, ContractId, KeyId};
use obolus_verifier::{CircuitName, KeyIdText, KeyOrigin, VerifyingKey};
use serde::Deserialize;

use crate::bundle::MadeAt;
use crate::hex;
use crate::report::{Fault, Finding, Subject};
use crate::source::read_file;

#[cfg(test)]
mod tests;

/// Longest policy file in bytes.
pub const MAX_POLICY: usize = 64 << 10;

/// How far ahead of ours another clock may be, in milliseconds.
const CLOCK_TOLERANCE: u64 = 5 * 60 * 1000;

/// One set of rules. An empty one accepts everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Circuits accepted; all if none is named.
    pub circuits: BTreeSet<CircuitName>,
    /// Keys accepted; all if none is named.
    pub key_ids: BTreeSet<KeyId>,
    /// The only chain accepted.
    pub chain: Option<ChainId>,
    /// Tokens accepted; all if none is named.
    pub tokens: BTreeSet<ContractId>,
    /// Fewest valid proofs.
    pub minimum: Option<u64>,
    /// Greatest age in seconds, by what the bundle's maker says.
    pub maximum_age: Option<u64>,
    /// Keys made from a published seed are accepted.
    pub allow_insecure: bool,
    /// The same statement may be proved more than once in a run.
    pub allow_repeats: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyText {
    version: u64,
    #[serde(default)]
    circuits: Option<Vec<String>>,
    #[serde(default)]
    key_ids: Option<Vec<String>>,
    chain: Option<String>,
    #[serde(default)]
    tokens: Option<Vec<String>>,
    minimum: Option<u64>,
    maximum_age_seconds: Option<u64>,
    #[serde(default)]
    allow_insecure: bool,
    #[serde(default)]
    allow_repeats: bool,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// A finding: unreadable, or malformed with what is wrong.
    pub fn read(path: &Path) -> Result<Self, Finding> {
        let bytes = read_file(path, MAX_POLICY).map_err(|finding| Finding {
            message: format!("policy {}: {}", path.display(), finding.message),
            ..finding
        })?;
        let text = std::str::from_utf8(&bytes).map_err(|_| malformed("it is not UTF-8"))?;
        Self::parse(text)
    }

    /// Parses TOML.
    ///
    /// # Errors
    /// A finding with what is wrong.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        let text: PolicyText = toml::from_str(text).map_err(|error| malformed(error.message()))?;
        if text.version != 1 {
            return Err(malformed("version must be 1"));
        }
        let id = |text: &String, what: &str| {
            let bytes = hex::decode_array::<32>(text);
            bytes.ok_or_else(|| malformed(&format!("{what} {text:?} is not 64 lower-case digits")))
        };
        let circuit = |text: &String| {
            CircuitName::new(text).map_err(|error| malformed(&format!("circuit {text:?}: {error}")))
        };
        let key = |text: &String| {
            let key: Result<KeyIdText, _> = text.parse();
            key.map(|key| key.0)
                .map_err(|error| malformed(&format!("key id {text:?}: {error}")))
        };
        let token = |text: &String| id(text, "token").map(ContractId);
        Ok(Self {
            circuits: set(text.circuits, "circuits", circuit)?,
            key_ids: set(text.key_ids, "key_ids", key)?,
            chain: match &text.chain {
                Some(chain) => Some(ChainId(id(chain, "chain")?)),
                None => None,
            },
            tokens: set(text.tokens, "tokens", token)?,
            minimum: text.minimum,
            maximum_age: text.maximum_age_seconds,
            allow_insecure: text.allow_insecure,
            allow_repeats: text.allow_repeats,
        })
    }
}

/// A list that is given must not be empty: empty would mean all.
fn set<T: Ord>(
    list: Option<Vec<String>>,
    name: &str,
    read: impl Fn(&String) -> Result<T, Finding>,
) -> Result<BTreeSet<T>, Finding> {
    match list {
        None => Ok(BTreeSet::new()),
        Some(list) if list.is_empty() => Err(malformed(&format!(
            "{name} is an empty list, which would accept everything: leave it out if that is meant"
        ))),
        Some(list) => list.iter().map(read).collect(),
    }
}

fn malformed(reason: &str) -> Finding {
    Finding::new(
        Fault::Malformed,
        "policy_malformed",
        format!("the policy cannot be used: {reason}"),
    )
}

/// The rules of a run.
#[derive(Clone, Debug)]
pub struct Rules {
    policies: Vec<Policy>,
    now: MadeAt,
}

impl Rules {
    /// Rules that all hold, as of now.
    pub fn new(policies: Vec<Policy>) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let ms = now.map_or(0, |time| {
            u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
        });
        Self::at(policies, MadeAt(ms))
    }

    /// Rules as of a given time.
    pub fn at(policies: Vec<Policy>, now: MadeAt) -> Self {
        Self { policies, now }
    }

    /// The time that ages are counted back from.
    pub fn now(&self) -> MadeAt {
        self.now
    }

    /// Whether some rule names the keys that are accepted.
    pub fn pins_keys(&self) -> bool {
        self.policies
            .iter()
            .any(|policy| !policy.key_ids.is_empty())
    }

    /// Fewest valid proofs.
    pub fn minimum(&self) -> u64 {
        let minima = self.policies.iter().filter_map(|policy| policy.minimum);
        minima.max().unwrap_or(0)
    }

    /// Whether a statement may be proved more than once.
    pub fn allows_repeats(&self) -> bool {
        self.policies.iter().any(|policy| policy.allow_repeats)
    }

    /// Checks what a bundle says about itself.
    ///
    /// # Errors
    /// A finding for the first rule that does not accept it.
    pub fn check_claims(&self, subject: &Subject, made_at: Option<MadeAt>) -> Result<(), Finding> {
        for policy in &self.policies {
            policy.check_claims(subject)?;
            if let Some(seconds) = policy.maximum_age {
                self.check_age(seconds, made_at)?;
            }
        }
        Ok(())
    }

    /// Checks where a key comes from.
    ///
    /// # Errors
    /// A finding for a development key that no rule allows.
    pub fn check_origin(&self, key: &VerifyingKey) -> Result<(), Finding> {
        let allowed = self.policies.iter().any(|policy| policy.allow_insecure);
        if allowed || !(key.origin() == KeyOrigin::InsecureDevelopment || is_development(key)) {
            return Ok(());
        }
        Err(refused(
            "key_insecure",
            "the key was made from a published seed, so anybody can forge proofs under it: use a ceremony's key, or \
             --allow-insecure for tests"
                .to_owned(),
        ))
    }

    fn check_age(&self, seconds: u64, made_at: Option<MadeAt>) -> Result<(), Finding> {
        let Some(MadeAt(ms)) = made_at else {
            return Err(refused(
                "age_unknown",
                "the policy limits the age but the bundle does not say when it was made".to_owned(),
            ));
        };
        if ms > self.now.0.saturating_add(CLOCK_TOLERANCE) {
            return Err(refused(
                "made_in_future",
                format!(
                    "the bundle says it was made at {ms} ms since 1970, which is still to come"
                ),
            ));
        }
        let age = self.now.0.saturating_sub(ms) / 1000;
        if age > seconds {
            return Err(refused(
                "too_old",
                format!("it is {age} s old; the policy allows {seconds} s"),
            ));
        }
        Ok(())
    }
}

impl Policy {
    fn check_claims(&self, subject: &Subject) -> Result<(), Finding> {
        if let Some(circuit) = &subject.circuit
            && !self.circuits.is_empty()
            && !self.circuits.contains(circuit)
        {
            return Err(refused(
                "circuit_not_allowed",
                format!("circuit {circuit} is not accepted"),
            ));
        }
        if let Some(key) = subject.key
            && !self.key_ids.is_empty()
            && !self.key_ids.contains(&key)
        {
            return Err(refused(
                "key_not_allowed",
                format!("key {} is not accepted", KeyIdText(key)),
            ));
        }
        if let Some(expected) = self.chain {
            match subject.chain {
                Some(chain) if chain == expected => {}
                Some(chain) => {
                    return Err(refused(
                        "other_chain",
                        format!("the statement is for chain {chain}, not {expected}"),
                    ));
                }
                None => return Err(unbound("chain")),
            }
        }
        if !self.tokens.is_empty() {
            match subject.token {
                Some(token) if self.tokens.contains(&token) => {}
                Some(token) => {
                    return Err(refused(
                        "other_token",
                        format!("the statement is for token {token}, which is not accepted"),
                    ));
                }
                None => return Err(unbound("token")),
            }
        }
        Ok(())
    }
}

/// Keys that are made from the published seed, as the prover's golden file lists them: a circuit and an id a line.
static DEVELOPMENT_KEYS: LazyLock<Vec<KeyId>> = LazyLock::new(|| {
    include_str!("../../prover/core/golden/development-keys.txt")
        .split_whitespace()
        .filter_map(|word| Some(word.parse::<KeyIdText>().ok()?.0))
        .collect()
});

/// Whether this is a development key of this release, whatever it says of itself: the origin is a label in the encoding.
fn is_development(key: &VerifyingKey) -> bool {
    DEVELOPMENT_KEYS.contains(&key.development_id())
}

fn unbound(what: &str) -> Finding {
    refused(
        "statement_missing",
        format!("a {what} is demanded but the bundle holds no statement that binds it to one"),
    )
}

fn refused(code: &'static str, message: String) -> Finding {
    Finding::new(Fault::Refused, code, message)
}
