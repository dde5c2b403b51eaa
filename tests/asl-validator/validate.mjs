// Validates definitions with asl-validator: schemas, reachability and JSONata by somebody else than us.
//
//     node validate.mjs <file or folder>...
//
// Takes every *.asl.json, prints a line for each that is invalid and then a count. Exits with 1 if one is invalid, or if
// there is none.

import { createRequire } from "node:module";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const validate = createRequire(import.meta.url)("asl-validator");

/** What the template would supply: ARNs must look like some, and the rest only has to be there. */
const substitutes = [
  [/FunctionArn$/, (name) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`],
  [/StateMachineArn$/, (name) => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`],
  [/TopicArn$/, (name) => `arn:aws:sns:us-east-1:123456789012:${name}`],
  [/QueueUrl$/, (name) => `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`],
];

function substitute(text) {
  return text.replace(/\$\{([A-Za-z0-9]+)\}/g, (_, name) => {
    const [, value] = substitutes.find(([pattern]) => pattern.test(name)) ?? [null, String];
    return value(name);
  });
}

function definitions(path) {
  if (statSync(path).isDirectory()) {
    return readdirSync(path)
      .sort()
      .flatMap((entry) => definitions(join(path, entry)));
  }
  return path.endsWith(".asl.json") ? [path] : [];
}

/** Why the file is invalid, in one line; nothing if it is valid. */
function problem(path) {
  try {
    const definition = JSON.parse(substitute(readFileSync(path, "utf8")));
    // Both options are given: without them the validator checks neither.
    const { isValid, errorsText } = validate(definition, { checkPaths: true, checkArn: true });
    return isValid ? null : errorsText("; ");
  } catch (error) {
    return String(error);
  }
}

const paths = process.argv.slice(2).flatMap(definitions);
const problems = paths.map((path) => [path, problem(path)]).filter(([, why]) => why !== null);
for (const [path, why] of problems) {
  console.log(`invalid: ${path}: ${why}`);
}
console.log(`${paths.length} definitions, ${problems.length} invalid`);
process.exitCode = paths.length === 0 || problems.length > 0 ? 1 : 0;
