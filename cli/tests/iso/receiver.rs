//! A receiver of webhooks that checks signatures by its own means, and fails when it is told to.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What events are signed with.
pub const SECRET: &str = "whsec_b2JvbHVzIHdlYmhvb2sgdGVzdCBzZWNyZXQgMzIgYnl0ZXM=";

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub id: String,
    timestamp: String,
    signature: String,
    pub body: Vec<u8>,
    /// When it came.
    came: SystemTime,
    taken: bool,
}

impl Received {
    /// Whether it is signed, and was so just before it came.
    pub fn verify(&self) {
        let key = STANDARD
            .decode(SECRET.strip_prefix("whsec_").unwrap())
            .unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.", self.id, self.timestamp).as_bytes());
        mac.update(&self.body);
        let signature = STANDARD
            .decode(self.signature.strip_prefix("v1,").unwrap())
            .unwrap();
        mac.verify_slice(&signature).expect("a false signature");
        let sent: u64 = self.timestamp.parse().unwrap();
        let came = self.came.duration_since(UNIX_EPOCH).unwrap();
        assert!(came.as_secs().abs_diff(sent) < 300, "{sent}");
    }
}

/// It listens until the test ends.
pub struct Receiver {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    fail_every: Arc<AtomicUsize>,
}

impl Receiver {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/events", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let fail_every = Arc::new(AtomicUsize::new(0));
        let (kept, failing) = (Arc::clone(&received), Arc::clone(&fail_every));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (kept, failing) = (Arc::clone(&kept), Arc::clone(&failing));
                thread::spawn(move || serve(&stream, &kept, &failing));
            }
        });
        Self {
            url,
            received,
            fail_every,
        }
    }

    /// Every so many requests are answered with an error; none with 0.
    pub fn fail_every(&self, requests: usize) {
        self.fail_every.store(requests, Ordering::SeqCst);
    }

    /// Everything that came, in its order.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// What of it was answered well.
    pub fn taken(&self) -> Vec<Received> {
        let mut all = self.received();
        all.retain(|event| event.taken);
        all
    }
}

fn serve(stream: &TcpStream, received: &Mutex<Vec<Received>>, failing: &AtomicUsize) {
    let mut reader = BufReader::new(stream);
    while let Some(mut event) = read(&mut reader) {
        let mut all = received.lock().unwrap();
        let every = failing.load(Ordering::SeqCst);
        event.taken = every == 0 || !(all.len() + 1).is_multiple_of(every);
        let answer = match event.taken {
            // Not JSON, which the standard does not ask for.
            true => "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
            false => "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n",
        };
        all.push(event);
        drop(all);
        let mut stream = stream;
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// One request; none when the sender is gone, wherever in it.
fn read(reader: &mut impl BufRead) -> Option<Received> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    assert!(line.starts_with("POST /events "), "{line}");
    let (mut id, mut timestamp, mut signature) = (String::new(), String::new(), String::new());
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let value = value.trim().to_owned();
        match name.to_ascii_lowercase().as_str() {
            "webhook-id" => id = value,
            "webhook-timestamp" => timestamp = value,
            "webhook-signature" => signature = value,
            "content-length" => length = value.parse().unwrap(),
            "content-type" => assert_eq!(value, "application/json"),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Received {
        id,
        timestamp,
        signature,
        body,
        came: SystemTime::now(),
        taken: false,
    })
}
