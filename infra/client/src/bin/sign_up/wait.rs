//! `create --wait`: asks for the codes, and follows the sign-up to its end.

use std::collections::BTreeSet;

use client::{Client, ClientError, Code, Contact, User, UserId, Verification};

use crate::changes::Changes;
use crate::console::Console;
use crate::failure::{Failure, message};
use crate::questions::Questions;

/// What is asked, by what is to be confirmed.
fn question(unconfirmed: &BTreeSet<Contact>) -> &'static str {
    let asks = |contact| unconfirmed.contains(&contact);
    match (asks(Contact::Email), asks(Contact::Phone)) {
        (true, true) => "Code of the mail or of the text message (or \"mail\" for other ones):",
        (false, true) => "Code of the text message (or \"mail\" for another one):",
        (_, false) => "Code of the mail (or \"mail\" for another one):",
    }
}

/// The answer that requests another mail.
const ANOTHER_MAIL: &str = "mail";

/// Waits for the end of the sign-up. Meanwhile, answers are sent as codes; a link in the mail works as well.
pub(crate) async fn until_end(client: &Client, id: &UserId, console: &Console) -> Result<User, Failure> {
    let mut changes = Changes::new(client, id);
    let mut asking = Asking::NotYet;
    console.busy("waiting for the mail to be sent");
    loop {
        tokio::select! {
            user = changes.next() => {
                let user = user?;
                console.user(&user);
                if user.status.is_final() {
                    return Ok(user);
                }
                asking = asking.after(&user, console);
            }
            answer = asking.answer() => {
                console.answered();
                asking = asking.answered(answer, client, id, console).await?;
                changes.hurry();
            }
        }
    }
}

/// Whether the person is asked for the code.
enum Asking {
    /// The mail is not sent yet.
    NotYet,
    Open {
        questions: Questions,
        /// What is to be confirmed.
        unconfirmed: BTreeSet<Contact>,
        /// The failure of the last answer.
        failure: Option<ClientError>,
    },
    /// The address is confirmed, or there are no more answers.
    Done,
}

impl Asking {
    /// What to do after a change.
    fn after(self, user: &User, console: &Console) -> Self {
        match self {
            _ if user.steps.confirmed => {
                console.busy("waiting for the account");
                Self::Done
            }
            Self::NotYet if user.steps.mailed => {
                let unconfirmed = user.unconfirmed.clone();
                console.ask(question(&unconfirmed));
                Self::Open {
                    questions: Questions::open(),
                    unconfirmed,
                    failure: None,
                }
            }
            Self::Open {
                questions, failure, ..
            } => {
                let unconfirmed = user.unconfirmed.clone();
                console.ask(question(&unconfirmed));
                Self::Open {
                    questions,
                    unconfirmed,
                    failure,
                }
            }
            Self::NotYet | Self::Done => self,
        }
    }

    /// The next answer, which never comes unless the question is open.
    async fn answer(&mut self) -> Option<String> {
        match self {
            Self::Open { questions, .. } => questions.answer().await,
            Self::NotYet | Self::Done => std::future::pending().await,
        }
    }

    /// Sends an answer. Whatever the API says to it, the person can answer again; a script that has no more answers gets the
    /// failure of the last one.
    async fn answered(
        self,
        answer: Option<String>,
        client: &Client,
        id: &UserId,
        console: &Console,
    ) -> Result<Self, Failure> {
        let Self::Open {
            questions,
            mut unconfirmed,
            failure,
        } = self
        else {
            return Ok(self);
        };
        let result = match answer.as_deref() {
            None => {
                console.busy("waiting for the confirmation");
                return failure.map_or(Ok(Self::Done), |error| Err(error.into()));
            }
            Some("") => {
                console.ask(question(&unconfirmed));
                return Ok(Self::Open {
                    questions,
                    unconfirmed,
                    failure,
                });
            }
            Some(ANOTHER_MAIL) => client
                .request_mail(id)
                .await
                .map(|_| console.note("another mail will be sent")),
            Some(code) => {
                let Ok(code) = code.parse::<Code>();
                let verification = Verification::Code {
                    user_id: id.clone(),
                    code,
                };
                match client.verify(&verification).await {
                    Ok(confirmation) if confirmation.unconfirmed.is_empty() => {
                        console.busy("waiting for the account");
                        return Ok(Self::Done);
                    }
                    Ok(confirmation) => {
                        unconfirmed = confirmation.unconfirmed;
                        Ok(())
                    }
                    Err(error) => Err(error),
                }
            }
        };
        let failure = result.err();
        if let Some(error) = &failure {
            console.note(&message(error));
        }
        console.ask(question(&unconfirmed));
        Ok(Self::Open {
            questions,
            unconfirmed,
            failure,
        })
    }
}
