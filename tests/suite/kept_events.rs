//! Payloads of versions that executions may still be in: a sign-up takes up to two days, and a deployment does not
//! wait for it.
//!
//! Each version's payloads stand in `functions/<function>/kept/<version>`, and what the workflow itself takes and is
//! resumed with in `functions/contracts/kept/<version>`. They are added with the version and never changed. A folder
//! goes when no execution of that version can be left.

use std::fs;
use std::path::PathBuf;

use asl::Function;
use contracts::notify_webhook::NotifyWebhook;
use contracts::set_user_status::SetUserStatus;
use contracts::sign_up::SignUp;
use contracts::store_user_data::StoreUserData;
use contracts::validate_email::ValidateEmail;
use contracts::values::EmailConfirmed;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::contract_pages::folder;

/// All that is kept of a function, of every version.
fn kept(function: &str) -> Vec<(PathBuf, Value)> {
    let versions = fs::read_dir(folder(function).join("kept")).unwrap();
    let files = versions.flat_map(|version| fs::read_dir(version.unwrap().path()).unwrap());
    files
        .map(|file| {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            (path, serde_json::from_str(&text).unwrap())
        })
        .collect()
}

fn inputs_are_still_taken<F: Function>(function: &str)
where
    F::Input: DeserializeOwned,
{
    let kept = kept(function);

    assert!(!kept.is_empty(), "{function}");
    for (path, event) in kept {
        // The message could quote a value; these are made up.
        let taken = serde_json::from_value::<F::Input>(event).map(drop);
        assert!(taken.is_ok(), "{}: {taken:?}", path.display());
    }
}

#[test]
fn tasks_take_what_executions_in_flight_send() {
    inputs_are_still_taken::<StoreUserData>("store-user-data");
    inputs_are_still_taken::<ValidateEmail>("validate-email");
    inputs_are_still_taken::<SetUserStatus>("set-user-status");
    inputs_are_still_taken::<NotifyWebhook>("notify-webhook");
}

#[test]
fn the_workflow_takes_what_it_was_started_and_resumed_with() {
    for (path, payload) in kept("contracts") {
        let taken = match path.file_stem().unwrap().to_str().unwrap() {
            "sign-up" => serde_json::from_value::<<SignUp as Function>::Input>(payload).map(drop),
            "email-confirmed" => serde_json::from_value::<EmailConfirmed>(payload).map(drop),
            other => panic!("nothing takes {other}"),
        };
        assert!(taken.is_ok(), "{}: {taken:?}", path.display());
    }
}

#[test]
fn the_version_of_the_sources_is_kept() {
    for function in [
        "contracts",
        "store-user-data",
        "validate-email",
        "set-user-status",
        "notify-webhook",
    ] {
        let folder = folder(function).join("kept").join(env!("CARGO_PKG_VERSION"));

        assert!(folder.is_dir(), "{}", folder.display());
    }
}
