//! A headless Chromium for tests, driven over `WebDriver`. In: a page. Out: what a reader would see of it, what it logged
//! and asked for. Where `chromedriver` is not installed, tests that need it say so and pass.
//! <https://www.w3.org/TR/webdriver2/>

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;

/// One browser at a time: two processors are few for more.
static TURN: Mutex<()> = Mutex::new(());
/// How long a page may take to get where a test wants it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser window.
pub(crate) struct Browser {
    driver: Child,
    session: String,
    agent: Agent,
    profile: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Browser {
    /// Opens a window, or says that there is none.
    pub(crate) fn open(width: u32, height: u32) -> Option<Self> {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let (driver, port) = driver()?;
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let agent: Agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(300)))
            .build()
            .into();
        let data = format!("--user-data-dir={}", profile.path().display());
        let window = format!("--window-size={width},{height}");
        let args = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-sync",
            "--disable-background-networking",
            "--disable-component-update",
            "--force-prefers-reduced-motion",
            &data,
            &window,
        ];
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            // A look at a whole page takes its time on a busy machine.
            "timeouts": { "script": 240_000 },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": { "args": args },
        }}});
        let base = format!("http://127.0.0.1:{port}/session");
        let mut browser = Self { driver, session: base.clone(), agent, profile, _turn: turn };
        let made = browser.call("POST", "", &capabilities);
        let id = made["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {made}"));
        browser.session = format!("{base}/{id}");
        Some(browser)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.session);
        let answer = if method == "GET" {
            self.agent.get(&url).call()
        } else {
            self.agent.post(&url).header("content-type", "application/json").send(body.to_string())
        };
        let mut answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
        let text = answer.body_mut().with_config().limit(1 << 28).read_to_string().expect("a body");
        let mut value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        value["value"].take()
    }

    /// Goes to an address.
    pub(crate) fn go(&self, url: &str) {
        let done = self.call("POST", "/url", &json!({ "url": url }));
        assert!(done.is_null(), "{url}: {done}");
    }

    /// Runs a script; `arguments` are its values, and what it returns is returned.
    pub(crate) fn script(&self, text: &str, arguments: &[Value]) -> Value {
        let value = self.call("POST", "/execute/sync", &json!({ "script": text, "args": arguments }));
        assert!(value["error"].is_null(), "{text}: {}", value["message"]);
        value
    }

    /// Runs a script that promises its value.
    pub(crate) fn promised(&self, text: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1]; ({text}).then(done, (e) => done({{ failed: String(e) }}));"
        );
        self.asynchronous(&script, &[])
    }

    /// Runs a script that hands its value to the function that is its last argument.
    pub(crate) fn asynchronous(&self, script: &str, arguments: &[Value]) -> Value {
        let value = self.call("POST", "/execute/async", &json!({ "script": script, "args": arguments }));
        assert!(value["failed"].is_null() && value["error"].is_null(), "{value}");
        value
    }

    /// Waits until an expression of JavaScript holds, and returns its value.
    pub(crate) fn wait(&self, expression: &str) -> Value {
        let start = Instant::now();
        loop {
            let value = self.script(&format!("return {expression};"), &[]);
            if !matches!(value, Value::Null | Value::Bool(false)) && value != "" && value != 0 {
                return value;
            }
            if start.elapsed() > PATIENCE {
                let page = self.script("return document.body.innerText.slice(0, 1500);", &[]);
                panic!("never came true: {expression}\n{}\n{:?}", page.as_str().unwrap_or_default(), self.complaints());
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Returns the text of the first element of a selector.
    pub(crate) fn text(&self, selector: &str) -> String {
        let value = self.script("return document.querySelector(arguments[0])?.innerText ?? '';", &[selector.into()]);
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Returns all text that is drawn inside an element; unlike its inner text, nothing of what is hidden in a drawing.
    pub(crate) fn drawn_text(&self, selector: &str) -> String {
        let script = "const walk = document.createTreeWalker(document.querySelector(arguments[0]), 4); let text = ''; \
            while (walk.nextNode()) if (walk.currentNode.parentElement.getClientRects().length > 0) text += walk.currentNode.data + '\\n'; return text;";
        self.script(script, &[selector.into()]).as_str().unwrap_or_default().to_owned()
    }

    /// Does something to the element that an expression of JavaScript finds, as soon as it is there.
    fn act(&self, expression: &str, what: &str, body: &Value) {
        loop {
            let found = self.wait(expression);
            let id = found.as_object().and_then(|object| object.values().next()).and_then(Value::as_str);
            let id = id.unwrap_or_else(|| panic!("{expression} is no element: {found}"));
            let done = self.call("POST", &format!("/element/{id}/{what}"), body);
            // The page may put another element in its place meanwhile: a person would look again.
            if done["error"] != "stale element reference" {
                assert!(done.is_null(), "{expression}: {done}");
                return;
            }
        }
    }

    /// Clicks an element as a person would: it must be there, in view and uncovered.
    pub(crate) fn click(&self, selector: &str) {
        self.act(&format!("document.querySelector({selector:?})"), "click", &json!({}));
    }

    /// Clicks the button that bears a text.
    pub(crate) fn press(&self, words: &str) {
        let find = format!(
            "[...document.querySelectorAll('button')].find((b) => b.innerText.trim() === {words:?} && b.offsetParent)"
        );
        self.act(&find, "click", &json!({}));
    }

    /// Types into an element; `\u{e007}` is Enter, other keys as the standard of `WebDriver` numbers them.
    pub(crate) fn keys(&self, selector: &str, text: &str) {
        self.act(&format!("document.querySelector({selector:?})"), "value", &json!({ "text": text }));
    }

    /// Sets a field of a form and tells the page.
    pub(crate) fn set(&self, selector: &str, value: &str) {
        self.wait(&format!("document.querySelector({selector:?}) !== null"));
        let script = "const e = document.querySelector(arguments[0]); e.value = arguments[1]; \
            e.dispatchEvent(new Event('input', { bubbles: true })); e.dispatchEvent(new Event('change', { bubbles: true })); return 1;";
        self.script(script, &[selector.into(), value.into()]);
    }

    /// Runs a command of the browser's own protocol.
    pub(crate) fn command(&self, name: &str, parameters: &Value) -> Value {
        self.call("POST", "/goog/cdp/execute", &json!({ "cmd": name, "params": parameters }))
    }

    /// Returns the folder that files are saved into from now on.
    pub(crate) fn saving(&self) -> std::path::PathBuf {
        let folder = self.profile.path().join("saved");
        std::fs::create_dir_all(&folder).expect("a folder");
        self.command("Browser.setDownloadBehavior", &json!({ "behavior": "allow", "downloadPath": folder }));
        folder
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        self.call("POST", "/se/log", &json!({ "type": kind })).as_array().cloned().unwrap_or_default()
    }

    /// Returns what the page complained of since the last call: errors and warnings of its console.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let grave = |entry: &&Value| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING"));
        self.log("browser").iter().filter(grave).map(|entry| entry["message"].to_string()).collect()
    }

    /// Returns the addresses that the page asked for since the last call.
    pub(crate) fn requests(&self) -> Vec<String> {
        let sent = self.log("performance").into_iter().filter_map(|entry| {
            let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let message = &message["message"];
            (message["method"] == "Network.requestWillBeSent")
                .then(|| message["params"]["request"]["url"].as_str().map(str::to_owned))?
        });
        sent.collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver takes the browser with it; one that has gone already is as good.
        let _closed = self.agent.delete(&self.session).call();
        let _killed = self.driver.kill();
        let _ended = self.driver.wait();
    }
}

/// Starts a driver and returns it with its port, or says that there is none.
fn driver() -> Option<(Child, String)> {
    let mut told = String::new();
    // The driver takes a port that is free on ::1 and ends where 127.0.0.1 has it in use, as connections of other tests do.
    for _ in 0..50 {
        let started = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let Ok(mut driver) = started else {
            skipped("chromedriver is not installed (Debian packages chromium and chromium-driver)");
            return None;
        };
        told.clear();
        for line in BufReader::new(driver.stdout.take().expect("a pipe")).lines().map_while(Result::ok) {
            if let Some((_, port)) = line.split_once("successfully on port ") {
                return Some((driver, port.trim_end_matches('.').to_owned()));
            }
            told.push_str(&line);
            told.push('\n');
        }
        driver.wait().expect("it has ended");
    }
    panic!("chromedriver does not start:\n{told}");
}

/// Says on the terminal, past the harness that keeps what tests print, that something was not tested.
pub(crate) fn skipped(why: &str) {
    // A terminal that cannot be written to has nobody to tell.
    let _told = writeln!(io::stderr(), "SKIPPED: {why}");
}
