"""The first sign-up, from the outside: as an API client, a mail reader and a browser."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request

from failure import Failure
from stack import client

# The time limit of one step, in seconds.
TIMEOUT = 60


def call(method, url, body=None):
    """Sends a request. Returns the status and the text of the body."""
    request = urllib.request.Request(
        url,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError as failure:
        raise Failure(f"{urllib.parse.urlsplit(url).netloc} does not respond: {failure}") from None


def expect(step, expected, response):
    """The text of the body, if the status is the expected one."""
    status, body = response
    if status != expected:
        raise Failure(f"the response to {step} was {status}, not {expected}")
    return body


def eventually(what, look):
    """Polls until `look` returns something."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise Failure(f"{what}: not within {TIMEOUT} s")


def mails_to(outbox, address):
    """The mails to an address."""
    mails = [mail for mails in json.loads(call("GET", outbox)[1])["messages"].values() for mail in mails]
    return [mail for mail in mails if mail["To"] == [address]]


def mailed_link(outbox, address):
    """The link of the mail to an address, if it was sent already."""
    words = [word for mail in mails_to(outbox, address) for word in mail["BodyText"].split()]
    return next((word for word in words if "/verify#" in word), None)


def sign_up(api, outbox, received):
    """Signs a user up, confirms the address, and waits for the webhook. Returns the user's id."""
    body = {"email": "ada@example.org", "name": "Ada", "campaign": "first"}
    user = json.loads(expect("POST /users", 202, call("POST", f"{api}/users", body)))["id"]
    print(f"accepted   {user}")
    link = eventually("the mail", lambda: mailed_link(outbox, body["email"]))
    page, _, token = link.partition("#")
    print(f"mailed     a link to {page}")
    if "<button" not in expect("GET /verify", 200, call("GET", page)):
        raise Failure("the page that the link leads to has no button")
    verifications = urllib.parse.urljoin(page, "verifications")
    expect("POST /verifications", 202, call("POST", verifications, {"token": token}))
    print("confirmed  with the page's button")
    eventually("the verified user", lambda: '"verified"' in call("GET", f"{api}/users/{user}")[1])
    print("verified   by GET /users/{id}")
    eventually("the webhook", lambda: is_delivered(received, user))
    print("delivered  a webhook with a valid signature")
    return user


def is_delivered(received, user):
    deliveries = json.loads(call("GET", received)[1])
    return any(delivery["accepted"] and user in delivery["content"] for delivery in deliveries)


def print_history(state_machine, user):
    """Waits for the end of the execution and prints its events."""
    arn = f"{state_machine.replace(':stateMachine:', ':execution:')}:{user}"
    states = client("stepfunctions")

    def ended():
        status = states.describe_execution(executionArn=arn)["status"]
        return None if status == "RUNNING" else status

    status = eventually("the execution's end", ended)
    pages = states.get_paginator("get_execution_history").paginate(executionArn=arn)
    events = [event for page in pages for event in page["events"]]
    print(f"\nThe execution ended with {status} and has these events:\n")
    for event in events:
        offset = (event["timestamp"] - events[0]["timestamp"]).total_seconds()
        print(f"  {event['id']:>3}  {offset:7.3f} s  {event['type']:<24}  {subject(event)}".rstrip())
    if status != "SUCCEEDED":
        raise Failure(f"the execution of {user} ended with {status}, not SUCCEEDED")


def errors(state_machine):
    """The errors in the histories of all executions. Causes have no personal data."""
    states = client("stepfunctions")
    for execution in states.list_executions(stateMachineArn=state_machine)["executions"]:
        for event in states.get_execution_history(executionArn=execution["executionArn"])["events"]:
            details = [value for key, value in event.items() if key.endswith("Details")]
            yield from (f"{one['error']}: {one.get('cause', '?')}" for one in details if "error" in one)


def subject(event):
    """The state or the error of an event, without payloads, which may be personal data."""
    details = [value for key, value in event.items() if key.endswith("Details")]
    return next((one[key] for one in details for key in ("name", "error") if key in one), "")
