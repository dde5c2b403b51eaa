"""Measures functions beside what they are compared with, and holds them against bars. The command is `run`."""

import argparse
import asyncio
import statistics
import sys
import zipfile
from pathlib import Path

from process import Confined, Failed, Process
from services import USER, Services, certificates

ROOT = Path(__file__).resolve().parents[2]
MIB = 1024 * 1024

# The share of a core that 128 MB of memory give: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html has a
# whole core at 1,769 MB.
SHARE = 128 / 1769

KEY = {"FINGERPRINT_KEY": USER}
MAIL = {"MAIL_FROM": "sign-up@example.org", "SITE_URL": "https://site.example", **KEY}

# The event of each function, and its settings beside the table.
CASES = {
    "create-user": ("ok", {"STATE_MACHINE_ARN": "arn:aws:states:eu-west-1:123456789012:stateMachine:SignUp", **KEY}),
    "store-user-data": ("stored", {}),
    "validate-email": ("confirm", MAIL),
    "validate-contacts": ("confirm", {"SMS_CALLING_CODES": "49", **MAIL}),
    "confirm-contact": ("ok", KEY),
    "request-mail": ("ok", KEY),
    "set-user-status": ("verified", {}),
    "record-mail-event": ("bounce", {}),
    "notify-webhook": (
        "campaign",
        {"WEBHOOK_SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:webhook"},
    ),
    "get-user": ("ok", {}),
    "serve-pages": ("sign-up", {}),
}

SIZE_BAR = 2 * MIB
SIZE_BARS = {"get-user": 1.75 * MIB}
START_BAR = 1.3
MEMORY_BAR = 8 * MIB
FIRST_BAR = 1.5


class Bars:
    """What was compared with a bar."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, value, bar, unit=""):
        if value <= bar:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what} is {value:.2f}{unit}, more than {bar:.2f}{unit}")


class Subject:
    """A binary, its event and its settings."""

    def __init__(self, name, binary, event="{}", settings=None, is_function=True):
        self.name = name
        self.binary = binary
        self.event = event
        self.settings = settings or {}
        self.is_function = is_function

    @classmethod
    def function(cls, name, folder):
        try:
            event, settings = CASES[name]
        except KeyError:
            raise Failed(f"there is no case for {name} in tests/bench/bench.py") from None
        text = (ROOT / "functions" / name / "events" / f"{event}.json").read_text()
        return cls(name, folder / name, text, settings)

    def process(self, services, hook, roots=None):
        """The process with these services; with roots, over TLS."""
        environment = {"TABLE_NAME": "sign-up", "AWS_ENDPOINT_URL": services.url}
        environment |= {"WEBHOOK_URL": f"{hook.url}/hook", "WEBHOOK_NETWORK": "loopback"}
        if roots:
            environment["SSL_CERT_FILE"] = str(roots)
        return Process(self.binary, environment | self.settings)


def parse():
    parser = argparse.ArgumentParser(prog="tests/bench/run")
    parser.add_argument("--binaries", type=Path, required=True)
    parser.add_argument("--baseline", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--sizes", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("functions", nargs="+")
    return parser.parse_args()


def main():
    arguments = parse()
    bars = Bars()
    try:
        functions = [Subject.function(name, arguments.binaries) for name in arguments.functions]
        sizes(functions, arguments.folder, bars)
        if not arguments.sizes:
            asyncio.run(measure(functions, arguments, bars))
    except Failed as failure:
        print(f"tests/bench/run: {failure}", file=sys.stderr)
        return 1
    print(f"\n{bars.passed} passed, {bars.failed} failed")
    return 1 if bars.failed else 0


def sizes(subjects, folder, bars):
    """Prints the sizes of deployment packages."""
    print("\n| function | binary, KiB | zip, KiB |\n| --- | ---: | ---: |")
    folder.mkdir(parents=True, exist_ok=True)
    for subject in subjects:
        archive = folder / "bootstrap.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
            file.write(subject.binary, "bootstrap")
        size = archive.stat().st_size
        print(f"| {subject.name} | {subject.binary.stat().st_size / 1024:.0f} | {size / 1024:.0f} |")
        bars.check(f"{subject.name}'s package", size / MIB, SIZE_BARS.get(subject.name, SIZE_BAR) / MIB, " MiB")


async def measure(functions, arguments, bars):
    hello = Subject("hello world", arguments.baseline / "hello", is_function=False)
    sdk = Subject("SDK, defaults", arguments.baseline / "sdk", is_function=False)
    roots, tls = certificates(arguments.folder / "tls")
    plain, secure, hook = [await Services(tls).start() for tls in (None, tls, None)]
    starts, calls = (10, 5) if arguments.quick else (200, 40)
    await start(hello, [sdk, *functions], plain, hook, starts, bars)
    callers = [sdk, *(function for function in functions if function.name != "serve-pages")]
    await memory([hello, *callers], secure, hook, roots, bars)
    await first(callers, secure, hook, roots, calls, None, bars)
    try:
        with Confined(SHARE) as confined:
            await first(callers, secure, hook, roots, calls, confined, bars)
    except OSError as refused:
        print(f"\nskipped: invocations with {SHARE:.0%} of a core, since control groups cannot be made here: {refused}")


async def start(hello, subjects, services, hook, runs, bars):
    """From the start to the first request for an event, without TLS and so without a warm-up."""
    times = {subject: [] for subject in [hello, *subjects]}
    # In turns, so that what else happens on the machine meets all alike.
    for _ in range(runs):
        for subject, measured in times.items():
            async with subject.process(services, hook) as process:
                ready = await process.ready()
                measured.append((ready - process.started, process.processor_time()))
    print(f"\nStart to first request for an event: medians of {runs}\n")
    print("| | ms | processor, ms | processor, ratio |\n| --- | ---: | ---: | ---: |")
    base = statistics.median(processor for _, processor in times[hello])
    for subject, measured in times.items():
        elapsed, processor = (statistics.median(column) for column in zip(*measured))
        ratio = processor / base
        print(f"| {subject.name} | {elapsed * 1e3:.2f} | {processor * 1e3:.2f} | {ratio:.2f} |")
        if subject.is_function:
            bars.check(f"{subject.name}'s start", ratio, START_BAR, " times hello world's")


async def memory(subjects, services, hook, roots, bars):
    """Before and after one invocation over TLS."""
    print("\nMemory: one process\n\n| | idle, MiB | at most, MiB |\n| --- | ---: | ---: |")
    for subject in subjects:
        async with subject.process(services, hook, roots) as process:
            await process.ready()
            idle = process.memory("VmRSS")
            await process.invoke(subject.event)
            peak = process.memory("VmHWM")
        print(f"| {subject.name} | {idle / MIB:.1f} | {peak / MIB:.1f} |")
        if subject.is_function:
            bars.check(f"{subject.name}'s memory", peak / MIB, MEMORY_BAR / MIB, " MiB")


async def first(subjects, services, hook, roots, runs, confined, bars):
    """The first and the second invocation of a process, over TLS. While it starts, it is not confined: neither is Lambda's."""
    print(f"\nInvocations over TLS{f' with {SHARE:.0%} of a core' if confined else ''}: medians of {runs}\n")
    print("| | first, ms | second, ms | ratio | processor, ms | | handshakes in the first | requests |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    hidden = roots.with_suffix(".hidden")
    for subject in subjects:
        measured = []
        handshakes = requests = 0
        for _ in range(runs):
            async with subject.process(services, hook, roots) as process:
                await process.ready()
                if confined:
                    confined.add(process)
                services.reset()
                if subject.is_function:
                    # Whoever reads certificates now fails.
                    roots.rename(hidden)
                try:
                    one = await process.invoke(subject.event)
                finally:
                    if subject.is_function:
                        hidden.rename(roots)
                handshakes, requests = max(handshakes, services.connections, services.handshakes), services.requests
                two = await process.invoke(subject.event)
                measured.append((one[0], two[0], one[1], two[1]))
        one, two, processor, processor_two = (statistics.median(column) * 1e3 for column in zip(*measured))
        print(f"| {subject.name} | {one:.2f} | {two:.2f} | {one / two:.2f} "
              f"| {processor:.2f} | {processor_two:.2f} | {handshakes} | {requests} |")
        if subject.is_function:
            name = f"{subject.name}'s first invocation{', confined,' if confined else ''}"
            bars.check(name, one / two, FIRST_BAR, " times the second")
            bars.check(f"handshakes in {name}", handshakes, 0)


if __name__ == "__main__":
    sys.exit(main())
