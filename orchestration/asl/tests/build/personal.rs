//! Personal data.

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn personal_data_goes_only_into_marked_fields() {
    #[derive(serde::Serialize, serde::Deserialize, Payload)]
    struct GreetInput {
        #[payload(personal)]
        name: String,
        campaign: String,
    }
    enum Greet {}
    impl Function for Greet {
        const NAME: &'static str = "Greet";
        const TIMEOUT: Duration = Duration::from_secs(5);
        type Input = GreetInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }
    enum Welcome {}
    impl Function for Welcome {
        const NAME: &'static str = "Welcome";
        const TIMEOUT: Duration = Duration::from_mins(1);
        type Input = GreetInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }

    let workflow = Welcome::define(|guest| {
        Greet::call(GreetInputFields {
            name: guest.name,
            campaign: guest.campaign.concat(guest.name),
        })
        .catch_all(|_| unstored("Any"))
    });

    assert_eq!(
        workflow.build().unwrap_err().to_string(),
        "workflow Welcome cannot be emitted:\n  Greet: its payload's `campaign` may not see personal data, and is given \
         `name`; mark the field as personal in its contract, or leave the data out"
    );
}
