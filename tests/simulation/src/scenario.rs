//! Scenarios: who signs up, who clicks and when, and which faults are injected.

use std::fmt;

use crate::contacts::Contacts;
use crate::fault::{Fault, FaultPoint, FunctionId, Service};
use crate::phones;

mod generate;
mod generate_phones;

/// The complete input of a run. Times are milliseconds after the run's start.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent circumstances")]
pub struct Scenario {
    /// Determines all latencies and all retry jitter.
    pub seed: u64,
    /// Which contacts sign-ups confirm.
    pub contacts: Contacts,
    /// The people who sign up.
    pub sign_ups: Vec<SignUp>,
    /// The single faults.
    pub faults: Vec<(FaultPoint, Fault)>,
    /// The outages of whole services.
    pub outages: Vec<Outage>,
    /// By how many milliseconds each function's clock is fast.
    pub skews: [i64; FunctionId::ALL.len()],
    /// When new versions of all functions and of the machine are deployed.
    pub deployed_at: Option<i64>,
    /// Whether `ValidateContacts` takes the place of `ValidateEmail` in that deployment.
    pub is_replaced: bool,
    /// Whether the first address has an account before the run starts.
    pub has_account: bool,
    /// The sign-up whose execution an operator stops and redrives, and when.
    pub redrive: Option<(u8, i64)>,
    /// When somebody starts an execution by hand for a sign-up that was never accepted.
    pub unknown_execution_at: Option<i64>,
    /// Whether the scenario runs with an account and without, and the responses are compared.
    pub non_interference: bool,
    /// Whether the trace is rendered as text.
    pub render_trace: bool,
}

/// One person's sign-up.
#[derive(Debug, Clone)]
pub struct SignUp {
    /// The sign-up's number in fault points and traces.
    pub number: u8,
    /// When it is sent.
    pub at: i64,
    /// The number of its address.
    pub address: u8,
    /// The number of the network from which it is sent.
    pub source: u8,
    /// The number of the spelling in which the address is written.
    pub spelling: u8,
    /// The number of its idempotency key, if it has one.
    pub key: Option<u8>,
    /// Whether the person signs up with another name than the others.
    pub other_name: bool,
    /// The number of the phone, from 0 to 3, if the person gives one.
    pub phone: Option<u8>,
    /// The maximum number of attempts while the response is an error.
    pub max_attempts: u8,
    /// When the person reads the status, after the sign-up was accepted.
    pub status_checks: Vec<i64>,
    /// What the person does with a mail.
    pub click: Option<Click>,
    /// What the person does with a text message.
    pub text: Option<TextCode>,
    /// When the person asks for another mail, after the sign-up was accepted.
    pub mail_requests: Vec<i64>,
    /// When the person enters a wrong code, after the sign-up was accepted.
    pub wrong_codes: Vec<i64>,
    /// What becomes of the mails.
    pub bounce: Option<Bounce>,
}

/// A mail that bounces or is complained of.
#[derive(Debug, Clone, Copy)]
pub struct Bounce {
    pub kind: BounceKind,
    /// How long after the mail the event comes, in milliseconds.
    pub after: i64,
    /// How often it comes: not at all if it is lost, and twice if it is delivered twice.
    pub times: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BounceKind {
    /// The mailbox does not exist: nobody gets the mail.
    Hard,
    /// The mail arrives, and its reader marks it as spam.
    Complaint,
}

impl Bounce {
    /// A hard bounce some seconds after the mail.
    pub fn soon() -> Self {
        Self {
            kind: BounceKind::Hard,
            after: 4_000,
            times: 1,
        }
    }
}

/// The name and the phone of a sign-up.
pub(crate) type Content = (&'static str, Option<&'static str>);

/// A confirmation by a mail: a click on its link, or its code.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are independent choices of a person"
)]
pub struct Click {
    /// When the link is followed.
    pub when: ClickTime,
    /// The maximum number of attempts while the response is an error.
    pub max_attempts: u8,
    /// Whether the person clicks twice at once.
    pub double: bool,
    /// Whether the newest mail is used, or the first.
    pub newest: bool,
    /// Whether the code is entered, or the link followed.
    pub by_code: bool,
    /// Whether the link's reader looks first at what it confirms, and then confirms the address alone.
    pub address_alone: bool,
    /// How long before it the person asks for another mail, in milliseconds, so that no task may wait for the click.
    pub asks_before: Option<i64>,
}

/// When a link is followed.
#[derive(Debug, Clone, Copy)]
pub enum ClickTime {
    /// Milliseconds after the first mail.
    AfterMail(i64),
    /// Milliseconds after the end of the window; negative for before.
    AfterWindow(i64),
}

/// A confirmation by the code of a text message.
#[derive(Debug, Clone, Copy)]
pub struct TextCode {
    /// When it is entered.
    pub when: TextTime,
    /// The maximum number of attempts while the response is an error.
    pub max_attempts: u8,
    /// Whether the newest text message is used, or the first.
    pub newest: bool,
}

/// When the code of a text message is entered.
#[derive(Debug, Clone, Copy)]
pub enum TextTime {
    /// Milliseconds after the first text message arrives.
    AfterText(i64),
    /// Milliseconds after the end of the window; negative for before.
    AfterWindow(i64),
    /// Milliseconds after the [click](Click); negative for before.
    WithClick(i64),
}

/// An outage of one service.
#[derive(Debug, Clone, Copy)]
pub struct Outage {
    pub service: Service,
    pub from: i64,
    pub until: i64,
}

impl Scenario {
    /// A scenario without people and without faults.
    pub fn empty(seed: u64) -> Self {
        Self {
            seed,
            contacts: Contacts::Email,
            sign_ups: Vec::new(),
            faults: Vec::new(),
            outages: Vec::new(),
            skews: [0; FunctionId::ALL.len()],
            deployed_at: None,
            is_replaced: false,
            has_account: false,
            redrive: None,
            unknown_execution_at: None,
            non_interference: false,
            render_trace: true,
        }
    }

    /// The fault that is injected at this point.
    pub(crate) fn fault(&self, point: FaultPoint) -> Option<Fault> {
        let found = self.faults.iter().find(|(at, _)| *at == point);
        found.map(|(_, fault)| *fault)
    }

    pub(crate) fn sign_up(&self, number: u8) -> Option<&SignUp> {
        self.sign_ups.iter().find(|sign_up| sign_up.number == number)
    }

    pub(crate) fn is_down(&self, service: Service, at: i64) -> bool {
        let down = |outage: &Outage| outage.service == service && (outage.from..outage.until).contains(&at);
        self.outages.iter().any(down)
    }

    /// The maximum skew of any clock, in milliseconds.
    pub(crate) fn max_skew(&self) -> i64 {
        self.skews.iter().fold(0, |max, skew| max.max(skew.abs()))
    }
}

impl SignUp {
    /// A sign-up for the first address at the run's start, with an idempotency key and without a click.
    pub fn new(number: u8) -> Self {
        Self {
            number,
            at: 0,
            address: 0,
            source: number,
            spelling: 0,
            key: Some(number),
            other_name: false,
            phone: Some(0),
            max_attempts: 3,
            status_checks: vec![30_000, 25 * 3_600_000],
            click: None,
            text: None,
            mail_requests: Vec::new(),
            wrong_codes: Vec::new(),
            bounce: None,
        }
    }

    /// The address in its normal form, computed independently of the code under test.
    pub(crate) fn mailbox(&self) -> String {
        self.email().trim().to_lowercase()
    }

    /// The name that this person signs up with.
    pub(crate) fn name(&self) -> &'static str {
        if self.other_name { "Grace" } else { "Ada" }
    }

    /// What this person signs up with beside the address, as far as people differ in it.
    pub(crate) fn content(&self) -> Content {
        (self.name(), self.phone_number())
    }

    /// The phone number that this person signs up with.
    pub(crate) fn phone_number(&self) -> Option<&'static str> {
        self.phone.map(phones::number)
    }

    /// The address as this person writes it.
    pub(crate) fn email(&self) -> String {
        // A plus-tag makes another address.
        let name = match self.address {
            0 => "person".to_owned(),
            tag => format!("person+{tag}"),
        };
        match self.spelling % 3 {
            0 => format!("{name}@example.org"),
            1 => format!("{}@EXAMPLE.org", name.to_uppercase()),
            _ => format!(" {name}@Example.Org "),
        }
    }

    /// The phone and what its owner does, as lines of a scenario.
    fn fmt_phone(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.phone {
            None => return writeln!(formatter, "  without a phone"),
            Some(phone) => write!(formatter, "  with phone {phone}, ")?,
        }
        match self.text.map(|text| text.when) {
            None => writeln!(formatter, "whose code is never entered"),
            Some(TextTime::AfterText(millis)) => {
                writeln!(
                    formatter,
                    "whose code is entered {millis} ms after the text message"
                )
            }
            Some(TextTime::AfterWindow(millis)) => {
                writeln!(
                    formatter,
                    "whose code is entered {millis} ms after the end of the window"
                )
            }
            Some(TextTime::WithClick(millis)) => {
                writeln!(formatter, "whose code is entered {millis} ms after the click")
            }
        }
    }
}

impl TextCode {
    /// The code is entered a minute after the text message, repeatedly while the response is an error.
    pub fn soon() -> Self {
        Self {
            when: TextTime::AfterText(60_000),
            max_attempts: 200,
            newest: true,
        }
    }
}

impl Click {
    /// A click five minutes after the mail, repeated while the response is an error.
    pub fn soon() -> Self {
        Self {
            when: ClickTime::AfterMail(300_000),
            max_attempts: 200,
            double: false,
            newest: true,
            by_code: false,
            address_alone: false,
            asks_before: None,
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.contacts == Contacts::EmailAndSms {
            writeln!(formatter, "address and phone are to be confirmed")?;
        }
        if self.has_account {
            writeln!(formatter, "address 0 has an account before the run")?;
        }
        for sign_up in &self.sign_ups {
            write!(
                formatter,
                "sign-up {}: at {} ms for address {}",
                sign_up.number, sign_up.at, sign_up.address
            )?;
            match sign_up.click.map(|click| click.when) {
                Some(ClickTime::AfterMail(millis)) => {
                    writeln!(formatter, ", clicks {millis} ms after the mail")?;
                }
                Some(ClickTime::AfterWindow(millis)) => {
                    writeln!(formatter, ", clicks {millis} ms after the end of the window")?;
                }
                None => writeln!(formatter, ", never clicks")?,
            }
            if self.contacts == Contacts::EmailAndSms {
                sign_up.fmt_phone(formatter)?;
            }
            if sign_up.click.is_some_and(|click| click.by_code) {
                writeln!(formatter, "  a click is a code that is entered")?;
            }
            if sign_up.click.is_some_and(|click| click.address_alone) {
                writeln!(formatter, "  a click confirms the address alone")?;
            }
            if let Some(before) = sign_up.click.and_then(|click| click.asks_before) {
                writeln!(formatter, "  asks for another mail {before} ms before the click")?;
            }
            for after in &sign_up.mail_requests {
                writeln!(formatter, "  asks for another mail {after} ms after the 202")?;
            }
            if let Some(bounce) = sign_up.bounce {
                writeln!(
                    formatter,
                    "  its mails: {:?}, {} ms after each, {} times",
                    bounce.kind, bounce.after, bounce.times
                )?;
            }
            for after in &sign_up.wrong_codes {
                writeln!(formatter, "  a wrong code {after} ms after the 202")?;
            }
        }
        for (point, fault) in &self.faults {
            writeln!(formatter, "fault at {point}: {fault}")?;
        }
        for Outage { service, from, until } in &self.outages {
            writeln!(formatter, "outage of {service:?} from {from} ms until {until} ms")?;
        }
        for (function, skew) in FunctionId::ALL.iter().zip(self.skews) {
            if skew != 0 {
                writeln!(formatter, "the clock of {} is fast by {skew} ms", function.name())?;
            }
        }
        if let Some(at) = self.deployed_at {
            writeln!(formatter, "new versions are deployed at {at} ms")?;
            if self.is_replaced {
                writeln!(formatter, "  with ValidateContacts in the place of ValidateEmail")?;
            }
        }
        if let Some(at) = self.unknown_execution_at {
            writeln!(
                formatter,
                "an execution is started by hand at {at} ms, for a sign-up that was never accepted"
            )?;
        }
        if let Some((number, at)) = self.redrive {
            writeln!(
                formatter,
                "the execution of sign-up {number} is stopped and redriven at {at} ms"
            )?;
        }
        Ok(())
    }
}
