//! What a process is told of the deployment, by its environment.

use compositions::Name;
use kit::{Environment, StartError};

/// Where the functions, queues and topics of a composition are.
#[derive(Debug, Clone)]
pub struct Settings {
    pub composition: Name,
    /// What precedes a function's name.
    pub functions: String,
    /// What precedes a queue's name in its URL.
    pub queues: String,
    /// What precedes a topic's name in its ARN.
    pub topics: String,
}

impl Settings {
    /// # Errors
    ///
    /// If a variable is missing, or there is no such composition.
    pub fn read() -> Result<Self, StartError> {
        let mut environment = Environment::read();
        let composition = environment.required("COMPOSITION");
        let functions = environment.required("FUNCTIONS");
        let queues = environment.required("QUEUES");
        let topics = environment.required("TOPICS");
        environment.finish()?;
        Ok(Self {
            composition: named(&composition)?,
            functions,
            queues,
            topics,
        })
    }
}

/// The composition with this key.
///
/// # Errors
///
/// If there is none, or it cannot be deployed.
pub fn named(key: &str) -> Result<Name, String> {
    Name::ALL
        .into_iter()
        .find(|name| name.key() == key && *name != Name::Durable)
        .ok_or_else(|| format!("no composition `{key}` can be deployed"))
}
