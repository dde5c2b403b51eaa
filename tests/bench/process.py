"""A function's process, with a stub of the Runtime API."""

import asyncio
import os
import subprocess
import time
from pathlib import Path

# As Lambda sets them, with made-up credentials.
PLATFORM = {
    "AWS_LAMBDA_FUNCTION_NAME": "function",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
    "AWS_LAMBDA_FUNCTION_VERSION": "1",
    "AWS_LAMBDA_LOG_FORMAT": "JSON",
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nobody",
}

INVOCATION = (
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nlambda-runtime-aws-request-id: request\r\n"
    "lambda-runtime-deadline-ms: 4102444800000\r\n"
    "lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-1:123456789012:function:function\r\n"
    "content-length: {}\r\n\r\n{}"
)
ACCEPTED = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"
TIMEOUT = 30


class Failed(Exception):
    """A process did not do what it should."""


class Process:
    """A process that waits for events."""

    def __init__(self, binary, environment):
        self.binary = binary
        self.environment = environment

    async def __aenter__(self):
        self.next = asyncio.Queue()
        self.outputs = asyncio.Queue()
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        port = self.server.sockets[0].getsockname()[1]
        environment = PLATFORM | self.environment | {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}"}
        self.started = time.perf_counter()
        self.child = subprocess.Popen([self.binary], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return self

    async def __aexit__(self, *_):
        self.child.kill()
        self.child.wait()
        self.child.stderr.close()
        self.server.close()

    async def serve(self, reader, writer):
        """The Runtime API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                arrived = time.perf_counter()
                length = next((int(line.split(":")[1]) for line in head.lower().split("\r\n") if line.startswith("content-length:")), 0)
                body = (await reader.readexactly(length)).decode()
                path = head.split(" ")[1]
                if path.endswith("/next"):
                    self.next.put_nowait((arrived, writer))
                else:
                    self.outputs.put_nowait((arrived, path, body))
                    writer.write(ACCEPTED)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()

    async def ready(self):
        """Waits until the process asks for an event. Returns the time when it did."""
        try:
            arrived, self.writer = await asyncio.wait_for(self.next.get(), TIMEOUT)
        except asyncio.TimeoutError:
            self.child.kill()
            raise Failed(f"{self.binary.name} asks for no event: {self.child.stderr.read().decode()}") from None
        return arrived

    async def invoke(self, event):
        """Handles the event. Returns the seconds until the output, the processor's seconds in them, and the output."""
        processor = self.processor_time()
        started = time.perf_counter()
        self.writer.write(INVOCATION.format(len(event.encode()), event).encode())
        try:
            arrived, path, body = await asyncio.wait_for(self.outputs.get(), TIMEOUT)
        except asyncio.TimeoutError:
            raise Failed(f"{self.binary.name} has no output") from None
        if not path.endswith("/response"):
            raise Failed(f"{self.binary.name} failed: {body}")
        await self.ready()
        return arrived - started, self.processor_time() - processor, body

    def processor_time(self):
        """The seconds that the process has run on a processor."""
        tasks = Path(f"/proc/{self.child.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory(self, field):
        """A field of the process's status in bytes: VmRSS now, VmHWM at most."""
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith(field))) * 1024


class Confined:
    """A control group with a share of one core."""

    FOLDER = Path("/sys/fs/cgroup")

    def __init__(self, share, period=20_000):
        self.version1 = (self.FOLDER / "cpu").is_dir()
        self.group = (self.FOLDER / "cpu" if self.version1 else self.FOLDER) / f"bench-{os.getpid()}"
        self.quota = round(share * period)
        self.period = period

    def __enter__(self):
        """Raises OSError if this machine does not allow it."""
        self.group.mkdir()
        try:
            if self.version1:
                (self.group / "cpu.cfs_period_us").write_text(str(self.period))
                (self.group / "cpu.cfs_quota_us").write_text(str(self.quota))
            else:
                (self.group / "cpu.max").write_text(f"{self.quota} {self.period}")
        except OSError:
            self.group.rmdir()
            raise
        return self

    def add(self, process):
        (self.group / "cgroup.procs").write_text(str(process.child.pid))

    def __exit__(self, *_):
        self.group.rmdir()
