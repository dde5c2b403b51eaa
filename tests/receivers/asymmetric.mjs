// Verifies asymmetric signatures of Standard Webhooks (v1a), which its libraries do not know yet, with Node's own crypto.
//
// Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Signature scheme".

import { createPublicKey, verify } from "node:crypto";

const PREFIX = "whpk_";

// The maximum difference between a delivery's timestamp and now, in seconds.
const TOLERANCE = 5 * 60;

// Whether one of the signatures in the headers was made by this key: `whpk_` and base64.
export function isValid(publicKey, headers, body, now = Date.now() / 1000) {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures = "" } = headers;
  if (!/^\d+$/.test(timestamp) || Math.abs(now - Number(timestamp)) > TOLERANCE) return false;
  const x = Buffer.from(publicKey.replace(PREFIX, ""), "base64").toString("base64url");
  const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x } });
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return signatures.split(" ").some((signature) => {
    const [version, encoded = ""] = signature.split(",");
    return version === "v1a" && verify(null, signed, key, Buffer.from(encoded, "base64"));
  });
}
