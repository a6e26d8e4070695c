//! What every verb begins with: book, currency, account, headers.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use obolus_iso20022::{
    AccountId, Agent, Currency, HeldAccount, Iban, Identity, Max35, Participants, Party,
    ReportHeader, Text, Timestamp,
};
use obolus_protocol::Address;
use obolus_wallet::config::Token;
use obolus_wallet::payer::{Session, random_bytes};

use super::entries::Book;
use super::error::IsoError;
use crate::wallet::{Context, write_private};

/// Longest account number in a message.
const ACCOUNT: usize = 34;

/// The book of participants, for verbs that can do without.
#[derive(Args, Clone, Debug, Default)]
pub struct BookArgs {
    /// The book of participants: names, BICs and LEIs of addresses.
    #[arg(long, value_name = "FILE")]
    participants: Option<PathBuf>,
}

/// The account that is reported on.
#[derive(Args, Clone, Debug, Default)]
pub struct AccountArgs {
    #[command(flatten)]
    pub book: BookArgs,
    /// The account's number, an IBAN or any other; without it the first 34 characters of the wallet's address.
    #[arg(long, value_name = "ID")]
    account: Option<String>,
}

impl BookArgs {
    /// Reads it, if there is one.
    pub fn read(&self, context: &Context) -> Result<Option<Book>, IsoError> {
        let path = self.participants.as_deref();
        path.map(|path| read_book(path, context)).transpose()
    }
}

/// Reads a book of participants.
pub fn read_book(path: &Path, context: &Context) -> Result<Book, IsoError> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| IsoError::Io(path.to_path_buf(), error))?;
    let network = context.token.network;
    Ok(Participants::read(&text, |address| {
        Address::decode(address, network)
    })?)
}

impl AccountArgs {
    /// The wallet as an account.
    pub fn held(&self, context: &Context, book: Option<&Book>) -> Result<HeldAccount, IsoError> {
        let other = |id: String| -> Result<AccountId, IsoError> {
            Ok(AccountId::Other {
                id: Text::new(id)?,
                scheme: None,
                issuer: None,
            })
        };
        let id = match &self.account {
            Some(id) => match Iban::new(id.as_str()) {
                Ok(iban) => AccountId::Iban(iban),
                Err(_) => other(id.clone())?,
            },
            None => other(context.address().chars().take(ACCOUNT).collect())?,
        };
        let owner = book.and_then(|book| book.at(&context.keys.address()));
        let owner = owner.map(|own| Party {
            identity: Some(Identity::Organisation {
                bic: own.id.bic().cloned(),
                lei: own.id.lei().cloned(),
                other: Vec::new(),
            }),
            ..Party::named(own.name.clone())
        });
        Ok(HeldAccount {
            id,
            currency: currency(&context.token)?,
            name: None,
            owner,
            servicer: None,
        })
    }
}

/// The token's currency. Its decimal digits must be those of ISO 4217, or every amount would be another.
pub fn currency(token: &Token) -> Result<Currency, IsoError> {
    let currency = Currency::new(&token.unit).ok();
    let same = currency.filter(|currency| currency.exponent() == token.exponent);
    same.ok_or_else(|| IsoError::Currency(token.unit.clone()))
}

/// The holder's own institution in the book.
pub fn own(book: &Book, context: &Context) -> Result<Agent, IsoError> {
    let own = book.at(&context.keys.address());
    own.map(Agent::from).ok_or(IsoError::NotInBook)
}

/// Locks the wallet and reads new blocks.
pub fn session(context: &Context) -> Result<Session<'_>, IsoError> {
    let client = context.client()?;
    let token = context.token.config;
    Ok(Session::begin(
        &context.directory,
        token,
        &context.keys,
        &client,
    )?)
}

/// A new message's id.
pub fn message_id() -> Result<Max35, IsoError> {
    let id = uuid::Builder::from_random_bytes(random_bytes()).into_uuid();
    Ok(Max35::new(id.simple().to_string())?)
}

/// The header of a report that is made now.
pub fn header(report_id: Max35) -> Result<ReportHeader, IsoError> {
    Ok(ReportHeader {
        message_id: message_id()?,
        report_id,
        created_at: now()?,
        sequence: None,
    })
}

/// Now, to the second.
pub fn now() -> Result<Timestamp, IsoError> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Ok(Timestamp::from_unix(since.as_secs())?)
}

/// Writes a message that must not be there yet; its owner alone reads it.
pub fn write_message(path: &Path, xml: &str) -> Result<(), IsoError> {
    Ok(write_private(&path.to_path_buf(), xml.as_bytes())?)
}
