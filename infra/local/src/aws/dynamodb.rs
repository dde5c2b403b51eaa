//! DynamoDB: its API on an embedded engine, with the functions' table.

use std::path::Path;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType, TimeToLiveSpecification,
};
use contracts::table::{EXPIRES_AT, PK};
use contracts::values::Cause;
use dynoxide::Database;
use kit::aws::CallFault;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

mod server;

use self::server::Engine;
use super::client;
use super::in_process::InProcess;
use crate::connections::serve;
use crate::host::Hosts;
use crate::private_file;
use crate::shutdown::Shutdown;
use crate::start_secrets::AccessKey;

pub(crate) const TABLE: &str = "sign-up";

/// The file's name in the data directory.
const FILE: &str = "table.sqlite";

/// The interval at which expired items are deleted. On AWS it can take days.
const TTL_INTERVAL: Duration = Duration::from_mins(1);

/// The running engine with its server.
#[derive(Debug)]
pub(crate) struct DynamoDbServer {
    pub(crate) url: String,
    pub(crate) client: Client,
    pub(crate) tasks: [JoinHandle<()>; 2],
}

impl DynamoDbServer {
    /// Serves the directory's table; creates it if there is none.
    pub(crate) async fn start(
        listener: TcpListener,
        directory: &Path,
        key: &AccessKey,
        shutdown: &Shutdown,
    ) -> Result<Self, Cause> {
        let path = directory.join(FILE);
        private_file::create(&path)?;
        let path = path.to_str().ok_or("the path is not UTF-8")?;
        let database = Database::new(path)?;
        // With this, `synchronous` is `NORMAL`, as in the journal: writes survive a crash of the process, and no call waits for the
        // disk. A power failure may lose the last ones.
        database.disable_bulk_loading()?;
        let url = format!("http://{}", listener.local_addr()?);
        let in_process = InProcess::default();
        let engine = Engine::new(database.clone());
        in_process.serve(engine.router());
        let router = engine.protected_router(key, Hosts::of(listener.local_addr()?));
        let server = serve(listener, router, shutdown.clone());
        let ttl = tokio::spawn(delete_expired_items(database, shutdown.clone()));
        let client = Client::new(&client::config(&in_process, &url, key).await);
        create_table(&client).await?;
        Ok(Self {
            url,
            client,
            tasks: [server, ttl],
        })
    }
}

/// Creates the table and enables its TTL, unless an earlier start did.
async fn create_table(client: &Client) -> Result<(), Cause> {
    let created = client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(
            AttributeDefinition::builder()
                .attribute_name(PK)
                .attribute_type(ScalarAttributeType::S)
                .build()?,
        )
        .key_schema(
            KeySchemaElement::builder()
                .attribute_name(PK)
                .key_type(KeyType::Hash)
                .build()?,
        )
        .send()
        .await;
    match created {
        Ok(_) => {}
        Err(error)
            if error
                .as_service_error()
                .is_some_and(CreateTableError::is_resource_in_use_exception) => {}
        Err(error) => return Err(CallFault::of("CreateTable", &error).into()),
    }
    let ttl = client.describe_time_to_live().table_name(TABLE).send().await;
    let ttl = ttl.map_err(|error| CallFault::of("DescribeTimeToLive", &error))?;
    let enabled = ttl
        .time_to_live_description()
        .and_then(|ttl| ttl.attribute_name());
    if enabled.is_none() {
        let specification = TimeToLiveSpecification::builder()
            .enabled(true)
            .attribute_name(EXPIRES_AT)
            .build()?;
        client
            .update_time_to_live()
            .table_name(TABLE)
            .time_to_live_specification(specification)
            .send()
            .await
            .map_err(|error| CallFault::of("UpdateTimeToLive", &error))?;
    }
    Ok(())
}

async fn delete_expired_items(database: Database, shutdown: Shutdown) {
    loop {
        let database = database.clone();
        match tokio::task::spawn_blocking(move || database.sweep_ttl()).await {
            Ok(Ok(removed)) => tracing::debug!(removed, "expired items were deleted"),
            Ok(Err(error)) => tracing::warn!(%error, "expired items were not deleted"),
            Err(panic) => return tracing::error!(%panic, "expired items are no longer deleted"),
        }
        tokio::select! {
            () = shutdown.clone().wait() => return,
            () = tokio::time::sleep(TTL_INTERVAL) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shutdown;

    #[tokio::test]
    async fn the_table_survives_a_restart() {
        let directory = tempfile::tempdir().unwrap();

        for _ in 0..2 {
            let key = AccessKey::generate().unwrap();
            let (trigger, shutdown) = shutdown::channel();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let dynamodb = DynamoDbServer::start(listener, directory.path(), &key, &shutdown)
                .await
                .unwrap();
            let scan = dynamodb.client.scan().table_name(TABLE).send().await.unwrap();
            assert_eq!(scan.count(), 0);
            drop(trigger);
            for task in dynamodb.tasks {
                task.await.unwrap();
            }
        }
    }
}
