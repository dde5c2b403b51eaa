//! A table and a bucket.

use asl::Bucket;
use asl::dynamodb::Table;

use crate::payloads::{Article, ArticleKey};

#[derive(Debug)]
pub enum Stock {}

impl Table for Stock {
    const NAME: &'static str = "Stock";
    type Key = ArticleKey;
    type Item = Article;
}

/// The bucket that other shops put their orders into.
#[derive(Debug)]
pub enum Uploads {}

impl Bucket for Uploads {
    const NAME: &'static str = "Uploads";
}
