//! Contracts of the bulk import: price lists, which suppliers upload as CSV files.

use std::time::Duration;

use asl::sns::Topic;
use asl::{Bucket, Function, Nothing, Payload, Row, TaskError, Text};
use serde::{Deserialize, Serialize};

/// Takes over the prices of a supplier.
pub(crate) enum ImportPrices {}

impl Function for ImportPrices {
    const NAME: &'static str = "ImportPrices";
    const TIMEOUT: Duration = Duration::from_hours(8);
    type Input = PriceList;
    type Output = Imported;
    type Error = ImportPricesError;
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct PriceList {
    pub(crate) supplier: SupplierId,
    /// Its key in the bucket of uploads.
    pub(crate) file: String,
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Imported {
    pub(crate) outcome: Outcome,
    /// The file that lists the results of the batches, if the import came that far.
    pub(crate) results: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// All prices are stored, but for a few.
    Imported,
    Empty,
    /// The file is missing, or no CSV.
    Unreadable,
    /// Too many prices are wrong. Those that were stored by then stay, until the list comes again.
    Rejected,
}

/// Errors of the workflow, for its operators. Problems of a file are an outcome instead, for its supplier.
#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum ImportPricesError {
    /// A batch of prices is not stored. Some are tolerated.
    #[task(name = "BatchNotStored", permanent)]
    BatchNotStored,
    /// The prices are stored, but the list of results is lost. Another run stores the same again, and lists them.
    #[task(name = "ResultsLost", transient)]
    ResultsLost,
    /// An error on our side.
    #[task(name = "ImportFailed", transient)]
    ImportFailed,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct SupplierId(String);

impl Text for SupplierId {}

#[derive(Serialize, Deserialize)]
pub(crate) struct ArticleNumber(String);

/// The bucket for the files of suppliers.
pub(crate) enum Uploads {}

impl Bucket for Uploads {
    const NAME: &'static str = "Uploads";
}

/// The bucket for the results of imports.
pub(crate) enum Results {}

impl Bucket for Results {
    const NAME: &'static str = "Results";
}

/// A row of a price list. The price is as the supplier wrote it: a cell of a CSV file is a string.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct PriceRow {
    pub(crate) article: ArticleNumber,
    pub(crate) price: String,
}

impl Row for PriceRow {}

/// Counts the rows of a file, without the one that names the columns.
pub(crate) enum CountRows {}

impl Function for CountRows {
    const NAME: &'static str = "CountRows";
    const TIMEOUT: Duration = Duration::from_mins(1);
    type Input = CountRowsInput;
    type Output = CountRowsOutput;
    type Error = CountRowsError;
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct CountRowsInput {
    /// The file's key in the bucket of uploads.
    pub(crate) file: String,
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct CountRowsOutput {
    pub(crate) rows: u64,
}

#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum CountRowsError {
    #[task(name = "FileMissing", permanent)]
    FileMissing,
}

/// Stores the prices of a batch, all or none. The same prices may be stored again.
pub(crate) enum StorePrices {}

impl Function for StorePrices {
    const NAME: &'static str = "StorePrices";
    const TIMEOUT: Duration = Duration::from_secs(20);
    type Input = StorePricesInput;
    type Output = Nothing;
    type Error = StorePricesError;
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct StorePricesInput {
    /// The prices, one at least.
    pub(crate) prices: Vec<Offer>,
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Offer {
    pub(crate) supplier: SupplierId,
    pub(crate) article: ArticleNumber,
    /// For how much, as the supplier wrote it.
    pub(crate) price: String,
}

#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum StorePricesError {
    /// One of the prices cannot be parsed.
    #[task(name = "PriceMalformed", permanent)]
    PriceMalformed,
    #[task(name = "CatalogueBusy", transient)]
    CatalogueBusy,
}

/// Reports on imports, for the suppliers' page and for purchasing.
pub(crate) enum ImportReports {}

impl Topic for ImportReports {
    const NAME: &'static str = "ImportReports";
    type Message = ImportReport;
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct ImportReport {
    pub(crate) supplier: SupplierId,
    /// Its key in the bucket of uploads.
    pub(crate) file: String,
    pub(crate) outcome: Outcome,
    /// The file that lists the results of the batches, if the import came that far.
    pub(crate) results: Option<String>,
}
