//! The part of JSONata that folding understands.
//!
//! It is most of what the compiler writes: literals, paths, comparisons, conditions, constructors, and functions that depend on
//! nothing but their arguments. An expression that does not parse here is left where it is.
//!
//! ```text
//! $exists($order.note) ? $order.note : null
//!
//! Conditional [Exists(Path $order.note), Path $order.note, Literal null]
//! ```

use std::ops::Range;

use serde_json::Value;

use super::lexer::{Lexer, Token};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// A text, a number, a truth value or `null`.
    Literal(Value),
    Path(Path),
    /// `=` or `!=`.
    Equal {
        sides: Box<[Expression; 2]>,
        negated: bool,
    },
    /// `and` or `or`.
    Logic(Box<[Expression; 2]>),
    Exists(Box<Expression>),
    Not(Box<Expression>),
    /// The condition and the two values.
    Conditional(Box<[Expression; 3]>),
    Object(Vec<(String, Expression)>),
    Array(Vec<Expression>),
    /// An operator or a function that fails for some values, or has no result.
    Partial(Vec<Expression>),
}

/// A value that is read, such as `$states.input[0].id`.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub(super) root: Root,
    pub(super) steps: Vec<Step>,
    /// Its bytes in the text of the expression.
    pub(super) span: Range<usize>,
}

/// Paths are equal wherever they are written.
impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root && self.steps == other.steps
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Root {
    Input,
    Result,
    ErrorOutput,
    Context,
    Variable(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Field(String),
    Index(usize),
}

/// Functions whose result depends on their arguments alone. `$exists` and `$not` are known by more than their names.
const PURE: &str = "
    abs append average base64decode base64encode boolean ceil contains count decodeUrl decodeUrlComponent distinct encodeUrl
    encodeUrlComponent floor formatBase formatInteger formatNumber fromMillis hash join keys length lookup lowercase max merge
    min number pad parse parseInteger partition power range replace reverse round split spread sqrt string substring
    substringAfter substringBefore sum toMillis trim type uppercase zip
";

/// The expression between `{%` and `%}`; `None` if it has anything that folding does not understand.
pub(super) fn parse(text: &str) -> Option<Expression> {
    let mut parser = Parser {
        lexer: Lexer::new(text)?,
    };
    let expression = parser.conditional()?;
    parser.lexer.at_end().then_some(expression)
}

impl Expression {
    /// All paths in it.
    pub(super) fn paths(&self) -> Vec<&Path> {
        match self {
            Self::Path(path) => vec![path],
            _ => self.parts().into_iter().flat_map(Self::paths).collect(),
        }
    }

    fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Literal(_) | Self::Path(_) => Vec::new(),
            Self::Equal { sides, .. } | Self::Logic(sides) => sides.iter().collect(),
            Self::Exists(inner) | Self::Not(inner) => vec![inner],
            Self::Conditional(parts) => parts.iter().collect(),
            Self::Object(fields) => fields.iter().map(|(_, value)| value).collect(),
            Self::Array(items) | Self::Partial(items) => items.iter().collect(),
        }
    }

    /// Whether its result is `true` or `false` wherever it has one.
    pub(super) fn is_boolean(&self) -> bool {
        match self {
            Self::Equal { .. } | Self::Logic(_) | Self::Exists(_) | Self::Not(_) => true,
            Self::Literal(value) => value.is_boolean(),
            _ => false,
        }
    }
}

impl Path {
    /// Whether this is a part of what `other` leads to, or the same.
    pub(super) fn starts_with(&self, other: &Self) -> bool {
        self.root == other.root && self.steps.starts_with(&other.steps)
    }

    /// Whether the path has the same value in the next state: not what the context tells of the state or its task, nor the item
    /// of a Map, which is another one inside of a Map than at its exit.
    pub(super) fn is_movable(&self) -> bool {
        self.root != Root::Context
            || matches!(
                self.steps.first(),
                Some(Step::Field(section)) if ["Execution", "StateMachine"].contains(&section.as_str())
            )
    }
}

struct Parser<'t> {
    lexer: Lexer<'t>,
}

/// Infix operators from the loosest to the tightest.
const LEVELS: [&[&str]; 5] = [
    &["or"],
    &["and"],
    &["=", "!=", "<", "<=", ">", ">=", "in"],
    &["+", "-", "&"],
    &["*", "/", "%"],
];

impl Parser<'_> {
    fn conditional(&mut self) -> Option<Expression> {
        let condition = self.infix(0)?;
        if !self.lexer.take("?") {
            return Some(condition);
        }
        let yes = self.conditional()?;
        let parts = if self.lexer.take(":") {
            Box::new([condition, yes, self.conditional()?])
        } else {
            return None;
        };
        Some(Expression::Conditional(parts))
    }

    fn infix(&mut self, level: usize) -> Option<Expression> {
        let Some(operators) = LEVELS.get(level) else {
            return self.primary();
        };
        let mut left = self.infix(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.lexer.take(operator)) {
            let sides = [left, self.infix(level + 1)?];
            left = match *operator {
                "=" | "!=" => Expression::Equal {
                    sides: Box::new(sides),
                    negated: *operator == "!=",
                },
                "and" | "or" => Expression::Logic(Box::new(sides)),
                _ => Expression::Partial(sides.into()),
            };
        }
        Some(left)
    }

    fn primary(&mut self) -> Option<Expression> {
        let start = self.lexer.position();
        let expression = match self.lexer.next()? {
            Token::Text(text) => Expression::Literal(Value::String(text)),
            Token::Number(number) => Expression::Literal(number),
            Token::Name("true") => Expression::Literal(Value::Bool(true)),
            Token::Name("false") => Expression::Literal(Value::Bool(false)),
            Token::Name("null") => Expression::Literal(Value::Null),
            Token::Variable(name) if self.lexer.take("(") => self.call(name)?,
            Token::Variable(name) => return self.path(name, start),
            Token::Symbol("(") => {
                let inner = self.conditional()?;
                self.lexer.take(")").then_some(inner)?
            }
            Token::Symbol("[") => Expression::Array(self.list("]")?),
            Token::Symbol("{") => Expression::Object(self.fields()?),
            Token::Symbol(_) | Token::Name(_) | Token::Quoted(_) => return None,
        };
        // A step or a predicate on anything but a path.
        let continues = self.lexer.peeks(".") || self.lexer.peeks("[") || self.lexer.peeks("(");
        (!continues).then_some(expression)
    }

    fn path(&mut self, variable: &str, start: usize) -> Option<Expression> {
        let mut steps = Vec::new();
        let mut end = self.lexer.end_of_last();
        loop {
            if self.lexer.take(".") {
                match self.lexer.next()? {
                    Token::Name(name) | Token::Quoted(name) => steps.push(Step::Field(name.to_owned())),
                    _ => return None,
                }
            } else if self.lexer.take("[") {
                let Token::Number(number) = self.lexer.next()? else {
                    return None;
                };
                steps.push(Step::Index(usize::try_from(number.as_u64()?).ok()?));
                self.lexer.take("]").then_some(())?;
            } else {
                break;
            }
            end = self.lexer.end_of_last();
        }
        if self.lexer.peeks("(") || self.lexer.peeks("{") {
            return None;
        }
        let (root, steps) = match (variable, steps.split_first()) {
            ("states", Some((Step::Field(field), rest))) => {
                let root = match field.as_str() {
                    "input" => Root::Input,
                    "result" => Root::Result,
                    "errorOutput" => Root::ErrorOutput,
                    "context" => Root::Context,
                    _ => return None,
                };
                (root, rest.to_vec())
            }
            ("states" | "", _) => return None,
            (variable, _) => (Root::Variable(variable.to_owned()), steps),
        };
        Some(Expression::Path(Path {
            root,
            steps,
            span: start..end,
        }))
    }

    fn call(&mut self, function: &str) -> Option<Expression> {
        let mut arguments = self.list(")")?;
        if matches!(function, "exists" | "not") {
            let argument = Box::new(arguments.pop().filter(|_| arguments.is_empty())?);
            return Some(match function {
                "exists" => Expression::Exists(argument),
                _ => Expression::Not(argument),
            });
        }
        let is_pure = PURE.split_whitespace().any(|name| name == function);
        is_pure.then_some(Expression::Partial(arguments))
    }

    /// Expressions with commas between them, up to the symbol that ends them.
    fn list(&mut self, end: &str) -> Option<Vec<Expression>> {
        let mut items = Vec::new();
        if self.lexer.take(end) {
            return Some(items);
        }
        loop {
            items.push(self.conditional()?);
            if self.lexer.take(end) {
                return Some(items);
            }
            self.lexer.take(",").then_some(())?;
        }
    }

    fn fields(&mut self) -> Option<Vec<(String, Expression)>> {
        let mut fields: Vec<(String, Expression)> = Vec::new();
        if self.lexer.take("}") {
            return Some(fields);
        }
        loop {
            let Token::Text(name) = self.lexer.next()? else {
                return None;
            };
            if fields.iter().any(|(known, _)| *known == name) {
                return None;
            }
            self.lexer.take(":").then_some(())?;
            fields.push((name, self.conditional()?));
            if self.lexer.take("}") {
                return Some(fields);
            }
            self.lexer.take(",").then_some(())?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<&str> {
        let expression = parse(text).unwrap_or_else(|| panic!("{text}"));
        let paths = expression.paths();
        paths.iter().map(|path| &text[path.span.clone()]).collect()
    }

    #[test]
    fn paths_are_found_where_they_are_written() {
        assert_eq!(
            read("$exists($a.b) ? $a.b & '$c' : ($states.input[0].`x-y` = $d)"),
            ["$a.b", "$a.b", "$states.input[0].`x-y`", "$d"]
        );
        assert_eq!(read("{'a': [$a, $b[2]]}"), ["$a", "$b[2]"]);
    }

    #[test]
    fn operators_bind_as_in_jsonata() {
        let expression = parse("$a = 1 and $b + 2 * 3 < 4 or true").unwrap();

        let Expression::Logic(sides) = expression else {
            panic!("`or` binds least: {expression:?}")
        };
        assert!(matches!(&sides[0], Expression::Logic(both) if both[0].is_boolean()));
    }

    #[test]
    fn what_is_not_understood_does_not_parse() {
        for text in [
            "",
            "$",
            "$$.a",
            "a.b",
            "$a.*",
            "$a[$b]",
            "$a[-1]",
            "$a.b[c = 1]",
            "($a).b",
            "$a.(b)",
            "$a{b: c}",
            "$now()",
            "$uuid()",
            "$random()",
            "$error('x')",
            "$map($a, function($x) { $x })",
            "$a ? 1",
            "$a := 1",
            "$a ~> $string",
            "$states",
            "$states.other",
            "/a/",
            "$a;",
            "$a %",
            "'open",
            "{'a': 1, 'a': 2}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn texts_are_unescaped() {
        assert_eq!(
            parse(r#"'it\u0027s a "\\"'"#),
            Some(Expression::Literal("it's a \"\\\"".into()))
        );
    }
}
