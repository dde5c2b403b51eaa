// Validates definitions with asl-validator, an independent implementation: schemas, reachability and JSONata.
//
//     node validate.mjs <file or folder>...
//
// Prints a line for each invalid *.asl.json and then the counts. Exits with 1 if one is invalid or none was found.

import { createRequire } from "node:module";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const validate = createRequire(import.meta.url)("asl-validator");

/** Values for the placeholders that the template supplies. ARNs must be well-formed; any other value will do. */
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

/** The errors of a definition in one line, or null if it is valid. */
function problem(path) {
  try {
    const definition = JSON.parse(substitute(readFileSync(path, "utf8")));
    // Both checks are opt-in.
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
