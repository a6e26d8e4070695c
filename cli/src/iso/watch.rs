//! `obolus iso watch` and `obolus iso replay`: a webhook is told of everything that happens, at least once and in order.

use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;

use super::context::{now, session};
use super::error::IsoError;
use super::events::Teller;
use super::journal::{Journal, range};
use super::webhook::{Webhook, WebhookArgs};
use crate::output::OutputArgs;
use crate::wallet::{Context, WalletArgs, clean};

/// After the first failure; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Arguments of `watch`.
#[derive(Args)]
pub struct WatchArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    webhook: WebhookArgs,
    /// Begin with this event, whether it was taken before or not; events before it are not sent.
    #[arg(long, value_name = "SEQ", value_parser = clap::value_parser!(u64).range(1..))]
    from: Option<u64>,
    /// Look for news every so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3600))]
    every: u64,
    /// End when the receiver has taken everything that has happened so far.
    #[arg(long)]
    once: bool,
}

/// Arguments of `replay`.
#[derive(Args)]
pub struct ReplayArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    webhook: WebhookArgs,
    /// The first event.
    #[arg(long, value_name = "SEQ")]
    from: u64,
    /// The last one; without it the last of all.
    #[arg(long, value_name = "SEQ")]
    to: Option<u64>,
}

#[derive(Serialize)]
struct SentOut {
    /// The last event's number in the journal or in the range.
    last: u64,
    sent: usize,
}

/// Follows chain and outbox until it is stopped. It may be stopped at any instant, in any way.
pub fn watch(args: &WatchArgs) -> Result<(), IsoError> {
    let context = args.common.open()?;
    let webhook = args.webhook.open()?;
    let mut journal = Journal::open(&context, args.from)?;
    let mut pause = FIRST_PAUSE;
    let mut not_before = Instant::now();
    let mut sent = 0;
    loop {
        match observe(&context, &mut journal) {
            Ok(()) => {}
            // Without its node it still sends what it knows.
            Err(IsoError::Wallet(error)) if error.status() == 3 && !args.once => {
                complain(&error.to_string());
            }
            Err(error) => return Err(error),
        }
        if Instant::now() >= not_before {
            match deliver(&webhook, &mut journal, &mut sent) {
                Ok(()) => pause = FIRST_PAUSE,
                Err(error @ IsoError::NotTaken(..)) if !args.once => {
                    complain(&format!("{error}; trying again in {} s", pause.as_secs()));
                    not_before = Instant::now() + pause;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Err(error) => return Err(error),
            }
        }
        if args.once {
            conclude(
                args.common.output,
                "obolus.iso.watch/1",
                journal.last(),
                sent,
            );
            return Ok(());
        }
        sleep(Duration::from_secs(args.every));
    }
}

/// Writes down what has happened since.
fn observe(context: &Context, journal: &mut Journal) -> Result<(), IsoError> {
    let session = session(context)?;
    let teller = Teller::new(context)?;
    let mut news = teller.movements(&session.wallet)?;
    news.extend(teller.payments(&session.records()?, now()?));
    drop(session);
    journal.note(news)?;
    Ok(())
}

/// Sends what is waiting, in order, up to the first that is not taken.
fn deliver(webhook: &Webhook, journal: &mut Journal, sent: &mut usize) -> Result<(), IsoError> {
    while let Some(event) = journal.next() {
        let sequence = event.sequence;
        webhook.send(event)?;
        *sent += 1;
        journal.taken(sequence)?;
    }
    Ok(())
}

/// Sends events again: the same ids and bytes, signed anew.
pub fn replay(args: &ReplayArgs) -> Result<(), IsoError> {
    let context = args.common.open()?;
    let webhook = args.webhook.open()?;
    let events = range(&context, args.from, args.to)?;
    for event in &events {
        webhook.send(event)?;
    }
    let last = events.last().map_or(0, |event| event.sequence);
    conclude(
        args.common.output,
        "obolus.iso.replay/1",
        last,
        events.len(),
    );
    Ok(())
}

fn conclude(output: OutputArgs, schema: &'static str, last: u64, sent: usize) {
    let out = SentOut { last, sent };
    let text = format!("{sent} events sent, the last one is {last}");
    output.print(schema, &out, text);
}

/// Parts of it may be the receiver's or the node's own words.
fn complain(what: &str) {
    eprintln!("warning: {}", clean(what));
}
