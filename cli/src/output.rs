//! Results of commands: one JSON object with a schema name, or text for people. Standard output holds nothing else.

use std::fmt::Display;

use clap::Args;
use serde::Serialize;

/// How results are shown.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct OutputArgs {
    /// Print one JSON object; its form is in cli/schemas.
    #[arg(long)]
    pub json: bool,
}

/// A result with the name of its schema in front.
#[derive(Serialize)]
struct Named<'a, T> {
    schema: &'static str,
    #[serde(flatten)]
    result: &'a T,
}

impl OutputArgs {
    /// Prints a result.
    #[expect(clippy::print_stdout, reason = "the result of the command")]
    pub fn print<T: Serialize>(self, schema: &'static str, result: &T, text: impl Display) {
        if self.json {
            // Records of strings and numbers always encode.
            let json = serde_json::to_string(&Named { schema, result }).unwrap_or_default();
            println!("{json}");
        } else {
            println!("{text}");
        }
    }
}
