//! The local server: startup, wiring and shutdown of all parts.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use asl::Function as _;
use aws_sdk_dynamodb::Client;
use contracts::redeliver_webhook::RedeliverWebhook;
use contracts::values::{Cause, UserId};
use kit::Aws;
use notify_webhook::{Network, WebhookUrl};
use simulator::wall_clock::WallClock;
use simulator::{ExecutionArn, Machine, StateMachines, WorkflowType};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use workflows::{Contacts, SignUpSettings};

use crate::aws::dynamodb::{DynamoDbServer, TABLE};
use crate::aws::in_process::InProcess;
use crate::aws::step_functions::{self, MACHINE};
use crate::aws::{self, Services, client};
use crate::connections::serve;
use crate::environment::FunctionEnvironment;
use crate::functions::{Functions, functions};
use crate::host::Hosts;
use crate::http::{self, Site};
use crate::journal::{self, JournalFile};
use crate::mail_events::MailEvents;
use crate::outbox::Outbox;
use crate::private_file;
use crate::runner::FunctionRunner;
use crate::secrets::Secrets;
use crate::shutdown::{self, ShutdownTrigger};
use crate::start_secrets::{AccessKey, ConsoleKey};
use crate::webhooks::WebhookReceiver;

mod error;

pub use error::StartupError;

/// The grace period of a shutdown. Requests and tasks that still run then are aborted.
const GRACE_PERIOD: Duration = Duration::from_secs(5);

#[derive(Debug, Clone)]
pub struct Settings {
    /// The loopback address to listen on. With port 0, the system chooses a free one.
    pub listen: SocketAddr,
    /// The data directory. It is created if it does not exist.
    pub data: PathBuf,
    /// The loopback port of DynamoDB's API. With port 0, the system chooses a free one.
    pub dynamodb_port: u16,
    /// The contacts that sign-ups ask to confirm.
    pub contacts: Contacts,
    /// The loopback endpoint that webhooks are sent to, instead of the local server's own receiver.
    pub webhook_url: Option<String>,
}

/// A running local server: API, functions, state machine, table, mails and webhooks.
#[derive(Debug)]
pub struct LocalServer {
    url: String,
    console_url: String,
    data: PathBuf,
    console_file: PathBuf,
    environment_file: PathBuf,
    dynamodb_url: String,
    dynamodb: Client,
    executions: WallClock,
    outbox: Outbox,
    webhooks: WebhookReceiver,
    shutdown: ShutdownTrigger,
    servers: Vec<JoinHandle<()>>,
    /// Held while the data directory is in use.
    _lock: File,
}

impl LocalServer {
    /// Starts all parts. When this returns, requests are served.
    ///
    /// # Errors
    ///
    /// If an address or the data directory cannot be used.
    pub async fn start(settings: Settings) -> Result<Self, StartupError> {
        let Settings {
            listen,
            data,
            dynamodb_port,
            contacts,
            webhook_url,
        } = settings;
        if let Some(url) = &webhook_url {
            WebhookUrl::new(url, Network::Loopback).map_err(StartupError::WebhookUrl)?;
        }
        let listener = bind(listen).await?;
        let lock = lock_directory(&data)?;
        let secrets = Secrets::load_or_make(&data)?;
        let (access_key, console_key) = (AccessKey::generate()?, ConsoleKey::generate()?);
        let journal = JournalFile::open(&data).map_err(|error| journal_error(&data, error))?;
        let (trigger, shutdown) = shutdown::channel();
        let dynamodb_listener = bind(loopback(dynamodb_port)).await.map_err(|error| match error {
            StartupError::PortInUse { address } => StartupError::DynamoDbPortInUse { port: address.port() },
            other => other,
        })?;
        let dynamodb = match DynamoDbServer::start(dynamodb_listener, &data, &access_key, &shutdown).await {
            Ok(dynamodb) => dynamodb,
            Err(source) => return Err(StartupError::Table { path: data, source }),
        };
        let services_listener = bind(loopback(0)).await?;

        let address = local_address(&listener, listen)?;
        let url = format!("http://{address}");
        let services_address = local_address(&services_listener, listen)?;
        let services_url = format!("http://{services_address}");
        let in_process = InProcess::default();
        let services_config = client::config(&in_process, &services_url, &access_key).await;
        let webhook_url = webhook_url.unwrap_or_else(|| format!("{url}/webhooks"));
        let environment = FunctionEnvironment::new(&url, &webhook_url, &secrets.fingerprint_key);
        let aws = Aws::new(services_config).with_dynamodb(dynamodb.client.clone());
        let handlers = functions(|| environment.read(), &aws).map_err(StartupError::Assembly)?;
        let functions = Functions(handlers.into());
        let machines = build_machines(&functions, contacts).map_err(StartupError::Assembly)?;
        let executions =
            restore_executions(machines, &journal).map_err(|error| journal_error(&data, error))?;
        let outbox = Outbox::open(journal.clone()).map_err(|error| journal_error(&data, error))?;
        let webhooks = WebhookReceiver::open(&secrets.webhook_secret, journal)
            .map_err(|error| journal_error(&data, error))?;
        let data_error = |source| StartupError::Data {
            path: data.clone(),
            source,
        };
        let written = environment.write(&data, &access_key, &dynamodb.url, &services_url);
        let environment_file = written.map_err(data_error)?;
        let console_file = console_key.write(&data, &url).map_err(data_error)?;
        let console_url = format!("{url}{}", console_key.path());

        let services = Services {
            executions: executions.clone(),
            outbox: outbox.clone(),
            mail_events: MailEvents::new(functions.clone()),
            webhook_secret: secrets.webhook_secret,
        };
        let site = Site {
            functions: functions.clone(),
            executions: executions.clone(),
            outbox: outbox.clone(),
            webhooks: webhooks.clone(),
            console_key,
        };
        let mut servers = Vec::from(dynamodb.tasks);
        let services = aws::router(services);
        in_process.serve(services.clone());
        let services = aws::protected_router(services, &access_key, Hosts::of(services_address));
        servers.push(serve(services_listener, services, shutdown.clone()));
        servers.push(serve(listener, http::router(site, Hosts::of(address)), shutdown));
        executions.spawn(FunctionRunner::new(functions));
        Ok(Self {
            url,
            console_url,
            data,
            console_file,
            environment_file,
            dynamodb_url: dynamodb.url,
            dynamodb: dynamodb.client,
            executions,
            outbox,
            webhooks,
            shutdown: trigger,
            servers,
            _lock: lock,
        })
    }

    /// The base URL of the API and the pages: `http://127.0.0.1:3000`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of the console, whose last part is a secret of this start.
    pub fn console_url(&self) -> &str {
        &self.console_url
    }

    /// The file with the address of the console.
    pub fn console_file(&self) -> &Path {
        &self.console_file
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The file with the environment variables of functions in processes of their own, one per line.
    pub fn environment_file(&self) -> &Path {
        &self.environment_file
    }

    pub fn dynamodb_url(&self) -> &str {
        &self.dynamodb_url
    }

    pub fn dynamodb(&self) -> &Client {
        &self.dynamodb
    }

    pub fn table(&self) -> &'static str {
        TABLE
    }

    /// All running executions and the newest ended ones.
    pub fn executions(&self) -> &WallClock {
        &self.executions
    }

    pub fn execution_of(&self, user: &UserId) -> ExecutionArn {
        step_functions::execution_arn(user.as_str())
    }

    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    pub fn webhooks(&self) -> &WebhookReceiver {
        &self.webhooks
    }

    /// Stops all parts. Running tasks and requests may finish; executions continue at the next start.
    pub async fn stop(self) {
        let deadline = tokio::time::Instant::now() + GRACE_PERIOD;
        self.executions.drain(GRACE_PERIOD).await;
        drop(self.shutdown);
        for mut server in self.servers {
            if tokio::time::timeout_at(deadline, &mut server).await.is_err() {
                server.abort();
            }
        }
    }
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// Listens on a loopback address.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, StartupError> {
    if !address.ip().is_loopback() {
        return Err(StartupError::NotLoopback { address });
    }
    TcpListener::bind(address)
        .await
        .map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => StartupError::PortInUse { address },
            _ => StartupError::Listen { address, source },
        })
}

pub(crate) fn local_address(
    listener: &TcpListener,
    requested: SocketAddr,
) -> Result<SocketAddr, StartupError> {
    listener.local_addr().map_err(|source| StartupError::Listen {
        address: requested,
        source,
    })
}

/// Creates the data directory, readable for its owner only, and locks it: two servers in one directory would run the same
/// executions.
fn lock_directory(path: &Path) -> Result<File, StartupError> {
    let failed = |source| StartupError::Data {
        path: path.to_owned(),
        source,
    };
    private_file::create_directory(path).map_err(failed)?;
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    let lock = options.open(path.join("lock")).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StartupError::DataInUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// The deployed definitions with the local functions in them.
fn build_machines(functions: &Functions, contacts: Contacts) -> Result<StateMachines, Cause> {
    let settings = SignUpSettings {
        contacts,
        ..SignUpSettings::default()
    };
    let definition = workflows::sign_up(settings)?.to_json()?;
    let redelivery = workflows::redeliver_webhook_workflow().build()?.to_json()?;
    let mut substitutions: BTreeMap<String, String> = functions.substitutions().collect();
    let machine_arn = format!("{}StateMachineArn", RedeliverWebhook::NAME);
    substitutions.insert(machine_arn, step_functions::machine_arn(RedeliverWebhook::NAME));
    // Task tokens are derived from the seed. A repeated seed would make old tokens valid again.
    let mut machines = StateMachines::new(getrandom::u64()?);
    for (name, definition) in [(MACHINE, definition), (RedeliverWebhook::NAME, redelivery)] {
        let machine = Machine::from_template(&definition, &substitutions)?;
        machines.register(name, WorkflowType::Standard, machine);
    }
    Ok(machines)
}

fn restore_executions(mut machines: StateMachines, journal: &JournalFile) -> Result<WallClock, Cause> {
    for arn in journal.retired()? {
        machines.reserve_name(arn);
    }
    let records = journal.records()?;
    Ok(WallClock::journalled(machines, records, journal.clone())?)
}

fn journal_error(data: &Path, source: impl Into<Cause>) -> StartupError {
    StartupError::Journal {
        path: journal::path(data),
        source: source.into(),
    }
}
