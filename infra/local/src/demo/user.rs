//! Simulated users, as HTTP clients of the API.

use std::sync::Arc;
use std::time::Duration;

use asl::Function;
use client::{Client, ClientError, IdempotencyKey, Problem, Receipt, Status, Verification};
use contracts::notify_webhook::NotifyWebhook;
use contracts::sign_up::SignUpOutput;
use contracts::store_user_data::StoreUserData;
use contracts::table::{self, user};
use contracts::validate_email::ValidateEmail;
use contracts::values::{Cause, EmailAddress, LinkToken, SignUpOutcome, UserId};
use kit::aws::dynamodb::get_bool;
use serde_json::Value;
use simulator::timeline::{self, Row, RowKind};
use tokio::time::{Instant, sleep, timeout_at};
use workflows::states;

use super::item;
use super::users::UserLine;
use crate::outbox::Mail;
use crate::server::LocalServer;

/// The time limit of one user's sign-up.
const TIME_LIMIT: Duration = Duration::from_mins(1);

/// The interval between two polls of what nothing announces.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// The result of one line of the users' file.
#[derive(Debug)]
pub(super) struct LineResult {
    pub(super) number: usize,
    pub(super) result: SignUpResult,
}

impl LineResult {
    /// The line's number and its sign-up, if that was completed.
    pub(super) fn completed(&self) -> Option<(usize, &CompletedSignUp)> {
        match &self.result {
            SignUpResult::Completed(done) => Some((self.number, done)),
            SignUpResult::Rejected(_) | SignUpResult::Failed { .. } => None,
        }
    }
}

#[derive(Debug)]
pub(super) enum SignUpResult {
    /// The API accepted the sign-up, and it ended in an expected state.
    Completed(CompletedSignUp),
    Rejected(Problem),
    /// A step failed or timed out.
    Failed {
        /// The user, if the sign-up was accepted.
        user: Option<UserId>,
        reason: String,
    },
}

#[derive(Debug)]
pub(super) struct CompletedSignUp {
    pub(super) user: UserId,
    /// The normalised address.
    pub(super) address: EmailAddress,
    pub(super) final_state: FinalState,
    /// The time until the 202.
    pub(super) answered: Duration,
    pub(super) offsets: Offsets,
}

/// The expected final states of accepted sign-ups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FinalState {
    /// The user owns the address.
    Verified,
    /// The link was followed, but another sign-up for the address was verified before.
    Superseded,
    /// The address had a verified account already; its owner got a notice without a link.
    Held,
    /// The address had reached its mail limit; the sign-up waits for a link that was not mailed.
    MailLimited,
}

impl FinalState {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Superseded => "superseded",
            Self::Held => "held",
            Self::MailLimited => "mail-limited",
        }
    }
}

/// When the steps of a sign-up were completed, relative to its acceptance.
#[derive(Debug, Default)]
pub(super) struct Offsets {
    pub(super) stored: Option<Duration>,
    pub(super) mailed: Option<Duration>,
    pub(super) confirmed: Option<Duration>,
    pub(super) verified: Option<Duration>,
}

/// Plays the users, by the API and their mails.
#[derive(Debug)]
pub(super) struct SimulatedUser<'a> {
    server: &'a LocalServer,
    client: Client,
}

impl<'a> SimulatedUser<'a> {
    pub(super) fn new(server: &'a LocalServer, client: Client) -> Self {
        Self { server, client }
    }

    /// Runs the user of one line through the sign-up.
    pub(super) async fn run(&self, line: UserLine) -> LineResult {
        let start = Instant::now();
        let deadline = start + TIME_LIMIT;
        let created = within(deadline, "sign-up", self.create(&line)).await;
        let answered = start.elapsed();
        let result = match created {
            Ok(Ok(user)) => match self.complete_sign_up(&user, &line.body, deadline).await {
                Ok(done) => SignUpResult::Completed(CompletedSignUp { answered, ..done }),
                Err(reason) => SignUpResult::Failed {
                    user: Some(user),
                    reason,
                },
            },
            Ok(Err(problem)) => SignUpResult::Rejected(problem),
            Err(reason) => SignUpResult::Failed { user: None, reason },
        };
        LineResult {
            number: line.number,
            result,
        }
    }

    /// Signs up; a 422 is a rejection and no failure.
    async fn create(&self, line: &UserLine) -> Result<Result<UserId, Problem>, Cause> {
        let key: IdempotencyKey = format!("demo-{}", line.number).parse()?;
        let created = self.client.create_user_from_json(line.body.clone(), &key);
        match created.await {
            Ok(Receipt { id, .. }) => Ok(Ok(id)),
            Err(ClientError::Problem(problem)) if problem.status == 422 => Ok(Err(problem)),
            Err(error) => Err(error.into()),
        }
    }

    async fn complete_sign_up(
        &self,
        user: &UserId,
        body: &str,
        deadline: Instant,
    ) -> Result<CompletedSignUp, String> {
        // Parsed as the API does: of a repeated field, the last one counts.
        let email = serde_json::from_str::<Value>(body).ok();
        let email = email.and_then(|body| body.get("email")?.as_str()?.parse::<EmailAddress>().ok());
        let Some(address) = email else {
            return Err("sign-up: accepted, although its address is not valid".to_owned());
        };
        let mail = within(deadline, "mail", self.wait_for_mail(user)).await?;
        let token = mail.as_deref().and_then(token_in);
        let final_state = if let Some(token) = token {
            let verification = Verification::Link { token, confirm: None };
            within(deadline, "confirmation", self.client.verify(&verification)).await?;
            within(deadline, "end", self.wait_for_end(user)).await?
        } else if within(deadline, "mail", self.is_held(user)).await? {
            FinalState::Held
        } else {
            FinalState::MailLimited
        };
        let rows = within(deadline, "webhook", self.wait_for_webhook(user)).await?;
        Ok(CompletedSignUp {
            user: user.clone(),
            address,
            final_state,
            answered: Duration::ZERO,
            offsets: offsets(&rows, final_state),
        })
    }

    /// Waits for the mail, or until the API shows one as sent that the mail limit withholds.
    async fn wait_for_mail(&self, user: &UserId) -> Result<Option<Arc<Mail>>, Cause> {
        tokio::select! {
            biased;
            mail = self.server.outbox().mail_of(user) => Ok(Some(mail)),
            shown = self.wait_until_mailed(user) => shown.map(|()| None),
        }
    }

    async fn wait_until_mailed(&self, user: &UserId) -> Result<(), Cause> {
        // Most mails arrive before, so that nobody has to ask.
        sleep(POLL_INTERVAL).await;
        poll(async || {
            let shown = self.client.user(user).await?;
            if matches!(shown.status, Status::Failed | Status::Expired) {
                return Err(format!("the sign-up is {}", shown.status).into());
            }
            Ok(shown.steps.mailed.then_some(()))
        })
        .await
    }

    /// Waits for the end of a sign-up whose link was followed. The public status must match.
    async fn wait_for_end(&self, user: &UserId) -> Result<FinalState, Cause> {
        let arn = self.server.execution_of(user);
        let description = self.server.executions().wait(&arn).await?;
        let Some(output) = description.status.output() else {
            return Err(format!("the execution is {}", description.status.name()).into());
        };
        let SignUpOutput { outcome } = serde_json::from_value(output.clone())?;
        let (final_state, expected) = match outcome {
            SignUpOutcome::Verified => (FinalState::Verified, Status::Verified),
            // The API does not reveal that another sign-up was verified first.
            SignUpOutcome::Superseded => (FinalState::Superseded, Status::AwaitingVerification),
            other => return Err(format!("the execution ended with {other:?}").into()),
        };
        let shown = self.client.user(user).await?;
        if shown.status != expected {
            let (state, shown) = (final_state.name(), shown.status);
            return Err(format!("the sign-up is {state}, and the API shows {shown}").into());
        }
        if !shown.steps.mailed {
            return Err("the mail arrived, and the API does not show it as sent".into());
        }
        Ok(final_state)
    }

    /// Whether the address had a verified account when the user data was stored.
    async fn is_held(&self, user: &UserId) -> Result<bool, Cause> {
        let record = item(self.server, table::user_key(user)).await?;
        Ok(record.is_some_and(|record| get_bool(&record, user::HELD)))
    }

    /// Waits until the webhook has been delivered or given up; returns the rows of the execution's history.
    async fn wait_for_webhook(&self, user: &UserId) -> Result<Vec<Row>, Cause> {
        const ENDS: [&str; 4] = [
            NotifyWebhook::NAME,
            states::REDELIVER_WEBHOOK,
            states::WEBHOOK_UNDELIVERED,
            states::WEBHOOK_SKIPPED,
        ];
        let arn = self.server.execution_of(user);
        poll(async || {
            let history = self.server.executions().history(&arn)?;
            let rows = timeline::rows(&history);
            let has_ended = |state| offset(&rows, state, RowKind::Succeeded).is_some();
            Ok(ENDS.into_iter().any(has_ended).then_some(rows))
        })
        .await
    }
}

fn offsets(rows: &[Row], final_state: FinalState) -> Offsets {
    Offsets {
        stored: offset(rows, StoreUserData::NAME, RowKind::Succeeded),
        mailed: offset(rows, ValidateEmail::NAME, RowKind::WaitingForToken),
        confirmed: offset(rows, ValidateEmail::NAME, RowKind::Succeeded),
        verified: offset(rows, states::RECORD_VERIFIED, RowKind::Succeeded)
            .filter(|_| final_state == FinalState::Verified),
    }
}

/// The token of the link of a mail; a notice has none.
fn token_in(mail: &Mail) -> Option<LinkToken> {
    let (_, token) = mail.link()?.split_once('#')?;
    token.parse().ok()
}

/// When the state first had this row.
fn offset(rows: &[Row], state: &str, kind: RowKind) -> Option<Duration> {
    rows.iter()
        .find(|row| row.location.state.as_deref() == Some(state) && row.kind == kind)
        .map(|row| row.offset)
}

/// Polls until there is a value.
async fn poll<T>(mut probe: impl AsyncFnMut() -> Result<Option<T>, Cause>) -> Result<T, Cause> {
    loop {
        if let Some(found) = probe().await? {
            return Ok(found);
        }
        sleep(POLL_INTERVAL).await;
    }
}

/// The result of a step, unless the deadline passes before. Errors begin with the step's name.
async fn within<T, E: Into<Cause>>(
    deadline: Instant,
    step: &str,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, String> {
    match timeout_at(deadline, work).await {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(error)) => Err(format!("{step}: {}", error.into())),
        Err(_) => Err(format!("{step}: not completed within {} s", TIME_LIMIT.as_secs())),
    }
}
