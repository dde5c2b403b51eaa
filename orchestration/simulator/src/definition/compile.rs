//! From the document to the program.

use std::collections::BTreeSet;
use std::sync::Arc;

use asl::document::{
    Branch, Catcher, ChoiceState, MapState, Number, QueryLanguage, State, StateMachine, States, TaskState,
    Transition, WaitState,
};
use serde_json::{Map, Value};

use super::DefinitionError;
use super::program::{
    CatchNode, ChoiceNode, FailNode, Kind, Level, MapNode, NumberField, Program, RuleNode, StateNode, Target,
    TaskNode, WaitNode,
};
use crate::history::Resource;
use crate::template::Template;

type Result<T> = std::result::Result<T, DefinitionError>;

/// Checks and translates a document.
pub(super) fn compile(document: &StateMachine) -> Result<Program> {
    let mut compiler = Compiler {
        levels: Vec::new(),
        names: BTreeSet::new(),
    };
    let jsonata = document.query_language == Some(QueryLanguage::JSONata);
    compiler.level("the machine", &document.start_at, &document.states, jsonata)?;
    let levels = compiler.levels.into_iter().flatten().collect();
    Ok(Program {
        levels,
        timeout_seconds: document.timeout_seconds,
    })
}

struct Compiler {
    /// A level is `None` while its states are being translated.
    levels: Vec<Option<Level>>,
    names: BTreeSet<String>,
}

/// What is needed to say where something is wrong.
#[derive(Clone, Copy)]
struct Place<'a> {
    state: &'a str,
    siblings: &'a States,
}

impl Place<'_> {
    fn template(&self, field: &str, value: &Value) -> Result<Template> {
        Template::parse(field, value).map_err(|error| DefinitionError::Expression {
            state: self.state.to_owned(),
            field: error.field,
            expression: error.expression,
            message: error.message,
        })
    }

    fn optional(&self, field: &str, value: Option<&Value>) -> Result<Option<Template>> {
        value.map(|value| self.template(field, value)).transpose()
    }

    fn text(&self, field: &str, value: Option<&String>) -> Result<Option<Template>> {
        value
            .map(|text| self.template(field, &Value::String(text.clone())))
            .transpose()
    }

    fn assign(&self, field: &str, assign: Option<&Map<String, Value>>) -> Result<Vec<(Arc<str>, Template)>> {
        assign
            .into_iter()
            .flatten()
            .map(|(name, value)| {
                if name == "states" {
                    return Err(self.bad(field, "`states` is a reserved name"));
                }
                Ok((
                    name.as_str().into(),
                    self.template(&format!("{field}/{name}"), value)?,
                ))
            })
            .collect()
    }

    fn number(&self, field: &'static str, number: Option<&Number>) -> Result<Option<NumberField>> {
        match number {
            None => Ok(None),
            Some(Number::Literal(number)) => Ok(Some(NumberField::literal(field, *number))),
            Some(Number::Expression(text)) => {
                if asl::document::expression(text).is_none() {
                    return Err(self.bad(field, "neither a number nor an expression"));
                }
                Ok(Some(NumberField {
                    field,
                    value: self.template(field, &Value::String(text.clone()))?,
                }))
            }
        }
    }

    fn index(&self, field: &str, target: &str) -> Result<usize> {
        self.siblings
            .get_index_of(target)
            .ok_or_else(|| DefinitionError::UnknownTarget {
                state: self.state.to_owned(),
                field: field.to_owned(),
                target: target.to_owned(),
            })
    }

    fn next(&self, transition: &Transition) -> Result<Target> {
        match transition {
            Transition::Next(target) => self.index("Next", target).map(Target::State),
            Transition::End => Ok(Target::End),
        }
    }

    fn catch(&self, catchers: &[Catcher]) -> Result<Vec<CatchNode>> {
        catchers
            .iter()
            .enumerate()
            .map(|(index, catcher)| {
                Ok(CatchNode {
                    errors: catcher.error_equals.clone(),
                    assign: self.assign(&format!("Catch[{index}]/Assign"), catcher.assign.as_ref())?,
                    output: self.optional(&format!("Catch[{index}]/Output"), catcher.output.as_ref())?,
                    next: self.index(&format!("Catch[{index}]/Next"), &catcher.next)?,
                })
            })
            .collect()
    }

    fn bad(&self, field: &str, message: &str) -> DefinitionError {
        DefinitionError::Field {
            state: self.state.to_owned(),
            field: field.to_owned(),
            message: message.to_owned(),
        }
    }
}

impl Compiler {
    /// Translates a level and what is inside of it; gives its index.
    fn level(&mut self, name: &str, start_at: &str, states: &States, jsonata: bool) -> Result<usize> {
        let start = states
            .get_index_of(start_at)
            .ok_or_else(|| DefinitionError::UnknownStart {
                level: name.to_owned(),
                target: start_at.to_owned(),
            })?;
        let index = self.levels.len();
        self.levels.push(None);
        let mut nodes = Vec::with_capacity(states.len());
        for (name, state) in states {
            if !self.names.insert(name.clone()) {
                return Err(DefinitionError::DuplicateState { state: name.clone() });
            }
            nodes.push(self.state(
                Place {
                    state: name,
                    siblings: states,
                },
                state,
                jsonata,
            )?);
        }
        let level = Level { start, states: nodes };
        refuse_unreachable(&level)?;
        if let Some(slot) = self.levels.get_mut(index) {
            *slot = Some(level);
        }
        Ok(index)
    }

    fn branch(&mut self, place: Place<'_>, index: usize, branch: &Branch, jsonata: bool) -> Result<usize> {
        let name = format!("branch {index} of state `{}`", place.state);
        self.level(&name, &branch.start_at, &branch.states, jsonata)
    }

    fn state(&mut self, place: Place<'_>, state: &State, inherited: bool) -> Result<StateNode> {
        let jsonata = language(state).map_or(inherited, |language| language == QueryLanguage::JSONata);
        if !jsonata {
            return Err(DefinitionError::JsonPathState {
                state: place.state.to_owned(),
            });
        }
        let mut node = StateNode {
            name: place.state.into(),
            kind: Kind::Pass,
            assign: Vec::new(),
            output: None,
            next: Target::End,
            retry: Vec::new(),
            catch: Vec::new(),
        };
        match state {
            State::Task(task) => {
                node.kind = Kind::Task(compile_task(place, task)?);
                node.assign = place.assign("Assign", task.assign.as_ref())?;
                node.output = place.optional("Output", task.output.as_ref())?;
                node.next = place.next(&task.transition)?;
                node.retry.clone_from(&task.retry);
                node.catch = place.catch(&task.catch)?;
            }
            State::Parallel(parallel) => {
                let branches = parallel
                    .branches
                    .iter()
                    .enumerate()
                    .map(|(index, branch)| self.branch(place, index, branch, jsonata))
                    .collect::<Result<_>>()?;
                let arguments = place.optional("Arguments", parallel.arguments.as_ref())?;
                node.kind = Kind::Parallel { arguments, branches };
                node.assign = place.assign("Assign", parallel.assign.as_ref())?;
                node.output = place.optional("Output", parallel.output.as_ref())?;
                node.next = place.next(&parallel.transition)?;
                node.retry.clone_from(&parallel.retry);
                node.catch = place.catch(&parallel.catch)?;
            }
            State::Map(map) => {
                let processor = self.branch(place, 0, &map.item_processor, jsonata)?;
                node.kind = Kind::Map(compile_map(place, map, processor)?);
                node.assign = place.assign("Assign", map.assign.as_ref())?;
                node.output = place.optional("Output", map.output.as_ref())?;
                node.next = place.next(&map.transition)?;
                node.retry.clone_from(&map.retry);
                node.catch = place.catch(&map.catch)?;
            }
            State::Choice(choice) => {
                node.kind = Kind::Choice(compile_choice(place, choice)?);
                node.assign = place.assign("Assign", choice.assign.as_ref())?;
                node.output = place.optional("Output", choice.output.as_ref())?;
            }
            State::Pass(pass) => {
                node.assign = place.assign("Assign", pass.assign.as_ref())?;
                node.output = place.optional("Output", pass.output.as_ref())?;
                node.next = place.next(&pass.transition)?;
            }
            State::Wait(wait) => {
                node.kind = Kind::Wait(compile_wait(place, wait)?);
                node.assign = place.assign("Assign", wait.assign.as_ref())?;
                node.output = place.optional("Output", wait.output.as_ref())?;
                node.next = place.next(&wait.transition)?;
            }
            State::Succeed(succeed) => {
                node.kind = Kind::Succeed;
                node.output = place.optional("Output", succeed.output.as_ref())?;
            }
            State::Fail(fail) => {
                node.kind = Kind::Fail(FailNode {
                    error: place.text("Error", fail.error.as_ref())?,
                    cause: place.text("Cause", fail.cause.as_ref())?,
                });
            }
        }
        Ok(node)
    }
}

fn language(state: &State) -> Option<QueryLanguage> {
    match state {
        State::Task(state) => state.query_language,
        State::Parallel(state) => state.query_language,
        State::Map(state) => state.query_language,
        State::Choice(state) => state.query_language,
        State::Pass(state) => state.query_language,
        State::Wait(state) => state.query_language,
        State::Succeed(state) => state.query_language,
        State::Fail(state) => state.query_language,
    }
}

fn compile_task(place: Place<'_>, task: &TaskState) -> Result<TaskNode> {
    let integration = integration(&task.resource);
    Ok(TaskNode {
        resource: task.resource.as_str().into(),
        callback: integration
            .as_ref()
            .is_some_and(|known| known.action.ends_with(".waitForTaskToken")),
        integration,
        arguments: place.optional("Arguments", task.arguments.as_ref())?,
        credentials: place.optional("Credentials", task.credentials.as_ref())?,
        timeout: place.number("TimeoutSeconds", task.timeout_seconds.as_ref())?,
        heartbeat: place.number("HeartbeatSeconds", task.heartbeat_seconds.as_ref())?,
    })
}

/// `arn:aws:states:::lambda:invoke` is the action `invoke` of the service `lambda`, and
/// `arn:aws:states:::aws-sdk:dynamodb:getItem` the action `getItem` of `aws-sdk:dynamodb`.
///
/// Source: [Integrating services](https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html).
fn integration(resource: &str) -> Option<Resource> {
    let mut parts = resource.splitn(6, ':');
    let ("arn", Some(_partition), Some("states"), Some(_region), Some(_account), Some(rest)) = (
        parts.next()?,
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) else {
        return None;
    };
    // The version that some actions have at their end belongs to the action: `startExecution.sync:2`.
    let action_start = match rest.strip_prefix("aws-sdk:") {
        Some(after) => "aws-sdk:".len() + after.find(':')?,
        None => rest.find(':')?,
    };
    let (service, action) = rest.split_at(action_start);
    (service != "activity").then(|| Resource {
        service: service.into(),
        action: action.trim_start_matches(':').into(),
    })
}

fn compile_map(place: Place<'_>, map: &MapState, processor: usize) -> Result<MapNode> {
    for (field, present) in [
        ("ItemReader", map.item_reader.is_some()),
        ("ItemBatcher", map.item_batcher.is_some()),
        ("ResultWriter", map.result_writer.is_some()),
    ] {
        if present {
            return Err(place.bad(field, "a Map that reads or writes elsewhere cannot be run here"));
        }
    }
    let mode = map
        .item_processor
        .processor_config
        .as_ref()
        .and_then(|config| config.get("Mode"));
    Ok(MapNode {
        items: place.optional("Items", map.items.as_ref())?,
        selector: place.optional("ItemSelector", map.item_selector.as_ref())?,
        processor,
        distributed: mode.is_some_and(|mode| mode == "DISTRIBUTED"),
        max_concurrency: place.number("MaxConcurrency", map.max_concurrency.as_ref())?,
        tolerated_percentage: place.number(
            "ToleratedFailurePercentage",
            map.tolerated_failure_percentage.as_ref(),
        )?,
        tolerated_count: place.number("ToleratedFailureCount", map.tolerated_failure_count.as_ref())?,
    })
}

fn compile_choice(place: Place<'_>, choice: &ChoiceState) -> Result<ChoiceNode> {
    let rules = choice
        .choices
        .iter()
        .enumerate()
        .map(|(index, rule)| {
            let field = format!("Choices[{index}]/Condition");
            let condition = place.template(&field, &rule.condition)?;
            if !rule.condition.is_boolean() && condition.expression().is_none() {
                return Err(place.bad(&field, "neither a boolean nor an expression"));
            }
            Ok(RuleNode {
                field,
                condition,
                assign: place.assign(&format!("Choices[{index}]/Assign"), rule.assign.as_ref())?,
                output: place.optional(&format!("Choices[{index}]/Output"), rule.output.as_ref())?,
                next: place.index(&format!("Choices[{index}]/Next"), &rule.next)?,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    if rules.is_empty() {
        return Err(place.bad("Choices", "there are none"));
    }
    let default = choice
        .default
        .as_ref()
        .map(|target| place.index("Default", target))
        .transpose()?;
    Ok(ChoiceNode { rules, default })
}

fn compile_wait(place: Place<'_>, wait: &WaitState) -> Result<WaitNode> {
    match (
        place.number("Seconds", wait.seconds.as_ref())?,
        place.text("Timestamp", wait.timestamp.as_ref())?,
    ) {
        (Some(seconds), None) => Ok(WaitNode::Seconds(seconds)),
        (None, Some(timestamp)) => Ok(WaitNode::Timestamp(timestamp)),
        _ => Err(place.bad("Seconds", "a Wait has either `Seconds` or `Timestamp`")),
    }
}

/// Refuses a state that no transition of its level leads to, as AWS does.
fn refuse_unreachable(level: &Level) -> Result<()> {
    let mut reached = BTreeSet::from([level.start]);
    let mut open = vec![level.start];
    while let Some(index) = open.pop() {
        let Some(state) = level.states.get(index) else {
            continue;
        };
        let mut targets: Vec<usize> = state.catch.iter().map(|catcher| catcher.next).collect();
        if let Target::State(next) = state.next {
            targets.push(next);
        }
        if let Kind::Choice(choice) = &state.kind {
            targets.extend(choice.rules.iter().map(|rule| rule.next).chain(choice.default));
        }
        open.extend(targets.into_iter().filter(|target| reached.insert(*target)));
    }
    match level
        .states
        .iter()
        .enumerate()
        .find(|(index, _)| !reached.contains(index))
    {
        Some((_, state)) => Err(DefinitionError::Unreachable {
            state: state.name.to_string(),
        }),
        None => Ok(()),
    }
}
