//! The text message service, the numbers of the scenarios, and the text messages that have been sent.

use contracts::values::{ConfirmationCode, PhoneNumber};
use validate_contacts::{Sms, SmsFault};

use crate::fault::Fault;
use crate::rng::mix;
use crate::state::State;
use crate::trace::TraceEvent;

/// The numbers that people sign up with. The first two differ in their last digit, and the last is of a country whose numbers are
/// not texted.
const NUMBERS: [&str; 4] = ["+493012345678", "+493012345679", "+493087654321", "+4312345678"];

/// The setting of the countries whose numbers are texted.
pub(crate) const CALLING_CODES: &str = "49";

/// The number of the range that each number is in, independent of how the code under test tells ranges apart.
const RANGES: [u8; 4] = [0, 0, 1, 2];

/// The longest delay of a late text message, in milliseconds: longer than the window.
const MAX_DELAY: u64 = 25 * 3_600_000;

/// The time between a doubled text message and its copy, in milliseconds.
const BETWEEN_COPIES: i64 = 1_000;

#[expect(clippy::indexing_slicing, reason = "scenarios have only these numbers")]
pub(crate) fn number(index: u8) -> &'static str {
    NUMBERS[usize::from(index)]
}

#[expect(clippy::indexing_slicing, reason = "scenarios have only these numbers")]
pub(crate) fn range(index: u8) -> u8 {
    RANGES[usize::from(index)]
}

/// Whether the number is of a country whose numbers are texted.
pub(crate) fn is_texted(index: u8) -> bool {
    index < 3
}

#[derive(Debug, Clone)]
pub(crate) struct ReceivedText {
    pub(crate) sign_up: u8,
    /// The user's index in [`State::owners`].
    pub(crate) user: Option<usize>,
    pub(crate) code: Option<ConfirmationCode>,
    /// Milliseconds after the start.
    pub(crate) arrives_at: i64,
}

/// What happens to a person after a text message was sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TextEvent {
    /// It arrives at this time.
    Arrives(i64),
    /// It arrives again at this time.
    ArrivesAgain(i64),
    Lost,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Phones {
    /// What was sent and not lost.
    pub(crate) texts: Vec<ReceivedText>,
    /// What has happened to sign-ups since their owners last looked.
    pub(crate) news: Vec<(u8, TextEvent)>,
    /// How many text messages were sent, those included that are lost.
    sent: u64,
}

impl Phones {
    /// The code of the newest or the oldest text message that a sign-up has by now, with the index of its user.
    pub(crate) fn code(&self, sign_up: u8, newest: bool, now: i64) -> Option<(usize, &ConfirmationCode)> {
        let texts = self.texts.iter();
        let arrived = texts.filter(|text| text.sign_up == sign_up && text.arrives_at <= now);
        let arrived = arrived.filter_map(|text| Some((text.arrives_at, (text.user?, text.code.as_ref()?))));
        let found = if newest {
            arrived.max_by_key(|(at, _)| *at)
        } else {
            arrived.min_by_key(|(at, _)| *at)
        };
        found.map(|(_, found)| found)
    }
}

impl State {
    /// The text message service takes a message of the running sign-up, with the fault that is injected in this call.
    pub(crate) fn take_text(&mut self, to: &PhoneNumber, sms: &Sms) -> (Result<(), SmsFault>, &'static str) {
        let sign_up = self.running.sign_up;
        let text = sms.expose();
        let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        let code = words.find_map(|word| word.parse().ok());
        let fault = self.text_fault.take();
        if fault == Some(Fault::NumberRefused) {
            self.on_number_refused();
            return (Err(SmsFault::Refused("as planned".into())), "refused");
        }
        self.on_text(to, text, code.as_ref());
        self.phones.sent += 1;
        let late = i64::try_from(mix(self.scenario.seed ^ self.phones.sent) % MAX_DELAY).unwrap_or_default();
        let (word, arrivals) = match fault {
            Some(Fault::TextLost) => ("a text message is lost", vec![]),
            Some(Fault::TextLate) => ("a text message is late", vec![self.now + late]),
            Some(Fault::TextDoubled) => (
                "a text message arrives twice",
                vec![self.now, self.now + BETWEEN_COPIES],
            ),
            _ => ("a text message arrives", vec![self.now]),
        };
        for (copy, arrives_at) in arrivals.iter().enumerate() {
            self.phones.texts.push(ReceivedText {
                sign_up,
                user: self.running.user,
                code: code.clone(),
                arrives_at: *arrives_at,
            });
            let event = if copy == 0 {
                TextEvent::Arrives(*arrives_at)
            } else {
                TextEvent::ArrivesAgain(*arrives_at)
            };
            self.phones.news.push((sign_up, event));
        }
        if arrivals.is_empty() {
            self.phones.news.push((sign_up, TextEvent::Lost));
        }
        self.note(Some(sign_up), TraceEvent::Mail(word));
        (Ok(()), "sent")
    }
}
