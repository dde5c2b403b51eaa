//! Tables that are legible as they are.

use std::fmt::{self, Write};

/// A table of Markdown whose columns are as wide as their widest cell.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    /// Which columns hold numbers, and stand to the right.
    numbers: &'static [usize],
}

impl Table {
    pub(super) fn new(header: &[&str], numbers: &'static [usize]) -> Self {
        Self {
            rows: vec![header.iter().map(|cell| (*cell).to_owned()).collect()],
            numbers,
        }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(3)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, row) in self.rows.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                let width = self.width(column);
                if self.numbers.contains(&column) {
                    write!(formatter, "| {cell:>width$} ")?;
                } else {
                    write!(formatter, "| {cell:<width$} ")?;
                }
            }
            writeln!(formatter, "|")?;
            if index == 0 {
                for column in 0..row.len() {
                    let line = "-".repeat(self.width(column) - 1);
                    let (left, right) = if self.numbers.contains(&column) {
                        ('-', ':')
                    } else {
                        ('-', '-')
                    };
                    write!(formatter, "| {left}{}{right} ", line.get(1..).unwrap_or(""))?;
                }
                writeln!(formatter, "|")?;
            }
        }
        formatter.write_char('\n')
    }
}
