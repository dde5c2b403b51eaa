//! The seven functions, wired as their own `main` wires them: only the settings and the clients' endpoints
//! differ.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use asl::Function;
use aws_config::SdkConfig;
use contracts::notify_webhook::NotifyWebhook;
use contracts::set_user_status::SetUserStatus;
use contracts::store_user_data::StoreUserData;
use contracts::validate_email::ValidateEmail;
use contracts::values::Cause;
use kit::{Handler, SystemClock};

use crate::aws::{ACCOUNT, REGION};
use crate::environment::FunctionEnvironment;

/// What the functions are wired to.
pub(crate) struct Wiring<'a> {
    /// For the clients of the store.
    pub(crate) store: &'a SdkConfig,
    /// For all other clients.
    pub(crate) services: &'a SdkConfig,
    pub(crate) environment: &'a FunctionEnvironment,
}

/// The functions behind the HTTP API.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    pub(crate) create_user: Handler,
    pub(crate) confirm_email: Handler,
    pub(crate) get_user: Handler,
}

/// A function that executions call.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) handler: Handler,
    /// How long a call may take.
    pub(crate) limit: Duration,
}

/// The functions that executions call, by name.
#[derive(Debug, Clone)]
pub(crate) struct Tasks(Arc<HashMap<&'static str, Task>>);

impl Tasks {
    /// The function of this ARN.
    pub(crate) fn by_arn(&self, arn: &str) -> Option<&Task> {
        self.0.get(arn.rsplit(':').next()?)
    }

    /// What the definition's placeholders stand for: `${StoreUserDataFunctionArn}` and so on.
    pub(crate) fn substitutions(&self) -> impl Iterator<Item = (String, String)> {
        self.0.keys().map(|name| {
            let arn = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}");
            (format!("{name}FunctionArn"), arn)
        })
    }
}

impl Wiring<'_> {
    /// The functions behind the HTTP API.
    pub(crate) fn api(&self) -> Result<Api, Cause> {
        Ok(Api {
            create_user: self.create_user()?,
            confirm_email: self.confirm_email()?,
            get_user: self.get_user()?,
        })
    }

    /// The functions that executions call.
    pub(crate) fn tasks(&self) -> Result<Tasks, Cause> {
        let tasks = [
            task::<StoreUserData>(self.store_user_data()?),
            task::<ValidateEmail>(self.validate_email()?),
            task::<SetUserStatus>(self.set_user_status()?),
            task::<NotifyWebhook>(self.notify_webhook()?),
        ];
        Ok(Tasks(Arc::new(tasks.into())))
    }

    fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(self.store)
    }

    fn create_user(&self) -> Result<Handler, Cause> {
        use create_user::{App, Config, DynamoSignUps, StepFunctionsSignUp};

        let config = Config::from_env(self.environment.read())?;
        let sign_ups = DynamoSignUps::new(self.dynamodb(), config.table);
        let sfn = aws_sdk_sfn::Client::new(self.services);
        let workflow = StepFunctionsSignUp::new(sfn, config.state_machine);
        let app = App::new(sign_ups, workflow, config.fingerprint_key, SystemClock);
        Ok(Handler::api("CreateUser", app))
    }

    fn confirm_email(&self) -> Result<Handler, Cause> {
        use confirm_email::{App, Config, DynamoVerifications, StepFunctionsTasks};

        let config = Config::from_env(self.environment.read())?;
        let verifications = DynamoVerifications::new(self.dynamodb(), config.table);
        let tasks = StepFunctionsTasks::new(aws_sdk_sfn::Client::new(self.services));
        Ok(Handler::api(
            "ConfirmEmail",
            App::new(verifications, tasks, SystemClock),
        ))
    }

    fn get_user(&self) -> Result<Handler, Cause> {
        use get_user::{App, Config, DynamoSignUps};

        let config = Config::from_env(self.environment.read())?;
        let sign_ups = DynamoSignUps::new(self.dynamodb(), config.table);
        Ok(Handler::api("GetUser", App::new(sign_ups, SystemClock)))
    }

    fn store_user_data(&self) -> Result<Handler, Cause> {
        use store_user_data::{App, Config, DynamoUsers};

        let config = Config::from_env(self.environment.read())?;
        let users = DynamoUsers::new(self.dynamodb(), config.table);
        Ok(Handler::task(App::new(users, SystemClock)))
    }

    fn validate_email(&self) -> Result<Handler, Cause> {
        use validate_email::{App, Config, DynamoVerifications, SesMail};

        let config = Config::from_env(self.environment.read())?;
        let store = DynamoVerifications::new(self.dynamodb(), config.table);
        let ses = aws_sdk_sesv2::Client::new(self.services);
        let mail = SesMail::new(ses, config.mail_from, config.configuration_set);
        Ok(Handler::callback(App::new(store, mail, SystemClock, config.app)))
    }

    fn set_user_status(&self) -> Result<Handler, Cause> {
        use set_user_status::{App, Config, DynamoUsers};

        let config = Config::from_env(self.environment.read())?;
        let users = DynamoUsers::new(self.dynamodb(), config.table);
        Ok(Handler::task(App::new(users, SystemClock)))
    }

    fn notify_webhook(&self) -> Result<Handler, Cause> {
        use notify_webhook::{
            App, Config, DynamoDeliveries, HttpEndpoint, KEPT_FOR, StoredSecret, TimeLimits,
        };

        let config = Config::from_env(self.environment.read())?;
        let deliveries = DynamoDeliveries::new(self.dynamodb(), config.table);
        let secrets = aws_sdk_secretsmanager::Client::new(self.services);
        let secret = StoredSecret::new(secrets, config.secret_arn, KEPT_FOR);
        let endpoint = HttpEndpoint::new(config.url, TimeLimits::default())?;
        Ok(Handler::task(App::new(deliveries, secret, endpoint, SystemClock)))
    }
}

fn task<F: Function>(handler: Handler) -> (&'static str, Task) {
    let limit = F::TIMEOUT;
    (F::NAME, Task { handler, limit })
}
