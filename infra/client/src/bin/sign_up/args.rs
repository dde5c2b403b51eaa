//! Arguments.

use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use client::{ApiUrl, ConfirmationScope, IdempotencyKey, UserId};

use crate::failure::EXIT_CODES;

const EXAMPLES: &str = "\
Examples:
  sign-up create --email ada@example.org --name Ada --wait
  sign-up status 3ceb1426ffc27e76400a92234d5d2458 --watch
  sign-up verify --id 3ceb1426ffc27e76400a92234d5d2458 --code 123456
  sign-up resend 3ceb1426ffc27e76400a92234d5d2458
  SIGN_UP_API=https://api.example.org sign-up create --email ada@example.org --json";

const CREATE_EXAMPLES: &str = "\
Examples:
  sign-up create --email ada@example.org --name Ada --wait
  id=$(sign-up create --email ada@example.org --json | jq -r .id)";

const STATUS_EXAMPLES: &str = "\
Examples:
  sign-up status 3ceb1426ffc27e76400a92234d5d2458
  sign-up status 3ceb1426ffc27e76400a92234d5d2458 --watch --timeout 10m --json";

const VERIFY_EXAMPLES: &str = "\
Examples:
  sign-up verify --id 3ceb1426ffc27e76400a92234d5d2458 --code 123456
  sign-up verify --id 3ceb1426ffc27e76400a92234d5d2458 < code.txt
  sign-up verify --token 'http://127.0.0.1:3000/verify#TOKEN' --confirm address";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  sign-up completions bash > ~/.local/share/bash-completion/completions/sign-up
  sign-up completions fish > ~/.config/fish/completions/sign-up.fish";

/// Signs people up and confirms their addresses
#[derive(Parser)]
#[command(name = "sign-up", version, after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(crate) struct Cli {
    /// The URL of the API; plain http:// is for loopback addresses only
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "SIGN_UP_API",
        default_value = "http://127.0.0.1:3000"
    )]
    pub(crate) api: ApiUrl,
    /// Prints JSON: one object per line on standard output, and errors on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Signs a person up
    #[command(after_help = CREATE_EXAMPLES)]
    Create(CreateArgs),
    /// Shows where a sign-up is
    #[command(after_help = STATUS_EXAMPLES)]
    Status(StatusArgs),
    /// Confirms an address, by the code or the link of a mail
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(VerifyArgs),
    /// Requests another mail
    Resend(ResendArgs),
    /// Prints a completion script for a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions { shell: Shell },
}

#[derive(Args)]
pub(crate) struct CreateArgs {
    /// The address to confirm
    #[arg(long)]
    pub(crate) email: String,
    /// The person's name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// A phone number in E.164 format, such as +493012345678
    #[arg(long)]
    pub(crate) phone: Option<String>,
    /// The language of mails, such as de or en-GB
    #[arg(long)]
    pub(crate) locale: Option<String>,
    /// The marketing campaign to which the sign-up is attributed
    #[arg(long)]
    pub(crate) campaign: Option<String>,
    /// The key by which the API recognises a repeated request, for 24 hours; by default a random one
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<IdempotencyKey>,
    /// Reads the code of the mail from standard input, asking for it on a terminal, and follows the sign-up to its end
    #[arg(long)]
    pub(crate) wait: bool,
    /// The time limit of --wait, such as 90s or 10m; by default there is none
    #[arg(long, value_name = "TIME", requires = "wait", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
}

#[derive(Args)]
pub(crate) struct StatusArgs {
    /// The id that `create` printed
    pub(crate) id: UserId,
    /// Prints each change until the sign-up has ended
    #[arg(long)]
    pub(crate) watch: bool,
    /// The time limit of --watch, such as 90s or 10m; by default there is none
    #[arg(long, value_name = "TIME", requires = "watch", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
}

#[derive(Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) by: VerifyBy,
    /// The code of the mail; by default it is read from standard input, and asked for on a terminal
    #[arg(long, requires = "id", conflicts_with = "token")]
    pub(crate) code: Option<String>,
    /// What to confirm by the link; by default, a terminal shows it and asks, and otherwise the API decides
    #[arg(long, value_name = "WHAT", requires = "token")]
    pub(crate) confirm: Option<ConfirmArg>,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct VerifyBy {
    /// The id that `create` printed, to confirm by a code
    #[arg(long)]
    pub(crate) id: Option<UserId>,
    /// The mailed link, or its part after the #
    // Not parsed by clap, whose message would show it.
    #[arg(long)]
    pub(crate) token: Option<String>,
}

#[derive(Args)]
pub(crate) struct ResendArgs {
    /// The id that `create` printed
    pub(crate) id: UserId,
}

/// A [`ConfirmationScope`] as an argument.
#[derive(Clone, Copy)]
pub(crate) struct ConfirmArg(pub(crate) ConfirmationScope);

impl ValueEnum for ConfirmArg {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self(ConfirmationScope::All), Self(ConfirmationScope::Address)]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self.0 {
            ConfirmationScope::All => {
                PossibleValue::new("all").help("The address, and the name and phone that came with it")
            }
            ConfirmationScope::Address => {
                PossibleValue::new("address").help("The address alone; name and phone are dropped")
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn clap_accepts_the_definition() {
        Cli::command().debug_assert();
    }
}
