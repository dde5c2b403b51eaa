//! The commands.

use std::io::{self, Write};
use std::time::Duration;

use clap::CommandFactory;
use clap_complete::Shell;
use client::{
    ApiUrl, Client, ClientError, Code, ConfirmationScope, IdempotencyKey, LinkToken, NoResponse, SignUp,
    Status, User, UserId, Verification,
};
use tokio::time::timeout;

use crate::args::{Cli, Command, CreateArgs, StatusArgs, VerifyArgs};
use crate::changes::Changes;
use crate::console::{Console, is_interactive};
use crate::failure::{Failure, Hint};
use crate::questions::Questions;
use crate::{link, wait};

/// Runs the command.
pub(crate) async fn run(cli: Cli, console: &Console) -> Result<(), Failure> {
    let client = Client::new(cli.api.clone()).map_err(|error| Failure::Setup(error.into()))?;
    let result = match cli.command {
        Command::Create(arguments) => create(&client, arguments, console).await,
        Command::Status(arguments) => status(&client, &arguments, console).await,
        Command::Verify(arguments) => verify(&client, arguments, console).await,
        Command::Resend(arguments) => resend(&client, &arguments.id, console).await,
        Command::Completions { shell } => {
            completions(shell);
            Ok(())
        }
    };
    result.map_err(|failure| with_api(failure, cli.api))
}

async fn create(client: &Client, arguments: CreateArgs, console: &Console) -> Result<(), Failure> {
    let sign_up = SignUp {
        email: arguments.email,
        name: arguments.name,
        phone: arguments.phone,
        locale: arguments.locale,
        campaign: arguments.campaign,
    };
    let key = match arguments.idempotency_key {
        Some(key) => key,
        None => IdempotencyKey::generate().map_err(|error| Failure::Setup(error.into()))?,
    };
    console.busy("signing up");
    let receipt = match client.create_user(&sign_up, &key).await {
        Ok(receipt) => receipt,
        Err(error) => return Err(with_key(error, key)),
    };
    console.receipt(&receipt);
    if arguments.wait {
        let waiting = wait::until_end(client, &receipt.id, console);
        account(&within(arguments.timeout, waiting).await?)?;
    }
    Ok(())
}

async fn status(client: &Client, arguments: &StatusArgs, console: &Console) -> Result<(), Failure> {
    let watching = async {
        let mut changes = Changes::new(client, &arguments.id);
        console.busy("following the sign-up");
        loop {
            let user = changes.next().await?;
            console.user(&user);
            if !arguments.watch || user.status.is_final() {
                return Ok(user);
            }
        }
    };
    let user = within(arguments.timeout, watching).await?;
    if arguments.watch { account(&user) } else { Ok(()) }
}

async fn verify(client: &Client, arguments: VerifyArgs, console: &Console) -> Result<(), Failure> {
    let verification = match (arguments.by.id, arguments.by.token) {
        (Some(user_id), _) => {
            let code = match arguments.code {
                Some(code) => code,
                None => read_code(console).await?,
            };
            let Ok(code) = code.parse::<Code>();
            Verification::Code { user_id, code }
        }
        (None, token) => {
            let token = link::token(&token.unwrap_or_default()).map_err(|_| {
                Failure::Argument("--token is not a mailed link, nor the part of one after the #")
            })?;
            let confirm = match arguments.confirm {
                Some(confirm) => Some(confirm.0),
                None if is_interactive() => match choose(client, &token, console).await? {
                    Some(scope) => Some(scope),
                    None => return Ok(()),
                },
                None => None,
            };
            Verification::Link { token, confirm }
        }
    };
    console.busy("confirming");
    client.verify(&verification).await?;
    console.accepted();
    Ok(())
}

/// Shows what the link confirms, and asks how much of it is right; `None` is nothing.
async fn choose(
    client: &Client,
    token: &LinkToken,
    console: &Console,
) -> Result<Option<ConfirmationScope>, Failure> {
    let preview = client.preview(token).await?;
    console.note(&format!("The sign-up is of {}", preview.requested_at));
    for (field, value) in [("name", preview.name), ("phone", preview.phone)] {
        console.note(&format!("  {field}: {}", value.as_deref().unwrap_or("none")));
    }
    let mut questions = Questions::open();
    loop {
        console.ask("Confirm all of it, the address alone, or nothing (all, address, nothing)?");
        let answer = questions.answer().await;
        console.answered();
        match answer.as_deref() {
            Some("all") => return Ok(Some(ConfirmationScope::All)),
            Some("address") => return Ok(Some(ConfirmationScope::Address)),
            Some("nothing") | None => {
                console.note("Nothing was confirmed.");
                return Ok(None);
            }
            Some(_) => {}
        }
    }
}

async fn resend(client: &Client, id: &UserId, console: &Console) -> Result<(), Failure> {
    console.busy("requesting another mail");
    console.receipt(&client.request_mail(id).await?);
    Ok(())
}

fn completions(shell: Shell) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "sign-up", &mut script);
    // A closed standard output is ignored.
    let _ = io::stdout().write_all(&script);
}

async fn read_code(console: &Console) -> Result<String, Failure> {
    console.ask("Code of the mail:");
    let answer = Questions::open().answer().await;
    console.answered();
    answer.ok_or(Failure::Argument(
        "no code: give it by --code or on standard input",
    ))
}

/// The result, unless the time limit passes before.
async fn within<T>(
    limit: Option<Duration>,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    match limit {
        None => work.await,
        Some(limit) => timeout(limit, work)
            .await
            .unwrap_or(Err(Failure::TimedOut(limit))),
    }
}

/// Whether the ended sign-up became an account.
fn account(user: &User) -> Result<(), Failure> {
    match user.status {
        Status::Verified => Ok(()),
        status => Err(Failure::Ended(status)),
    }
}

/// Names the API, if there was no connection to it.
fn with_api(failure: Failure, api: ApiUrl) -> Failure {
    match failure {
        Failure::Call { error, .. } if is_unsent(&error) => Failure::Call {
            error,
            hint: Hint::Api(Box::new(api)),
        },
        other => other,
    }
}

fn is_unsent(error: &ClientError) -> bool {
    matches!(error, ClientError::NoResponse { kind, .. } if *kind == NoResponse::NotSent)
}

/// Names the key, if the API may have accepted the sign-up.
fn with_key(error: ClientError, key: IdempotencyKey) -> Failure {
    let hint = match error.status() {
        None | Some(500..) => Hint::Key(key),
        Some(_) => Hint::None,
    };
    Failure::Call {
        error: Box::new(error),
        hint,
    }
}
