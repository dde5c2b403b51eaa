"""Deploys each composition on the local AWS emulator, signs people up, and compares what is left. The command is `run`."""

import argparse
import base64
import contextlib
import json
import os
import platform
import re
import secrets
import statistics
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPOSITORY / "infra" / "emulator"))

import botocore.exceptions

from emulator import Emulator
from failure import Failure
from receiver import Receiver
from stack import REDRIVES, client, pack

COMPOSITIONS = ["orchestrator", "coordinator", "client", "chain", "event_chain", "messaging"]
ACCOUNT = "000000000000"

# How often a message is received before it is a dead letter, as in the model.
MAX_RECEIVES = 5


def main():
    arguments = parse()
    try:
        return run_all(arguments)
    except KeyboardInterrupt:
        return 130
    except Failure as failure:
        return report(failure)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as failure:
        return report(f"a call to the emulator failed: {failure}")


def report(failure):
    print(f"tests/compositions/deployed/run: {failure}", file=sys.stderr)
    return 1


def parse():
    parser = argparse.ArgumentParser(prog="tests/compositions/deployed/run")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--binaries", type=Path, required=True)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--at-once", type=int, default=5)
    parser.add_argument("composition", nargs="*", help="some of the compositions; by default all")
    return parser.parse_args()


def run_all(arguments):
    with contextlib.ExitStack() as running:
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
        receiver = running.enter_context(Receiver(secret))
        emulator = running.enter_context(Emulator(arguments.folder, 0))
        os.environ.update(emulator.client_environment())
        world = World(arguments, emulator, receiver, secret)
        ends = {}
        for name in arguments.composition or COMPOSITIONS:
            ends[name] = world.measure(name)
        print_table(ends)
        return compare(ends)


class World:
    """What all compositions share: the emulator, the code, the secrets, the mail identity, a role."""

    def __init__(self, arguments, emulator, receiver, secret):
        self.arguments = arguments
        self.emulator = emulator
        self.receiver = receiver
        archive = arguments.folder / "composed" / "bootstrap.zip"
        pack(arguments.binaries / "composed", archive)
        storage = client("s3")
        storage.create_bucket(Bucket="packages", CreateBucketConfiguration={"LocationConstraint": storage.meta.region_name})
        storage.upload_file(str(archive), "packages", "composed.zip")
        self.secret = client("secretsmanager").create_secret(Name="webhook", SecretString=secret)["ARN"]
        client("sesv2").create_email_identity(EmailIdentity="example.org")
        self.role = self.create_role()
        # One key for all compositions, as one deployment has.
        self.key = secrets.token_hex(32)

    def create_role(self):
        trusted = [f"{service}.amazonaws.com" for service in ("lambda", "states")]
        trust = allow("sts:AssumeRole") | {"Principal": {"Service": trusted}}
        iam = client("iam")
        role = iam.create_role(RoleName="composed", AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
        actions = ["dynamodb:*", "lambda:InvokeFunction", "secretsmanager:GetSecretValue", "ses:SendEmail", "sns:Publish", "sqs:*", "states:*"]
        iam.put_role_policy(RoleName="composed", PolicyName="Permissions", PolicyDocument=policy(allow(actions) | {"Resource": "*"}))
        return role

    def measure(self, name):
        """Deploys a composition, and signs people up in it. Returns what they saw, and what was billed."""
        print(f"{name}: ", end="", flush=True)
        started = time.monotonic()
        table = f"{name}-table"
        environment = self.environment(name, table)
        described = self.people(environment, "describe")
        self.deploy(name, table, environment, described)
        deployed = time.monotonic()
        seen = self.people(
            environment,
            "sign-up",
            f"--people={self.arguments.people}",
            f"--at-once={self.arguments.at_once}",
            f"--table={table}",
            f"--outbox={self.emulator.url}/_ministack/ses/messages",
        )
        ended = time.monotonic()
        print(f"deployed in {deployed - started:.1f} s, {self.arguments.people} people signed up in {ended - deployed:.1f} s")
        return seen | {"billed": settled(lambda: billed(name, described["functions"]))}

    def environment(self, name, table):
        region = os.environ["AWS_REGION"]
        return {
            "COMPOSITION": name,
            "FUNCTIONS": f"{name}-",
            "QUEUES": f"{self.emulator.url}/{ACCOUNT}/{name}-",
            "TOPICS": f"arn:aws:sns:{region}:{ACCOUNT}:{name}-",
            "TABLE_NAME": table,
            "STATE_MACHINE_ARN": f"arn:aws:states:{region}:{ACCOUNT}:stateMachine:{name}",
            "FINGERPRINT_KEY": self.key,
            "MAIL_FROM": "sign-up@example.org",
            "SITE_URL": "https://example.org",
            "WEBHOOK_URL": self.receiver.url,
            "WEBHOOK_NETWORK": "loopback",
            "WEBHOOK_SECRET_ARN": self.secret,
            # Everybody is on this machine: one source.
            "SIGN_UPS_PER_SOURCE_PER_HOUR": "100000",
            "CONFIRMATIONS_PER_SOURCE_PER_HOUR": "100000",
        }

    def people(self, environment, *command):
        ended = subprocess.run(
            [self.arguments.binaries / "people", *command], env=os.environ | environment, stdout=subprocess.PIPE, text=True
        )
        if ended.returncode:
            self.emulator.check()
            raise Failure(f"{environment['COMPOSITION']}: {' '.join(errors(environment['FUNCTIONS'])) or 'no function failed'}")
        return json.loads(ended.stdout)

    def deploy(self, name, table, environment, described):
        key = {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "pk", "AttributeType": "S"}
        client("dynamodb").create_table(
            TableName=table, KeySchema=[key[0]], AttributeDefinitions=[key[1]], BillingMode="PAY_PER_REQUEST"
        )
        functions = client("lambda")
        for function in described["functions"]:
            functions.create_function(
                FunctionName=f"{name}-{function}",
                Runtime="provided.al2023",
                Handler="bootstrap",
                Role=self.role,
                Code={"S3Bucket": "packages", "S3Key": "composed.zip"},
                Timeout=30,
                MemorySize=256,
                Environment={"Variables": environment | {"FUNCTION": function}},
            )
        queues = {queue["name"]: self.create_queue(name, queue) for queue in described["queues"]}
        for topic in described["topics"]:
            arn = client("sns").create_topic(Name=f"{name}-{topic['name']}")["TopicArn"]
            for queue in topic["subscribers"]:
                client("sns").subscribe(
                    TopicArn=arn, Protocol="sqs", Endpoint=queues[queue], Attributes={"RawMessageDelivery": "true"}
                )
        if name == "orchestrator":
            folder = self.arguments.folder / "statemachines"
            redeliveries = self.create_state_machine(name, f"{name}-redeliveries", folder / "redeliver-webhook.asl.json")
            self.create_state_machine(name, name, folder / "sign-up.asl.json", RedeliverWebhook=redeliveries)

    def create_queue(self, name, queue):
        """Creates a queue with its dead-letter queue and its consumer. Returns its ARN."""
        queues = client("sqs")

        def create(name, **attributes):
            url = queues.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
            return queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

        dead = create(f"{name}-{queue['name']}-dead")
        arn = create(
            f"{name}-{queue['name']}",
            VisibilityTimeout=str(queue["visibilityTimeout"]),
            RedrivePolicy=json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": MAX_RECEIVES}),
            Policy=policy(allow("sqs:SendMessage") | {"Principal": {"Service": "sns.amazonaws.com"}, "Resource": "*"}),
        )
        client("lambda").create_event_source_mapping(
            EventSourceArn=arn, FunctionName=f"{name}-{queue['consumer']}", BatchSize=1
        )
        return arn

    def create_state_machine(self, composition, name, path, **machines):
        """Creates a state machine that calls functions of the composition, and starts these machines. Returns its ARN."""
        functions = client("lambda")

        def arn(found):
            # It is the same function, which the template deploys a second time.
            function = {"AttemptRedelivery": "NotifyWebhook"}.get(found[1], found[1])
            return functions.get_function(FunctionName=f"{composition}-{function}")["Configuration"]["FunctionArn"]

        definition = re.sub(r"\$\{(\w+)FunctionArn\}", arn, path.read_text().replace(*REDRIVES))
        definition = re.sub(r"\$\{(\w+)StateMachineArn\}", lambda found: machines[found[1]], definition)
        created = client("stepfunctions").create_state_machine(name=name, definition=definition, roleArn=self.role)
        return created["stateMachineArn"]


def allow(actions):
    return {"Effect": "Allow", "Action": actions}


def policy(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def messages(prefix):
    """The log of each function whose name begins so."""
    logs = client("logs")
    for group in logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{prefix}")["logGroups"]:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
            yield from (event["message"] for event in page["events"])


def errors(prefix):
    return {message.strip() for message in messages(prefix) if "errorType" in message or "error" in message.lower()}


def billed(name, functions):
    """The invocations and the billed milliseconds in the functions' reports."""
    reports = [re.search(r"^REPORT .*Billed Duration: (\d+) ms", message) for message in messages(f"{name}-")]
    durations = [int(found[1]) for found in reports if found]
    return len(durations), sum(durations)


def settled(look):
    """What is seen when it no longer changes: a report follows the response."""
    seen = look()
    while True:
        time.sleep(1)
        again = look()
        if again == seen:
            return seen
        seen = again


def print_table(ends):
    head = ["", "answer p50", "mail p50", "all done p50", "p99", "invocations", "billed ms"]
    rows = [head]
    for name, end in ends.items():
        people = len(end["done"])
        invocations, millis = end["billed"]
        p99 = sorted(end["done"])[max(0, -(-people * 99 // 100) - 1)]
        medians = [statistics.median(end[which]) for which in ("answer", "mailed", "done")]
        rows.append([name, *(f"{one:.0f}" for one in medians), p99, f"{invocations / people:.1f}", f"{millis / people:.0f}"])
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(head))]
    print(f"\nMilliseconds, and per sign-up, on {platform.machine()}, {os.cpu_count()} cores:\n")
    for row in rows:
        print("  " + "  ".join(str(cell).ljust(width) if not column else str(cell).rjust(width) for column, (cell, width) in enumerate(zip(row, widths))))


def compare(ends):
    """Whether the tables have the same items. Prints the difference otherwise."""
    first, *others = ends
    differing = [name for name in others if ends[name]["table"] != ends[first]["table"]]
    for name in differing:
        print(f"\nThe table of {name} is not the one of {first}:", file=sys.stderr)
        for item in sorted(ends[name]["table"].keys() | ends[first]["table"].keys()):
            counts = ends[first]["table"].get(item, 0), ends[name]["table"].get(item, 0)
            if counts[0] != counts[1]:
                print(f"  {counts[0]:>3} {counts[1]:>3}  {item}", file=sys.stderr)
    if differing:
        return 1
    items = sum(ends[first]["table"].values())
    print(f"\nThe tables end the same: {items} items in each.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
