//! Takes one user through the sign-up.

use std::time::Duration;

use asl::Function;
use contracts::notify_webhook::NotifyWebhook;
use contracts::sign_up::SignUpOutput;
use contracts::store_user_data::StoreUserData;
use contracts::table::{self, PK, user};
use contracts::validate_email::ValidateEmail;
use contracts::values::{Cause, EmailAddress, SignUpOutcome, UserId};
use kit::aws::Fault;
use kit::aws::dynamodb::{get_bool, string};
use serde_json::Value;
use simulator::timeline::{self, Row, What};
use tokio::time::{Instant, sleep, timeout_at};
use workflows::states;

use super::client::{Accepting, Client, Refusal};
use super::postbox::Postbox;
use super::users::Line;
use crate::suite::Suite;

/// The longest that one user may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// The pauses between two looks at the same thing: short at first, so that a quick sign-up is not kept waiting.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(250));

/// What became of one line.
#[derive(Debug)]
pub(super) struct Driven {
    pub(super) line: usize,
    pub(super) end: End,
}

/// How a line ended.
#[derive(Debug)]
pub(super) enum End {
    /// The API took it, and the sign-up ended as it should.
    Done(Done),
    /// The API did not take it.
    Refused(Refusal),
    /// Something went wrong.
    Failed {
        /// Whose sign-up it was, if it was accepted.
        user: Option<UserId>,
        /// At which step, and what.
        reason: String,
    },
}

/// A sign-up that ended as it should.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) user: UserId,
    /// The address in its normal form.
    pub(super) address: EmailAddress,
    pub(super) outcome: Outcome,
    pub(super) offsets: Offsets,
}

/// How an accepted sign-up can end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The user has the address now.
    Verified,
    /// The link was followed, but another sign-up for the address was confirmed first.
    Superseded,
    /// Another sign-up for the address had been confirmed before; its owner got a notice.
    Held,
    /// The address had got its day's mails; this sign-up waits for a link that was not mailed.
    Withheld,
}

impl Outcome {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Superseded => "superseded",
            Self::Held => "held",
            Self::Withheld => "withheld",
        }
    }
}

/// When the steps of a sign-up were done, since it was accepted.
#[derive(Debug, Default)]
pub(super) struct Offsets {
    pub(super) stored: Option<Duration>,
    pub(super) mailed: Option<Duration>,
    pub(super) confirmed: Option<Duration>,
    pub(super) verified: Option<Duration>,
}

/// Takes users through the sign-up.
#[derive(Debug)]
pub(super) struct Driver<'a> {
    suite: &'a Suite,
    client: Client,
    postbox: Postbox<'a>,
}

impl<'a> Driver<'a> {
    pub(super) fn new(suite: &'a Suite, client: Client) -> Self {
        let postbox = Postbox::new(suite);
        Self {
            suite,
            client,
            postbox,
        }
    }

    /// Takes one user through the sign-up, to whatever end.
    pub(super) async fn drive(&self, line: Line) -> Driven {
        Driven {
            line: line.number,
            end: self.end_of(&line).await,
        }
    }

    async fn end_of(&self, line: &Line) -> End {
        let deadline = Instant::now() + PATIENCE;
        let key = format!("demo-{}", line.number);
        let user = match within(deadline, "sign-up", self.client.create(&line.body, &key)).await {
            Ok(Accepting::Accepted(user)) => user,
            Ok(Accepting::Refused(refusal)) => return End::Refused(refusal),
            Err(reason) => return End::Failed { user: None, reason },
        };
        match self.follow(&user, &line.body, deadline).await {
            Ok(done) => End::Done(done),
            Err(reason) => End::Failed {
                user: Some(user),
                reason,
            },
        }
    }

    async fn follow(&self, user: &UserId, body: &str, deadline: Instant) -> Result<Done, String> {
        // Read as the API reads it: of a field that stands twice, the last one counts.
        let email = serde_json::from_str::<Value>(body).ok();
        let email = email.and_then(|body| body.get("email")?.as_str()?.parse::<EmailAddress>().ok());
        let Some(email) = email else {
            return Err("sign-up: accepted, though its address is none".to_owned());
        };
        within(deadline, "mail", self.mailed(user)).await?;
        let link = within(deadline, "mail", self.postbox.link_for(user)).await?;
        let outcome = if let Some(link) = link {
            within(deadline, "confirmation", self.client.follow(&link)).await?;
            within(deadline, "end", self.ended(user)).await?
        } else if within(deadline, "mail", self.is_held(user)).await? {
            Outcome::Held
        } else {
            Outcome::Withheld
        };
        within(deadline, "webhook", self.notified(user)).await?;
        Ok(Done {
            user: user.clone(),
            address: email,
            outcome,
            offsets: self.offsets(user, outcome),
        })
    }

    /// Waits until the mail step is over.
    async fn mailed(&self, user: &UserId) -> Result<(), Cause> {
        let mut pause = PAUSES.0;
        loop {
            let sign_up = self.client.sign_up(user).await?;
            if sign_up.steps.mailed {
                return Ok(());
            }
            if sign_up.status == "failed" || sign_up.status == "expired" {
                return Err(format!("the sign-up has {}", sign_up.status).into());
            }
            sleep(pause).await;
            pause = longer(pause);
        }
    }

    /// Waits for the end of a sign-up whose link was followed. What the public sees of it must agree.
    async fn ended(&self, user: &UserId) -> Result<Outcome, Cause> {
        let arn = self.suite.execution_of(user);
        let description = self.suite.executions().wait(&arn).await?;
        let output = description.status.output().cloned().unwrap_or_default();
        let outcome = match serde_json::from_value(output) {
            Ok(SignUpOutput {
                outcome: SignUpOutcome::Verified,
            }) => Outcome::Verified,
            Ok(SignUpOutput {
                outcome: SignUpOutcome::Superseded,
            }) => Outcome::Superseded,
            _ => return Err(format!("the execution is {}", description.status.name()).into()),
        };
        let shown = self.client.sign_up(user).await?.status;
        let expected = match outcome {
            Outcome::Verified => "verified",
            // That another sign-up was first is nobody's business.
            _ => "awaiting_verification",
        };
        if shown == expected {
            Ok(outcome)
        } else {
            Err(format!("the sign-up is {}, and is shown as {shown}", outcome.name()).into())
        }
    }

    /// Whether the address was another's when the data was to be stored.
    async fn is_held(&self, user: &UserId) -> Result<bool, Cause> {
        let answer = self
            .suite
            .store()
            .get_item()
            .table_name(self.suite.table())
            .key(PK, string(table::user_key(user)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| Fault::of("GetItem", &error))?;
        Ok(answer.item().is_some_and(|item| get_bool(item, user::HELD)))
    }

    /// Waits until the branch that tells marketing is over.
    async fn notified(&self, user: &UserId) -> Result<(), Cause> {
        const ENDS: [&str; 3] = [
            NotifyWebhook::NAME,
            states::KEEP_UNDELIVERED,
            states::NOTHING_TO_NOTIFY,
        ];
        let arn = self.suite.execution_of(user);
        let mut pause = PAUSES.0;
        loop {
            let history = self.suite.executions().history(&arn)?;
            let rows = timeline::rows(&history);
            if ENDS
                .into_iter()
                .any(|state| offset(&rows, state, What::Succeeded).is_some())
            {
                return Ok(());
            }
            sleep(pause).await;
            pause = longer(pause);
        }
    }

    fn offsets(&self, user: &UserId, outcome: Outcome) -> Offsets {
        let history = self
            .suite
            .executions()
            .history(&self.suite.execution_of(user))
            .unwrap_or_default();
        let rows = timeline::rows(&history);
        Offsets {
            stored: offset(&rows, StoreUserData::NAME, What::Succeeded),
            mailed: offset(&rows, ValidateEmail::NAME, What::Waiting),
            confirmed: offset(&rows, ValidateEmail::NAME, What::Succeeded),
            verified: offset(&rows, states::RECORD_VERIFIED, What::Succeeded)
                .filter(|_| outcome == Outcome::Verified),
        }
    }
}

/// When that first happened to the state.
fn offset(rows: &[Row], state: &str, what: What) -> Option<Duration> {
    rows.iter()
        .find(|row| row.location.state.as_deref() == Some(state) && row.what == what)
        .map(|row| row.offset)
}

fn longer(pause: Duration) -> Duration {
    (pause * 2).min(PAUSES.1)
}

/// The result, if it is there before the deadline. A failure says at which step.
async fn within<T, E: Into<Cause>>(
    deadline: Instant,
    step: &str,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, String> {
    match timeout_at(deadline, work).await {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(error)) => Err(format!("{step}: {}", error.into())),
        Err(_) => Err(format!("{step}: not done within {} s", PATIENCE.as_secs())),
    }
}
