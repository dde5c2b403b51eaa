//! Short forms of steps that most examples use.

use asl::{Expr, Function, Step, StepOutput, Task, fail, pass};

use crate::functions::{Charge, Pack, Refund, shop_error};
use crate::payloads::{ChargeInputFields, Line, Order, Receipt, ReceiptFields};

pub fn charge(order: Expr<'_, Order>) -> Task<Charge> {
    Charge::call(ChargeInputFields {
        order: order.id,
        cents: order.total,
    })
}

pub fn refund(receipt: Expr<'_, Receipt>) -> Task<Refund> {
    Refund::call(receipt)
}

pub fn pack(line: Expr<'_, Line>) -> Task<Pack> {
    Pack::call(line)
}

pub fn failed<P: StepOutput>(name: &str) -> Step<P> {
    fail(name, shop_error::OrderFailed, "the order goes no further")
}

pub fn receipt(name: &str, number: &str) -> Step<Receipt> {
    pass(
        name,
        ReceiptFields {
            number: number.into(),
        },
    )
}

/// Outputs the receipt of what was paid.
pub fn paid(name: &str, receipt: Expr<'_, Receipt>) -> Step<Receipt> {
    let number = receipt.number;
    pass(name, ReceiptFields { number })
}
