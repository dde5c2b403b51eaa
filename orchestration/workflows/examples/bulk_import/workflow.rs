//! The import workflow: count, store in batches, report.

use asl::prelude::*;
use asl::sns::publish;
use asl::{ItemsNotRead, ResultsNotWritten, Source, TooManyFailures, distributed_map_in_batches};

use crate::contracts::{
    CountRows, CountRowsInputFields, ImportPrices, ImportReportFields, ImportReports, Imported,
    ImportedFields, OfferFields, Outcome, PriceList, PriceRow, Results, StorePrices, StorePricesInputFields,
    Uploads, count_rows_error, import_prices_error,
};

const BATCH: u64 = 25;

/// How many calls run at once: the catalogue serves customers, too.
const AT_ONCE: u64 = 40;

/// The percentage of prices that may be wrong. If more are, the file is rejected.
const TOLERATED: u64 = 5;

/// Stores the prices of a list in batches, and reports the outcome.
///
/// A problem of the file is reported to its supplier, and the execution succeeds. An error on our side fails it.
pub(crate) fn import_prices() -> Workflow<ImportPrices> {
    ImportPrices::define(|list| {
        CountRows::call(CountRowsInputFields { file: list.file })
            .catch(count_rows_error::FileMissing, |_| {
                report("Missing", list, Outcome::Unreadable, none())
            })
            .catch_all(|_| failed("NotCounted", "the rows of the file could not be counted"))
            .and_then(|counted| {
                choose("AreTherePrices")
                    .when(counted.rows.eq(0), report("Empty", list, Outcome::Empty, none()))
                    .otherwise(store_all(list))
            })
    })
    .comment("Takes over the price list that a supplier uploaded.")
}

/// Each batch is an execution of its own, which can read only its input.
fn store_all(list: Expr<'_, PriceList>) -> Step<Imported> {
    distributed_map_in_batches(
        "StoreAll",
        Source::<PriceRow>::csv::<Uploads>(list.file),
        BATCH,
        |row| OfferFields {
            supplier: list.supplier,
            article: row.item.article,
            price: row.item.price,
        },
        |batch| {
            StorePrices::call(StorePricesInputFields { prices: batch.items }).catch_all(|error| {
                fail_because("BatchNotStored", import_prices_error::BatchNotStored, error.error)
            })
        },
    )
    .express()
    .concurrency(AT_ONCE)
    .tolerate_percentage(TOLERATED)
    .write_results::<Results>(list.supplier.text())
    .catch(ItemsNotRead, |_| {
        report("Unreadable", list, Outcome::Unreadable, none())
    })
    .catch(TooManyFailures, |_| {
        report("Rejected", list, Outcome::Rejected, none())
    })
    .catch(ResultsNotWritten, |_| {
        let cause = "the prices are stored, but not the list of them";
        fail("ResultsLost", import_prices_error::ResultsLost, cause)
    })
    .catch_all(|_| failed("NotStored", "the batches could not be run"))
    .and_then(|written| {
        let results = written.result_writer_details.key;
        report("Imported", list, Outcome::Imported, results.some())
    })
}

fn report<'s>(
    how: &str,
    list: Expr<'s, PriceList>,
    outcome: Outcome,
    results: Expr<'s, Option<String>>,
) -> Step<Imported> {
    let outcome = outcome.into();
    publish::<ImportReports>(ImportReportFields {
        supplier: list.supplier,
        file: list.file,
        outcome,
        results,
    })
    .named(&format!("Report{how}"))
    .catch_all(|_| failed(&format!("{how}NotReported"), "nobody could be told how it ended"))
    .and_then(|_| pass(how, ImportedFields { outcome, results }))
}

fn failed(name: &str, cause: &str) -> Step<Imported> {
    fail(name, import_prices_error::ImportFailed, cause)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
