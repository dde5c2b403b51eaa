//! The pages on security: `docs/asvs.md` has every requirement of the standard, and all evidence of both pages exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::contract_pages::rows;

/// The levels of all requirements of ASVS 5.0.0: a line for each chapter, a text for each section, a digit for each requirement.
///
/// Source: [the standard](https://github.com/OWASP/ASVS/tree/v5.0.0_release/5.0/en), the columns "#" and "Level" of each chapter.
const LEVELS: [&[&str]; 17] = [
    &["22", "1111122223", "112222222223", "222", "123"],
    &["122", "112", "12223", "23"],
    &["3", "113", "12223", "11222233", "11122333", "3", "22333"],
    &["12233", "23333", "22", "1222"],
    &["2", "112333", "113", "222"],
    &[
        "122",
        "111111112222",
        "11223333",
        "112233",
        "22222333",
        "2223",
        "33",
        "2222",
    ],
    &["222", "1111", "22", "11222", "223", "22"],
    &["1233", "1123", "133", "23"],
    &["111", "1222"],
    &["22", "223", "22223", "1111122222233333", "22222", "22", "222"],
    &["2233", "22233", "11233", "1222", "23", "23", "33"],
    &["12233", "11", "22223"],
    &["2333", "222223", "2233", "1222233"],
    &["22", "12223333", "122"],
    &["12233", "12233", "1222222", "3333"],
    &["2", "22222", "2222", "222", "2223"],
    &["23", "22223333", "22"],
];

/// Chapter, section and requirement.
type Number = [usize; 3];

/// All requirements, each with its level.
fn requirements() -> BTreeMap<Number, char> {
    let mut all = BTreeMap::new();
    for (chapter, sections) in (1..).zip(LEVELS) {
        for (section, levels) in (1..).zip(sections) {
            let numbers = (1..).zip(levels.chars());
            all.extend(numbers.map(|(number, level)| ([chapter, section, number], level)));
        }
    }
    all
}

/// The requirements of a cell, such as `1.2.4`, `1.2.5–1.2.9`, `4.3, 4.4` or `V5`.
fn numbers_of(cell: &str, all: &BTreeMap<Number, char>) -> Vec<Number> {
    let parse = |text: &str| -> Vec<usize> {
        let numbers = text.trim_start_matches('V').split('.');
        numbers.map(|number| number.parse().unwrap_or_default()).collect()
    };
    let mut numbers = Vec::new();
    for range in cell.split(", ") {
        let (first, last) = range.split_once('–').unwrap_or((range, range));
        let range = parse(first)..=parse(last);
        // A chapter or a section is all that begins with it.
        let length = range.start().len();
        numbers.extend(all.keys().filter(|number| {
            let beginning = number.iter().copied().take(length).collect();
            range.contains(&beginning)
        }));
    }
    numbers
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn page(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// The evidence of a text: `file::name`, or a file in a folder of the repository.
fn evidence(text: &str) -> Vec<&str> {
    let is_evidence = |span: &&str| match (span.split_once("::"), span.split_once('/')) {
        (Some((file, _)), _) => !file.is_empty(),
        (None, Some((folder, _))) => {
            !folder.is_empty() && !span.contains(' ') && root().join(folder).is_dir()
        }
        (None, None) => false,
    };
    text.split('`').skip(1).step_by(2).filter(is_evidence).collect()
}

fn exists(evidence: &str) -> bool {
    let Some((file, name)) = evidence.split_once("::") else {
        return root().join(evidence).exists();
    };
    let Ok(text) = fs::read_to_string(root().join(file)) else {
        return false;
    };
    match file.rsplit('.').next() {
        Some("rs") => has_test(&text, name),
        Some("md") => text
            .lines()
            .any(|line| line.starts_with('#') && line.trim_start_matches('#').trim() == name),
        _ => text.contains(name),
    }
}

/// Whether the source has a test of this name, which is not ignored.
fn has_test(source: &str, name: &str) -> bool {
    let before = source
        .split_once(&format!("fn {name}("))
        .map(|(before, _)| before);
    let attributes = before
        .and_then(|before| before.rsplit("\n\n").next())
        .unwrap_or_default();
    (attributes.contains("test]") || attributes.contains("::test(")) && !attributes.contains("#[ignore")
}

fn missing_evidence(page: &str) -> Vec<&str> {
    let mut missing = evidence(page);
    missing.retain(|evidence| !exists(evidence));
    missing
}

/// What is wrong with the rows of the page on ASVS, and with the sums of its statuses.
fn wrong_rows(page: &str) -> Vec<String> {
    let all = requirements();
    let (mut seen, mut sums, mut problems) = (BTreeSet::new(), BTreeMap::new(), Vec::new());
    let numbered = page.lines().filter_map(|line| {
        let row = line.strip_prefix("| ")?.strip_suffix(" |")?;
        row.starts_with(|letter: char| letter == 'V' || letter.is_ascii_digit())
            .then_some(row)
    });
    for row in numbered {
        let cells: Vec<_> = row.split(" | ").collect();
        let &[cell, level, _, status, shown] = cells.as_slice() else {
            problems.push(format!("{} has {} cells", cells[0], cells.len()));
            continue;
        };
        let numbers = numbers_of(cell, &all);
        let levels: BTreeSet<_> = numbers.iter().map(|number| all[number]).collect();
        let expected = match (levels.first(), levels.last()) {
            (Some(lowest), Some(highest)) if lowest < highest => format!("{lowest}–{highest}"),
            (Some(only), _) => only.to_string(),
            _ => "no requirement".to_owned(),
        };
        if level != expected {
            problems.push(format!("{cell} is {expected}, not {level}"));
        }
        let has_reason = shown.split('`').step_by(2).any(|prose| prose.len() > 8);
        let is_shown = match status {
            "met" => !evidence(shown).is_empty(),
            "in part" | "accepted" | "not applicable" => has_reason,
            _ => false,
        };
        if !is_shown {
            problems.push(format!("{cell} is {status} without evidence or reason"));
        }
        *sums.entry(status).or_insert(0) += numbers.len();
        let again = numbers.into_iter().filter(|number| !seen.insert(*number));
        problems.extend(again.map(|number| format!("{number:?} is in two rows")));
    }
    let missing = all.keys().filter(|number| !seen.contains(*number));
    problems.extend(missing.map(|number| format!("{number:?} is in no row")));
    for row in rows(page, "status") {
        let sum = sums.get(row[0].as_str()).copied().unwrap_or_default();
        if row[2] != sum.to_string() {
            problems.push(format!("{sum} requirements are {}, not {}", row[0], row[2]));
        }
    }
    problems
}

#[test]
fn the_standard_has_345_requirements() {
    let all = requirements();

    assert_eq!(all.len(), 345);
    assert_eq!(
        (all[&[1, 2, 10]], all[&[10, 4, 16]], all[&[17, 3, 2]]),
        ('3', '3', '2')
    );
}

#[test]
fn every_requirement_is_in_one_row_with_its_level_and_evidence_or_a_reason() {
    let page = page("docs/asvs.md");

    assert_eq!(wrong_rows(&page), Vec::<String>::new());
    for (old, new, problem) in [
        ("| 1.1.2 | 2 |", "| 1.1.1 | 2 |", "[1, 1, 1] is in two rows"),
        ("| 1.1.2 | 2 |", "| 1.1.1 | 2 |", "[1, 1, 2] is in no row"),
        ("| 1.1.2 | 2 |", "| 1.1.2 | 1 |", "1.1.2 is 2, not 1"),
        ("| 1.1.2 | 2 |", "| 1.1.x | 2 |", "1.1.x is no requirement, not 2"),
        ("| V5 | 1–3 |", "| V5 | 1 |", "V5 is 1–3, not 1"),
        (
            "| no framing | met |",
            "| no framing | met | it is |",
            "3.4.6 has 6 cells",
        ),
        (
            "| human timing | accepted |",
            "| human timing | met |",
            "2.4.2 is met without evidence or reason",
        ),
        (
            "| human timing | accepted |",
            "| human timing | in part |",
            "requirements are accepted, not",
        ),
        (
            "| human timing | accepted |",
            "| human timing | not yet |",
            "2.4.2 is not yet without evidence or reason",
        ),
    ] {
        let problems = wrong_rows(&page.replacen(old, new, 1));
        assert!(
            problems.iter().any(|found| found.contains(problem)),
            "{problem}: {problems:?}"
        );
    }
}

#[test]
fn evidence_exists() {
    for file in ["docs/asvs.md", "docs/security.md"] {
        let page = page(file);

        assert_eq!(missing_evidence(&page), Vec::<&str>::new(), "{file}");
        assert!(evidence(&page).len() > 50, "{file}");
        let planted = page.replacen("::a_link_works_once", "::a_link_works_twice", 1);
        assert_eq!(
            missing_evidence(&planted),
            ["tests/suite/sign_up/links.rs::a_link_works_twice"],
            "{file}"
        );
    }
    for (wrong, why) in [
        (
            "tests/suite/equal_times.rs::no_route_takes_longer_for_a_taken_address",
            "it is ignored",
        ),
        ("tests/suite/privacy.rs::capture_log", "it is no test"),
        ("tests/suite/private.rs::capture_log", "there is no such file"),
        ("docs/security.md::No such part", "there is no such heading"),
        ("infra/template.yaml::NoSuchResource", "there is no such name"),
    ] {
        assert!(!exists(wrong), "{wrong}: {why}");
    }
}
