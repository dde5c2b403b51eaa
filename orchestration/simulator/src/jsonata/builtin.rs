//! The functions of JSONata itself.

use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};

/// A function of JSONata 2.0.6 whose number of arguments is known here.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
#[rustfmt::skip]
pub(super) enum Builtin {
    Abs, Append, Assert, Average, Base64decode, Base64encode, Boolean, Ceil, Contains, Count, DecodeUrl,
    DecodeUrlComponent, Distinct, Each, EncodeUrl, EncodeUrlComponent, Error, Exists, Filter, Floor, FormatBase,
    FormatInteger, FormatNumber, FromMillis, Join, Keys, Length, Lookup, Lowercase, Map, Match, Max, Merge, Millis,
    Min, Not, Now, Number, Pad, ParseInteger, Power, Random, Reduce, Replace, Reverse, Round, Shuffle, Sift, Single,
    Sort, Split, Spread, Sqrt, String, Substring, SubstringAfter, SubstringBefore, Sum, ToMillis, Trim, Type,
    Uppercase,
}

impl Builtin {
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::deserialize(StrDeserializer::<Error>::new(name)).ok()
    }

    #[rustfmt::skip]
    pub(super) fn most_arguments(self) -> usize {
        match self {
            Self::Millis | Self::Random => 0,
            Self::Abs | Self::Average | Self::Base64decode | Self::Base64encode | Self::Boolean | Self::Ceil
            | Self::Count | Self::DecodeUrl | Self::DecodeUrlComponent | Self::Distinct | Self::EncodeUrl
            | Self::EncodeUrlComponent | Self::Error | Self::Exists | Self::Floor | Self::Keys | Self::Length
            | Self::Lowercase | Self::Max | Self::Merge | Self::Min | Self::Not | Self::Number | Self::Reverse
            | Self::Shuffle | Self::Spread | Self::Sqrt | Self::Sum | Self::Trim | Self::Type | Self::Uppercase => 1,
            Self::Append | Self::Assert | Self::Contains | Self::Each | Self::Filter | Self::FormatBase
            | Self::FormatInteger | Self::Join | Self::Lookup | Self::Map | Self::Now | Self::ParseInteger
            | Self::Power | Self::Round | Self::Sift | Self::Single | Self::Sort | Self::String
            | Self::SubstringAfter | Self::SubstringBefore | Self::ToMillis => 2,
            Self::FormatNumber | Self::FromMillis | Self::Match | Self::Pad | Self::Reduce | Self::Split
            | Self::Substring => 3,
            Self::Replace => 4,
        }
    }
}
