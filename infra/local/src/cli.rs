//! The command line interface.

use std::fmt::Display;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tracing_subscriber::EnvFilter;
use workflows::Contacts;

use crate::server::{Settings, StartupError};
use crate::{demo, receive, serve};

/// Runs the whole sign-up on this machine, without an AWS account
#[derive(Debug, Parser)]
#[command(name = "local", args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(flatten)]
    serve: ServeArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// The loopback address to listen on; port 0 chooses a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    listen: String,
    /// The data directory
    #[arg(long, value_name = "DIR", default_value = "target/local")]
    data_dir: PathBuf,
    /// The port of DynamoDB's API; 0 chooses a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    dynamodb_port: u16,
    /// The contacts that sign-ups ask to confirm
    #[arg(long, value_enum, default_value_t = ContactsArg::Email)]
    contacts: ContactsArg,
    /// The loopback endpoint to send webhooks to, such as that of `receive`, instead of the built-in receiver
    #[arg(long, value_name = "URL")]
    webhook_url: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ContactsArg {
    /// The address
    Email,
    /// The address, and a phone number where there is one
    EmailAndSms,
}

impl From<ContactsArg> for Contacts {
    fn from(argument: ContactsArg) -> Self {
        match argument {
            ContactsArg::Email => Self::Email,
            ContactsArg::EmailAndSms => Self::EmailAndSms,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs users through the whole sign-up, checks the results, and stops
    Demo(DemoArgs),
    /// Receives webhooks, verifies and prints them, and can be told to fail
    Receive(ReceiveArgs),
}

#[derive(Debug, Args)]
struct DemoArgs {
    /// A file with one sign-up body (a JSON object) per line; by default, a few built-in users
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The number of concurrent sign-ups
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=200))]
    concurrency: u16,
}

#[derive(Debug, Args)]
struct ReceiveArgs {
    /// The loopback address to listen on; port 0 chooses a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4000")]
    listen: String,
    /// The data directory of the local server whose secret signs the webhooks; the variable `WEBHOOK_SECRET` takes precedence
    #[arg(long, value_name = "DIR", default_value = "target/local")]
    data_dir: PathBuf,
    /// The status to answer verified deliveries with
    #[arg(long, value_name = "STATUS", default_value_t = 204, value_parser = clap::value_parser!(u16).range(200..=599))]
    answer: u16,
    /// The time to wait before the answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=25))]
    delay: u64,
    /// Only the first N deliveries are answered like that, and later ones with 204 at once
    #[arg(long, value_name = "N")]
    first: Option<u32>,
}

/// Parses this process's arguments and runs the command.
///
/// The exit code is 0 for success, 1 if the demo found a failure, and 2 if the server did not start; standard error
/// then has one line that says why and what to do.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    init_log();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return startup_failure(format_args!("the async runtime cannot be started: {error}")),
    };
    runtime.block_on(async {
        match cli.command {
            None => serve(cli.serve).await,
            Some(Command::Demo(arguments)) => demo(arguments).await,
            Some(Command::Receive(arguments)) => receive(arguments).await,
        }
    })
}

async fn serve(arguments: ServeArgs) -> ExitCode {
    let listen = match address(&arguments.listen) {
        Ok(listen) => listen,
        Err(error) => return startup_failure(error),
    };
    let settings = Settings {
        listen,
        data: arguments.data_dir,
        dynamodb_port: arguments.dynamodb_port,
        contacts: arguments.contacts.into(),
        webhook_url: arguments.webhook_url,
    };
    match serve::until_interrupted(settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => startup_failure(error),
    }
}

async fn receive(arguments: ReceiveArgs) -> ExitCode {
    let listen = match address(&arguments.listen) {
        Ok(listen) => listen,
        Err(error) => return startup_failure(error),
    };
    let settings = receive::Settings {
        listen,
        data: arguments.data_dir,
        plan: receive::Plan {
            status: arguments.answer,
            delay: Duration::from_secs(arguments.delay),
            first: arguments.first,
        },
    };
    match receive::until_interrupted(settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => startup_failure(error),
    }
}

async fn demo(arguments: DemoArgs) -> ExitCode {
    let users = match arguments.file {
        Some(path) => match demo::users::read(&path) {
            Ok(users) => users,
            Err(error) => return startup_failure(error),
        },
        None => demo::users::built_in(),
    };
    let running = demo::run(users, arguments.concurrency.into());
    let finished = tokio::select! {
        finished = running => finished,
        // Returning instead of exiting removes the temporary directory.
        () = serve::interrupted() => return ExitCode::from(130),
    };
    match finished {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => startup_failure(error),
    }
}

/// The address of a `--listen`; `localhost` is a name for 127.0.0.1.
fn address(text: &str) -> Result<SocketAddr, StartupError> {
    let numeric = text
        .strip_prefix("localhost:")
        .map(|port| format!("127.0.0.1:{port}"));
    let address = numeric.as_deref().unwrap_or(text);
    address.parse().map_err(|_| StartupError::NotAnAddress {
        text: text.to_owned(),
    })
}

/// Prints in one line why nothing was started, and returns exit code 2.
fn startup_failure(reason: impl Display) -> ExitCode {
    let reason = reason.to_string().replace('\n', " ");
    // A closed standard error is ignored.
    let _ = writeln!(io::stderr(), "local: {reason}");
    ExitCode::from(2)
}

/// The default of `RUST_LOG`: warnings, except for failed conditions of DynamoDB requests, which are normal.
const DEFAULT_LOG: &str = "warn,dynoxide::server=error";

/// Sends logs to standard error.
fn init_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_LOG));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(false)
        .init();
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn clap_accepts_the_definition() {
        Cli::command().debug_assert();
    }

    #[test]
    fn localhost_is_an_address() {
        assert_eq!(
            address("localhost:8080").unwrap(),
            "127.0.0.1:8080".parse().unwrap()
        );
        assert_eq!(address("[::1]:8080").unwrap(), "[::1]:8080".parse().unwrap());
        assert!(address("3000").is_err());
    }
}
