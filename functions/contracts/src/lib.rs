#![doc = include_str!("../README.md")]

pub mod notify_webhook;
pub mod redeliver_webhook;
pub mod set_user_status;
pub mod sign_up;
pub mod store_user_data;
pub mod table;
pub mod validate_contacts;
pub mod validate_email;
pub mod values;
