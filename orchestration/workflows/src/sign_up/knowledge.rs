//! What the definition of the sign-up does not say about it.

use std::time::Duration;

use asl::Function;
use asl::report::Knowledge;
use contracts::notify_webhook::NotifyWebhook;
use contracts::validate_email::ValidateEmail;

/// A person follows the mailed link some minutes after it was sent: an assumption, not a measurement.
const UNTIL_THE_CLICK: Duration = Duration::from_mins(5);

/// The webhook's endpoint is somebody else's, and answers within half a second: an assumption, too.
const WEBHOOK_CALL: Duration = Duration::from_millis(500);

/// What is known of the sign-up's tasks, for its report.
pub fn sign_up_knowledge() -> Knowledge {
    Knowledge {
        // Only its own failures are tried again, and they come before the function's time is over.
        attempts: [(ValidateEmail::NAME.to_owned(), ValidateEmail::TIMEOUT)].into(),
        expected: [
            (ValidateEmail::NAME.to_owned(), UNTIL_THE_CLICK),
            (NotifyWebhook::NAME.to_owned(), WEBHOOK_CALL),
        ]
        .into(),
        ..Knowledge::default()
    }
}

#[cfg(test)]
mod tests {
    use asl::report::{MOST_EVENTS, most_events, worst_case};

    use super::*;
    use crate::{SignUpSettings, sign_up};

    #[test]
    fn the_sign_up_ends_by_itself_however_badly_it_goes() {
        let machine = sign_up(SignUpSettings::default()).unwrap();

        let longest = worst_case(&machine, &sign_up_knowledge()).unwrap();
        let events = most_events(&machine, &sign_up_knowledge()).unwrap();

        assert!(longest.as_secs() < machine.timeout_seconds.unwrap());
        assert!(events < MOST_EVENTS);
    }
}
