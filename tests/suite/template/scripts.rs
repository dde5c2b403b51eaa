//! The build script's list of functions.

use crate::contract_pages::FUNCTIONS;

const BUILD: &str = include_str!("../../../infra/build");

#[test]
fn build_script_lists_exactly_the_functions() {
    let (_, rest) = BUILD.split_once("functions=(\n").unwrap();
    let (list, _) = rest.split_once("\n)").unwrap();

    let named: Vec<_> = list.lines().map(str::trim).collect();

    assert_eq!(named, FUNCTIONS);
}
