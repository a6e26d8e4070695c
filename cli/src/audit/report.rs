//! Patterns, and the report of a period.

use std::path::{Path, PathBuf};

use clap::Args;
use obolus_audit::report::{drawing, flow_rows, flows_of, html};
use obolus_audit::rules::{self, ShownAlert};
use serde::Serialize;

use super::AuditError;
use super::context::{Context, IndexArgs, PeriodArgs};
use crate::wallet::clean;

/// Arguments of `alerts`.
#[derive(Args)]
pub struct AlertsArgs {
    #[command(flatten)]
    common: IndexArgs,
    /// The rules; docs/audit.md shows every kind.
    #[arg(long, value_name = "FILE")]
    rules: PathBuf,
    /// Print CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// End with status 4 if there is an alert.
    #[arg(long)]
    fail_on_alert: bool,
}

/// Arguments of `report`.
#[derive(Args)]
pub struct ReportArgs {
    #[command(flatten)]
    common: IndexArgs,
    #[command(flatten)]
    period: PeriodArgs,
    /// The rules whose alerts are in it. Rules look at the whole history; the period is of flows and totals.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Write the page here. It holds everything in clear.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Write the drawing of flows here, too.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

#[derive(Serialize)]
struct AlertsOut {
    unit: String,
    height: u64,
    count: usize,
    alerts: Vec<ShownAlert>,
}

#[derive(Serialize)]
struct ReportOut {
    file: PathBuf,
    height: u64,
    flows: usize,
    alerts: usize,
}

/// Looks for patterns.
pub fn alerts(args: &AlertsArgs) -> Result<(), AuditError> {
    let context = args.common.open()?;
    let alerts = found(&context, &args.rules)?;
    let count = alerts.len();
    if args.csv {
        rules::write_csv(std::io::stdout().lock(), alerts.into_iter())?;
    } else {
        let out = AlertsOut {
            unit: context.unit().to_owned(),
            height: context.index.height().0,
            count,
            alerts,
        };
        let lines: Vec<_> = out
            .alerts
            .iter()
            .map(|alert| line(alert, &out.unit))
            .collect();
        args.common
            .output
            .print("obolus.audit.alerts/1", &out, lines.join("\n"));
    }
    if args.fail_on_alert && count > 0 {
        return Err(AuditError::Alerts(count));
    }
    Ok(())
}

fn line(alert: &ShownAlert, unit: &str) -> String {
    let about = [&alert.subject, &alert.counterparty].into_iter().flatten();
    let about: Vec<_> = about.map(|name| clean(name)).collect();
    format!(
        "{}  {:<12} {}  {}  {} {unit} in {} movements, {} to {}",
        alert.id,
        alert.kind,
        clean(&alert.rule),
        about.join(" and "),
        alert.sum,
        alert.evidence.len(),
        alert.first,
        alert.last
    )
}

/// Writes the report.
pub fn report(args: &ReportArgs) -> Result<(), AuditError> {
    let context = args.common.open()?;
    let shower = context.shower();
    let period = args.period.filter().period()?;
    let flows = flows_of(context.index.entries(), &period)?;
    let alerts = args
        .rules
        .as_deref()
        .map(|rules| found(&context, rules))
        .transpose()?;
    let page = html(&context.index, &flows, &period, &shower, alerts.as_deref())
        .map_err(|error| AuditError::Report(error.to_string()))?;
    write_private(&args.out, &page)?;
    if let Some(path) = &args.svg {
        let svg = drawing(&flows, shower.people(), shower.decimals(), context.unit());
        write_private(path, &svg)?;
    }
    let out = ReportOut {
        file: args.out.clone(),
        height: context.index.height().0,
        flows: flow_rows(&flows, &shower).len(),
        alerts: alerts.map_or(0, |alerts| alerts.len()),
    };
    let text = format!("written to {}", out.file.display());
    args.common
        .output
        .print("obolus.audit.report/1", &out, text);
    Ok(())
}

fn found(context: &Context, path: &Path) -> Result<Vec<ShownAlert>, AuditError> {
    let text =
        std::fs::read_to_string(path).map_err(|error| AuditError::Io(path.to_owned(), error))?;
    let shower = context.shower();
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut unknown = |line: &str| eprintln!("no participant yet: {}", clean(line));
    let rules = rules::compile(
        &text,
        directory,
        shower.people(),
        shower.decimals(),
        &mut unknown,
    )?;
    let alerts = rules::run(rules, context.index.entries())?;
    Ok(alerts
        .iter()
        .map(|alert| rules::show(alert, &shower))
        .collect())
}

/// For its owner's eyes.
fn write_private(path: &Path, text: &str) -> Result<(), AuditError> {
    use std::io::Write;
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options
        .open(path)
        .and_then(|mut file| {
            // Who may read an older file of this name is not asked.
            file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
            file.write_all(text.as_bytes())
        })
        .map_err(|error| AuditError::Io(path.to_owned(), error))
}
