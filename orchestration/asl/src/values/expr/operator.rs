//! Operators and higher-order functions of JSONata.

use std::fmt;

/// An enum whose values are displayed as JSONata writes them.
macro_rules! jsonata {
    ($name:ident { $($variant:ident $text:literal)+ }) => {
        #[derive(Clone, Copy)]
        pub(crate) enum $name { $($variant),+ }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(match self { $(Self::$variant => $text),+ })
            }
        }
    };
}

jsonata! {
    Operator {
        Equal "=" NotEqual "!=" Less "<" LessOrEqual "<=" Greater ">" GreaterOrEqual ">=" In "in"
        And "and" Or "or" Concat "&" Add "+" Subtract "-" Multiply "*" Divide "/" Remainder "%"
    }
}

// Functions that are applied to each item of an array.
jsonata! {
    HigherOrder { Map "map" Filter "filter" }
}

impl Operator {
    /// Whether the result says no more than that one operand is equal to, greater than or among the other.
    pub(crate) fn is_comparison(self) -> bool {
        use Operator::{Equal, Greater, GreaterOrEqual, In, Less, LessOrEqual, NotEqual};

        matches!(
            self,
            Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual | In
        )
    }
}
