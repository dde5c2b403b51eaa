// Evaluates expressions by the reference implementation of JSONata, as published or as in a state of Step Functions, which
// has no `$eval`. For the program in this folder, which starts it.
//
// Reads a line of JSON for each evaluation from the standard input: the `expression`, its `variables`, the time `now` and the
// `limit` of the evaluation, both in milliseconds, the input `document` if there is one, and whether it is `inState`. Writes a
// line for each, in the same order:
//
//     {"value": …}                    the result as JSON; NaN and infinities as strings, as Step Functions writes them
//     {"nothing": "undefined"}        there is no result
//     {"nothing": "function"}         the result is, or contains, a function
//     {"nothing": "surrogate"}        a string in the result is no Unicode text
//     {"nothing": "limit"}            it took too long, or too much of the stack
//     {"failed": {"code", "message"}} the error; without a code, it is a fault in the reference itself
//     {"refused": {…}}                the expression does not parse

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const jsonata = require("jsonata");

/** The reference's own functions. A call notes its name and position in the function, for messages, and the next evaluation
 * would find them there. */
const source = readFileSync(require.resolve("jsonata"), "utf8");
const functions = await Promise.all(
  [...source.matchAll(/staticFrame\.bind\('(\w+)'/g)].map(([, name]) => jsonata(`$${name}`).evaluate()),
);

function forgetCalls() {
  for (const called of functions) {
    delete called.token;
    delete called.position;
  }
}

/** The time in which the reference lives: that of the simulated execution. */
let now = 0;
globalThis.Date = class extends Date {
  constructor(...fields) {
    super(...(fields.length === 0 ? [now] : fields));
  }

  static now() {
    return now;
  }
};

/** The items of an array constructor are evaluated at the same time. Of several errors, the first as written is taken, and
 * not the one that takes the fewest turns of the event loop. */
Promise.all = async (promises) => {
  const settled = await Promise.allSettled(promises);
  return settled.map(({ status, value, reason }) => {
    if (status === "rejected") {
      throw reason;
    }
    return value;
  });
};

class Limit extends Error {}

/** The clock is looked at on entry to each node of the expression: an endless loop passes there again and again. */
function bounded(expression, { limit, inState }) {
  if (inState) {
    expression.assign("eval", undefined);
  }
  const end = performance.now() + limit;
  expression.assign(Symbol.for("jsonata.__evaluate_entry"), () => {
    if (performance.now() > end) {
      throw new Limit();
    }
  });
  return expression;
}

/** What a result contains that JSON does not have, or else undefined. */
function beyondJson(value) {
  if (typeof value === "function" || value?._jsonata_lambda || value?._jsonata_function) {
    return "function";
  }
  if (typeof value === "string") {
    return value.isWellFormed() ? undefined : "surrogate";
  }
  if (value === null || typeof value !== "object") {
    return undefined;
  }
  for (const [key, item] of Object.entries(value)) {
    const found = (key.isWellFormed() ? undefined : "surrogate") ?? beyondJson(item);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function json(value) {
  return JSON.stringify({ value }, (_, item) =>
    typeof item === "number" && !Number.isFinite(item) ? String(item) : item,
  );
}

function isLimit(error) {
  return error instanceof Limit || (error instanceof RangeError && /call stack/.test(error.message));
}

function failure(kind, error) {
  if (isLimit(error)) {
    return JSON.stringify({ nothing: "limit" });
  }
  // Errors of Node.js have codes, too.
  const code = /^[A-Z]\d{4}$/.test(error.code) ? error.code : null;
  return JSON.stringify({ [kind]: { code, message: String(error.message) } });
}

async function answer(evaluation) {
  let parsed;
  try {
    parsed = bounded(jsonata(evaluation.expression), evaluation);
  } catch (error) {
    return failure("refused", error);
  }
  try {
    const value = await parsed.evaluate(evaluation.document, evaluation.variables);
    const nothing = value === undefined ? "undefined" : beyondJson(value);
    return nothing === undefined ? json(value) : JSON.stringify({ nothing });
  } catch (error) {
    // Also where the result is too deep for JSON, or no tree.
    return failure("failed", error);
  }
}

// Not by `readline`, which takes U+2028 in a string for the end of a line.
let rest = "";
for await (const chunk of process.stdin.setEncoding("utf8")) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    const evaluation = JSON.parse(line);
    now = evaluation.now;
    forgetCalls();
    process.stdout.write(`${await answer(evaluation)}\n`);
  }
}
