//! JSON lines: one bundle a line, read as a stream.

use std::io::{BufRead, Read};

use super::{Content, Found, too_long, unreadable};
use crate::bundle::MAX_BUNDLE;
use crate::report::Source;

/// Lines of one file. Empty ones are left out; the last one needs no line feed.
pub(super) struct Lines {
    path: String,
    reader: Box<dyn BufRead + Send>,
    line: u64,
    ended: bool,
}

/// What was read of a line.
enum Line {
    End,
    Whole(Vec<u8>),
    TooLong,
}

impl Lines {
    pub(super) fn new(path: String, reader: Box<dyn BufRead + Send>) -> Self {
        Self {
            path,
            reader,
            line: 0,
            ended: false,
        }
    }

    fn read(&mut self) -> std::io::Result<Line> {
        let mut bytes = Vec::new();
        let mut limited = (&mut self.reader).take(MAX_BUNDLE as u64 + 1);
        limited.read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(Line::End);
        }
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
        } else if bytes.len() > MAX_BUNDLE {
            return Ok(Line::TooLong);
        }
        Ok(Line::Whole(bytes))
    }
}

impl Iterator for Lines {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        while !self.ended {
            self.line += 1;
            let content = match self.read() {
                // What follows an error cannot be found again.
                Err(error) => {
                    self.ended = true;
                    Content::Failed(unreadable(error))
                }
                Ok(Line::End) => {
                    self.ended = true;
                    break;
                }
                // Where it ends, nobody knows: what is linked here may have no end.
                Ok(Line::TooLong) => {
                    self.ended = true;
                    Content::Failed(too_long(MAX_BUNDLE))
                }
                Ok(Line::Whole(bytes)) if bytes.trim_ascii().is_empty() => continue,
                Ok(Line::Whole(bytes)) => Content::Bytes(bytes),
            };
            return Some(Found {
                source: Source {
                    path: self.path.clone(),
                    line: Some(self.line),
                },
                content,
            });
        }
        None
    }
}
