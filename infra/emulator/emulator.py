"""The emulator as a child process, which is always killed together with the functions that it runs."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from failure import Failure

REGION = "eu-west-1"

# The time limit of the emulator's start, in seconds. It takes less than one.
START_TIMEOUT = 30


class Emulator:
    """MiniStack on a loopback port, with all its files in one folder."""

    def __init__(self, folder, port):
        self.folder = Path(folder)
        self.state = self.folder / "state"
        self.group = self.folder / "emulator.pid"
        self.log = self.folder / "emulator.log"
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def __enter__(self):
        self.end_leftovers()
        shutil.rmtree(self.state, ignore_errors=True)
        for name in ["home", "tmp"]:
            (self.state / name).mkdir(parents=True)
        if is_taken(self.port):
            raise Failure(f"port {self.port} is in use; stop the process that uses it, or choose another with --port")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [Path(sys.executable).parent / "ministack"],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A process group of its own, which includes the functions and is killed as a whole.
                start_new_session=True,
            )
        self.group.write_text(str(self.process.pid))
        try:
            self.wait_until_healthy()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # There is nothing to save, so it is killed.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.group.unlink(missing_ok=True)
        shutil.rmtree(self.state, ignore_errors=True)

    def client_environment(self):
        """The environment variables of clients."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    def environment(self):
        """The complete environment of the emulator, which every function inherits."""
        return {
            **self.client_environment(),
            "HOME": str(self.state / "home"),
            "TMPDIR": str(self.state / "tmp"),
            "S3_DATA_DIR": str(self.state / "s3"),
            "STATE_DIR": str(self.state / "saved"),
            "PATH": "/usr/bin:/bin",
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            # Off: two services that would listen on ports of their own.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            # IAM permissions are enforced.
            "AUTH": "true",
            # Pauses between retries are a tenth of the definition's. Time-outs are not scaled.
            "SFN_WAIT_SCALE": "0.1",
        }

    def check(self):
        """Raises a failure if the emulator has exited."""
        if self.process.poll() is not None:
            raise Failure(f"the emulator has exited; its log is {self.log}")

    def wait_until_healthy(self):
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            self.check()
            try:
                with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise Failure(f"the emulator did not respond within {START_TIMEOUT} s; its log is {self.log}")

    def end_leftovers(self):
        """Kills the processes of an earlier run that was killed itself."""
        try:
            group = int(self.group.read_text())
        except (FileNotFoundError, ValueError):
            return
        listed = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,pgid=,command="], capture_output=True, text=True, check=True
        )
        for line in listed.stdout.splitlines():
            process, of, command = line.split(None, 2)
            # The process id may have been reused, but not by a command of our folder.
            if int(of) == group and str(self.folder) in command:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(process), signal.SIGKILL)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_taken(port):
    with socket.socket() as probe:
        # A port with connections in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
