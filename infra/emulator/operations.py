"""What happens to a running stack, while people are signing up: a bounce, a deployment, a rollback, the end."""

import hashlib
import hmac
import json
import re
import subprocess
import urllib.parse
from pathlib import Path

import walk
from failure import Failure
from stack import client, describe

RUNBOOK = Path(__file__).resolve().parent.parent.parent / "docs" / "runbook.md"

# A definition whose every sign-up fails.
BROKEN = {"StartAt": "Broken", "States": {"Broken": {"Type": "Fail", "Error": "Broken", "Cause": "for the rollback"}}}

# The sign-ups that wait for their confirmation while something is deployed.
WAITING = 20


def play(stack, template, world, environment, run_script):
    """Plays all of them on a stack, and deletes it. Raises a failure at the first that does not go as the README says."""
    people = People(world["stack"]["api"], world["outbox"])
    bounce_a_mail(stack, people)
    deploy_while_people_wait(stack, template, people)
    roll_back_a_definition(stack, template, people)
    rotate_the_webhooks_key(run_script)
    change_the_webhooks_url(stack, template, people, world["receiver"])
    redeliver_webhooks(stack, people, world["receiver"], run_script)
    run_the_runbook(stack, environment)
    tear_down(stack, people, run_script)


class People:
    """People who sign up, each with an address of their own."""

    def __init__(self, api, outbox):
        self.api = api
        self.outbox = outbox
        self.count = 0

    def sign_up(self, address=None, campaign=None):
        """Signs somebody up, by default with a new address. Returns their id and address."""
        self.count += 1
        address = address or f"operations-{self.count}@example.org"
        body = {"email": address} | ({"campaign": campaign} if campaign else {})
        response = walk.call("POST", f"{self.api}/users", body)
        return json.loads(walk.expect("POST /users", 202, response))["id"], address

    def wait_for_mail(self, address):
        """Waits for the mail to an address. Returns its link."""
        return walk.eventually(f"the mail to {address}", lambda: walk.mailed_link(self.outbox, address))

    def confirm(self, user, link):
        """Follows a link until the user is verified."""
        page, _, token = link.partition("#")
        verifications = urllib.parse.urljoin(page, "verifications")
        walk.expect("POST /verifications", 202, walk.call("POST", verifications, {"token": token}))
        walk.eventually(f"{user} is verified", lambda: self.status(user) == "verified")

    def status(self, user):
        return self.seen(user)["status"]

    def seen(self, user):
        """What the API tells of a sign-up."""
        return json.loads(walk.expect("GET /users/{id}", 200, walk.call("GET", f"{self.api}/users/{user}")))


def bounce_a_mail(stack, people):
    """A mail bounces: its sign-up ends, and its address is mailed no more. The emulator keeps the destination of SES's events and
    sends it none, so the message is put into the queue as the rule would put it."""
    user, address = people.sign_up()
    people.wait_for_mail(address)
    tags = {"mail-id": [f"{user}-0"], "recipient": [recipient_hash(stack, address)]}
    queue = physical_id(stack, "MailEventQueue")
    client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps({"event": "bounce", "tags": tags}))
    execution = f"{describe(stack.name)['stateMachine'].replace(':stateMachine:', ':execution:')}:{user}"
    states = client("stepfunctions")
    walk.eventually("the end of the sign-up", lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")
    if people.status(user) != "awaiting_verification":
        raise Failure(f"a bounce shows: the sign-up is {people.status(user)}")
    again, _ = people.sign_up(address)
    walk.eventually("the mail step of another sign-up", lambda: people.seen(again)["steps"]["mailed"])
    mails = walk.mails_to(people.outbox, address)
    if len(mails) != 1:
        raise Failure(f"{len(mails)} mails were sent to an address whose mail bounced")
    print("bounced    a mail; its sign-up has ended, and its address is mailed no more")


def recipient_hash(stack, address):
    """The tag of a mail that names its recipient: see contracts' RecipientHash."""
    key = client("secretsmanager").get_secret_value(SecretId=physical_id(stack, "FingerprintKey"))["SecretString"]
    return hmac.new(key.encode(), f"recipient:{address}".encode(), hashlib.sha256).hexdigest()


def physical_id(stack, resource):
    found = client("cloudformation").describe_stack_resource(StackName=stack.name, LogicalResourceId=resource)
    return found["StackResourceDetail"]["PhysicalResourceId"]


def deploy_while_people_wait(stack, template, people):
    """Code and definition change, and those who were mailed before confirm afterwards."""
    waiting = [people.sign_up() for _ in range(WAITING)]
    links = [(user, people.wait_for_mail(address)) for user, address in waiting]
    before = published_versions(stack)
    definition = json.loads(template.definition().read_text())
    definition["Comment"] = "A later version."
    stack.update(template.packaged_definition(json.dumps(definition)))
    if published_versions(stack) == before:
        raise Failure("the deployment published no version of SetUserStatus")
    for user, link in links:
        people.confirm(user, link)
    print(f"deployed   while {WAITING} people had a mail; all are verified")


def roll_back_a_definition(stack, template, people):
    """A definition fails all new sign-ups, and the one before is deployed again."""
    user, address = people.sign_up()
    link = people.wait_for_mail(address)
    stack.update(template.packaged_definition(json.dumps(BROKEN)))
    broken, _ = people.sign_up()
    machine = describe(stack.name)["stateMachine"]
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{broken}"
    states = client("stepfunctions")
    walk.eventually("a failed sign-up", lambda: states.describe_execution(executionArn=arn)["status"] == "FAILED")
    stack.update(template.packaged())
    people.confirm(user, link)
    user, address = people.sign_up()
    people.confirm(user, people.wait_for_mail(address))
    print("rolled back  a definition; who signed up before and after is verified")


def rotate_the_webhooks_key(run_script):
    """The secret gets other keys. The receiver keeps the old one, and verifies all later events with it."""
    run_script("create-secrets", "--rotate", "sign-up-webhook-")


def change_the_webhooks_url(stack, template, people, receiver):
    """The secret gets another value, and a deployment lets it take effect."""
    client("secretsmanager").put_secret_value(
        SecretId=stack.parameters["WebhookUrlSecretArn"], SecretString=f"{receiver}/other"
    )
    stack.update(template.packaged())
    user, address = people.sign_up()

    def delivered():
        deliveries = json.loads(walk.call("GET", f"{receiver}/received")[1])
        return next((one for one in deliveries if user in one["content"]), None)

    delivery = walk.eventually("the webhook at its new URL", delivered)
    if delivery["path"] != "/other":
        raise Failure(f"the webhook was delivered to {delivery['path']}, not to /other")
    # The deployment has replaced the function's processes, and with them the cached keys.
    if delivery["signatures"] != 4:
        raise Failure(f"the webhook has {delivery['signatures']} signatures, not those of the old and of the new two keys")
    people.confirm(user, people.wait_for_mail(address))
    print("changed    the webhook's keys and its URL")


def redeliver_webhooks(stack, people, receiver, run_script):
    """The endpoint answers 410 to one event, and gets no others; then an operator enables it, and sends what it missed."""
    walk.call("PUT", f"{receiver}/plans/gone", {"failures": 1, "status": 410})

    def is_dead(user):
        return f"msg_{user}" in run_script("replay", "list", stack.name).split()

    user, _ = people.sign_up(campaign="gone")
    walk.eventually("the dead webhook", lambda: is_dead(user))
    missed, _ = people.sign_up()
    walk.eventually("the other dead webhook", lambda: is_dead(missed))
    identities = {f"msg_{user}", f"msg_{missed}"}
    if f"msg_{missed}" in received(receiver):
        raise Failure("an endpoint that answered 410 got another webhook")
    if "410" not in run_script("replay", "show", stack.name, f"msg_{user}"):
        raise Failure("infra/replay does not show the 410")
    if "1 endpoints" not in run_script("replay", "enable", stack.name):
        raise Failure("infra/replay did not enable the endpoint")
    run_script("replay", "send", stack.name, f"msg_{user}")
    run_script("replay", "send-all", stack.name, "--from", "2020-01-01", "--to", "2100-01-01", "--per-second", "20")

    def accepted():
        deliveries = received(receiver)
        return all(deliveries.get(one, {}).get("accepted") for one in identities)

    walk.eventually("both webhooks at their endpoint", accepted)
    print("replayed   two webhooks, after the endpoint had answered 410 and was enabled again")


def received(receiver):
    """What the receiver got, by id."""
    return {one["id"]: one for one in json.loads(walk.call("GET", f"{receiver}/received")[1])}


def tear_down(stack, people, run_script):
    """The stack is deleted while people wait, and the table stays."""
    waiting = [people.sign_up() for _ in range(3)]
    for _, address in waiting:
        people.wait_for_mail(address)
    description = describe(stack.name)
    table = description["table"]
    # Beside these three, sign-ups of the tests may wait.
    running = client("stepfunctions").list_executions(
        stateMachineArn=description["stateMachine"], statusFilter="RUNNING"
    )["executions"]
    output = run_script("teardown", stack.name, "--stop")
    if len(running) < len(waiting) or f"stopping {len(running)} sign-ups" not in output:
        raise Failure(f"infra/teardown did not stop the {len(running)} sign-ups: {output}")
    remaining = client("cloudformation").list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    if stack.name not in [one["StackName"] for one in remaining]:
        raise Failure(f"the stack {stack.name} is not deleted")
    if table not in client("dynamodb").list_tables()["TableNames"]:
        raise Failure("the table is deleted")
    print(f"torn down  while {len(waiting)} people had a mail; the table is kept")


def published_versions(stack):
    """The number of published versions of SetUserStatus."""
    name = physical_id(stack, "SetUserStatusFunction")
    return len(client("lambda").list_versions_by_function(FunctionName=name)["Versions"])


def run_the_runbook(stack, environment):
    """Runs the commands of docs/runbook.md, all in one shell, except those with a placeholder in capitals, and those on queues:
    version 1 of AWS's command-line client sends them to AWS whatever the endpoint is, and the emulator moves no messages."""
    blocks = re.findall(r"(?ms)^```sh\n(.+?)^```", RUNBOOK.read_text())
    # As a word: names of parameters and variables of the shell are in mixed or lower case.
    runnable = [block for block in blocks if not re.search(r"\b[A-Z]+_[A-Z]+\b|aws sqs", block)]
    script = "set -euo pipefail\n" + "".join(runnable)
    ended = subprocess.run(
        ["bash", "-c", script],
        cwd=RUNBOOK.parent.parent,
        env={**environment, "stack": stack.name},
        capture_output=True,
        text=True,
    )
    if ended.returncode:
        raise Failure(f"a command of docs/runbook.md failed: {ended.stderr.strip() or ended.stdout.strip()}")
    print(f"ran        {len(runnable)} of {len(blocks)} commands of the runbook")
