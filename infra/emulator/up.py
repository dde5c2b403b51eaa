"""Deploys the stacks on the emulator, runs the first sign-up, and shuts everything down. The command is `run`."""

import argparse
import base64
import contextlib
import fcntl
import json
import os
import platform
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import botocore.exceptions

import operations
import walk
from emulator import Emulator
from failure import Failure
from receiver import Receiver
from stack import Stack, Template, client, describe

INFRA = Path(__file__).resolve().parent.parent

ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def main():
    arguments = parse()
    # SIGTERM and SIGHUP shut down like Ctrl-C.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        return run_all(arguments)
    except KeyboardInterrupt:
        return 130
    except Failure as failure:
        return report(failure)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as failure:
        return report(f"a call to the emulator failed: {failure}")


def report(failure):
    print(f"infra/emulator/run: {failure}", file=sys.stderr)
    return 1


def parse():
    parser = argparse.ArgumentParser(prog="infra/emulator/run")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--binaries", type=Path, required=True)
    parser.add_argument("--short-definition", type=Path)
    parser.add_argument("--contacts", action="store_true")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--operations", action="store_true")
    parser.add_argument("--port", type=int, default=0)
    # Everything after the first -- is a command with options of its own.
    given = sys.argv[1:]
    end = given.index("--") if "--" in given else len(given)
    return parser.parse_args(given[:end], argparse.Namespace(command=given[end + 1 :]))


def run_all(arguments):
    with contextlib.ExitStack() as running:
        running.enter_context(only_one(arguments.folder))
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
        receiver = running.enter_context(Receiver(secret))
        emulator = running.enter_context(Emulator(arguments.folder, arguments.port))
        os.environ.update(emulator.client_environment())
        running.callback(save_logs, emulator)
        stack, template, world = deploy(arguments, emulator, receiver, secret)
        first_sign_up(world, emulator)
        written = arguments.folder / "deployed.json"
        written.write_text(json.dumps(world, indent=2))
        running.callback(written.unlink, missing_ok=True)
        if arguments.command:
            code = run_command(arguments.command, {"DEPLOYED": str(written)}, emulator)
            if code:
                return code
        elif not arguments.once:
            serve_until_interrupted(world, emulator, written)
        if arguments.operations:
            print("\nOperating the stack\n")
            operations.play(stack, template, world, with_aws_cli(), run_script)
        return 0


@contextlib.contextmanager
def only_one(folder):
    """Refuses a second run in the same folder. The lock is released when the process exits, even by a crash."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(f"another run uses {folder}; end that one first") from None
        yield


def deploy(arguments, emulator, receiver, secret):
    """Deploys the stacks. Returns the first one, the template, and their description for the tests."""
    started = time.monotonic()
    template = Template(INFRA / "template.yaml", arguments.folder / "statemachines")
    template.upload(arguments.binaries, arguments.folder / "lambda")
    parameters = parameters_for(receiver.url, secret)
    stack = Stack("sign-up", dict(parameters))
    world = {
        "stack": deploy_stack(emulator, template, stack),
        "outbox": f"{emulator.url}/_ministack/ses/messages",
        "receiver": receiver.url,
    }
    if arguments.short_definition:
        # The identity belongs to the account, and the first stack has created it.
        short = Stack("sign-up-short", parameters | {"CreateMailIdentity": "no"})
        world["short"] = deploy_stack(emulator, template, short, arguments.short_definition)
    if arguments.contacts:
        phones = Stack("sign-up-contacts", parameters | {"CreateMailIdentity": "no", "SmsCallingCodes": "49"})
        world["contacts"] = deploy_stack(emulator, template, phones, template.definition_with_contacts())
        world["phones"] = f"{emulator.url}/_ministack/sns/sms-messages"
    print(f"deployed in {time.monotonic() - started:.1f} s, with the routes {', '.join(sorted(template.routes()))}")
    return stack, template, world


def deploy_stack(emulator, template, stack, definition=None):
    text = template.packaged(definition)
    stack.create(text)
    stack.check_routes(template.routes())
    # The emulator's URL of an API is known only after its creation; the template's default is AWS's.
    api = f"{emulator.url}/_aws/execute-api/{describe(stack.name)['apiId']}/$default"
    stack.update(text, SiteUrl=api)
    return describe(stack.name) | {"api": api}


def parameters_for(webhook_url, webhook_secret):
    """The template's parameters. Creates the secrets that they refer to."""
    created = run_script("create-secrets", "sign-up-webhook-", webhook_url, WEBHOOK_SECRET=webhook_secret)
    secrets_of_the_webhook = dict(line.split("=", 1) for line in created.splitlines())
    return secrets_of_the_webhook | {
        "Architecture": ARCHITECTURES[platform.machine().lower()],
        "MailFrom": "sign-up@example.org",
        "MailIdentity": "example.org",
        "CreateMailIdentity": "yes",
        # The receiver is on this machine.
        "WebhookNetwork": "loopback",
        # Tests let it fail for some events only, and do not wait for hours.
        "WebhookFailuresBeforePause": "100000",
        "WebhookRedeliveryPauses": "2,3,4",
        # All clients are, too: one source.
        "SignUpsPerSourcePerHour": "100000",
        "ConfirmationsPerSourcePerHour": "100000",
        "MailRequestsPerSourcePerHour": "100000",
        "SignUpsPerMailboxAndSourcePerDay": "1000",
        "Rollout": "all-at-once",
        "TableDeletionProtection": "false",
    }


def with_aws_cli():
    """The environment with AWS's command-line client, which is beside the interpreter."""
    return os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def run_script(name, *arguments, **environment):
    """Runs a script of infra/ against the emulator. Returns its output."""
    command = [INFRA / name, *arguments]
    ended = subprocess.run(command, env=with_aws_cli() | environment, capture_output=True, text=True)
    if ended.returncode:
        raise Failure(f"infra/{name} failed: {ended.stderr.strip()}")
    return ended.stdout


def first_sign_up(world, emulator):
    stack = world["stack"]
    print(f"\nSigning a user up at {stack['api']}\n")
    try:
        user = walk.sign_up(stack["api"], world["outbox"], f"{world['receiver']}/received")
        walk.print_history(stack["stateMachine"], user)
    except Failure as failure:
        emulator.check()
        reasons = "; ".join([str(failure), *walk.errors(stack["stateMachine"])])
        raise Failure(f"{reasons}; the functions' logs are in {functions_log(emulator)}") from None


def functions_log(emulator):
    return emulator.folder / "functions.log"


def save_logs(emulator):
    """Saves the functions' logs, which are lost when the emulator stops."""
    logs = client("logs")
    try:
        with functions_log(emulator).open("w") as file:
            for group in logs.describe_log_groups()["logGroups"]:
                events = logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
                file.writelines(f"{group['logGroupName']}  {event['message'].rstrip()}\n" for event in events)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
        print("the functions' logs could not be saved: the emulator does not respond", file=sys.stderr)


def run_command(command, environment, emulator):
    """Runs a command against the stacks. Returns its exit code."""
    try:
        process = subprocess.Popen(command, env={**os.environ, **environment}, start_new_session=True)
    except OSError as failure:
        raise Failure(f"{command[0]} cannot be run: {failure.strerror}") from None
    try:
        while process.poll() is None:
            emulator.check()
            time.sleep(0.2)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return process.returncode


def serve_until_interrupted(world, emulator, written):
    print("\nThe stacks run on this machine. Press Ctrl-C to stop.\n")
    for name, value in [
        ("API", world["stack"]["api"]),
        ("AWS", f"{emulator.url}  (user and password: test; region: {os.environ['AWS_REGION']})"),
        ("Mails", world["outbox"]),
        ("Webhooks", f"{world['receiver']}/received"),
        ("Log", f"{emulator.log}  (functions: aws logs, and functions.log after the end)"),
        ("For tests", f"DEPLOYED={written}"),
    ]:
        print(f"  {name:<10} {value}")
    print(f"\n  Sign up    curl -i '{world['stack']['api']}/users' -H 'content-type: application/json' "
          "-d '{\"email\": \"grace@example.org\"}'", flush=True)
    while True:
        emulator.check()
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
