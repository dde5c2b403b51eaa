//! What builds the functions knows all of them.

use crate::contract_pages::FUNCTIONS;

const BUILD: &str = include_str!("../../../infra/build");

#[test]
fn the_build_names_the_functions_and_nothing_else() {
    let (_, rest) = BUILD.split_once("functions=(\n").unwrap();
    let (list, _) = rest.split_once("\n)").unwrap();

    let named: Vec<_> = list.lines().map(str::trim).collect();

    assert_eq!(named, FUNCTIONS);
}
