//! A typed client of the sign-up's HTTP API. The program `sign-up` is built on it.
//!
//! Start with [`Client`]. The API decides what is valid: this crate sends what it is given, and returns the API's answers
//! and [problem documents](Problem) as types. `infra/openapi.yaml` describes the API.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use client::{Client, IdempotencyKey, SignUp};
//!
//! let client = Client::new("http://127.0.0.1:3000".parse()?)?;
//! let sign_up = SignUp::new("ada@example.org");
//! let receipt = client.create_user(&sign_up, &IdempotencyKey::generate()?).await?;
//! println!("{:?}", client.user(&receipt.id).await?.status);
//! # Ok(())
//! # }
//! ```

mod answers;
mod api_url;
mod client;
mod error;
mod exchange;
mod idempotency_key;
mod limits;
mod problem;
mod requests;

pub use answers::{AnotherMail, Preview, Receipt, Status, Steps, User};
pub use api_url::{ApiUrl, InvalidApiUrl};
pub use client::{Client, SetupError};
pub use contracts::values::{
    ConfirmationScope, InvalidLinkToken, InvalidUserId, LinkToken, Timestamp, UserId,
};
pub use error::{ClientError, NoResponse};
pub use idempotency_key::{IdempotencyKey, InvalidIdempotencyKey};
pub use limits::Limits;
pub use problem::{FieldError, Problem};
pub use requests::{Code, SignUp, Verification};
