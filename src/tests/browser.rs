//! Pages in a real browser: Chromium, through WebDriver.

mod composer;
mod factors;
mod newcomer;
mod payloads;
mod reading;
mod sound;

use std::fs;

use fantoccini::{
    Client, ClientBuilder, Locator,
    elements::Element,
    error::CmdError,
    key::Key,
    wd::{Capabilities, WebDriverCompatibleCommand},
};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use url::ParseError;

use crate::{
    servers::Server,
    system::until,
    test_app::{TestApp, from_script},
};

/// What [`TestApp::person`] signs people up with.
const PASSWORD: &str = "correct horse battery";
const PHONE: (u32, u32) = (360, 740);
const TABLET: (u32, u32) = (768, 1024);
const DESK: (u32, u32) = (1440, 900);

/// A window of a Chromium of its own.
struct Browser {
    client: Client,
    address: String,
    driver: Server,
    /// What the browser complains of that belongs to the test.
    expected: Vec<&'static str>,
}

impl Browser {
    async fn open(app: &TestApp, size: (u32, u32)) -> Self {
        Self::with(app, size, &json!({})).await
    }

    async fn without_javascript(app: &TestApp) -> Self {
        let never = json!({ "profile.managed_default_content_settings.javascript": 2 });
        Self::with(app, DESK, &never).await
    }

    async fn with(app: &TestApp, (width, height): (u32, u32), preferences: &Value) -> Self {
        let driver = Server::start("webdriver").await;
        let size = format!("--window-size={width},{height}");
        // Root may not have a sandbox. The pipe ends with the driver, and the browser with the pipe.
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--remote-debugging-pipe",
            size.as_str(),
        ];
        let wanted = json!({
            "goog:chromeOptions": { "args": arguments, "prefs": preferences },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let capabilities: Capabilities = wanted.as_object().unwrap().clone();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .unwrap();
        Self {
            client,
            address: app.address.clone(),
            driver,
            expected: Vec::new(),
        }
    }

    async fn of(app: &TestApp, username: &str, size: (u32, u32)) -> Self {
        let browser = Self::open(app, size).await;
        browser.log_in(username).await;
        browser
    }

    async fn log_in(&self, username: &str) {
        self.goto("/login").await;
        self.fill("username", username).await;
        self.fill("password", PASSWORD).await;
        self.leave_by("main form button").await;
        self.is_at("/").await;
    }

    async fn goto(&self, path: &str) {
        let url = format!("{}{path}", self.address);
        self.client.goto(&url).await.unwrap();
    }

    async fn find(&self, css: &str) -> Element {
        let found = self.client.wait().for_element(Locator::Css(css)).await;
        found.unwrap_or_else(|error| panic!("{css}: {error}"))
    }

    /// Whether anything of that kind can be seen.
    async fn shows(&self, css: &str) -> bool {
        for found in self.client.find_all(Locator::Css(css)).await.unwrap() {
            if found.is_displayed().await.unwrap() {
                return true;
            }
        }
        false
    }

    /// A click that may change the page.
    async fn press(&self, css: &str) {
        self.find_and_press(css).await;
    }

    /// A click that leads to another page, or to this one anew. What is looked for after it is not what was there.
    async fn leave_by(&self, css: &str) {
        let pressed = self.find_and_press(css).await;
        until(css, async || match pressed.is_enabled().await {
            Ok(_) => false,
            Err(error) if is_gone(&error) => true,
            Err(error) => panic!("{css}: {error}"),
        })
        .await;
    }

    async fn find_and_press(&self, css: &str) -> Element {
        let found = self.find(css).await;
        // What lies under the bar at the bottom is scrolled to first, as people do.
        let place = serde_json::to_value(&found).unwrap();
        let scroll = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.client.execute(scroll, vec![place]).await.unwrap();
        found.click().await.unwrap();
        found
    }

    async fn fill(&self, id: &str, text: &str) {
        let field = self.find(&format!("#{id}")).await;
        field.send_keys(text).await.unwrap();
    }

    /// To whatever has the focus.
    async fn type_keys(&self, keys: &str) {
        let focus = self.client.active_element().await.unwrap();
        focus.send_keys(keys).await.unwrap();
    }

    async fn control_enter(&self) {
        let keys = format!("{}{}", char::from(Key::Control), char::from(Key::Enter));
        self.type_keys(&keys).await;
    }

    async fn is_at(&self, path: &str) {
        until(path, async || {
            let at = self.client.current_url().await.unwrap();
            at.path() == path
        })
        .await;
    }

    /// What a JavaScript expression is.
    async fn value(&self, expression: &str) -> Value {
        let script = format!("return ({expression});");
        let found = self.client.execute(&script, Vec::new()).await;
        found.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Waits until a JavaScript expression holds.
    async fn until(&self, expression: &str) {
        until(expression, async || {
            self.value(expression).await == Value::Bool(true)
        })
        .await;
    }

    /// Waits until what a page has from `later.js` is there.
    async fn is_lively(&self) {
        let all = "document.readyState === 'complete' && ['[hx-get]', '[hx-post]'] \
             .every((each) => !document.querySelector(`${each}:not([data-htmx-powered])`))";
        self.until(all).await;
    }

    async fn has_network(&self, has: bool) {
        let conditions = json!({ "offline": !has, "latency": 0, "throughput": 1_000_000_000 });
        let command = Chromium {
            path: "chromium/network_conditions",
            body: json!({ "network_conditions": conditions }),
        };
        self.client.issue_cmd(command).await.unwrap();
    }

    /// What axe-core says keeps people out of this page, a line each.
    async fn barriers(&self) -> Vec<String> {
        let axe = fs::read_to_string(from_script("TWITCLONE_TEST_AXE")).unwrap();
        self.client.execute(&axe, Vec::new()).await.unwrap();
        let run = "const done = arguments[0]; \
             axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], \
             resultTypes: ['violations'] }) \
             .then(({ violations }) => done(violations.flatMap(({ id, nodes }) => \
                 nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`))))";
        let found = self.client.execute_async(run, Vec::new()).await.unwrap();
        serde_json::from_value(found).unwrap()
    }

    /// By how much the layout has shifted since the page was opened, as Chromium counts it.
    async fn shifted(&self) -> f64 {
        let sum = "const done = arguments[0]; let sum = 0; \
             new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => { sum += value; })) \
             .observe({ type: 'layout-shift', buffered: true }); \
             requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));";
        let sum = self.client.execute_async(sum, Vec::new()).await.unwrap();
        sum.as_f64().unwrap()
    }

    /// Ends it. It may not have complained of anything: no errors of scripts, nothing that the policy forbids.
    async fn close(self) {
        let command = Chromium {
            path: "se/log",
            body: json!({ "type": "browser" }),
        };
        let log = self.client.issue_cmd(command).await.unwrap();
        for line in log.as_array().unwrap() {
            let (level, message) = (
                line["level"].as_str().unwrap(),
                line["message"].as_str().unwrap(),
            );
            let is_expected = self.expected.iter().any(|part| message.contains(part));
            assert!(level == "INFO" || is_expected, "{level}: {message}");
        }
        self.client.close().await.unwrap();
        self.driver.stop().await;
    }
}

/// Whether what was asked about went away with its page. While one page replaces the other, Chromium's driver has
/// no error of its own for that.
fn is_gone(error: &CmdError) -> bool {
    error.is_stale_element_reference()
        || error
            .to_string()
            .contains("Node with given id does not belong to the document")
}

/// A command of Chromium's own.
#[derive(Debug)]
struct Chromium {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Chromium {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
