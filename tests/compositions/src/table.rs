//! Markdown tables.

/// A table with aligned columns. All but the first are aligned to the right where their cells are numbers.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let is_number = |column: usize| {
        rows.iter().all(|row| {
            let digits = row
                .get(column)
                .is_some_and(|cell| cell.starts_with(|c: char| c.is_ascii_digit()));
            column > 0 && digits
        })
    };
    let rules = (0..head.len()).map(|column| if is_number(column) { "---:" } else { "---" });
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let cells: Vec<_> = cells.collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut text = line(&mut head.iter().copied());
    text.push_str(&line(&mut rules.into_iter()));
    for row in rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text
}

/// Rounded to whole numbers, with separators.
pub(crate) fn whole(number: f64) -> String {
    let digits = format!("{:.0}", libm::round(number));
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
