//! Starts and stops everything.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use axum::Router;
use contracts::values::{Cause, UserId};
use simulator::journal::{Record, RestoreError};
use simulator::wall_clock::WallClock;
use simulator::{ExecutionArn, Machine, StateMachines, WorkflowType};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use workflows::SignUpSettings;

use crate::aws::dynamodb::{Store, TABLE};
use crate::aws::step_functions::{self, MACHINE};
use crate::aws::{self, Services, client};
use crate::environment::FunctionEnvironment;
use crate::functions::{Tasks, Wiring};
use crate::http::host::Hosts;
use crate::http::{self, Site};
use crate::journal::{self, Journal, Kept};
use crate::outbox::Outbox;
use crate::runner::FunctionRunner;
use crate::secrets::{Secrets, SecretsError};
use crate::stop::{Stopped, Switch, stop};
use crate::webhooks::Webhooks;

/// The longest that stopping may take. What still runs then is cut off.
const FAREWELL: Duration = Duration::from_secs(5);

/// What a suite is started with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The loopback address to serve at. Port 0 takes any free one.
    pub listen: SocketAddr,
    /// The directory that the data is kept in. It is made if it is not there.
    pub data: PathBuf,
    /// The loopback port to serve DynamoDB's API at. Port 0 takes any free one.
    pub dynamodb_port: u16,
}

/// Why a suite does not start. Each says in one line what happened and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is none.
    #[error("`{text}` is no address to listen at; give an IP address and a port, such as 127.0.0.1:3000")]
    NotAnAddress {
        /// What was given.
        text: String,
    },
    /// The address can be reached from elsewhere.
    #[error(
        "{address} can be reached from other machines, and the suite asks nobody who they are; \
         listen at a loopback address such as 127.0.0.1:{}", address.port()
    )]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// Something else listens at the address.
    #[error(
        "port {} is in use; stop what listens at {address}, or choose another port with --listen {}:0",
        address.port(), bracketed(*address)
    )]
    PortInUse {
        /// The address.
        address: SocketAddr,
    },
    /// Something else listens at the port of DynamoDB's API.
    #[error("port {port} is in use; stop what listens at it, or choose another with --dynamodb-port")]
    DynamoDbPortInUse {
        /// The port.
        port: u16,
    },
    /// The address cannot be listened at.
    #[error("cannot listen at {address}: {source}; choose another address with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The data directory cannot be made, read or written.
    #[error("the data directory {} cannot be used: {source}; choose another with --data-dir", path.display())]
    Data {
        /// The directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another suite uses the data directory.
    #[error(
        "the data directory {} is in use by another suite; stop that one, or choose another with --data-dir",
        path.display()
    )]
    DataInUse {
        /// The directory.
        path: PathBuf,
    },
    /// The secrets in the data directory cannot be used.
    #[error("{0}")]
    Secrets(#[source] Cause),
    /// The table in the data directory cannot be used.
    #[error("the table in {} cannot be used: {source}; choose another directory with --data-dir", path.display())]
    Store {
        /// The directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: Cause,
    },
    /// The journal in the data directory cannot be used, or the executions in it cannot go on.
    #[error(
        "the journal {} cannot be used: {source}; start the version of the suite that wrote it, or remove the file: \
         accounts stay, and only sign-ups that wait are lost",
        path.display()
    )]
    Journal {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Cause,
    },
    /// The functions or their state machine do not fit together: a fault of this program.
    #[error("the suite cannot be put together: {0}")]
    Assembly(#[source] Cause),
}

fn bracketed(address: SocketAddr) -> String {
    let text = address.to_string();
    text.rsplit_once(':')
        .map(|(host, _)| host.to_owned())
        .unwrap_or(text)
}

impl From<SecretsError> for StartError {
    fn from(error: SecretsError) -> Self {
        Self::Secrets(error.into())
    }
}

/// The whole sign-up, running.
#[derive(Debug)]
pub struct Suite {
    url: String,
    data: PathBuf,
    environment_file: PathBuf,
    store_url: String,
    store: Client,
    executions: WallClock,
    outbox: Outbox,
    webhooks: Webhooks,
    switch: Switch,
    servers: Vec<JoinHandle<()>>,
    /// Held as long as the data is in use.
    _lock: File,
}

impl Suite {
    /// Starts everything. When this returns, requests are answered.
    ///
    /// # Errors
    ///
    /// If the address or the data directory cannot be used.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let Settings {
            listen,
            data,
            dynamodb_port,
        } = settings;
        if !listen.ip().is_loopback() {
            return Err(StartError::NotLoopback { address: listen });
        }
        let listener = bind(listen).await?;
        let lock = take_directory(&data)?;
        let secrets = Secrets::load_or_make(&data)?;
        let kept = Kept::of(&data).map_err(|error| unusable(&data, error))?;
        let (switch, stopped) = stop();
        let store_listener = bind(loopback(dynamodb_port)).await.map_err(|error| match error {
            StartError::PortInUse { address } => StartError::DynamoDbPortInUse { port: address.port() },
            other => other,
        })?;
        let store = match Store::start(store_listener, &data, &stopped).await {
            Ok(store) => store,
            Err(source) => return Err(StartError::Store { path: data, source }),
        };
        let services_listener = bind(loopback(0)).await?;

        let address = address_of(&listener, listen)?;
        let url = format!("http://{address}");
        let services_address = address_of(&services_listener, listen)?;
        let store_config = client::config(&store.url).await;
        let services_url = format!("http://{services_address}");
        let services_config = client::config(&services_url).await;
        let environment = FunctionEnvironment::new(&url, &secrets.fingerprint_key);
        let wiring = Wiring {
            store: &store_config,
            services: &services_config,
            environment: &environment,
        };
        let tasks = wiring.tasks().map_err(StartError::Assembly)?;
        let api = wiring.api().map_err(StartError::Assembly)?;
        let machines = machines(&tasks).map_err(StartError::Assembly)?;
        let Kept {
            journal,
            records,
            retired,
            outbox,
            received,
        } = kept;
        let executions =
            executions(machines, records, retired, &journal).map_err(|error| unusable(&data, error))?;
        let webhooks = Webhooks::new(&secrets.webhook_secret)
            .ok_or_else(|| StartError::Assembly("the webhook secret is none".into()))?
            .kept_in(journal, received);
        let written = environment.write(&data, &store.url, &services_url);
        let environment_file = written.map_err(|source| StartError::Data {
            path: data.clone(),
            source,
        })?;

        let services = Services {
            executions: executions.clone(),
            outbox: outbox.clone(),
            webhook_secret: secrets.webhook_secret,
        };
        let site = Site {
            api,
            executions: executions.clone(),
            outbox: outbox.clone(),
            webhooks: webhooks.clone(),
        };
        let mut servers = Vec::from(store.tasks);
        let services = aws::router(services, Hosts::of(services_address));
        servers.push(serve(services_listener, services, stopped.clone()));
        servers.push(serve(listener, http::router(site, Hosts::of(address)), stopped));
        executions.spawn(FunctionRunner::new(tasks));
        Ok(Self {
            url,
            data,
            environment_file,
            store_url: store.url,
            store: store.client,
            executions,
            outbox,
            webhooks,
            switch,
            servers,
            _lock: lock,
        })
    }

    /// Where the API, the console and the page of the mailed links are: `http://127.0.0.1:3000`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the data is kept.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The file with what a function's process needs to run beside the suite, one variable per line.
    pub fn environment_file(&self) -> &Path {
        &self.environment_file
    }

    /// Where DynamoDB's API is.
    pub fn store_url(&self) -> &str {
        &self.store_url
    }

    /// A client of it.
    pub fn store(&self) -> &Client {
        &self.store
    }

    /// The name of the table that the functions share.
    pub fn table(&self) -> &'static str {
        TABLE
    }

    /// All executions that go on, and the newest of those that have ended.
    pub fn executions(&self) -> &WallClock {
        &self.executions
    }

    /// The execution of a user's sign-up.
    pub fn execution_of(&self, user: &UserId) -> ExecutionArn {
        step_functions::execution_arn(user.as_str())
    }

    /// All mails that are kept.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// All webhooks that were received and are kept.
    pub fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    /// Stops everything: tasks that run and requests come to their end, and executions stay where they are.
    pub async fn stop(self) {
        let deadline = tokio::time::Instant::now() + FAREWELL;
        self.executions.drain(FAREWELL).await;
        drop(self.switch);
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

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => StartError::PortInUse { address },
            _ => StartError::Listen { address, source },
        })
}

fn address_of(listener: &TcpListener, asked: SocketAddr) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|source| StartError::Listen {
        address: asked,
        source,
    })
}

/// Makes the directory if it is not there, for its owner's eyes only, and takes it for this process alone: two
/// suites would not know of each other's executions.
fn take_directory(path: &Path) -> Result<File, StartError> {
    let failed = |source| StartError::Data {
        path: path.to_owned(),
        source,
    };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(failed)?;
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    let lock = options.open(path.join("lock")).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StartError::DataInUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// The state machine as it is deployed, ready to run.
fn machines(tasks: &Tasks) -> Result<StateMachines, Cause> {
    let definition = workflows::sign_up(SignUpSettings::default())?.to_json()?;
    let substitutions: BTreeMap<String, String> = tasks.substitutions().collect();
    let machine = Machine::from_template(&definition, &substitutions)?;
    // Task tokens follow from the seed: one that was used before would bring old tokens back to life.
    let mut machines = StateMachines::new(getrandom::u64()?);
    machines.register(MACHINE, WorkflowType::Standard, machine);
    Ok(machines)
}

/// The executions that go on, and those that are over.
fn executions(
    mut machines: StateMachines,
    records: Vec<Record>,
    retired: Vec<ExecutionArn>,
    journal: &Journal,
) -> Result<WallClock, RestoreError> {
    for arn in retired {
        machines.retire(arn);
    }
    WallClock::journalled(machines, records, journal.clone())
}

fn unusable(data: &Path, source: impl Into<Cause>) -> StartError {
    StartError::Journal {
        path: journal::path(data),
        source: source.into(),
    }
}

fn serve(listener: TcpListener, router: Router, stopped: Stopped) -> JoinHandle<()> {
    tokio::spawn(async move {
        let serving = axum::serve(listener, router).with_graceful_shutdown(stopped.wait());
        if let Err(error) = serving.await {
            tracing::error!(%error, "a server failed");
        }
    })
}
