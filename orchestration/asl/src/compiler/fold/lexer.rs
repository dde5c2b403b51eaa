//! Tokens of JSONata.

use serde_json::Value;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'t> {
    Text(String),
    Number(Value),
    Name(&'t str),
    /// A name between backticks.
    Quoted(&'t str),
    /// A name after a `$`.
    Variable(&'t str),
    Symbol(&'t str),
}

/// All tokens, and where each begins and ends in the text.
pub(super) struct Lexer<'t> {
    tokens: Vec<(Token<'t>, usize, usize)>,
    next: usize,
}

/// Longer ones first.
const SYMBOLS: [&str; 22] = [
    "!=", "<=", ">=", "?", ":", "=", "<", ">", "+", "-", "*", "/", "%", "&", "(", ")", "[", "]", "{", "}",
    ",", ".",
];

impl<'t> Lexer<'t> {
    /// `None` for a character that begins no token.
    pub(super) fn new(text: &'t str) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut at = 0;
        loop {
            let rest = text.get(at..)?;
            let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r']);
            at += rest.len() - trimmed.len();
            if trimmed.is_empty() {
                return Some(Self { tokens, next: 0 });
            }
            let (token, length) = token(trimmed)?;
            tokens.push((token, at, at + length));
            at += length;
        }
    }

    pub(super) fn next(&mut self) -> Option<Token<'t>> {
        let (token, ..) = self.tokens.get(self.next)?;
        self.next += 1;
        Some(token.clone())
    }

    pub(super) fn at_end(&self) -> bool {
        self.next == self.tokens.len()
    }

    /// Where the next token begins.
    pub(super) fn position(&self) -> usize {
        self.tokens.get(self.next).map_or(0, |(_, start, _)| *start)
    }

    /// Where the last token ended.
    pub(super) fn end_of_last(&self) -> usize {
        let last = self.next.checked_sub(1).and_then(|last| self.tokens.get(last));
        last.map_or(0, |(.., end)| *end)
    }

    /// Whether the next token is this symbol or word.
    pub(super) fn peeks(&self, symbol: &str) -> bool {
        matches!(
            self.tokens.get(self.next),
            Some((Token::Symbol(next) | Token::Name(next), ..)) if *next == symbol
        )
    }

    /// Takes the next token, if it is this symbol or word.
    pub(super) fn take(&mut self, symbol: &str) -> bool {
        let is_next = self.peeks(symbol);
        self.next += usize::from(is_next);
        is_next
    }
}

fn token(text: &str) -> Option<(Token<'_>, usize)> {
    let first = text.chars().next()?;
    match first {
        '\'' | '"' => string(text, first),
        '`' => {
            let (name, _) = text.get(1..)?.split_once('`')?;
            Some((Token::Quoted(name), name.len() + 2))
        }
        '$' => {
            let name = word(text.get(1..)?);
            Some((Token::Variable(name), name.len() + 1))
        }
        '0'..='9' => {
            let end = text
                .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
                .unwrap_or(text.len());
            let number = text.get(..end)?;
            // An exponent, or a name right behind the number.
            let continues = !word(text.get(end..)?).is_empty();
            let value: Value = serde_json::from_str(number).ok().filter(|_| !continues)?;
            Some((Token::Number(value), end))
        }
        _ if is_letter(first) => {
            let name = word(text);
            Some((Token::Name(name), name.len()))
        }
        _ => {
            let symbol = SYMBOLS.into_iter().find(|symbol| text.starts_with(symbol))?;
            // `**`, `~>`, `:=`, `..` and comments are not understood.
            let pair = text.get(..2).unwrap_or_default();
            let is_other = ["**", ":=", "..", "/*", "?:", "??"].contains(&pair);
            (!is_other).then_some((Token::Symbol(symbol), symbol.len()))
        }
    }
}

/// A string literal. Its escapes are those of JSON.
fn string(text: &str, quote: char) -> Option<(Token<'_>, usize)> {
    let mut json = String::from('"');
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => {
                json.push('\\');
                json.push(letters.next()?.1);
            }
            end if end == quote => {
                json.push('"');
                let text = serde_json::from_str(&json).ok()?;
                return Some((Token::Text(text), at + 1));
            }
            '"' => json.push_str("\\\""),
            plain => json.push(plain),
        }
    }
    None
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphabetic() || letter == '_'
}

/// The name that the text begins with.
fn word(text: &str) -> &str {
    let end = text
        .find(|letter: char| !is_letter(letter) && !letter.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end).0
}
