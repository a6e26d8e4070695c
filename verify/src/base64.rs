//! Base64 with padding, read strictly: every text that is accepted is the one that encodes its bytes.

/// Bytes of base64 text, which may end in one line feed; `None` for anything else.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let (quads, rest) = text.as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(3 * quads.len());
    for (at, quad) in (1..).zip(quads) {
        let padding = match quad {
            [_, _, b'=', b'='] => 2,
            [_, _, _, b'='] => 1,
            _ => 0,
        };
        if padding > 0 && at < quads.len() {
            return None;
        }
        let kept = quad.len() - padding;
        let mut word = 0_u32;
        for (place, character) in quad.iter().enumerate() {
            let value = if place < kept { digit(*character)? } else { 0 };
            word = word << 6 | u32::from(value);
        }
        let [_, triple @ ..] = word.to_be_bytes();
        let (taken, spare) = triple.split_at(kept - 1);
        if spare.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(taken);
    }
    Some(bytes)
}

const fn digit(character: u8) -> Option<u8> {
    match character {
        b'A'..=b'Z' => Some(character - b'A'),
        b'a'..=b'z' => Some(character - b'a' + 26),
        b'0'..=b'9' => Some(character - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
