//! What random cases are like. Whether they evaluate, and to what, is tested where there is an evaluator.

use std::collections::BTreeSet;

use expressions::{Case, Grammar, function_names};

fn cases(grammar: Grammar, count: u64) -> impl Iterator<Item = Case> {
    (0..count).map(move |number| Case::random(grammar, 7, number))
}

#[test]
fn a_case_follows_from_its_seed_and_number() {
    let again = |seed, number| Case::random(Grammar::Whole, seed, number);

    assert_eq!(again(1, 40), again(1, 40));
    assert_ne!(again(1, 40), again(2, 40));
    assert_ne!(again(1, 40), again(1, 41));
}

#[test]
fn the_whole_grammar_calls_every_function_and_uses_every_operator() {
    let texts: Vec<String> = cases(Grammar::Whole, 20_000)
        .map(|case| case.expression.to_string())
        .collect();
    let occurs = |part: &str| texts.iter().any(|text| text.contains(part));

    let uncalled: Vec<&str> = function_names()
        .filter(|name| !occurs(&format!("${name}(")))
        .collect();
    let unused: Vec<&str> = [
        " + ",
        " - ",
        " * ",
        " / ",
        " % ",
        " & ",
        " = ",
        " != ",
        " < ",
        " <= ",
        " > ",
        " >= ",
        " and ",
        " or ",
        " in ",
        " ~> ",
        " ? ",
        " := ",
        "..",
        "^(",
        "@$",
        "#$",
        "**",
        "*",
        "%.",
        "[]",
        "~> |",
        "λ",
        "function(",
        "(?",
        "/i",
        "/*",
        "`",
    ]
    .into_iter()
    .filter(|operator| !occurs(operator))
    .collect();

    assert!(uncalled.is_empty(), "{uncalled:?}");
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn every_slot_of_a_template_has_a_meaning() {
    for grammar in [Grammar::Whole, Grammar::Common] {
        for case in cases(grammar, 20_000) {
            assert!(
                !case.expression.to_string().contains(['«', '»']),
                "{}",
                case.expression
            );
        }
    }
}

#[test]
fn common_expressions_have_no_functions_of_their_own() {
    for case in cases(Grammar::Common, 5_000) {
        let text = case.expression.to_string();
        assert!(!text.contains("function(") && !text.contains('λ'), "{text}");
    }
}

#[test]
fn reductions_are_shorter_and_end() {
    let mut case = Case::random(Grammar::Whole, 7, 3);
    let mut seen = BTreeSet::new();

    let simplest = |case: &Case| case.reductions().next();
    while let Some(simpler) = simplest(&case) {
        let size = |case: &Case| case.expression.to_string().chars().count() + case.input.to_string().len();
        assert!(size(&simpler) <= size(&case));
        assert!(seen.insert((simpler.expression.to_string(), simpler.input.to_string())));
        case = simpler;
    }
}
