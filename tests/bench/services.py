"""Stubs of AWS's services, with or without TLS, that count connections, handshakes and requests."""

import asyncio
import json
import re
import ssl
import subprocess

USER = "0123456789abcdef0123456789abcdef"

# By the beginning of a key: what a table with one sign-up under way has.
ITEMS = {
    "link#": {"userId": {"S": USER}},
    "user#": {
        "status": {"S": "awaiting_verification"},
        "acceptedAt": {"N": "1767268800000"},
        "storedAt": {"N": "1767268800000"},
        "mailed": {"BOOL": True},
        "windowEndsAt": {"N": "4102444800000"},
        "name": {"S": "Ada"},
    },
    "verification#": {
        "state": {"S": "open"},
        "taskToken": {"S": "a-task-token"},
        "lastMailAt": {"N": "1767268800000"},
        "windowEndsAt": {"N": "4102444800000"},
    },
}

EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:SignUp:execution"
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
PUBLISHED = "<PublishResponse><PublishResult><MessageId>sms</MessageId></PublishResult></PublishResponse>"


def item(key):
    """The item with this key, if there is one."""
    found = next((value for prefix, value in ITEMS.items() if key.startswith(prefix)), None)
    return found and {"pk": {"S": key}, **found}


def answer(path, target, body):
    """The status and body of the response of the service that this request is for. Every write succeeds."""
    if path == "/hook":
        return 204, ""
    if path == "/v2/email/outbound-emails":
        return 200, json.dumps({"MessageId": "mail"})
    if not target:
        return 200, PUBLISHED
    operation = target.split(".")[1]
    request = json.loads(body)
    if operation == "GetItem":
        found = item(request["Key"]["pk"]["S"])
        return 200, json.dumps({"Item": found} if found else {})
    if operation == "BatchGetItem":
        responses = {
            table: [found for key in wanted["Keys"] if (found := item(key["pk"]["S"]))]
            for table, wanted in request["RequestItems"].items()
        }
        return 200, json.dumps({"Responses": responses, "UnprocessedKeys": {}})
    if operation == "StartExecution":
        return 200, json.dumps({"executionArn": EXECUTION, "startDate": 0})
    if operation == "GetSecretValue":
        return 200, json.dumps({"SecretString": SECRET})
    return 200, "{}"


class Services:
    """A server on a loopback port."""

    def __init__(self, tls=None):
        self.tls = tls
        self.reset()

    def reset(self):
        self.connections = self.handshakes = self.requests = 0

    async def start(self):
        server = await asyncio.get_running_loop().create_server(lambda: Connection(self), "127.0.0.1", 0, ssl=self.tls)
        port = server.sockets[0].getsockname()[1]
        self.url = f"https://localhost:{port}" if self.tls else f"http://127.0.0.1:{port}"
        return self


class Connection(asyncio.Protocol):
    """A connection that is kept open. It is made when the client connects, before TLS."""

    def __init__(self, services):
        self.services = services
        self.received = b""
        services.connections += 1

    def connection_made(self, transport):
        self.transport = transport
        self.services.handshakes += bool(self.services.tls)

    def data_received(self, data):
        self.received += data
        while (request := split_request(self.received)) is not None:
            head, body, self.received = request
            self.services.requests += 1
            target = re.search(r"(?i)\r\nx-amz-target: *([^\r]+)", head)
            status, content = answer(head.split(" ")[1], target and target[1], body)
            kind = "text/xml" if content.startswith("<") else "application/x-amz-json-1.0"
            self.transport.write(
                f"HTTP/1.1 {status} .\r\ncontent-type: {kind}\r\ncontent-length: {len(content)}\r\n\r\n{content}".encode()
            )


def split_request(data):
    """The head of the first request, its body, and what follows it; None as long as it is incomplete."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = data[:end].decode()
    length = re.search(r"(?i)\r\ncontent-length: *(\d+)", head)
    last = end + 4 + int(length[1] if length else 0)
    return None if len(data) < last else (head, data[end + 4 : last], data[last:])


def certificates(folder):
    """A root certificate, as a file, and the TLS context of a server that it vouches for, with one certificate between them."""
    folder.mkdir(parents=True, exist_ok=True)

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, stderr=subprocess.DEVNULL)

    authority = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"]
    key = ["-newkey", "rsa:2048", "-noenc", "-days", "2"]
    openssl("req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=root", *authority)
    openssl("req", "-x509", *key, "-keyout", "middle.key", "-out", "middle.pem", "-subj", "/CN=middle", *authority,
            "-CA", "root.pem", "-CAkey", "root.key")
    openssl("req", "-x509", *key, "-keyout", "leaf.key", "-out", "leaf.pem", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE",
            "-CA", "middle.pem", "-CAkey", "middle.key")
    chain = folder / "chain.pem"
    chain.write_text((folder / "leaf.pem").read_text() + (folder / "middle.pem").read_text())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, folder / "leaf.key")
    return folder / "root.pem", context
