//! What the workflow and those around it agree on: price lists, which suppliers upload as CSV files.

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

/// A price list that was uploaded.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct PriceList {
    /// Whose it is.
    pub(crate) supplier: SupplierId,
    /// Its key in the bucket of uploads.
    pub(crate) file: String,
}

/// What came of it.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Imported {
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// The file that lists what became of each batch, if the import got so far.
    pub(crate) results: Option<String>,
}

/// How an import ends.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// All prices are stored, but for a few.
    Imported,
    /// There are no prices in the file.
    Empty,
    /// The file is missing, or no CSV.
    Unreadable,
    /// Too many prices are wrong. Those that were stored by then stay, until the list comes again.
    Rejected,
}

/// Why an import fails, so that whoever runs it has to look. What is wrong with a file is its supplier's.
#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum ImportPricesError {
    /// A batch of prices is not stored; as many as are tolerated may end so.
    #[task(name = "BatchNotStored", permanent)]
    BatchNotStored,
    /// The prices are stored, but nothing says which. Another run stores the same again, and lists them.
    #[task(name = "ResultsLost", transient)]
    ResultsLost,
    /// Something of ours does not work.
    #[task(name = "ImportFailed", transient)]
    ImportFailed,
}

/// Who sells something.
#[derive(Serialize, Deserialize)]
pub(crate) struct SupplierId(String);

impl Text for SupplierId {}

/// What is sold.
#[derive(Serialize, Deserialize)]
pub(crate) struct ArticleNumber(String);

/// Where suppliers put their files.
pub(crate) enum Uploads {}

impl Bucket for Uploads {
    const NAME: &'static str = "Uploads";
}

/// Where the results of imports go.
pub(crate) enum Results {}

impl Bucket for Results {
    const NAME: &'static str = "Results";
}

/// A row of a price list. The price is as the supplier wrote it: a cell of a CSV file is a text.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct PriceRow {
    /// What is sold.
    pub(crate) article: ArticleNumber,
    /// For how much.
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

/// Where to count.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct CountRowsInput {
    /// The file's key in the bucket of uploads.
    pub(crate) file: String,
}

/// How many there are.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct CountRowsOutput {
    /// How many rows.
    pub(crate) rows: u64,
}

/// Why there is nothing to count.
#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum CountRowsError {
    /// There is no such file.
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

/// What to store.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct StorePricesInput {
    /// The prices, one at least.
    pub(crate) prices: Vec<Offer>,
}

/// A price, and whose it is.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Offer {
    /// Who sells it.
    pub(crate) supplier: SupplierId,
    /// What is sold.
    pub(crate) article: ArticleNumber,
    /// For how much, as the supplier wrote it.
    pub(crate) price: String,
}

/// Why the prices of a batch are not stored.
#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflow only needs their names")]
pub(crate) enum StorePricesError {
    /// One of them is no price.
    #[task(name = "PriceMalformed", permanent)]
    PriceMalformed,
    /// The catalogue takes none for now.
    #[task(name = "CatalogueBusy", transient)]
    CatalogueBusy,
}

/// Reports on imports, for the suppliers' page and for purchasing.
pub(crate) enum ImportReports {}

impl Topic for ImportReports {
    const NAME: &'static str = "ImportReports";
    type Message = ImportReport;
}

/// What came of whose file.
#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct ImportReport {
    /// Whose it is.
    pub(crate) supplier: SupplierId,
    /// Its key in the bucket of uploads.
    pub(crate) file: String,
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// The file that lists what became of each batch, if the import got so far.
    pub(crate) results: Option<String>,
}
