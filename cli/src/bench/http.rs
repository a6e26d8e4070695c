//! Just enough HTTP/1.1 to load a node with little of the machine: one request at a time on a kept connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use zeroize::Zeroizing;

use super::BenchError;

/// Longer than a node lets a submission wait.
const PATIENCE: Duration = Duration::from_secs(90);
/// Longest answer that is read.
const MAX_ANSWER: usize = 1 << 20;

/// Where the load goes.
pub struct Target {
    address: String,
    head: Zeroizing<String>,
}

/// An open connection.
pub struct Connection<'a> {
    target: &'a Target,
    stream: BufReader<TcpStream>,
}

/// What came back.
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Seconds to wait before trying again, if the node said so.
    pub retry_after: Option<u64>,
    /// Content.
    pub body: Vec<u8>,
}

impl Target {
    /// Of an `http://host:port` URL.
    pub fn new(url: &str, token: Option<Zeroizing<String>>) -> Result<Self, BenchError> {
        let address = url.strip_prefix("http://").ok_or(BenchError::Url)?;
        let address = address.trim_end_matches('/').to_owned();
        if address.contains(['/', '\r', '\n', ' ']) {
            return Err(BenchError::Url);
        }
        let authorization = token.map_or_else(Zeroizing::default, |token| {
            Zeroizing::new(format!("Authorization: Bearer {}\r\n", token.as_str()))
        });
        let head = Zeroizing::new(format!(
            "POST /v1/transactions?wait=committed&timeout_ms=60000 HTTP/1.1\r\nHost: {address}\r\n\
             Content-Type: application/octet-stream\r\n{}Content-Length: ",
            authorization.as_str()
        ));
        Ok(Self { address, head })
    }

    /// Connects.
    pub fn connect(&self) -> std::io::Result<Connection<'_>> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Connection {
            target: self,
            stream: BufReader::new(stream),
        })
    }
}

impl Connection<'_> {
    /// Submits a transaction and waits for its block.
    pub fn submit(&mut self, transaction: &[u8]) -> std::io::Result<Answer> {
        let mut request = Vec::with_capacity(transaction.len() + 256);
        request.extend_from_slice(self.target.head.as_bytes());
        request.extend_from_slice(format!("{}\r\n\r\n", transaction.len()).as_bytes());
        request.extend_from_slice(transaction);
        self.stream.get_mut().write_all(&request)?;
        read(&mut self.stream)
    }
}

fn read(stream: &mut impl BufRead) -> std::io::Result<Answer> {
    let malformed = || std::io::Error::new(std::io::ErrorKind::InvalidData, "malformed answer");
    let mut line = String::new();
    let mut next = |stream: &mut dyn BufRead| -> std::io::Result<String> {
        line.clear();
        if stream.take(16 << 10).read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    };
    let status = next(stream)?;
    let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
    let mut answer = Answer {
        status: status.ok_or_else(malformed)?,
        retry_after: None,
        body: Vec::new(),
    };
    let mut length = None;
    loop {
        let header = next(stream)?;
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse::<usize>().ok();
        } else if name.eq_ignore_ascii_case("retry-after") {
            answer.retry_after = value.trim().parse().ok();
        }
    }
    let length = length.filter(|length| *length <= MAX_ANSWER);
    answer.body.resize(length.ok_or_else(malformed)?, 0);
    stream.read_exact(&mut answer.body)?;
    Ok(answer)
}

#[cfg(test)]
mod tests;
