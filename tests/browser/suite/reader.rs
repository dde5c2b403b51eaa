//! A person at a browser, with a local server of their own.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use local::outbox::Channel;
use local::{Contacts, LocalServer, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::error::WebDriverResult;
use thirtyfour::{By, Key, TypingData, WebDriver, WebElement};

use crate::chromium::{Chromium, Look};

/// How long a view may take to appear. The page looks at a sign-up at least every 30 s, and soon after each action; another mail
/// can be asked for after a minute.
const TIME_LIMIT: Duration = Duration::from_secs(80);

pub(crate) struct Reader {
    pub(crate) server: LocalServer,
    chromium: Chromium,
    name: &'static str,
    _directory: TempDir,
}

impl Reader {
    /// A person with this browser; the name is the first part of the pictures' names.
    pub(crate) async fn new(name: &'static str, look: Look) -> Self {
        Self::with_contacts(name, look, Contacts::default()).await
    }

    /// The same, where sign-ups confirm these contacts.
    pub(crate) async fn with_contacts(name: &'static str, look: Look, contacts: Contacts) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let server = LocalServer::start(Settings {
            listen: ([127, 0, 0, 1], 0).into(),
            data: directory.path().to_owned(),
            dynamodb_port: 0,
            webhook_url: None,
            contacts,
        });
        Self {
            server: server.await.unwrap(),
            chromium: Chromium::start(look).await,
            name,
            _directory: directory,
        }
    }

    fn driver(&self) -> &WebDriver {
        &self.chromium.driver
    }

    /// Opens this path, which may have a fragment, as from elsewhere.
    pub(crate) async fn open(&self, path: &str) {
        self.driver().goto("about:blank").await.unwrap();
        let url = format!("{}{path}", self.server.url());
        self.driver().goto(url).await.unwrap();
    }

    /// The path of the console.
    pub(crate) fn console_path(&self) -> String {
        self.server.console_url().replacen(self.server.url(), "", 1)
    }

    pub(crate) async fn reload(&self) {
        self.driver().refresh().await.unwrap();
    }

    /// The address that the browser shows, without the origin.
    pub(crate) async fn address(&self) -> String {
        let url = self.driver().current_url().await.unwrap();
        url.as_str().replacen(self.server.url(), "", 1)
    }

    /// The element of this id, once it is to be seen.
    pub(crate) async fn see(&self, id: &str) -> WebElement {
        let started = Instant::now();
        loop {
            let found = self.driver().find(By::Id(id)).await;
            if let Ok(element) = found
                && element.is_displayed().await.unwrap_or(false)
            {
                return element;
            }
            if started.elapsed() > TIME_LIMIT {
                self.take_picture("not-seen").await;
                panic!("{id} is not to be seen on: {}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until this text is to be read.
    pub(crate) async fn read(&self, text: &str) {
        let started = Instant::now();
        while !self.text().await.contains(text) {
            if started.elapsed() > TIME_LIMIT {
                self.take_picture("not-read").await;
                panic!("“{text}” is not to be read on: {}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// All text that is to be seen.
    pub(crate) async fn text(&self) -> String {
        self.on_live_page(async || self.driver().find(By::Tag("body")).await?.text().await)
            .await
    }

    /// Does something with an element that it finds. A page that is live, or is left, replaces its elements: one may be gone between
    /// the look and what is done with it, and is then looked for again.
    async fn on_live_page<T>(&self, act: impl AsyncFn() -> WebDriverResult<T>) -> T {
        let started = Instant::now();
        loop {
            match act().await {
                Ok(result) => return result,
                Err(error) if started.elapsed() > TIME_LIMIT => panic!("{error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    pub(crate) async fn press(&self, id: &str) {
        self.see(id).await.click().await.unwrap();
    }

    /// Follows the first link with this text.
    pub(crate) async fn follow(&self, text: &str) {
        let link = By::PartialLinkText(text);
        self.on_live_page(async || self.driver().find(link.clone()).await?.click().await)
            .await;
    }

    /// Signs up without the form: the page that is shown sends the request. Returns the id.
    pub(crate) async fn sign_up_elsewhere(&self, email: &str) -> String {
        let user = self.send("/users", json!({"email": email})).await;
        user["id"].as_str().unwrap().to_owned()
    }

    /// Sends a request from the page that is shown, and returns the body of the response.
    pub(crate) async fn send(&self, path: &str, body: Value) -> Value {
        let script = "const [path, body, done] = arguments; \
            fetch(path, {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(body)})
                .then((response) => response.json()).then(done, (error) => done(String(error)));";
        let arguments = vec![json!(path), body];
        let answer = self.driver().execute_async(script, arguments).await.unwrap();
        answer.json().clone()
    }

    /// Types into a field in place of what is there.
    pub(crate) async fn fill(&self, id: &str, text: &str) {
        let field = self.see(id).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Types at the keyboard, wherever the focus is.
    pub(crate) async fn keys(&self, keys: impl Into<TypingData>) {
        let chain = self.driver().action_chain().send_keys(keys);
        chain.perform().await.unwrap();
    }

    /// Moves the focus with the Tab key until it is at this element.
    pub(crate) async fn tab_to(&self, id: &str) {
        for _ in 0..40 {
            if self.focus().await == id {
                return;
            }
            self.keys(Key::Tab).await;
        }
        panic!("the Tab key does not lead to {id}");
    }

    /// Moves the focus with the Tab key until it is at the link with this text.
    pub(crate) async fn tab_to_link(&self, text: &str) {
        for _ in 0..40 {
            // In one call: the page may replace the element between two.
            let script = "const {tagName, textContent} = document.activeElement; return tagName === 'A' ? textContent : ''";
            let link = self.evaluate(script).await;
            if link.as_str().is_some_and(|link| link.contains(text)) {
                return;
            }
            self.keys(Key::Tab).await;
        }
        panic!("the Tab key does not lead to “{text}”");
    }

    /// The classes of a state in the diagram of an execution.
    pub(crate) async fn drawn(&self, state: &str) -> String {
        let script = format!(
            "const name = [...document.querySelectorAll('svg .name')].find((name) => name.textContent === '{state}'); \
             return name.parentElement.getAttribute('class')"
        );
        self.evaluate(&script).await.as_str().unwrap().to_owned()
    }

    /// The id of the element that has the focus.
    pub(crate) async fn focus(&self) -> String {
        let id = self.evaluate("return document.activeElement.id").await;
        id.as_str().unwrap().to_owned()
    }

    pub(crate) async fn attribute(&self, id: &str, name: &str) -> Option<String> {
        let element = self.driver().find(By::Id(id)).await.unwrap();
        element.attr(name).await.unwrap()
    }

    pub(crate) async fn value(&self, id: &str) -> String {
        let element = self.driver().find(By::Id(id)).await.unwrap();
        element.prop("value").await.unwrap().unwrap_or_default()
    }

    /// What the page has asked the server for since it was loaded.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let script =
            "return performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)";
        let requests = self.driver().execute(script, vec![]).await.unwrap();
        requests.convert().unwrap()
    }

    /// What the tab keeps.
    pub(crate) async fn kept(&self) -> Value {
        let kept = self.evaluate("return sessionStorage.getItem('sign-up')").await;
        serde_json::from_str(kept.as_str().unwrap_or("null")).unwrap()
    }

    /// The text of the mail with this number, once it is sent.
    pub(crate) async fn mail(&self, number: usize) -> String {
        self.message(Channel::Mail, number).await
    }

    /// The text of the text message with this number, once it is sent.
    pub(crate) async fn text_message(&self, number: usize) -> String {
        self.message(Channel::Sms, number).await
    }

    /// The text of the message with this number, from 1, among those of its kind.
    async fn message(&self, channel: Channel, number: usize) -> String {
        let started = Instant::now();
        loop {
            let messages = self.server.outbox().all();
            let mut of_kind = messages.iter().filter(|message| message.channel == channel);
            if let Some(message) = of_kind.nth(number - 1) {
                return message.text.clone();
            }
            assert!(
                started.elapsed() < TIME_LIMIT,
                "{channel:?} {number} was not sent"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Checks the view that is shown, and keeps a picture of it.
    pub(crate) async fn check(&self, view: &str) {
        self.take_picture(view).await;
        let script = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        assert_eq!(
            self.evaluate(script).await,
            json!(true),
            "{view} is wider than the window"
        );
        assert_eq!(self.barriers().await, json!([]), "{view}");
        assert_eq!(self.console().await, Vec::<String>::new(), "{view}");
    }

    /// The result of a script in the page.
    async fn evaluate(&self, script: &str) -> Value {
        let result = self.driver().execute(script, Vec::<Value>::new()).await.unwrap();
        result.json().clone()
    }

    /// What axe-core finds on the page.
    async fn barriers(&self) -> Value {
        let script = "const done = arguments[arguments.length - 1]; \
            axe.run().then(({ violations }) => done(violations.map(({ id, nodes }) => \
                [id, ...nodes.map((node) => node.failureSummary)])), (error) => done(String(error)));";
        let script = format!("{}\n{script}", axe());
        let found = self
            .driver()
            .execute_async(script, Vec::<Value>::new())
            .await
            .unwrap();
        found.json().clone()
    }

    /// The warnings and errors of the browser's console since the last look. Answers of the API with an error status are its
    /// to handle.
    async fn console(&self) -> Vec<String> {
        let entries = self.driver().browser_log().await.unwrap();
        entries
            .into_iter()
            .filter(|entry| ["SEVERE", "WARNING"].contains(&entry.level.as_str()))
            .map(|entry| entry.message)
            .filter(|message| !message.contains("Failed to load resource: the server responded"))
            .collect()
    }

    pub(crate) async fn take_picture(&self, view: &str) {
        let folder = target().join("browser");
        fs::create_dir_all(&folder).unwrap();
        let png = self.driver().screenshot_as_png().await.unwrap();
        fs::write(folder.join(format!("{}-{view}.png", self.name)), png).unwrap();
    }

    /// Ends the browser and the server.
    pub(crate) async fn leave(self) {
        self.chromium.driver.clone().quit().await.unwrap();
        self.server.stop().await;
    }
}

/// The code of a mail.
pub(crate) fn code(mail: &str) -> &str {
    let mut words = mail.split(|letter: char| !letter.is_ascii_alphanumeric());
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|digit| digit.is_ascii_digit());
    words.find(is_code).unwrap()
}

/// The link of a mail, without the origin.
pub(crate) fn link(mail: &str) -> &str {
    let start = mail.find("/verify#").unwrap();
    mail[start..].split_whitespace().next().unwrap()
}

/// Cargo's folder for what is built.
fn target() -> PathBuf {
    let of_workspace = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    env::var_os("CARGO_TARGET_DIR").map_or_else(of_workspace, PathBuf::from)
}

/// The accessibility engine, which npm installs.
fn axe() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/axe-core/axe.min.js");
    fs::read_to_string(path).expect("axe-core is installed, as tests/browser/run does")
}
