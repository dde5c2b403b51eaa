//! One QuickJS runtime with the reference in it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rand_chacha::ChaCha8Rng;
use rquickjs::context::EvalOptions;
use rquickjs::{Array, Context, Ctx, Function, Object, Runtime, Value as Js};
use serde_json::Value;

use super::convert::{Unconverted, from_js, to_js};
use super::source::source;
use super::{Bindings, host};
use crate::EpochMillis;
use crate::invariant::Invariant;
use crate::jsonata::values::EvaluationError;

const GLUE: &str = include_str!("glue.js");

/// What QuickJS may allocate in all, in bytes. The reference itself takes some 3 MB; to count the characters of the longest
/// text that AWS evaluates, it makes an array of four million texts.
const MAX_MEMORY: usize = 640 << 20;

/// The most stack of a thread that QuickJS may use, in bytes: half of what a thread of Rust's standard library has.
const MAX_STACK: usize = 1 << 20;

/// How much is allocated before garbage is collected, in bytes.
const GARBAGE_THRESHOLD: usize = 8 << 20;

/// How often QuickJS may ask whether to go on, which it does every 10,000 calls, jumps back and steps back of a regular
/// expression: some seconds. What an expression does in functions of its own is bounded more exactly, by
/// [`host::MAX_STEPS`].
const MAX_POLLS: u32 = 20_000;

/// An engine, in which one expression is evaluated at a time.
pub(super) struct Engine {
    context: Context,
    /// Owns the runtime's bounds; the context keeps it alive.
    _runtime: Runtime,
    run: Arc<Mutex<Run>>,
    polls: Arc<AtomicU32>,
}

/// What the functions of the host read during one evaluation.
pub(in crate::jsonata) struct Run {
    pub(super) now: EpochMillis,
    pub(super) random: Option<ChaCha8Rng>,
    /// Whether there is an integer that a double cannot hold, in a variable or in what was parsed.
    pub(super) wide: bool,
}

impl Run {
    /// `random` is there where the expression may draw random numbers.
    pub(in crate::jsonata) fn new(now: EpochMillis, random: Option<ChaCha8Rng>) -> Self {
        Self {
            now,
            random,
            wide: false,
        }
    }
}

/// How an evaluation failed, and whether the engine is fit for another one.
pub(super) struct Failed {
    pub(super) error: EvaluationError,
    pub(super) reusable: bool,
}

impl Engine {
    pub(super) fn new() -> Self {
        Self::started().expect_invariant("the reference runs in QuickJS")
    }

    fn started() -> rquickjs::Result<Self> {
        let runtime = Runtime::new()?;
        runtime.set_memory_limit(MAX_MEMORY);
        runtime.set_max_stack_size(MAX_STACK);
        runtime.set_gc_threshold(GARBAGE_THRESHOLD);
        let polls = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&polls);
        runtime.set_interrupt_handler(Some(Box::new(move || {
            counted.fetch_add(1, Ordering::Relaxed) >= MAX_POLLS
        })));
        let context = Context::full(&runtime)?;
        let run = Arc::new(Mutex::new(Run::new(EpochMillis::new(0), None)));
        context.with(|ctx| {
            // The published file puts its function into the global object, which strict code cannot name as `this`.
            let mut sloppy = EvalOptions::default();
            sloppy.strict = false;
            ctx.eval_with_options::<(), _>(source(), sloppy)?;
            let glue: Function<'_> = ctx.eval(GLUE)?;
            let api: Object<'_> = glue.call((host::functions(&ctx, &run)?,))?;
            ctx.globals().set(API, api)
        })?;
        Ok(Self {
            context,
            _runtime: runtime,
            run,
            polls,
        })
    }

    /// The syntax tree of an expression, as the reference's parser gives it.
    ///
    /// # Errors
    ///
    /// The reference's message.
    pub(super) fn parse(&self, text: &str) -> Result<Value, String> {
        self.polls.store(0, Ordering::Relaxed);
        self.context.with(|ctx| {
            let answer = function(&ctx, "parse").and_then(|parse| parse.call::<_, Js<'_>>((text,)));
            let Ok(answer) = answer else {
                ctx.catch();
                return Err("The expression is too large".to_owned());
            };
            match answer.as_string() {
                Some(problem) => Err(problem.to_string().unwrap_or_default()),
                None => from_js(&answer).map_err(|_| TOO_DEEP.to_owned()),
            }
        })
    }

    /// Evaluates an expression.
    pub(super) fn evaluate(&self, text: &str, bindings: &Bindings<'_>, run: Run) -> Result<Value, Failed> {
        self.polls.store(0, Ordering::Relaxed);
        *self.run.lock().unwrap_or_else(PoisonError::into_inner) = run;
        self.context.with(|ctx| {
            let outcome = Self::outcome(&self.run, &ctx, text, bindings);
            outcome.unwrap_or_else(|_| {
                // An exception that no code of the glue could catch.
                let interrupted = self.polls.load(Ordering::Relaxed) > MAX_POLLS;
                ctx.catch();
                Err(Failed {
                    error: if interrupted {
                        EvaluationError::TIME
                    } else {
                        EvaluationError::MEMORY
                    },
                    reusable: false,
                })
            })
        })
    }

    fn outcome<'js>(
        run: &Mutex<Run>,
        ctx: &Ctx<'js>,
        text: &str,
        bindings: &Bindings<'_>,
    ) -> rquickjs::Result<Result<Value, Failed>> {
        let mut wide = false;
        let bound = Object::new(ctx.clone())?;
        for (name, value) in &bindings.variables {
            bound.set(*name, to_js(ctx, value, &mut wide)?)?;
        }
        if let Some(fields) = &bindings.states {
            let states = Object::new(ctx.clone())?;
            for (name, value) in fields {
                states.set(*name, to_js(ctx, value, &mut wide)?)?;
            }
            bound.set("states", states)?;
        }
        run.lock().unwrap_or_else(PoisonError::into_inner).wide = wide;
        let pair: Array<'js> = function(ctx, "evaluate")?.call((text, bound))?;
        let (kind, value): (String, Js<'js>) = (pair.get(0)?, pair.get(1)?);
        let message = |value: Js<'js>| value.get::<String>().unwrap_or_default();
        let error = match kind.as_str() {
            "value" => match from_js(&value) {
                Ok(value) => return Ok(Ok(value)),
                Err(Unconverted::Undefined) => EvaluationError::Undefined,
                Err(Unconverted::Function) => EvaluationError::Unsupported,
                Err(Unconverted::TooDeep) => EvaluationError::STACK,
                Err(Unconverted::HalfCharacter) => EvaluationError::Refused(HALF_CHARACTER.to_owned()),
                Err(Unconverted::Failed(error)) => return Err(error),
            },
            "stack" => EvaluationError::STACK,
            "time" => EvaluationError::TIME,
            "memory" => EvaluationError::MEMORY,
            "wide" => EvaluationError::Refused(WIDE_INTEGER.to_owned()),
            "refused" => EvaluationError::Refused(message(value)),
            // The error may come of an integer that is none here and one on AWS.
            _ if run.lock().unwrap_or_else(PoisonError::into_inner).wide => {
                EvaluationError::Refused(WIDE_INTEGER.to_owned())
            }
            _ => EvaluationError::Threw(message(value)),
        };
        Ok(Err(Failed {
            reusable: error != EvaluationError::MEMORY,
            error,
        }))
    }
}

/// Where the glue's own functions are among the global names of JavaScript.
const API: &str = "simulator";

fn function<'js>(ctx: &Ctx<'js>, name: &str) -> rquickjs::Result<Function<'js>> {
    ctx.globals().get::<_, Object<'js>>(API)?.get(name)
}

const TOO_DEEP: &str = "The expression is nested too deeply";

const WIDE_INTEGER: &str = "it computes with an integer beyond 2^53, which passes through expressions here, but whose \
                            arithmetic on AWS is not documented";

const HALF_CHARACTER: &str = "its result has half of a surrogate pair, which JSON cannot hold";
