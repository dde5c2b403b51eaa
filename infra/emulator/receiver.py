"""A webhook receiver that verifies and records deliveries, and fails on demand.

    POST /            a delivery as in Standard Webhooks: 204, or 401 if its signature is invalid
    PUT /plans/NAME   {"failures": 2}: the next two deliveries of the campaign NAME get a 500, or another "status"
    GET /received     the recorded deliveries, grouped by id

Standalone, for a stack on AWS: WEBHOOK_SECRET=whsec_... receiver.py PORT. It listens on loopback only and needs a TLS proxy
in front of it.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Signature scheme".
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The maximum size of a delivery, in bytes.
MAX_BODY = 64 * 1024

# The maximum difference between a delivery's timestamp and now, in seconds.
TOLERANCE = 5 * 60


class Receiver:
    """The receiver, which runs in threads of this process."""

    def __init__(self, secret, port=0):
        self.key = base64.b64decode(secret.removeprefix("whsec_"))
        self.lock = threading.Lock()
        self.received = {}
        self.plans = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", port), self.handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def is_valid(self, headers, body):
        """Whether the signature and the timestamp are valid."""
        identity, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not sent_at.isdigit() or abs(time.time() - int(sent_at)) > TOLERANCE:
            return False
        signed = f"{identity}.{sent_at}.".encode() + body
        expected = base64.b64encode(hmac.digest(self.key, signed, hashlib.sha256)).decode()
        signatures = headers.get("webhook-signature", "").split(" ")
        return any(hmac.compare_digest(f"v1,{expected}".encode(), one.encode()) for one in signatures)

    def record(self, path, headers, body):
        """Records a delivery. Returns the status of the response."""
        if not self.is_valid(headers, body):
            return 401
        content = body.decode()
        campaign = json.loads(content).get("data", {}).get("campaign")
        with self.lock:
            identity = headers["webhook-id"]
            first = {"id": identity, "path": path, "content": content, "count": 0, "accepted": 0, "conflicting": False}
            delivery = self.received.setdefault(identity, first)
            delivery["count"] += 1
            delivery["signatures"] = len(headers["webhook-signature"].split(" "))
            delivery["conflicting"] |= delivery["content"] != content
            plan = self.plans.get(campaign, {"failures": 0})
            if plan["failures"] > 0:
                plan["failures"] -= 1
                return plan.get("status", 500)
            delivery["accepted"] += 1
            return 204

    def handler(self):
        """The class of request handlers."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def body(self):
                length = self.headers.get("content-length", "")
                if length.isdigit() and int(length) <= MAX_BODY:
                    return self.rfile.read(int(length))
                # The unread body would be parsed as the next request.
                self.close_connection = True
                return None

            def respond(self, status, value=None):
                content = b"" if value is None else json.dumps(value).encode()
                self.send_response(status)
                if content:
                    self.send_header("content-type", "application/json")
                if status != 204:
                    self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self):
                if self.path != "/received":
                    return self.respond(404)
                with receiver.lock:
                    return self.respond(200, list(receiver.received.values()))

            def do_PUT(self):
                body = self.body()
                if body is None or not self.path.startswith("/plans/"):
                    return self.respond(404)
                with receiver.lock:
                    receiver.plans[self.path.removeprefix("/plans/")] = json.loads(body)
                return self.respond(204)

            def do_POST(self):
                body = self.body()
                return self.respond(413 if body is None else receiver.record(self.path, self.headers, body))

            def log_message(self, *_):
                """Logs nothing; deliveries are shown by /received."""

        return Handler


if __name__ == "__main__":
    if "WEBHOOK_SECRET" not in os.environ or len(sys.argv) != 2:
        sys.exit("usage: WEBHOOK_SECRET=whsec_... receiver.py PORT")
    with Receiver(os.environ["WEBHOOK_SECRET"], int(sys.argv[1])) as alone:
        print(alone.url, flush=True)
        threading.Event().wait()
