// A receiver of webhooks that verifies their signatures: with the library of Standard Webhooks, or by the sender's public key.
//
//     WEBHOOK_SECRET=whsec_... node receiver.mjs [PORT]
//     WEBHOOK_PUBLIC_KEY=whpk_... node receiver.mjs [PORT]
//
// It listens on loopback, and needs a TLS proxy in front of it. A delivery with a valid signature gets a 204, any other a 401.

import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";
import { isValid } from "./asymmetric.mjs";

// The maximum size of a delivery, in bytes.
const MAX_BODY = 64 * 1024;

const { WEBHOOK_SECRET: secret, WEBHOOK_PUBLIC_KEY: publicKey } = process.env;
const webhook = secret && new Webhook(secret);

// The event of a delivery; undefined if its signature is invalid. The signature is that of the octets: they are parsed afterwards.
function verified(headers, body) {
  if (publicKey) return isValid(publicKey, headers, body) ? JSON.parse(body) : undefined;
  try {
    return webhook.verify(body, headers);
  } catch {
    return undefined;
  }
}

const server = createServer(async (request, response) => {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) return response.writeHead(413, { connection: "close" }).end();
    chunks.push(chunk);
  }
  const event = verified(request.headers, Buffer.concat(chunks));
  if (!event) return response.writeHead(401).end();
  // Deliveries are repeated: drop those whose id is known, and answer when the event is stored.
  console.log(request.headers["webhook-id"], event.type);
  return response.writeHead(204).end();
});

server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
