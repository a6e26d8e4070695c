//! The pages in a real browser.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc;

use serde_json::Value;

use crate::common::browser::{Browser, installed};
use crate::common::node;
use crate::town::{RULES, Town};

/// `obolus audit serve`, killed when dropped.
struct Pages {
    child: Child,
    entrance: String,
}

impl Pages {
    fn start(town: &Town) -> Self {
        let key = town.desk.dev("auditor.key");
        let mut command = town
            .desk
            .command(&["audit", "serve", "--rules", "rules.toml", "--key"]);
        let mut child = command.arg(key).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let entrance = lines
            .find_map(|line| {
                line.unwrap()
                    .strip_prefix("listening on ")
                    .map(str::to_owned)
            })
            .expect("the pages are served");
        Self { child, entrance }
    }

    fn url(&self, path: &str) -> String {
        let (base, _) = self.entrance.split_once("/enter").unwrap();
        format!("{base}{path}")
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Browsers send cookies to every port of a host: other servers of this machine get none of ours, and our second one does
/// not end the first one's session.
fn neighbours(town: &Town, browser: &Browser, pages: &Pages) {
    let second = Pages::start(town);
    browser.open(&second.entrance);
    for (open, path) in [(&second, "/"), (pages, "/"), (&second, "/movements")] {
        browser.open(&open.url(path));
        let title = browser.text("document.title");
        assert!(title.ends_with("· Audit"), "{title}");
        assert!(!title.starts_with("You are not let in"), "{title}");
    }
    let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = stranger.local_addr().unwrap();
    let (send, asked) = mpsc::channel();
    std::thread::spawn(move || {
        // A browser may open connections on which it asks nothing.
        for connection in stranger.incoming().map_while(Result::ok) {
            let send = send.clone();
            std::thread::spawn(move || answered(&connection).map(|request| send.send(request)));
        }
    });
    browser.open(&format!("http://{address}/"));
    let request = asked.recv().unwrap();
    assert!(request.contains("\nhost: 127.0.0.1"), "{request}");
    assert!(!request.contains("cookie"), "{request}");
}

/// Answers a request with a page, and gives its head in lower case; none if nothing is asked.
fn answered(mut connection: &TcpStream) -> Option<String> {
    let mut lines = BufReader::new(connection).lines();
    let mut request = String::new();
    loop {
        let line = lines.next()?.ok()?;
        if line.is_empty() {
            break;
        }
        request.push_str(&line.to_lowercase());
        request.push('\n');
    }
    // Without an icon of its own the browser would ask for one, too.
    let page = "<link rel=\"icon\" href=\"data:,\">";
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
    connection.write_all(answer.as_bytes()).unwrap();
    Some(request)
}

#[test]
fn pages_in_a_browser() {
    if !installed() {
        return;
    }
    let town = Town::new();
    town.sync("audit");
    std::fs::write(
        town.desk.path("names.csv"),
        "participant,name\n0,<script>document.title='taken'</script>\n1,South Bank\n",
    )
    .unwrap();
    town.ok(&["names", "names.csv"]);
    std::fs::write(town.desk.path("rules.toml"), RULES).unwrap();
    std::fs::write(town.desk.path("listed.txt"), "1\n").unwrap();
    let pages = Pages::start(&town);
    // Whoever has no cookie sees nothing, whoever comes second is not let in.
    let (status, body) = node::get(&pages.url("/"));
    assert_eq!(status, 401);
    assert!(!String::from_utf8(body).unwrap().contains("1000.00"));

    let browser = Browser::start();
    browser.open(&pages.entrance);
    let address = browser.text("document.location.href");
    assert_eq!(address, pages.url("/"));
    assert_eq!(node::get(&pages.entrance).0, 403);
    neighbours(&town, &browser, &pages);
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("audit");
    std::fs::create_dir_all(&pictures).unwrap();
    for (name, path) in [
        ("overview", "/"),
        ("movements", "/movements"),
        ("participant", "/participant?slot=1"),
        ("flows", "/flows"),
        ("alerts", "/alerts"),
    ] {
        browser.open(&pages.url(path));
        assert_eq!(browser.console(), Vec::<Value>::new(), "{path}");
        assert!(
            browser.text("document.title").ends_with("· Audit"),
            "{path}"
        );
        assert_eq!(
            browser.run("return document.querySelectorAll('script').length"),
            0
        );
        for width in [375_u32, 1280] {
            browser.width(width, 900);
            let wide = browser.run("return document.documentElement.scrollWidth");
            assert!(
                wide.as_u64().unwrap() <= width.into(),
                "{path} is {wide} wide at {width}"
            );
            std::fs::write(
                pictures.join(format!("{name}-{width}.png")),
                browser.picture(),
            )
            .unwrap();
        }
    }
    browser.open(&pages.url("/participant?slot=1"));
    let balance = browser.text("document.querySelector('#balance').innerText");
    assert_eq!(balance, town.desk.available("south"));

    // The form asks, and its answer can be asked again.
    browser.open(&pages.url("/movements"));
    browser.leave(
        "const f = document.querySelector('form'); f.participant.value = 'South Bank'; f.min.value = '95.00'; f.kind.value = 'transfer'; f.submit()",
    );
    let found = browser.text("document.querySelector('#found').innerText");
    assert!(found.starts_with("2 movements, 194.99 USD"), "{found}");
    assert_eq!(
        browser.text("document.querySelector('[name=participant]').value"),
        "South Bank"
    );
    browser.open(&pages.url("/flows"));
    let drawn = browser.run("return document.querySelectorAll('svg path').length");
    assert_eq!(drawn, 4, "issue, both ways, redemption");
    browser.open(&pages.url("/alerts"));
    let alerts = browser.run("return document.querySelectorAll('tbody tr').length");
    assert_eq!(alerts, 3);
}
