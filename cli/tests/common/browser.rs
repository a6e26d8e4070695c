//! A real headless Chromium, driven over the WebDriver protocol.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::node::agent;

/// Longest wait for a page; a loaded machine is slow.
const PATIENCE: Duration = Duration::from_secs(120);

/// A browser with one window; closed when dropped.
pub struct Browser {
    driver: Child,
    session: String,
    _profile: tempfile::TempDir,
}

/// The driver's program, if it is installed. Without it the test is skipped on a developer's machine and fails in CI.
pub fn installed() -> bool {
    let found = Command::new("chromedriver")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    assert!(
        found || std::env::var_os("CI").is_none(),
        "chromedriver is missing: apt-get install chromium chromium-driver"
    );
    if !found {
        eprintln!(
            "SKIPPED: install chromium and chromium-driver to test the explorer in a browser"
        );
    }
    found
}

impl Browser {
    pub fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(driver.stdout.take().unwrap());
        let mut line = String::new();
        let port = loop {
            line.clear();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "the driver ended");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim().trim_end_matches('.').to_owned();
            }
        };
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": arguments},
        }}});
        let base = format!("http://127.0.0.1:{port}/session");
        let made = call(&base, &capabilities);
        let id = made["sessionId"].as_str().unwrap();
        Self {
            driver,
            session: format!("{base}/{id}"),
            _profile: profile,
        }
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        call(&format!("{}/{path}", self.session), body)
    }

    /// Opens a page; one that loads itself again stays as it is while the test looks at it.
    pub fn open(&self, url: &str) {
        self.next(|| self.post("url", &json!({ "url": url })));
        self.run(
            "if (document.querySelector('meta[http-equiv=refresh]')) window.stop(); return null",
        );
    }

    /// Runs a function's body that leaves the page.
    pub fn leave(&self, script: &str) {
        self.next(|| self.run(&format!("{script}; return null")));
    }

    /// Waits until the next page is there, whole.
    fn next(&self, go: impl FnOnce() -> Value) {
        self.run("window.here = true; return null");
        go();
        self.until("window.here === undefined && document.readyState === 'complete'");
    }

    /// Waits until an expression is true. While a page is left for another one the driver may refuse to run anything.
    fn until(&self, expression: &str) {
        let script = json!({"script": format!("return {expression}"), "args": []});
        let url = format!("{}/execute/sync", self.session);
        let until = Instant::now() + PATIENCE;
        while try_call(&url, &script) != Ok(json!(true)) {
            assert!(Instant::now() < until, "never: {expression}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The width of the page's view, in CSS pixels, down to that of a small telephone.
    pub fn width(&self, width: u32, height: u32) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.post(
            "goog/cdp/execute",
            &json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics}),
        );
        self.until(&format!("document.documentElement.clientWidth === {width}"));
    }

    /// The value of a JavaScript function's body.
    pub fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({"script": script, "args": []}))
    }

    pub fn text(&self, script: &str) -> String {
        let value = self.run(&format!("return {script}"));
        value
            .as_str()
            .unwrap_or_else(|| panic!("{script}: {value}"))
            .to_owned()
    }

    /// Everything that the console was told since the last call: errors, refusals of the page's policy.
    pub fn console(&self) -> Vec<Value> {
        let said = self.post("se/log", &json!({"type": "browser"}));
        said.as_array().unwrap().clone()
    }

    /// The whole page as a PNG.
    pub fn picture(&self) -> Vec<u8> {
        let shot = self.post(
            "goog/cdp/execute",
            &json!({"cmd": "Page.captureScreenshot", "params": {"captureBeyondViewport": true}}),
        );
        let text = shot["data"].as_str().unwrap();
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = agent().delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn call(url: &str, body: &Value) -> Value {
    try_call(url, body).unwrap_or_else(|answer| panic!("{url}: {answer}"))
}

/// The value, or the driver's whole answer if that is an error.
fn try_call(url: &str, body: &Value) -> Result<Value, Value> {
    let mut answer = agent().post(url).send_json(body).unwrap();
    let status = answer.status();
    let mut answer: Value = answer
        .body_mut()
        .with_config()
        .limit(64 << 20)
        .read_json()
        .unwrap();
    match status.is_success() {
        true => Ok(answer["value"].take()),
        false => Err(answer),
    }
}
