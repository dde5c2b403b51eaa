"""A receiver of webhooks that verifies their signatures with the library of Standard Webhooks.

    WEBHOOK_SECRET=whsec_... python3 receiver.py [PORT]

It listens on loopback, and needs a TLS proxy in front of it. A delivery with a valid signature gets a 204, any other a 401.
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

# The maximum size of a delivery, in bytes.
MAX_BODY = 64 * 1024


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            # The unread body would be parsed as the next request.
            self.close_connection = True
            return self.respond(413)
        # The signature is that of the octets: parse the body after it is verified.
        body = self.rfile.read(int(length))
        try:
            event = webhook.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            # The second is of a body or a header that is malformed.
            return self.respond(401)
        # Deliveries are repeated: drop those whose id is known, and answer when the event is stored.
        print(self.headers["webhook-id"], event["type"], flush=True)
        return self.respond(204)

    def respond(self, status):
        self.send_response(status)
        if status != 204:
            self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Logs no requests."""


if __name__ == "__main__":
    webhook = Webhook(os.environ["WEBHOOK_SECRET"])
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Receiver)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
