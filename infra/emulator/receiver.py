"""A webhook receiver: it verifies what comes, remembers it, and fails on demand.

    POST /            a delivery, as Standard Webhooks says: 204, or 401 if its signature is not valid
    PUT /plans/NAME   {"failures": 2}: answers the next two deliveries of the campaign NAME with 500
    GET /received     the deliveries, by their ids

By itself, for a stack on AWS: WEBHOOK_SECRET=whsec_... receiver.py PORT. It listens on loopback only, so that something
in front of it does TLS.

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

# The longest delivery that is read, in octets.
LONGEST = 64 * 1024

# How far a delivery's time may be from ours, in seconds.
TOLERANCE = 5 * 60


class Receiver:
    """The receiver, in threads of this process."""

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
        """Whether who sent this knows the secret, and did so just now."""
        identity, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not sent_at.isdigit() or abs(time.time() - int(sent_at)) > TOLERANCE:
            return False
        signed = f"{identity}.{sent_at}.".encode() + body
        expected = base64.b64encode(hmac.digest(self.key, signed, hashlib.sha256)).decode()
        signatures = headers.get("webhook-signature", "").split(" ")
        return any(hmac.compare_digest(f"v1,{expected}".encode(), one.encode()) for one in signatures)

    def take(self, headers, body):
        """Remembers a delivery. Returns the status of the answer."""
        if not self.is_valid(headers, body):
            return 401
        content = body.decode()
        campaign = json.loads(content).get("data", {}).get("campaign")
        with self.lock:
            first = {"id": headers["webhook-id"], "content": content, "count": 0, "accepted": 0, "conflicting": False}
            delivery = self.received.setdefault(headers["webhook-id"], first)
            delivery["count"] += 1
            delivery["conflicting"] |= delivery["content"] != content
            if self.plans.get(campaign, 0) > 0:
                self.plans[campaign] -= 1
                return 500
            delivery["accepted"] += 1
            return 204

    def handler(self):
        """What serves one connection."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def body(self):
                length = self.headers.get("content-length", "")
                if length.isdigit() and int(length) <= LONGEST:
                    return self.rfile.read(int(length))
                # What is left unread would be taken for the next request.
                self.close_connection = True
                return None

            def answer(self, status, value=None):
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
                    return self.answer(404)
                with receiver.lock:
                    return self.answer(200, list(receiver.received.values()))

            def do_PUT(self):
                body = self.body()
                if body is None or not self.path.startswith("/plans/"):
                    return self.answer(404)
                with receiver.lock:
                    receiver.plans[self.path.removeprefix("/plans/")] = json.loads(body)["failures"]
                return self.answer(204)

            def do_POST(self):
                body = self.body()
                return self.answer(413 if body is None else receiver.take(self.headers, body))

            def log_message(self, *_):
                """Nothing: what came is told by /received."""

        return Handler


if __name__ == "__main__":
    if "WEBHOOK_SECRET" not in os.environ or len(sys.argv) != 2:
        sys.exit("usage: WEBHOOK_SECRET=whsec_... receiver.py PORT")
    with Receiver(os.environ["WEBHOOK_SECRET"], int(sys.argv[1])) as alone:
        print(alone.url, flush=True)
        threading.Event().wait()
