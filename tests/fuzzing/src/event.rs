//! Events of the API: whatever comes, each function answers, names its failure, and starts what it accepts.

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use serde_json::Value;
use simulation::{FunctionId, World};

use crate::functions::{invoke, status};

/// The functions behind routes, and what each of them may answer.
const FUNCTIONS: [(FunctionId, &[u64]); 4] = [
    (FunctionId::CreateUser, &[202, 400, 404, 405, 413, 415, 422, 429]),
    (
        FunctionId::ConfirmContact,
        &[400, 404, 405, 410, 413, 415, 422, 429],
    ),
    (FunctionId::GetUser, &[400, 404, 405]),
    (FunctionId::RequestMail, &[400, 404, 405, 410, 413, 415, 422, 429]),
];

/// What a handler fails with that gets no event of the API.
const NO_EVENT: &str = "InvalidInput";

pub(crate) fn target(data: &[u8]) {
    let Ok(event) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let is_of_the_api = is_of_the_api(&event);
    for (function, statuses) in FUNCTIONS {
        let world = World::without_step_functions(0);
        match invoke(&world, function, event.clone()) {
            Ok(response) => {
                let status = status(&response);
                assert!(
                    statuses.contains(&status) || (status == 500 && !is_of_the_api),
                    "{} answers {status}: {response}",
                    function.name()
                );
                let is_accepted = function == FunctionId::CreateUser && status == 202;
                assert_eq!(world.user().is_some(), is_accepted, "what is accepted is started");
            }
            Err(name) => assert_eq!(name, NO_EVENT, "{}", function.name()),
        }
        let violation = world.violation();
        assert!(violation.is_none(), "{violation:?}");
    }
}

/// Whether API Gateway could have made the event. If not, 500 is right: somebody has connected something else. A panic is a 500 as
/// well, and never right.
fn is_of_the_api(event: &Value) -> bool {
    let mut event = event.clone();
    // They are read one by one.
    if let Some(event) = event.as_object_mut() {
        event.remove("headers");
    }
    serde_json::from_value::<ApiGatewayV2httpRequest>(event).is_ok()
}
