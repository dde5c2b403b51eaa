//! The endpoint's circuit in DynamoDB.

use contracts::table::{self, PK, endpoint};
use contracts::values::Timestamp;
use kit::aws::dynamodb::{Item, get_number, get_string, names, number, require, string};

use super::dynamodb::DynamoDeliveries;
use crate::circuit::Circuit;
use crate::ports::{ShareCircuit, StoreFault};

const CLOSED: &str = "closed";
const OPEN: &str = "open";
const HALF_OPEN: &str = "half_open";
const DISABLED: &str = "disabled";

impl ShareCircuit for DynamoDeliveries {
    async fn circuit(&self, endpoint: &str) -> Result<Circuit, StoreFault> {
        let attributes = [endpoint::STATE, endpoint::AT, endpoint::PAUSES];
        match self.0.get(table::endpoint_key(endpoint), &attributes).await? {
            None => Ok(Circuit::NEW),
            Some(item) => require(circuit(&item), endpoint::STATE),
        }
    }

    async fn change(&self, endpoint: &str, from: Circuit, to: Circuit) -> Result<bool, StoreFault> {
        let (state, at, pauses) = attributes(to);
        let update = self
            .0
            .build_update(
                table::endpoint_key(endpoint),
                "SET #state = :state, #at = :at, #pauses = :pauses",
            )
            .set_expression_attribute_names(names([endpoint::STATE, endpoint::AT, endpoint::PAUSES]))
            .expression_attribute_values(":state", string(state))
            .expression_attribute_values(":at", number(at))
            .expression_attribute_values(":pauses", number(pauses));
        let update = if from == Circuit::NEW {
            update
                .condition_expression("attribute_not_exists(#pk)")
                .expression_attribute_names("#pk", PK)
        } else {
            let (state, at, _) = attributes(from);
            update
                .condition_expression("#state = :fromState AND #at = :fromAt")
                .expression_attribute_values(":fromState", string(state))
                .expression_attribute_values(":fromAt", number(at))
        };
        self.0.try_update(update).await
    }
}

/// The circuit as attributes: its state, its time and its pauses.
fn attributes(circuit: Circuit) -> (&'static str, i64, i64) {
    match circuit {
        Circuit::Closed { since } => (CLOSED, since.map_or(0, Timestamp::epoch_millis), 0),
        Circuit::Open { until, pauses } => (OPEN, until.epoch_millis(), pauses.into()),
        Circuit::HalfOpen { until, pauses } => (HALF_OPEN, until.epoch_millis(), pauses.into()),
        Circuit::Disabled { since } => (DISABLED, since.epoch_millis(), 0),
    }
}

fn circuit(item: &Item) -> Option<Circuit> {
    let at = Timestamp::from_epoch_millis(get_number(item, endpoint::AT)?).ok()?;
    let pauses = u32::try_from(get_number(item, endpoint::PAUSES)?).ok()?;
    match get_string(item, endpoint::STATE)? {
        CLOSED => Some(Circuit::Closed { since: Some(at) }),
        OPEN => Some(Circuit::Open { until: at, pauses }),
        HALF_OPEN => Some(Circuit::HalfOpen { until: at, pauses }),
        DISABLED => Some(Circuit::Disabled { since: at }),
        _ => None,
    }
}
