//! The workflow: small refunds are paid at once, others once a clerk has approved them.

use std::time::Duration;

use asl::prelude::*;

use crate::contracts::*;

/// What is refunded without a clerk, in cents.
const SMALL: u64 = 5_000;

pub fn refund() -> Workflow<Refund> {
    Refund::define(|request| {
        decide(request).then(|decision| {
            choose("IsApproved")
                .when(decision.verdict.eq(Verdict::Approved), pay_and_tell(request))
                .otherwise(pass(
                    "Rejected",
                    RefundOutputFields {
                        outcome: Outcome::Rejected.into(),
                        receipt: none(),
                    },
                ))
        })
    })
    .comment("Pays the price of an order back.")
}

/// A choice: both steps output a `Decision`.
fn decide(request: Expr<'_, RefundRequest>) -> Step<Decision> {
    let approved = DecisionFields {
        verdict: Verdict::Approved.into(),
    };
    choose("IsSmall")
        .when(request.cents.le(SMALL), pass("ApprovedAtOnce", approved))
        .otherwise(ask_clerk(request))
}

/// A callback: the execution waits until somebody sends the token back, for two days at most.
fn ask_clerk(request: Expr<'_, RefundRequest>) -> Step<Decision> {
    AskClerk::callback(AskClerkInputFields {
        order: request.order,
        cents: request.cents,
        reason: request.reason,
        token: task_token(),
    })
    .within(Duration::from_hours(48))
    .catch(Timeout, |_| {
        let rejected = DecisionFields {
            verdict: Verdict::Rejected.into(),
        };
        pass("NobodyAnswered", rejected)
    })
    .catch_all(|_| {
        fail(
            "ClerkNotAsked",
            refund_error::RefundFailed,
            "the clerk could not be asked",
        )
    })
    .into_step()
}

/// A parallel: the mail does not wait for the bank. `and_then` gets the outputs of both branches.
fn pay_and_tell(request: Expr<'_, RefundRequest>) -> Step<RefundOutput> {
    parallel("PayAndTell", (pay_back(request), send_mail(request)))
        .catch_all(|_| {
            fail(
                "NotRefunded",
                refund_error::RefundFailed,
                "the bank could not be reached",
            )
        })
        .and_then(|(payment, _)| {
            pass(
                "Refunded",
                RefundOutputFields {
                    outcome: Outcome::Refunded.into(),
                    receipt: payment.receipt.some(),
                },
            )
        })
}

/// A task: what is transient is retried, one error is caught by its name, and the rest fails the branch.
fn pay_back(request: Expr<'_, RefundRequest>) -> Step<Payment> {
    PayBack::call(PayBackInputFields {
        order: request.order,
        cents: request.cents,
    })
    .retry_on(
        pay_back_error::BankUnavailable,
        Retry::default().max_retries(8).max_delay(Duration::from_mins(10)),
    )
    .catch(pay_back_error::AccountClosed, |_| {
        pass(
            "Voucher",
            PaymentFields {
                receipt: "voucher".into(),
            },
        )
    })
    .catch_all(|_| {
        fail(
            "NotPaid",
            refund_error::RefundFailed,
            "the money could not be transferred",
        )
    })
    .into_step()
}

/// A task whose errors are ignored: a mail that is lost must not stop the refund.
fn send_mail(request: Expr<'_, RefundRequest>) -> Step<Nothing> {
    SendMail::call(SendMailInputFields {
        to: request.email,
        order: request.order,
    })
    .catch_all(|_| pass("MailNotSent", Nothing {}))
    .into_step()
}
