//! `obolus iso pay` and `obolus iso status`: a payment message in, transfers on the ledger, a status report out.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::Args;
use obolus_iso20022::{Agent, Batch, CreditTransfer, Date, Status, Uetr};
use obolus_wallet::outbox::{Order, PaymentId};
use obolus_wallet::payer::PayError;
use obolus_wallet::select::SelectError;
use obolus_wallet::{AssembleError, PayerIdentity};

use super::context::{now, own, read_book, session};
use super::decisions::Decisions;
use super::entries::Book;
use super::error::IsoError;
use super::message::{Desk, Message, fingerprint, instruction, payment_id};
use super::past::{Known, Past, records};
use super::report::{Answer, Outlet};
use super::verdict::{of_failure, of_record};
use crate::wallet::{self, Context, PayArgs, WalletArgs};

/// Arguments that both verbs have.
#[derive(Args)]
struct MessageArgs {
    /// The message: a pacs.008.001.08 or pacs.009.001.08.
    #[arg(value_name = "FILE.xml")]
    message: PathBuf,
    /// Write the status report, a pacs.002.001.10, to this new file.
    #[arg(long, value_name = "FILE")]
    status_out: Option<PathBuf>,
    /// The ledger's code as a clearing system.
    #[arg(long, value_name = "CODE", default_value = "OBOLUS")]
    clearing_system: String,
}

/// Arguments of `pay`.
#[derive(Args)]
pub struct IsoPayArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    message: MessageArgs,
    #[command(flatten)]
    pay: PayArgs,
    /// The book of participants: which BIC or LEI has which address.
    #[arg(long, value_name = "FILE")]
    participants: PathBuf,
    /// The day on which payments are settled; without it today in UTC.
    #[arg(long, value_name = "DATE")]
    business_day: Option<Date>,
    /// Do not let payees know for certain who pays.
    #[arg(long)]
    hide_payer: bool,
    /// Payments at once; without it one per core.
    #[arg(long, value_name = "N")]
    parallel: Option<usize>,
}

/// Arguments of `status`.
#[derive(Args)]
pub struct IsoStatusArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    message: MessageArgs,
    /// The book of participants: a reference that was used for another payee is told from its own.
    #[arg(long, value_name = "FILE")]
    participants: PathBuf,
}

impl MessageArgs {
    /// Opens wallet, book, report and message, in this order.
    fn begin(
        &self,
        common: &WalletArgs,
        participants: &Path,
        schema: &'static str,
    ) -> Result<Begun<'_>, IsoError> {
        let context = common.open()?;
        let book = read_book(participants, &context)?;
        let from = own(&book, &context)?;
        let outlet = self.outlet(common, schema, Some(from))?;
        let message = Message::read(&self.message, &self.clearing_system, &context)?;
        Ok(Begun {
            context,
            book,
            outlet,
            message,
        })
    }

    /// Fails before anything is paid if the report could not be written.
    fn outlet(
        &self,
        common: &WalletArgs,
        schema: &'static str,
        from: Option<Agent>,
    ) -> Result<Outlet<'_>, IsoError> {
        if let Some(path) = self.status_out.as_ref().filter(|path| path.exists()) {
            let exists = std::io::ErrorKind::AlreadyExists;
            return Err(IsoError::Io(path.clone(), exists.into()));
        }
        Ok(Outlet {
            schema,
            output: common.output,
            file: self.status_out.as_deref(),
            from,
        })
    }
}

/// What both verbs have before they look at transfers.
struct Begun<'a> {
    context: Context,
    book: Book,
    outlet: Outlet<'a>,
    message: Message,
}

/// What is known of a transfer before the ledger is asked.
enum Plan {
    /// To be paid, or gone on with.
    Pay(Order),
    /// Settled or rejected, whether it was known before or not.
    Decided(Status),
}

/// Pays every transfer of a message, each at most once.
pub fn pay(args: &IsoPayArgs) -> Result<(), IsoError> {
    let Begun {
        context,
        book,
        outlet,
        message,
    } = args
        .message
        .begin(&args.common, &args.participants, "obolus.iso.pay/1")?;
    let batch = match &message.batch {
        Ok(batch) => batch,
        Err(why) => return outlet.refuse(&message, why),
    };
    let desk = Desk {
        book: &book,
        context: &context,
        business_day: match args.business_day {
            Some(day) => day,
            None => now()?.date(),
        },
        identity: if args.hide_payer {
            PayerIdentity::Hidden
        } else {
            PayerIdentity::Shown
        },
    };
    let mut decisions = Decisions::open(&context)?;
    let past = past(&context)?;
    let mut orders = Vec::new();
    let mut instructions = Vec::new();
    let mut decided = HashMap::new();
    for transfer in batch.transfers() {
        match plan(batch, transfer, &past, &mut decisions, &desk)? {
            Plan::Pay(order) => {
                orders.push((payment_id(&transfer.uetr), order));
                instructions.push((transfer.uetr, instruction(batch.kind(), transfer)?));
            }
            Plan::Decided(status) => {
                decided.insert(transfer.uetr, status);
            }
        }
    }
    decisions.order(&instructions)?;
    let failures = match orders.is_empty() {
        true => HashMap::new(),
        false => pay_all(&context, args, &orders)?,
    };
    conclude(
        &context,
        batch,
        decided,
        failures,
        Some(&mut decisions),
        &outlet,
    )
}

/// Reports again, without paying.
pub fn status(args: &IsoStatusArgs) -> Result<(), IsoError> {
    let Begun {
        context,
        book,
        outlet,
        message,
    } = args
        .message
        .begin(&args.common, &args.participants, "obolus.iso.status/1")?;
    let batch = match &message.batch {
        Ok(batch) => batch,
        Err(why) => return outlet.refuse(&message, why),
    };
    // While another process pays, nothing is final that it could still try again.
    let mut decisions = Decisions::try_open(&context)?;
    let past = past(&context)?;
    let mut decided = HashMap::new();
    let mut known = 0_usize;
    for transfer in batch.transfers() {
        match past.known(batch, transfer, decisions.as_ref(), &book)? {
            Some(Known::Decided(status)) => {
                decided.insert(transfer.uetr, status);
            }
            Some(Known::Ordered(_)) => {}
            None => continue,
        }
        known += 1;
    }
    if known == 0 && decisions.is_some() {
        return Err(IsoError::NeverPaid);
    }
    conclude(
        &context,
        batch,
        decided,
        HashMap::new(),
        decisions.as_mut(),
        &outlet,
    )
}

/// What outbox and ledger know. The wallet is locked only while they are read.
fn past(context: &Context) -> Result<Past, IsoError> {
    Past::of(&session(context)?, context)
}

/// What is to be done with a transfer. New rejections are on disk when this returns.
fn plan(
    batch: &Batch,
    transfer: &CreditTransfer,
    past: &Past,
    decisions: &mut Decisions,
    desk: &Desk<'_>,
) -> Result<Plan, IsoError> {
    Ok(
        match past.known(batch, transfer, Some(decisions), desk.book)? {
            Some(Known::Decided(status)) => Plan::Decided(status),
            Some(Known::Ordered(order)) => Plan::Pay(order),
            None => match desk.order(transfer) {
                Ok(order) => Plan::Pay(order),
                Err(rejection) => {
                    let print = fingerprint(batch.kind(), transfer)?;
                    decisions.put(&transfer.uetr, print, &rejection)?;
                    Plan::Decided(Status::Rejected(rejection))
                }
            },
        },
    )
}

/// Pays several at once, and those whose money the others held once more after them. Says what failed.
fn pay_all(
    context: &Context,
    args: &IsoPayArgs,
    orders: &[(PaymentId, Order)],
) -> Result<HashMap<PaymentId, PayError>, IsoError> {
    let desk = wallet::Desk::open(context, &args.pay)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = args.parallel.unwrap_or(cores).clamp(1, 64);
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(HashMap::new());
    let pay_one = |id: PaymentId, order: &Order| {
        let mut failure = None;
        let ran = desk.with_payer(|payer| {
            failure = payer.pay(id, order, &|_| ()).err();
            Ok(())
        });
        if let Err(wallet::WalletError::Pay(error)) = ran {
            failure = Some(error);
        }
        let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
        match failure {
            Some(error) => failures.insert(id, error),
            None => failures.remove(&id),
        };
    };
    std::thread::scope(|scope| {
        for _ in 0..workers.min(orders.len()) {
            scope.spawn(|| {
                while let Some((id, order)) = orders.get(next.fetch_add(1, Ordering::SeqCst)) {
                    pay_one(*id, order);
                }
            });
        }
    });
    for (id, order) in orders {
        let again = {
            let failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
            failures.get(id).is_some_and(may_pass)
        };
        if again {
            pay_one(*id, order);
        }
    }
    Ok(failures
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner))
}

/// Whether the end of other payments can mend it: they held the money, or the merge it needs.
fn may_pass(error: &PayError) -> bool {
    is_short(error) || matches!(error, PayError::Merging(_))
}

fn is_short(error: &PayError) -> bool {
    matches!(
        error,
        PayError::Assemble(AssembleError::Select(SelectError::Insufficient))
    )
}

/// Looks at outbox and ledger, writes new rejections down, reports.
fn conclude(
    context: &Context,
    batch: &Batch,
    mut decided: HashMap<Uetr, Status>,
    failures: HashMap<PaymentId, PayError>,
    mut decisions: Option<&mut Decisions>,
    outlet: &Outlet<'_>,
) -> Result<(), IsoError> {
    let session = session(context)?;
    let records = records(&session)?;
    let wallet = &session.wallet;
    let balance = wallet.balance();
    let mut answers = Vec::new();
    for transfer in batch.transfers() {
        if let Some(status) = decided.remove(&transfer.uetr) {
            answers.push(Answer {
                status,
                trouble: None,
            });
            continue;
        }
        let id = payment_id(&transfer.uetr);
        let failure = failures.get(&id);
        let mut status = match (records.get(&id), failure) {
            (Some(record), _) => of_record(record, wallet)?,
            // Change that is on its way may still suffice.
            (None, Some(error))
                if is_short(error)
                    && balance.available + balance.returning
                        >= u128::from(transfer.amount.units.get()) =>
            {
                Status::InProcess
            }
            (None, Some(error)) => of_failure(error).map_or(Status::InProcess, Status::Rejected),
            (None, None) => Status::InProcess,
        };
        if let Status::Rejected(rejection) = &status {
            match &mut decisions {
                Some(decisions) => {
                    let print = fingerprint(batch.kind(), transfer)?;
                    decisions.put(&transfer.uetr, print, rejection)?;
                }
                None => status = Status::InProcess,
            }
        }
        let trouble = failure.map(ToString::to_string);
        answers.push(Answer { status, trouble });
    }
    drop(session);
    outlet.report(batch, answers)
}
