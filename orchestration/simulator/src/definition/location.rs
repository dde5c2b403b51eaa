//! Locations in a definition.

use std::fmt;

/// A path such as `/States/Go/Retry[0]`, as AWS writes it: names are not escaped.
#[derive(Clone, Copy)]
pub(super) enum Location<'a> {
    Root,
    Field(&'a Location<'a>, &'a str),
    Item(&'a Location<'a>, usize),
}

impl<'a> Location<'a> {
    pub(super) fn field(&'a self, name: &'a str) -> Self {
        Self::Field(self, name)
    }

    pub(super) fn item(&'a self, index: usize) -> Self {
        Self::Item(self, index)
    }

    fn write(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(of, name) => {
                of.write(formatter)?;
                write!(formatter, "/{name}")
            }
            Self::Item(of, index) => {
                of.write(formatter)?;
                write!(formatter, "[{index}]")
            }
        }
    }
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => formatter.write_str("/"),
            _ => self.write(formatter),
        }
    }
}
