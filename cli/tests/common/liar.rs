//! A node that lies: a proxy before a real one, which changes some of its answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use super::node::agent;

/// What a client asked.
pub struct Asked {
    pub path: String,
    pub body: Vec<u8>,
    /// What the client shows to be let in.
    pub authorization: Option<String>,
}

/// What becomes of an answer; of nothing comes none, and the connection breaks.
type Lie = dyn Fn(&Asked, Vec<u8>) -> Vec<u8> + Send + Sync;

/// The proxy; it runs until the test ends.
pub struct Liar {
    pub url: String,
}

impl Liar {
    pub fn before(
        node: &str,
        lie: impl Fn(&Asked, Vec<u8>) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (node, lie): (String, Arc<Lie>) = (node.to_owned(), Arc::new(lie));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (node, lie) = (node.clone(), Arc::clone(&lie));
                thread::spawn(move || serve(client, &node, &*lie));
            }
        });
        Self { url }
    }
}

/// One request and its answer.
fn serve(client: TcpStream, node: &str, lie: &Lie) {
    let mut reader = BufReader::new(client);
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return;
    }
    let mut words = line.split_whitespace();
    let method = words.next().unwrap().to_owned();
    let path = words.next().unwrap().to_owned();
    let (mut length, mut kinds, mut authorization) = (0, Vec::new(), None);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "content-type" | "accept" => kinds.push((name.to_owned(), value.to_owned())),
            "authorization" => authorization = Some(value.to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();

    let url = format!("{node}{path}");
    let mut answer = if method == "POST" {
        let mut request = agent().post(&url);
        for (name, value) in &kinds {
            request = request.header(name, value);
        }
        request.send(&body[..]).unwrap()
    } else {
        let mut request = agent().get(&url);
        for (name, value) in &kinds {
            request = request.header(name, value);
        }
        request.call().unwrap()
    };
    let status = answer.status().as_u16();
    let kind = answer.headers().get("content-type");
    let kind = kind.map_or("", |kind| kind.to_str().unwrap()).to_owned();
    let told = answer.body_mut().read_to_vec().unwrap();
    let asked = Asked {
        path,
        body,
        authorization,
    };
    let told = lie(&asked, told);
    if told.is_empty() {
        return;
    }
    let head = format!(
        "HTTP/1.1 {status} said\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        told.len()
    );
    let mut client = reader.into_inner();
    // Whoever hung up wants no answer.
    let _ = client.write_all(head.as_bytes());
    let _ = client.write_all(&told);
}
