//! People who sign up in a deployed composition, and what is left in the table. Prints JSON.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use clap::{Args, Parser};
use composed::{Aws, DeployedFunction, Settings};
use compositions::{Composition, Name, Output, status};
use contracts::notify_webhook::EventKind;
use contracts::table;
use contracts::values::UserId;
use futures::{StreamExt, TryStreamExt, stream};
use kit::StartError;
use serde_json::{Value, json};
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep};

/// How long a step of a sign-up may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// The attributes whose values are the same in every composition. Of the others, only the names are compared.
const STABLE: [&str; 10] = [
    table::user::STATUS,
    table::user::HELD,
    table::user::MAILED,
    table::user::NAME,
    table::user::PHONE,
    table::user::LOCALE,
    table::user::CAMPAIGN,
    table::verification::STATE,
    table::verification::SCOPE,
    table::verification::UNCONFIRMED,
];

#[derive(Parser)]
enum Command {
    /// Prints what a deployment of the composition has.
    Describe,
    /// Signs people up.
    SignUp(Arguments),
}

#[derive(Args)]
struct Arguments {
    /// The number of people.
    #[arg(long)]
    people: usize,
    /// How many sign up at the same time.
    #[arg(long)]
    at_once: usize,
    /// The table of the composition.
    #[arg(long)]
    table: String,
    /// The emulator's mails, as JSON.
    #[arg(long)]
    outbox: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    let settings = Settings::read()?;
    let arguments = match Command::parse() {
        Command::Describe => {
            writeln!(io::stdout(), "{}", described(settings.composition))?;
            return Ok(());
        }
        Command::SignUp(arguments) => arguments,
    };
    let composition = settings.composition.on_any_platform::<DeployedFunction>();
    // Fails if there is one already, which then stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let clients = kit::Aws::new(kit::aws::loader().load().await);
    let world = World {
        composition: composition.ok_or("the composition is a model")?,
        dynamodb: aws_sdk_dynamodb::Client::new(clients.config()),
        aws: Aws::new(settings, clients),
        http: reqwest::Client::new(),
        arguments,
    };
    // What the client composition spawns is not `Send`.
    let report = LocalSet::new().run_until(world.report()).await?;
    writeln!(io::stdout(), "{report}")?;
    Ok(())
}

/// The functions, queues and topics of a composition.
fn described(name: Name) -> Value {
    let queues = name.queues().iter().map(|queue| {
        json!({
            "name": queue.name,
            "consumer": queue.consumer,
            "visibilityTimeout": queue.visibility_timeout / 1_000_000,
        })
    });
    let topics = name.topics().iter().map(|topic| {
        let subscribers = topic.subscribers.iter().map(|queue| queue.name);
        json!({"name": topic.name, "subscribers": subscribers.collect::<Vec<_>>()})
    });
    json!({
        "functions": name.functions(),
        "queues": queues.collect::<Vec<_>>(),
        "topics": topics.collect::<Vec<_>>(),
    })
}

struct World {
    composition: &'static dyn Composition<DeployedFunction>,
    aws: Aws,
    dynamodb: aws_sdk_dynamodb::Client,
    http: reqwest::Client,
    arguments: Arguments,
}

/// The milliseconds of one sign-up.
struct Times {
    answer: u128,
    mailed: u128,
    done: u128,
}

impl World {
    async fn report(&self) -> Result<Value, StartError> {
        let people = stream::iter(0..self.arguments.people).map(|person| self.sign_up(person));
        let times: Vec<Times> = people
            .buffer_unordered(self.arguments.at_once.max(1))
            .try_collect()
            .await?;
        let millis = |which: fn(&Times) -> u128| times.iter().map(which).collect::<Vec<_>>();
        Ok(json!({
            "answer": millis(|times| times.answer),
            "mailed": millis(|times| times.mailed),
            "done": millis(|times| times.done),
            "table": self.items().await?,
        }))
    }

    /// One person signs up, enters the mailed code, and waits until all is done.
    async fn sign_up(&self, person: usize) -> Result<Times, StartError> {
        let start = Instant::now();
        let address = self.address(person);
        let body = json!({
            "email": address,
            "name": "Ada",
            "phone": "+493012345678",
            "locale": "de",
            "campaign": "spring",
        });
        let key = format!("person-{person}");
        let event = compositions::api_event("/users", &body, &key);
        let response = self.composition.sign_up(&self.aws, event).await;
        let answer = start.elapsed().as_millis();
        if status(&response) != 202 {
            return Err(refused("the sign-up", &address, &response));
        }
        let user = user_of(&response.map_err(|failure| failure.name)?)?;

        let code = eventually("the mail", || self.mailed_code(&address)).await?;
        let mailed = start.elapsed().as_millis();

        let body = json!({"userId": user, "code": code});
        let event = compositions::api_event("/verifications", &body, &key);
        let response = self.composition.confirm(&self.aws, event).await;
        if !(200..300).contains(&status(&response)) {
            return Err(refused("the code", &address, &response));
        }
        eventually("the account", || {
            self.has(table::user_key(&user), table::user::STATUS, "verified")
        })
        .await?;
        eventually("the webhook", || {
            self.has(
                table::delivery_key(&user, EventKind::SignedUp),
                table::delivery::STATUS,
                "delivered",
            )
        })
        .await?;
        Ok(Times {
            answer,
            mailed,
            done: start.elapsed().as_millis(),
        })
    }

    fn address(&self, person: usize) -> String {
        format!("{}-{person}@example.org", self.aws.settings().composition.key())
    }

    /// The code that was mailed to this address.
    async fn mailed_code(&self, address: &str) -> Result<Option<String>, StartError> {
        let outbox = self.http.get(&self.arguments.outbox).send().await?;
        let outbox: Value = serde_json::from_slice(&outbox.bytes().await?)?;
        let accounts = outbox.get("messages").and_then(Value::as_object);
        let mails = accounts.into_iter().flat_map(|accounts| accounts.values());
        let mut mails = mails.filter_map(Value::as_array).flatten();
        let mail = mails.find(|mail| mail.pointer("/To/0").and_then(Value::as_str) == Some(address));
        let text = mail.and_then(|mail| mail.get("BodyText")).and_then(Value::as_str);
        Ok(text.and_then(code_in))
    }

    /// Whether an item has this value.
    async fn has(&self, key: String, attribute: &str, value: &str) -> Result<Option<()>, StartError> {
        let read = self.dynamodb.get_item().table_name(&self.arguments.table);
        let read = read.key(table::PK, AttributeValue::S(key)).consistent_read(true);
        let item = read.send().await?.item.unwrap_or_default();
        let found = item.get(attribute).and_then(|found| found.as_s().ok());
        Ok((found.map(String::as_str) == Some(value)).then_some(()))
    }

    /// The items of the table, without what differs from sign-up to sign-up, each with its number.
    async fn items(&self) -> Result<BTreeMap<String, usize>, StartError> {
        let scan = self.dynamodb.scan().table_name(&self.arguments.table);
        let mut items = BTreeMap::new();
        let mut pages = scan.into_paginator().items().send();
        while let Some(item) = pages.try_next().await? {
            let kind = item.get(table::PK).and_then(|key| key.as_s().ok());
            let kind = kind.and_then(|key| key.split('#').next()).unwrap_or_default();
            let attributes: BTreeMap<&str, String> = item
                .iter()
                .filter(|(name, _)| *name != table::PK)
                .map(|(name, value)| (name.as_str(), shown(name, value)))
                .collect();
            *items.entry(format!("{kind} {}", json!(attributes))).or_default() += 1;
        }
        Ok(items)
    }
}

fn shown(name: &str, value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) if STABLE.contains(&name) => text.clone(),
        AttributeValue::Bool(value) => value.to_string(),
        AttributeValue::Ss(texts) if STABLE.contains(&name) => texts.join(" "),
        _ => "…".to_owned(),
    }
}

fn refused(what: &str, address: &str, response: &Output) -> StartError {
    let failure = response.as_ref().err();
    let failure = failure.map(|failure| format!("{}: {}", failure.name, failure.message));
    let failure = failure.unwrap_or_default();
    format!(
        "{what} of {address} is answered with {} {failure}",
        status(response)
    )
    .into()
}

/// The id in the response to a sign-up.
fn user_of(response: &Value) -> Result<UserId, StartError> {
    let body = response.get("body").and_then(Value::as_str).unwrap_or_default();
    let body: Value = serde_json::from_str(body)?;
    Ok(serde_json::from_value(
        body.get("id").cloned().unwrap_or_default(),
    )?)
}

/// The first six digits that stand alone.
fn code_in(text: &str) -> Option<String> {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    words.find(is_code).map(str::to_owned)
}

/// Looks until there is something, or the patience is over.
async fn eventually<T>(
    what: &str,
    look: impl AsyncFn() -> Result<Option<T>, StartError>,
) -> Result<T, StartError> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        sleep(PAUSE).await;
    }
    Err(format!("{what}: not within {} s", PATIENCE.as_secs()).into())
}
