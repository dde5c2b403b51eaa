//! The default command: serves until it is interrupted.

use std::fmt;
use std::io::{self, Write};

use crate::server::{LocalServer, Settings, StartupError};

/// Starts the local server, prints its addresses, and stops it at Ctrl-C.
pub(crate) async fn until_interrupted(settings: Settings) -> Result<(), StartupError> {
    let server = LocalServer::start(settings).await?;
    // A closed standard output does not stop the local server.
    let _ = write!(io::stdout(), "{}", Banner(&server));
    interrupted().await;
    let _ = writeln!(io::stdout(), "\nStopping.");
    server.stop().await;
    Ok(())
}

/// Waits for SIGINT or SIGTERM.
pub(crate) async fn interrupted() {
    #[cfg(unix)]
    if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated.recv() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// The addresses of all parts, and commands to paste.
struct Banner<'a>(&'a LocalServer);

impl fmt::Display for Banner<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.0.url();
        let lines = [
            ("Page", format!("{url}/")),
            ("API", url.to_owned()),
            ("Console", self.0.console_url().to_owned()),
            (
                "DynamoDB",
                format!("{}  (table {})", self.0.dynamodb_url(), self.0.table()),
            ),
            ("Data", self.0.data().display().to_string()),
            (
                "Lambda",
                format!(
                    "cargo lambda watch --invoke-address ::1 --env-file {}",
                    self.0.environment_file().display()
                ),
            ),
        ];
        let json = "-H 'content-type: application/json'";
        let commands = [
            (
                "Sign up",
                format!(r#"curl -i {url}/users {json} -d '{{"email": "ada@example.org", "name": "Ada"}}'"#),
            ),
            ("Status", format!("curl {url}/users/ID")),
            ("Mail", format!("curl {}/outbox/1.txt", self.0.console_url())),
            (
                "Confirm",
                format!(r#"curl -i {url}/verifications {json} -d '{{"token": "TOKEN"}}'"#),
            ),
        ];
        writeln!(formatter, "The sign-up runs on this machine. Ctrl-C stops it.\n")?;
        for (name, value) in lines.iter().chain([&("", String::new())]).chain(&commands) {
            writeln!(formatter, "{}", format!("  {name:<9} {value}").trim_end())?;
        }
        writeln!(
            formatter,
            "\nID is in the response to the sign-up. TOKEN is the part of the mailed link after the #; the link can also be opened in a browser."
        )
    }
}
