// What the cases call: included by each of them.

use std::time::Duration;

use asl::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub struct UserId(pub String);

#[derive(Serialize, Deserialize)]
pub struct Address(pub String);

#[derive(Serialize, Deserialize, Payload)]
pub struct RegisterInput {
    pub user_id: UserId,
    pub address: Address,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct StoreInput {
    pub user_id: UserId,
    pub address: Address,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct StoreOutput {
    pub version: u32,
}

#[derive(Debug, TaskError)]
pub enum StoreError {
    #[task(name = "StoreUnavailable", transient)]
    StoreUnavailable,
}

pub enum Store {}

impl Function for Store {
    const NAME: &'static str = "Store";
    const TIMEOUT: Duration = Duration::from_secs(5);
    type Input = StoreInput;
    type Output = StoreOutput;
    type Error = StoreError;
}

#[derive(Serialize, Deserialize, Payload)]
pub struct NotifyInput {
    pub user_id: UserId,
    pub version: u32,
}

#[derive(Serialize, Deserialize, Payload)]
pub struct NotifyOutput {
    pub delivered: bool,
}

#[derive(Debug, TaskError)]
pub enum NotifyError {
    #[task(name = "EndpointGone", permanent)]
    EndpointGone,
}

pub enum Notify {}

impl Function for Notify {
    const NAME: &'static str = "Notify";
    const TIMEOUT: Duration = Duration::from_secs(5);
    type Input = NotifyInput;
    type Output = NotifyOutput;
    type Error = NotifyError;
}

pub enum Register {}

impl Function for Register {
    const NAME: &'static str = "Register";
    const TIMEOUT: Duration = Duration::from_mins(10);
    type Input = RegisterInput;
    type Output = StoreOutput;
    type Error = StoreError;
}
