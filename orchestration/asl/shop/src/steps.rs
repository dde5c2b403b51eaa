//! Short forms of steps that most examples use.

use asl::{Expr, Function, Step, StepOutput, Task, fail, pass};

use crate::functions::{Charge, Pack, Refund, shop_error};
use crate::payloads::{ChargeInputFields, Line, Order, Receipt, ReceiptFields};

/// Takes the money for an order.
pub fn charge(order: Expr<'_, Order>) -> Task<Charge> {
    Charge::call(ChargeInputFields {
        order: order.id,
        cents: order.total,
    })
}

/// Gives the money back.
pub fn refund(receipt: Expr<'_, Receipt>) -> Task<Refund> {
    Refund::call(receipt)
}

/// Packs one line of an order.
pub fn pack(line: Expr<'_, Line>) -> Task<Pack> {
    Pack::call(line)
}

/// Ends the order.
pub fn failed<P: StepOutput>(name: &str) -> Step<P> {
    fail(name, shop_error::OrderFailed, "the order goes no further")
}

/// Outputs a receipt with this number.
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
