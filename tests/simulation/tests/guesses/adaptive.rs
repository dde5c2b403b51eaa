//! Whoever guesses in between other mails, on the whole sign-up.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use simulation::{Click, ClickTime, Scenario, SignUp, run};

/// As many as are compared, over all mails.
const TRIES: i64 = 5;

const RUNS: u64 = 300;

/// More than a sign-up has.
const GUESSES: usize = 16;
const MAIL_REQUESTS: usize = 8;

const MINUTE: u64 = 60_000;

/// A person who enters wrong codes and asks for other mails in any order, and finally enters the right code of the newest mail.
fn guesser(random: &mut ChaCha8Rng) -> SignUp {
    let mut at = |count: usize| -> Vec<i64> {
        let times = (0..count).map(|_| random.next_u64() % (20 * MINUTE));
        times.map(|time| i64::try_from(time).unwrap()).collect()
    };
    let (wrong_codes, mail_requests) = (at(GUESSES), at(MAIL_REQUESTS));
    SignUp {
        wrong_codes,
        mail_requests,
        click: Some(Click {
            when: ClickTime::AfterMail(i64::try_from(30 * MINUTE).unwrap()),
            by_code: true,
            max_attempts: 1,
            ..Click::soon()
        }),
        ..SignUp::new(0)
    }
}

fn scenario(seed: u64) -> Scenario {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut scenario = Scenario::empty(seed);
    scenario.sign_ups.push(guesser(&mut random));
    scenario
}

#[test]
fn asking_for_other_mails_never_gives_more_than_five_tries() {
    let mut codes_made = 0;
    for seed in 0..RUNS {
        let scenario = scenario(seed);

        let run = run(&scenario);

        assert_eq!(run.violation, None, "{scenario}\n{}", run.trace);
        assert_eq!(run.codes_compared, TRIES, "{scenario}\n{}", run.trace);
        let codes = run.responses.iter().filter(|response| response.request == "code");
        let codes: Vec<_> = codes.map(|response| &response.text).collect();
        // All wrong ones and, in vain, the right one.
        assert_eq!(codes.len(), GUESSES + 1);
        assert!(codes.iter().all(|text| text.starts_with("422")), "{}", run.trace);
        codes_made += run.trace.matches("ValidateEmail OpenVerification: open").count();
    }
    // The first, and most of those that can be asked for.
    assert!(codes_made > 4 * usize::try_from(RUNS).unwrap(), "{codes_made}");
}
