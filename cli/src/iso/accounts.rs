//! `obolus iso notify` and `obolus iso statement`: what happened to the wallet's money, as its bank is told of it.

use std::path::PathBuf;

use clap::Args;
use obolus_iso20022::{Date, Max35, Notification, Period, Timestamp};
use obolus_protocol::amount::Exponent;
use serde::Serialize;

use super::context::{AccountArgs, header, session, write_message};
use super::entries::{Names, bookings, entry};
use super::error::IsoError;
use super::statement::statement as make;
use crate::decimal::decimal;
use crate::wallet::WalletArgs;

/// Arguments of `notify`.
#[derive(Args)]
pub struct NotifyArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    account: AccountArgs,
    /// The first block whose movements are notified.
    #[arg(long, value_name = "HEIGHT", default_value_t = 0)]
    from: u64,
    /// Write the messages into this folder, a camt.054.001.08 for each movement; those that are there already stay.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Arguments of `statement`.
#[derive(Args)]
pub struct StatementArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    account: AccountArgs,
    /// The first day, in UTC.
    #[arg(long, value_name = "DATE")]
    from: Date,
    /// The last day, in UTC; if it has not ended, the statement ends with the last block.
    #[arg(long, value_name = "DATE")]
    to: Date,
    /// Write the statement, a camt.053.001.08, to this new file.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
struct NotifyOut {
    /// One past the last block that was read: the next `--from`.
    next: u64,
    notified: Vec<NotifiedOut>,
}

#[derive(Serialize)]
struct NotifiedOut {
    reference: String,
    height: u64,
    file: PathBuf,
    new: bool,
}

#[derive(Serialize)]
struct StatementOut {
    from: String,
    to: String,
    unit: String,
    opening: String,
    closing: String,
    entries: usize,
    height: u64,
    file: PathBuf,
}

/// Writes a notification of each movement.
pub fn notify(args: &NotifyArgs) -> Result<(), IsoError> {
    let context = args.common.open()?;
    let book = args.account.book.read(&context)?;
    let account = args.account.held(&context, book.as_ref())?;
    std::fs::create_dir_all(&args.out).map_err(|error| IsoError::Io(args.out.clone(), error))?;
    let session = session(&context)?;
    let wallet = &session.wallet;
    let names = Names::new(wallet, book.as_ref());
    let mut notified = Vec::new();
    for booking in bookings(wallet)? {
        let height = booking.moved.place.height.0;
        if height < args.from {
            continue;
        }
        let reference = booking.reference.clone();
        let file = args
            .out
            .join(format!("camt.054-{}.xml", reference.as_str()));
        let new = !file.exists();
        if new {
            let entry = entry(booking, &names, account.currency)?;
            // The movement's own reference as id: notified twice, it is seen to be the same.
            let mut header = header(reference.clone())?;
            header.message_id = reference.clone();
            let message = Notification::new(header, account.clone(), vec![entry])?;
            write_message(&file, &message.to_xml())?;
        }
        notified.push(NotifiedOut {
            reference: reference.as_str().to_owned(),
            height,
            file,
            new,
        });
    }
    let next = wallet.view().next_height().0;
    let written = notified.iter().filter(|one| one.new).count();
    let text = format!(
        "{written} notifications written, {} were there; go on with --from {next}",
        notified.len() - written
    );
    let out = NotifyOut { next, notified };
    args.common.output.print("obolus.iso.notify/1", &out, text);
    Ok(())
}

/// Writes the statement of a period.
pub fn statement(args: &StatementArgs) -> Result<(), IsoError> {
    let context = args.common.open()?;
    let book = args.account.book.read(&context)?;
    let account = args.account.held(&context, book.as_ref())?;
    let session = session(&context)?;
    let start: Timestamp = format!("{}T00:00:00Z", args.from).parse()?;
    let end: Timestamp = format!("{}T23:59:59.999999999Z", args.to).parse()?;
    let period = Period::new(start, end)?;
    let id = Max35::new(format!("{}--{}", args.from, args.to))?;
    let made = make(&session.wallet, book.as_ref(), header(id)?, account, period)?;
    write_message(&args.out, &made.to_xml())?;
    let exponent = Exponent::new(context.token.exponent);
    let exponent = exponent.map_err(|_| IsoError::Currency(context.token.unit.clone()))?;
    let show = |units: obolus_iso20022::MinorUnits| decimal(u128::from(units.get()), exponent);
    let out = StatementOut {
        from: made.period().from().to_string(),
        to: made.period().to().to_string(),
        unit: context.token.unit.clone(),
        opening: show(made.opening()),
        closing: show(made.closing()),
        entries: made.entries().len(),
        height: session.wallet.view().tip().0,
        file: args.out.clone(),
    };
    let text = format!(
        "from {} to {}: opening {} {unit}, {} entries, closing {} {unit}; written to {}",
        out.from,
        out.to,
        out.opening,
        out.entries,
        out.closing,
        out.file.display(),
        unit = out.unit,
    );
    args.common
        .output
        .print("obolus.iso.statement/1", &out, text);
    Ok(())
}
