//! The generator: it fills templates until an expression is complete.

use rand::{Rng, RngExt};
use serde_json::Value;

use crate::case::Grammar;
use crate::functions::{FUNCTIONS, Function};
use crate::schema::{Kind, Schema};
use crate::template::{Literal, Part, Rule, Slot, parts};
use crate::tree::Tree;
use crate::{json, literals, paths, pictures, rules};

/// A random expression over `$states.input`, which reads mostly what this input has.
pub fn expression(random: &mut impl Rng, grammar: Grammar, input: &Value) -> Tree {
    let depth = random.random_range(1..5);
    let mut generator = Generator {
        random,
        grammar,
        schema: Schema::of(input),
        variables: Vec::new(),
        count: 0,
        operator: false,
    };
    generator.expression(
        Kind::Any,
        Place {
            depth,
            in_path: false,
        },
    )
}

struct Generator<'a, R> {
    random: &'a mut R,
    grammar: Grammar,
    schema: Schema,
    /// Those in scope.
    variables: Vec<String>,
    /// How many there were so far.
    count: usize,
    /// Whether the tree that was derived last is an operator.
    operator: bool,
}

/// Where an expression is.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// How many more levels there may be.
    depth: u32,
    /// Whether there is an item of a path, whose fields can be read.
    in_path: bool,
}

impl<R: Rng> Generator<'_, R> {
    fn expression(&mut self, kind: Kind, place: Place) -> Tree {
        // Now and then an argument of another type.
        let kind = if self.random.random_ratio(1, 15) {
            Kind::Any
        } else {
            kind
        };
        if place.depth == 0 || self.random.random_ratio(1, 6) {
            return self.leaf(kind, place);
        }
        let deeper = Place {
            depth: place.depth - 1,
            ..place
        };
        if self.grammar == Grammar::Whole && self.random.random_ratio(2, 5) {
            return self.call(kind, deeper);
        }
        let rules = match self.grammar {
            Grammar::Whole => rules::inner(kind),
            Grammar::Common => paths::inner(kind),
        };
        self.apply(rules, deeper)
    }

    fn leaf(&mut self, kind: Kind, place: Place) -> Tree {
        if place.in_path && self.random.random_ratio(2, 3) {
            if self.random.random_ratio(1, 2)
                && let Some(field) = self.schema.field(kind, self.random)
            {
                return Tree::leaf(field);
            }
            let rules = match self.grammar {
                Grammar::Whole => rules::ITEM,
                Grammar::Common => paths::ITEM,
            };
            return self.apply(rules, place);
        }
        if !self.variables.is_empty() && self.random.random_ratio(1, 2) {
            return self.variable();
        }
        if self.random.random_ratio(3, 5)
            && let Some(path) = self.schema.path(kind, self.random)
        {
            return Tree::leaf(path);
        }
        self.apply(rules::leaves(kind), place)
    }

    /// A call of a function that returns that kind of value.
    fn call(&mut self, kind: Kind, place: Place) -> Tree {
        let fit: Vec<&Function> = FUNCTIONS
            .iter()
            .filter(|function| kind == Kind::Any || function.returns == kind)
            .collect();
        let at = self.random.random_range(0..fit.len().max(1));
        let Some(function) = fit.get(at) else {
            return self.apply(rules::inner(kind), place);
        };
        let given = self
            .random
            .random_range(function.required..=function.arguments.len());
        let mut arguments: Vec<&str> = function.arguments.iter().copied().take(given).collect();
        // A function that is given less takes the item of the path, or fails.
        if !arguments.is_empty() && self.random.random_ratio(1, 20) {
            arguments.remove(0);
        }
        if self.random.random_ratio(1, 40) {
            arguments.push("«any»");
        }
        let name = function.name;
        match (arguments.split_first(), self.random.random_range(0..16)) {
            (Some((first, rest)), 0) => {
                self.fill(&format!("=({first}) ~> ${name}({})", rest.join(", ")), place)
            }
            (Some((first, [])), 1) => self.fill(&format!("=({first}) ~> ${name}"), place),
            (Some((first, rest)), 2) => {
                let open = [&["?"], rest].concat();
                self.fill(&format!("${name}({})({first})", open.join(", ")), place)
            }
            _ => self.fill(&format!("${name}({})", arguments.join(", ")), place),
        }
    }

    fn apply(&mut self, rules: &[Rule], place: Place) -> Tree {
        let total: u32 = rules.iter().map(|(weight, _)| weight).sum();
        let mut drawn = self.random.random_range(0..total.max(1));
        for (weight, template) in rules {
            if drawn < *weight {
                return self.fill(template, place);
            }
            drawn -= weight;
        }
        Tree::leaf("null")
    }

    fn fill(&mut self, template: &str, place: Place) -> Tree {
        let (template, operator) = match template.strip_prefix('=') {
            Some(template) => (template, true),
            None => (template, false),
        };
        let in_scope = self.variables.len();
        let mut tree = Tree::default();
        for part in parts(template) {
            match part {
                Part::Text("") => {}
                Part::Text(text) => tree.push_text(text),
                Part::Slot { slot, in_path } => {
                    let place = Place {
                        in_path: in_path || place.in_path,
                        ..place
                    };
                    self.operator = false;
                    let part = self.slot(slot, place);
                    // Without parentheses, precedence decides what belongs together.
                    if self.operator && !self.random.random_ratio(1, 8) {
                        tree.push(part.in_parentheses());
                    } else {
                        tree.push(part);
                    }
                }
            }
        }
        self.variables.truncate(in_scope);
        self.operator = operator;
        tree
    }

    fn slot(&mut self, slot: Slot, place: Place) -> Tree {
        let deeper = Place {
            depth: place.depth.saturating_sub(1),
            ..place
        };
        match slot {
            Slot::Expression(kind) => self.expression(kind, place),
            Slot::Function(1) => self.apply(rules::FUNCTIONS_1, deeper),
            Slot::Function(2) => self.apply(rules::FUNCTIONS_2, deeper),
            Slot::Function(_) => {
                let rules = if self.random.random() {
                    rules::FUNCTIONS_1
                } else {
                    rules::FUNCTIONS_3
                };
                self.apply(rules, deeper)
            }
            Slot::TextOrRegex if self.random.random() => self.expression(Kind::Text, place),
            Slot::TextOrRegex => Tree::leaf(literals::regex(self.random)),
            Slot::ReplacementOrFunction => match self.random.random_range(0..6) {
                0 => self.apply(rules::FUNCTIONS_1, deeper),
                1 => self.expression(Kind::Text, place),
                _ => Tree::leaf(literals::replacement(self.random)),
            },
            Slot::Path => Tree::leaf(
                self.schema
                    .path(Kind::Any, self.random)
                    .unwrap_or("$states.input"),
            ),
            Slot::Name => Tree::leaf(self.name()),
            Slot::QuotedName => {
                let name = literals::field(self.random);
                Tree::leaf(literals::quoted(name, self.random))
            }
            Slot::Variable if self.variables.is_empty() => Tree::leaf(literals::number(self.random)),
            Slot::Variable => self.variable(),
            Slot::NewVariable => Tree::leaf(self.new_variable()),
            Slot::Assignment => {
                let value = self.expression(Kind::Any, place);
                let mut tree = Tree::leaf(format!("{} := ", self.new_variable()));
                tree.push(value);
                self.operator = false;
                tree
            }
            Slot::Small => self.small(place),
            Slot::Bound => self.bound(place),
            Slot::Literal(literal) => Tree::leaf(self.literal(literal)),
        }
    }

    fn name(&mut self) -> String {
        match self.schema.field(Kind::Any, self.random) {
            Some(field) if !self.random.random_ratio(1, 4) => field.to_owned(),
            _ => literals::name(literals::field(self.random)),
        }
    }

    /// One of the innermost variables.
    fn variable(&mut self) -> Tree {
        let from = self.variables.len().saturating_sub(3);
        let at = self.random.random_range(from..self.variables.len());
        Tree::leaf(self.variables.get(at).cloned().unwrap_or_default())
    }

    fn new_variable(&mut self) -> String {
        self.count += 1;
        let name = format!("$v{}", self.count);
        self.variables.push(name.clone());
        name
    }

    fn small(&mut self, place: Place) -> Tree {
        match self.random.random_range(0..12) {
            0 => self.expression(Kind::Number, place),
            1 => Tree::leaf(format!("{}.5", self.random.random_range(-3..4))),
            2 => Tree::leaf(json::one_of(&["40", "36", "-20", "0"], "1", self.random)),
            _ => Tree::leaf(self.random.random_range(-3..9).to_string()),
        }
    }

    /// What is large is refused by every evaluator, and nothing is in between.
    fn bound(&mut self, place: Place) -> Tree {
        match self.random.random_range(0..16) {
            0 => Tree::leaf(json::one_of(
                &["1e21", "2e9", "0.5", "\"2\"", "null", "$nothing"],
                "1",
                self.random,
            )),
            1 => self.fill("$count(«array»)", place),
            2 => Tree::leaf("40"),
            _ => Tree::leaf(self.random.random_range(-2..9).to_string()),
        }
    }

    fn literal(&mut self, literal: Literal) -> String {
        let random = &mut *self.random;
        let text = match literal {
            Literal::Number => return literals::number(random),
            Literal::Regex => return literals::regex(random),
            Literal::Replacement => return literals::replacement(random),
            Literal::NumberOptions => return pictures::number_options(random),
            Literal::Text => literals::text(random),
            Literal::NumberPicture => pictures::number(random),
            Literal::IntegerPicture => pictures::integer(random),
            Literal::IntegerText => pictures::integer_text(random),
            Literal::TimePicture => pictures::time(random),
            Literal::TimeText => pictures::time_text(random),
            Literal::Zone => pictures::zone(random),
        };
        literals::quoted(&text, random)
    }
}
