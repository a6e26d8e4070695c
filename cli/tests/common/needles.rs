//! Searching bytes for secrets, however they may have been written down.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use num_bigint::BigUint;

/// Shortest pattern: anything shorter turns up by chance.
const MIN: usize = 8;
/// Slots of the filter that most positions do not pass.
const FILTER: usize = 1 << 16;

/// One way to write a secret down.
pub type Encoding = (&'static str, Vec<u8>);

/// Every way in which 32 secret bytes, or an integer of 32 little-endian bytes, may be written.
pub fn encodings(secret: &[u8; 32]) -> Vec<Encoding> {
    let reversed: [u8; 32] = std::array::from_fn(|i| secret[31 - i]);
    let limbs: Vec<u64> = secret
        .chunks(8)
        .map(|limb| u64::from_le_bytes(limb.try_into().unwrap()))
        .collect();
    let mut all = text_encodings(secret);
    all.extend(
        text_encodings(&reversed)
            .into_iter()
            .map(|(_, bytes)| ("reversed", bytes)),
    );
    all.extend([
        (
            "decimal, little-endian",
            BigUint::from_bytes_le(secret).to_string().into_bytes(),
        ),
        (
            "decimal, big-endian",
            BigUint::from_bytes_be(secret).to_string().into_bytes(),
        ),
        ("decimal limbs", list(&limbs, ", ", |limb| limb.to_string())),
        ("decimal bytes", list(secret, ", ", |byte| byte.to_string())),
        (
            "decimal bytes, JSON",
            list(secret, ",", |byte| byte.to_string()),
        ),
        (
            "hexadecimal bytes",
            list(secret, ", ", |byte| format!("{byte:x}")),
        ),
        (
            "hexadecimal bytes, two digits",
            list(secret, ", ", |byte| format!("{byte:02x}")),
        ),
        (
            "hexadecimal limbs",
            list(&limbs, ", ", |limb| format!("{limb:x}")),
        ),
    ]);
    all
}

/// Every way in which a text or other bytes may be written.
pub fn text_encodings(secret: &[u8]) -> Vec<Encoding> {
    let mut all = vec![
        ("raw", secret.to_vec()),
        ("hexadecimal", hex::encode(secret).into_bytes()),
        (
            "hexadecimal, upper case",
            hex::encode_upper(secret).into_bytes(),
        ),
    ];
    for shift in 0..3 {
        all.push(("base64", base64(secret, shift, b'+', b'/')));
        all.push(("base64url", base64(secret, shift, b'-', b'_')));
    }
    all
}

/// The characters that every base64 text contains which encodes `secret` after `shift` other bytes
/// and before any others.
fn base64(secret: &[u8], shift: usize, plus: u8, slash: u8) -> Vec<u8> {
    let digit = |sextet: u8| match sextet {
        0..=25 => b'A' + sextet,
        26..=51 => b'a' + sextet - 26,
        52..=61 => b'0' + sextet - 52,
        62 => plus,
        _ => slash,
    };
    // Bytes before the first whole group take part in characters that depend on their neighbours.
    let skip = (3 - shift) % 3;
    secret[skip..]
        .chunks_exact(3)
        .flat_map(|group| {
            let [a, b, c] = [group[0], group[1], group[2]];
            [
                a >> 2,
                (a & 3) << 4 | b >> 4,
                (b & 15) << 2 | c >> 6,
                c & 63,
            ]
            .map(digit)
        })
        .collect()
}

fn list<T>(items: &[T], separator: &str, write: impl Fn(&T) -> String) -> Vec<u8> {
    items
        .iter()
        .map(write)
        .collect::<Vec<_>>()
        .join(separator)
        .into_bytes()
}

/// What is searched for.
pub struct Needles {
    filter: Vec<bool>,
    by_start: HashMap<u64, Vec<usize>>,
    patterns: Vec<(String, Vec<u8>)>,
}

impl Needles {
    pub fn new() -> Self {
        Self {
            filter: vec![false; FILTER],
            by_start: HashMap::new(),
            patterns: Vec::new(),
        }
    }

    /// Adds a named pattern.
    pub fn add(&mut self, name: &str, (how, pattern): Encoding) {
        assert!(
            pattern.len() >= MIN,
            "{name} ({how}) is too short to search for"
        );
        let start = start(&pattern);
        self.filter[slot(start)] = true;
        self.by_start
            .entry(start)
            .or_default()
            .push(self.patterns.len());
        self.patterns.push((format!("{name} ({how})"), pattern));
    }

    /// Adds a key, a seed, a field element.
    pub fn secret(&mut self, name: &str, secret: &[u8; 32]) {
        encodings(secret)
            .into_iter()
            .for_each(|encoding| self.add(name, encoding));
    }

    /// Adds a field element as memory holds it: Montgomery form, in limbs.
    pub fn montgomery(&mut self, name: &str, limbs: [u64; 4]) {
        let bytes: Vec<u8> = limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect();
        self.secret(name, &bytes.try_into().unwrap());
    }

    /// Adds other bytes.
    pub fn bytes(&mut self, name: &str, bytes: &[u8]) {
        text_encodings(bytes)
            .into_iter()
            .for_each(|encoding| self.add(name, encoding));
    }

    /// Adds a text.
    pub fn text(&mut self, name: &str, text: &str) {
        self.bytes(name, text.as_bytes());
    }

    /// Names of the patterns that occur, each once, in order of discovery.
    pub fn find(&self, hay: &[u8]) -> Vec<&str> {
        let mut found = Vec::new();
        for (place, window) in hay.windows(MIN).enumerate() {
            let start = start(window);
            if !self.filter[slot(start)] {
                continue;
            }
            for index in self.by_start.get(&start).into_iter().flatten() {
                let (name, pattern) = &self.patterns[*index];
                if hay[place..].starts_with(pattern) && !found.contains(&name.as_str()) {
                    found.push(name.as_str());
                }
            }
        }
        found
    }

    /// Asserts that nothing occurs in any of these.
    pub fn assert_absent(&self, hays: &[(String, Vec<u8>)]) {
        let found: Vec<_> = hays
            .iter()
            .flat_map(|(name, hay)| self.find(hay).into_iter().map(move |n| (name, n)))
            .collect();
        assert!(found.is_empty(), "secrets in the open: {found:#?}");
    }
}

fn start(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes[..MIN].try_into().unwrap())
}

fn slot(start: u64) -> usize {
    (start.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
}

/// Every file below `directory`, with its content.
pub fn files(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let content = std::fs::read(&path).unwrap();
                found.push((path.display().to_string(), content));
            }
        }
    }
    found
}
