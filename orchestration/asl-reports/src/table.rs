//! Markdown tables, aligned in the source.

use std::fmt::{self, Write};

pub(super) struct Table {
    rows: Vec<Vec<String>>,
    /// The width of each column: that of its widest cell.
    widths: Vec<usize>,
    /// The columns that are aligned to the right.
    numbers: &'static [usize],
}

impl Table {
    pub(super) fn new(header: &[&str], numbers: &'static [usize]) -> Self {
        let mut table = Self {
            rows: Vec::new(),
            widths: vec![3; header.len()],
            numbers,
        };
        table.row(header.iter().map(ToString::to_string));
        table
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let row: Vec<String> = cells.into_iter().collect();
        for (width, cell) in self.widths.iter_mut().zip(&row) {
            *width = cell.chars().count().max(*width);
        }
        self.rows.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, row) in self.rows.iter().enumerate() {
            let mut separator = String::new();
            for (column, (cell, width)) in row.iter().zip(&self.widths).enumerate() {
                if self.numbers.contains(&column) {
                    write!(formatter, "| {cell:>width$} ")?;
                    write!(separator, "| {:->width$} ", ":")?;
                } else {
                    write!(formatter, "| {cell:<width$} ")?;
                    write!(separator, "| {:-<width$} ", "")?;
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
