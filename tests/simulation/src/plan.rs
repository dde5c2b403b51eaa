//! What a run is made of: who signs up, who clicks when, and what goes wrong.

use std::fmt;

use crate::fault::{Fault, Function, Point, Service};

mod draw;

/// All that a run follows from. Times are milliseconds after the run's start.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What all latencies and all jitter follow from.
    pub seed: u64,
    /// The people.
    pub sign_ups: Vec<SignUp>,
    /// The single faults.
    pub faults: Vec<(Point, Fault)>,
    /// What is down, and when.
    pub outages: Vec<Outage>,
    /// By how many milliseconds each function's clock is fast.
    pub skews: [i64; Function::ALL.len()],
    /// When new versions of all functions and of the machine are deployed.
    pub deployed_at: Option<i64>,
    /// Whether the first address has had an account for long.
    pub account: bool,
    /// Which execution an operator stops and redrives, and when.
    pub redriven: Option<(u8, i64)>,
    /// When somebody starts the workflow by hand for a sign-up that nobody has accepted.
    pub unknown_at: Option<i64>,
    /// Whether it is a script of strangers, which runs with an account and without.
    pub strangers: bool,
    /// Whether nobody wants to read the timeline.
    pub quiet: bool,
}

/// One person's sign-up.
#[derive(Debug, Clone)]
pub struct SignUp {
    /// What the sign-up is called in faults and timelines.
    pub number: u8,
    /// When it is sent.
    pub at: i64,
    /// Which address, and in which of its spellings.
    pub address: u8,
    /// See [`SignUp::address`].
    pub spelling: u8,
    /// The number of its idempotency key, if it has one.
    pub key: Option<u8>,
    /// How often it is sent until it is answered.
    pub tries: u8,
    /// When the person looks where it stands.
    pub looks: Vec<i64>,
    /// What the person does with a mailed link.
    pub click: Option<Click>,
}

/// A click.
#[derive(Debug, Clone, Copy)]
pub struct Click {
    /// When.
    pub when: When,
    /// How often the link is followed until it is answered.
    pub tries: u8,
    /// Whether the person clicks twice at once.
    pub double: bool,
    /// Whether it is the newest link that is followed, or the first.
    pub newest: bool,
}

/// When a link is followed.
#[derive(Debug, Clone, Copy)]
pub enum When {
    /// So long after the first mail.
    After(i64),
    /// So long after the end of the window, or before it.
    AroundTheEnd(i64),
}

/// Something is down.
#[derive(Debug, Clone, Copy)]
pub struct Outage {
    /// What.
    pub service: Service,
    /// From when.
    pub from: i64,
    /// Until when.
    pub until: i64,
}

impl Plan {
    /// The plan with nobody in it and nothing wrong.
    pub fn empty(seed: u64) -> Self {
        Self {
            seed,
            sign_ups: Vec::new(),
            faults: Vec::new(),
            outages: Vec::new(),
            skews: [0; Function::ALL.len()],
            deployed_at: None,
            account: false,
            redriven: None,
            unknown_at: None,
            strangers: false,
            quiet: false,
        }
    }

    /// What goes wrong at a place, if anything does.
    pub(crate) fn fault(&self, point: Point) -> Option<Fault> {
        let found = self.faults.iter().find(|(at, _)| *at == point);
        found.map(|(_, fault)| *fault)
    }

    /// Whether a service is down.
    pub(crate) fn is_down(&self, service: Service, at: i64) -> bool {
        let down = |outage: &Outage| outage.service == service && (outage.from..outage.until).contains(&at);
        self.outages.iter().any(down)
    }

    /// By how much two clocks can differ at the most, in milliseconds.
    pub(crate) fn largest_skew(&self) -> i64 {
        self.skews.iter().map(|skew| skew.abs()).max().unwrap_or_default()
    }
}

impl SignUp {
    /// A sign-up at the start for the first address, with a key, that nobody clicks for.
    pub fn new(number: u8) -> Self {
        Self {
            number,
            at: 0,
            address: 0,
            spelling: 0,
            key: Some(number),
            tries: 3,
            looks: vec![30_000, 25 * 3_600_000],
            click: None,
        }
    }

    /// The address in its normal form, worked out without the code under test.
    pub(crate) fn mailbox(&self) -> String {
        self.email().trim().to_lowercase()
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
}

impl Click {
    /// A click some minutes after the mail, repeated until it is answered.
    pub fn soon() -> Self {
        Self {
            when: When::After(300_000),
            tries: 200,
            double: false,
            newest: true,
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.account {
            writeln!(formatter, "address 0 has had an account for long")?;
        }
        for sign_up in &self.sign_ups {
            write!(
                formatter,
                "sign-up {}: at {} ms for address {}",
                sign_up.number, sign_up.at, sign_up.address
            )?;
            match sign_up.click.map(|click| click.when) {
                Some(When::After(millis)) => writeln!(formatter, ", clicks {millis} ms after the mail")?,
                Some(When::AroundTheEnd(millis)) => {
                    writeln!(formatter, ", clicks {millis} ms after the end of the window")?;
                }
                None => writeln!(formatter, ", never clicks")?,
            }
        }
        for (point, fault) in &self.faults {
            writeln!(formatter, "fault at {point}: {fault}")?;
        }
        for outage in &self.outages {
            let Outage { service, from, until } = outage;
            writeln!(formatter, "down from {from} ms until {until} ms: {service:?}")?;
        }
        for (function, skew) in Function::ALL.iter().zip(self.skews) {
            if skew != 0 {
                writeln!(formatter, "the clock of {} is fast by {skew} ms", function.name())?;
            }
        }
        if let Some(at) = self.deployed_at {
            writeln!(formatter, "new versions are deployed at {at} ms")?;
        }
        if let Some(at) = self.unknown_at {
            writeln!(
                formatter,
                "a sign-up that nobody has accepted is started at {at} ms"
            )?;
        }
        if let Some((number, at)) = self.redriven {
            writeln!(
                formatter,
                "the execution of sign-up {number} is stopped and redriven at {at} ms"
            )?;
        }
        Ok(())
    }
}
