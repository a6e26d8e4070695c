//! Escaping of text that may come from hostile input.

use std::fmt::Write;

/// Replaces what a terminal or a reader could be deceived by with `\u{…}`: control characters, and characters
/// that change direction, break lines or cannot be seen.
pub(super) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        // Wherever it stands in a line, this starts a command of GitHub's runner.
        let command = character == '[' && out.ends_with("##");
        if command || deceives(character) {
            // Writing to a String does not fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

/// Writes a value as JSON in which no text starts a command of GitHub's runner.
pub(super) fn json(
    value: &impl serde::Serialize,
    out: &mut dyn std::io::Write,
) -> std::io::Result<()> {
    // `##[` can only be inside of a string, where this means the same.
    let text = serde_json::to_string_pretty(value)?.replace("##[", "#\\u0023[");
    writeln!(out, "{text}")
}

/// A number with a comma between groups of three digits.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn deceives(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{115f}'..='\u{1160}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{ffa0}'
                | '\u{fffe}'..='\u{ffff}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}
