//! Marks of personal data on values.

/// Whether a value is personal data, and the name of the field whose mark says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Personal {
    No,
    /// It has a field that is.
    Inside(&'static str),
    Yes(&'static str),
    /// It was, and its author has declassified it.
    Declassified,
}

impl Personal {
    pub(crate) fn inside(field: Option<&'static str>) -> Self {
        field.map_or(Self::No, Self::Inside)
    }

    /// The mark of a value that is made of two.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes(from), _) | (_, Self::Yes(from)) => Self::Yes(from),
            (Self::Inside(field), _) | (_, Self::Inside(field)) => Self::Inside(field),
            (Self::No | Self::Declassified, Self::No | Self::Declassified) => Self::No,
        }
    }
}
