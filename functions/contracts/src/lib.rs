//! What each function takes, returns and fails with: the vocabulary of the workflow.
//!
//! One module per function, and [`values`] for the words they share. No I/O happens here. A function's crate
//! uses its own module and no other: that is what keeps functions ignorant of each other.

pub mod notify_webhook;
pub mod set_user_status;
pub mod sign_up;
pub mod store_user_data;
pub mod table;
pub mod validate_email;
pub mod values;
