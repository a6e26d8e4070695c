//! Attested reserves.

use clap::Parser;

use super::super::reserves::judge;
use super::*;

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    args: ReservesArgs,
}

fn args(words: &[&str]) -> ReservesArgs {
    let fixed = ["verify", "--token", "t", "--ledger", "l"];
    Command::parse_from(fixed.iter().chain(words)).args
}

fn table(backing: bool) -> Table {
    Table {
        reserves: Some(Reserves {
            backing: backing.then_some(Backing {
                reserves: (1 << 96) - 1,
                as_of_height: 3,
                attested_height: 5,
                document: [6; 32],
                redeemed: PointBytes::IDENTITY,
                redemptions: 2,
            }),
            redemptions: 4,
            strict: true,
        }),
        ..Table::default()
    }
}

/// The verdict after block 13.
fn verdict(words: &[&str], document: Option<&[u8; 32]>, table: &Table) -> Result<Shown, Finding> {
    let (token, circuits, rules) = (token(), circuits(&[]), rules(Policy::default()));
    let seen = Seen::at(13);
    let ledger = Ledger {
        token: &token,
        circuits: &circuits,
        rules: &rules,
        facts: table,
        seen: &seen,
    };
    judge(&args(words), document, &ledger)
}

#[test]
fn the_last_attestation_is_told() {
    let words = ["--max-age-blocks", "10"];
    let shown = verdict(&words, Some(&[6; 32]), &table(true)).unwrap();
    assert_eq!(
        fact(&shown, "reserves"),
        "792281625142643375935439503.35 USD"
    );
    assert_eq!(fact(&shown, "backed_as_of"), "3");
    assert_eq!(fact(&shown, "attested_in"), "5");
    assert_eq!(fact(&shown, "age_blocks"), "10");
    assert_eq!(fact(&shown, "redemptions"), "4");
    assert_eq!(fact(&shown, "redemptions_cleared"), "2");
    assert_eq!(fact(&shown, "strict"), "true");
}

#[test]
fn what_was_demanded_and_is_not_there_is_refused() {
    let refused = |words: &[&str], document, table: &Table| code(verdict(words, document, table));
    assert_eq!(
        refused(&["--max-age-blocks", "9"], None, &table(true)),
        (Fault::Refused, "attestation_old")
    );
    assert_eq!(
        refused(&[], Some(&[7; 32]), &table(true)),
        (Fault::Invalid, "other_document")
    );
    assert_eq!(
        refused(&["--all-cleared"], None, &table(true)),
        (Fault::Refused, "not_cleared")
    );
    assert_eq!(
        refused(&[], None, &table(false)),
        (Fault::Refused, "not_attested")
    );
    assert_eq!(
        refused(&[], None, &Table::default()),
        (Fault::Refused, "no_attestor")
    );
}
