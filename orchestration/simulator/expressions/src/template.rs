//! Templates: the right-hand sides of a grammar's rules, as text with slots between guillemets.
//!
//! `«number» + «number»` is a sum. A slot that begins with a dot, as in `«objects».(«.number»)`, is evaluated for
//! an item of a path, so it can read the item's fields. A template that begins with `=` is an operator, which mostly gets
//! parentheses.

use crate::schema::Kind;

/// A rule of a grammar: how often it is taken, relative to the others for the same kind, and its template.
pub(crate) type Rule = (u32, &'static str);

/// What a slot is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Expression(Kind),
    /// A function, by its number of arguments at most.
    Function(u8),
    TextOrRegex,
    ReplacementOrFunction,
    /// A path from `$states.input`.
    Path,
    /// A name as a step of a path, or as a string.
    Name,
    QuotedName,
    /// A variable that is in scope, or a literal.
    Variable,
    /// A new variable, in scope for the rest of the template.
    NewVariable,
    /// The same with its value: `$v1 := …`. The value cannot refer to it, so it cannot recur.
    Assignment,
    /// Mostly a small whole number.
    Small,
    /// The same where the size of the result depends on it: a range's end, or a length to pad to.
    Bound,
    Literal(Literal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Literal {
    Number,
    Text,
    Regex,
    Replacement,
    NumberPicture,
    NumberOptions,
    IntegerPicture,
    IntegerText,
    TimePicture,
    TimeText,
    Zone,
}

/// A template taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    Text(&'a str),
    Slot { slot: Slot, in_path: bool },
}

impl Slot {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "any" => Self::Expression(Kind::Any),
            "number" => Self::Expression(Kind::Number),
            "text" => Self::Expression(Kind::Text),
            "boolean" => Self::Expression(Kind::Boolean),
            "array" => Self::Expression(Kind::Array),
            "numbers" => Self::Expression(Kind::Numbers),
            "texts" => Self::Expression(Kind::Texts),
            "objects" => Self::Expression(Kind::Objects),
            "object" => Self::Expression(Kind::Object),
            "function" => Self::Function(3),
            "function1" => Self::Function(1),
            "function2" => Self::Function(2),
            "text or regex" => Self::TextOrRegex,
            "replacement or function" => Self::ReplacementOrFunction,
            "path" => Self::Path,
            "name" => Self::Name,
            "quoted" => Self::QuotedName,
            "variable" => Self::Variable,
            "new" => Self::NewVariable,
            "let" => Self::Assignment,
            "small" => Self::Small,
            "bound" => Self::Bound,
            "1" => Self::Literal(Literal::Number),
            "'a'" => Self::Literal(Literal::Text),
            "regex" => Self::Literal(Literal::Regex),
            "replacement" => Self::Literal(Literal::Replacement),
            "number picture" => Self::Literal(Literal::NumberPicture),
            "number options" => Self::Literal(Literal::NumberOptions),
            "integer picture" => Self::Literal(Literal::IntegerPicture),
            "integer text" => Self::Literal(Literal::IntegerText),
            "time picture" => Self::Literal(Literal::TimePicture),
            "time text" => Self::Literal(Literal::TimeText),
            "zone" => Self::Literal(Literal::Zone),
            _ => return None,
        })
    }
}

/// The parts of a template. A slot of an unknown name stays as it is, which a test excludes.
pub(crate) fn parts(template: &str) -> impl Iterator<Item = Part<'_>> {
    template.split_inclusive('»').flat_map(|piece| {
        let (text, slot) = piece.split_at(piece.find('«').unwrap_or(piece.len()));
        let name = slot.trim_start_matches('«').trim_end_matches('»');
        let in_path = name.starts_with('.');
        let slot = match Slot::named(name.trim_start_matches('.')) {
            Some(slot) => Part::Slot { slot, in_path },
            None => Part::Text(slot),
        };
        [Part::Text(text), slot]
    })
}
