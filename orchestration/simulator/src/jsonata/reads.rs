//! The variables, functions and fields of `$states` that an expression may read, found before it is evaluated.
//!
//! Only that is converted and bound, so that a large input costs nothing in a state that does not look at it.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatesField {
    Input,
    Result,
    ErrorOutput,
    Context,
}

impl StatesField {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "input" => Some(Self::Input),
            "result" => Some(Self::Result),
            "errorOutput" => Some(Self::ErrorOutput),
            "context" => Some(Self::Context),
            _ => None,
        }
    }
}

/// The names after a `$` in an expression.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    /// Variables and functions, without the `$`. Names inside of string literals are among them: one too many
    /// costs a little time, one too few would be wrong.
    names: Vec<String>,
    /// Whether `$states` is read other than by one of its fields.
    whole_states: bool,
    fields: Vec<StatesField>,
    /// Whether the context object is read other than by a field of one of its sections.
    whole_context: bool,
    /// The fields of the context object that are read, such as `Execution` and `Input`.
    context: Vec<[String; 2]>,
    path: Option<PlainPath>,
}

/// An expression that is nothing but a variable and field names: `$states.input.user.email`.
#[derive(Debug)]
pub(crate) struct PlainPath {
    pub(crate) variable: String,
    pub(crate) keys: Vec<String>,
}

/// Names that have a meaning of their own after a dot.
const WORDS: [&str; 6] = ["and", "or", "in", "true", "false", "null"];

impl Reads {
    /// Reads the names off an expression's text.
    pub(crate) fn of(text: &str) -> Self {
        let mut reads = Self {
            path: PlainPath::of(text),
            // `%` may be the parent of what a path leads to.
            whole_context: text.contains('%'),
            ..Self::default()
        };
        let mut rest = text;
        while let Some((_, named)) = rest.split_once('$') {
            let (name, after) = split_name(named);
            rest = after;
            if name == "states" {
                reads.note_states(after);
            } else if !name.is_empty() && !reads.names.iter().any(|known| known == name) {
                reads.names.push(name.to_owned());
            }
        }
        reads
    }

    fn note_states(&mut self, after: &str) {
        let (name, after) = split_field(after);
        let field = StatesField::named(name);
        if field == Some(StatesField::Context) {
            let (section, after) = split_field(after);
            let (field, _) = split_field(after);
            let read = [section, field].map(str::to_owned);
            if section.is_empty() || field.is_empty() {
                self.whole_context = true;
            } else if !self.context.contains(&read) {
                self.context.push(read);
            }
        }
        match field {
            Some(field) if self.fields.contains(&field) => {}
            Some(field) => self.fields.push(field),
            None => self.whole_states = true,
        }
    }

    /// Whether it may call that function.
    pub(super) fn may_call(&self, function: &str) -> bool {
        self.names.iter().any(|name| name == function)
    }

    /// Whether it may draw random numbers.
    pub(super) fn may_draw(&self) -> bool {
        ["random", "shuffle", "uuid"]
            .iter()
            .any(|function| self.may_call(function))
    }

    /// All names but `states`.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Whether `$states` is read at all.
    pub(crate) fn any_state(&self) -> bool {
        self.whole_states || !self.fields.is_empty()
    }

    /// Whether that field of `$states` may be read.
    pub(crate) fn may_read(&self, field: StatesField) -> bool {
        self.whole_states || self.fields.contains(&field)
    }

    /// The fields of the context object that are read; `None` if it may be read in another way.
    pub(crate) fn context_fields(&self) -> Option<&[[String; 2]]> {
        (!self.whole_states && !self.whole_context).then_some(self.context.as_slice())
    }

    /// The path, where the expression is nothing else.
    pub(crate) fn plain_path(&self) -> Option<&PlainPath> {
        self.path.as_ref()
    }
}

impl PlainPath {
    fn of(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('$')?.split('.');
        let variable = parts.next().filter(|name| is_name(name))?;
        let keys: Option<Vec<String>> = parts
            .map(|key| (is_name(key) && !WORDS.contains(&key)).then(|| key.to_owned()))
            .collect();
        Some(Self {
            variable: variable.to_owned(),
            keys: keys?,
        })
    }
}

fn is_name(text: &str) -> bool {
    let (name, rest) = split_name(text);
    rest.is_empty() && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
}

/// The name behind the dot that `text` begins with, and what follows it; no name without a dot.
fn split_field(text: &str) -> (&str, &str) {
    match text.trim_start().strip_prefix('.') {
        Some(after) => split_name(after.trim_start()),
        None => ("", text),
    }
}

/// The name that `text` begins with, and what follows it.
fn split_name(text: &str) -> (&str, &str) {
    let end = text
        .find(|character: char| !(character.is_alphanumeric() || character == '_'))
        .unwrap_or(text.len());
    text.split_at(end)
}
