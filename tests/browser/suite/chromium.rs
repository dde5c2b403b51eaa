//! Chromium, driven by `WebDriver`.

use std::process::Stdio;

use serde_json::json;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel, WebDriver};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How a reader's browser is set.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    /// The preferred languages, as in `Accept-Language`.
    pub(crate) languages: &'static str,
    /// The size of the window, in CSS pixels.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) is_dark: bool,
    pub(crate) runs_scripts: bool,
}

/// A wide, bright window in English.
pub(crate) const PLAIN: Look = Look {
    languages: "en-GB,en",
    width: 1280,
    height: 900,
    is_dark: false,
    runs_scripts: true,
};

/// A browser of its own. Both processes end with it.
pub(crate) struct Chromium {
    pub(crate) driver: WebDriver,
    _process: Child,
}

impl Chromium {
    pub(crate) async fn start(look: Look) -> Self {
        // The HTTP client of the driver wants a provider of TLS even for loopback. A second one is refused, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (process, port) = start_driver().await;
        let url = format!("http://127.0.0.1:{port}");
        let driver = WebDriver::new(&url, capabilities(look)).await.unwrap();
        let metrics =
            json!({"width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": false});
        let cdp = driver.cdp();
        cdp.send_raw("Emulation.setDeviceMetricsOverride", metrics)
            .await
            .unwrap();
        let scheme = if look.is_dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        cdp.send_raw("Emulation.setEmulatedMedia", media).await.unwrap();
        Self {
            driver,
            _process: process,
        }
    }
}

/// Starts `chromedriver` on a free port.
async fn start_driver() -> (Child, u16) {
    let mut process = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("chromedriver is installed: in Debian it is the package chromium-driver");
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        let Some((_, port)) = line.split_once("started successfully on port ") else {
            continue;
        };
        return (process, port.trim_end_matches('.').parse().unwrap());
    }
    panic!("chromedriver ended");
}

fn capabilities(look: Look) -> ChromeCapabilities {
    let mut chromium = ChromeCapabilities::new();
    chromium.set_binary("/usr/bin/chromium").unwrap();
    // The sandbox of Chromium needs rights that root in a container has not; the pages are our own.
    for argument in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
    ] {
        chromium.add_arg(argument).unwrap();
    }
    let scripts = if look.runs_scripts { 1 } else { 2 };
    let preferences = json!({
        "intl.accept_languages": look.languages,
        "profile.managed_default_content_settings.javascript": scripts,
    });
    chromium.add_experimental_option("prefs", preferences).unwrap();
    chromium.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
    chromium
}
