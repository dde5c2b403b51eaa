//! Markdown tables, aligned in the source.

use std::fmt::{self, Write};

pub(super) struct Table {
    rows: Vec<Vec<String>>,
    /// The columns that are aligned to the right.
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

    /// The width of the widest cell, and at least that of a separator.
    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).fold(3, usize::max)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, row) in self.rows.iter().enumerate() {
            let mut separator = String::new();
            for (column, cell) in row.iter().enumerate() {
                let width = self.width(column);
                if self.numbers.contains(&column) {
                    write!(formatter, "| {cell:>width$} ")?;
                    write!(separator, "| {:->1$} ", ":", width)?;
                } else {
                    write!(formatter, "| {cell:<width$} ")?;
                    write!(separator, "| {:-<1$} ", "", width)?;
                }
            }
            writeln!(formatter, "|")?;
            if index == 0 {
                writeln!(formatter, "{separator}|")?;
            }
        }
        formatter.write_char('\n')
    }
}
