// Checks `asymmetric.mjs` against the example of the specification, "Webhook headers". The event and the key of that signature
// are those of Svix's server, worker.rs, `test_asymmetric_key_signing`.

import assert from "node:assert/strict";
import { isValid } from "./asymmetric.mjs";

const KEY = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";
const AT = 1614265330;
const BODY = '{"test": 2432232314}';
const HEADERS = {
  "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
  "webhook-timestamp": `${AT}`,
  "webhook-signature":
    "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= " +
    "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==",
};

const check = (headers = {}, { key = KEY, body = BODY, now = AT } = {}) =>
  isValid(key, { ...HEADERS, ...headers }, Buffer.from(body), now);

assert(check());
assert(check({}, { now: AT + 300 }) && check({}, { now: AT - 300 }));
assert(!check({}, { now: AT + 301 }) && !check({}, { now: AT - 301 }));
assert(!check({}, { body: BODY.replace("2", "3") }));
assert(!check({}, { key: KEY.replace("1SiA", "2SiA") }));
assert(!check({ "webhook-id": "msg_1" }));
assert(!check({ "webhook-timestamp": `${AT + 1}` }) && !check({ "webhook-timestamp": undefined }));
assert(!check({ "webhook-signature": HEADERS["webhook-signature"].replace("v1a,", "v1,") }));
assert(!check({ "webhook-signature": "v1a," }) && !check({ "webhook-signature": undefined }));
console.log("vector.mjs: the signature of the specification is verified");
