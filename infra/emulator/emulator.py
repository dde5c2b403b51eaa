"""The emulator: a process that is ended whatever happens, together with the functions that it runs."""

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

# How long the emulator may take until it answers, in seconds. It takes less than one.
START = 30


class Emulator:
    """MiniStack on a loopback port, with all that it writes in one folder."""

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
            raise Failure(f"port {self.port} is in use; end what uses it, or name another one by --port")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [Path(sys.executable).parent / "ministack"],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own, which the functions belong to as well: it is ended as one.
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
        # It keeps nothing, so it is not asked.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.group.unlink(missing_ok=True)
        shutil.rmtree(self.state, ignore_errors=True)

    def client_environment(self):
        """What whoever calls the emulator needs in the environment."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    def environment(self):
        """The emulator's own environment: all of it, since every function is given the same."""
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
            # Two services that would listen on ports of their own.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            # Permissions count.
            "AUTH": "true",
            # Pauses between retries are a tenth of what the definition says. Time-outs are what it says.
            "SFN_WAIT_SCALE": "0.1",
        }

    def check(self):
        """Fails if the emulator is not there any more."""
        if self.process.poll() is not None:
            raise Failure(f"the emulator has ended by itself; its log is {self.log}")

    def wait_until_healthy(self):
        deadline = time.monotonic() + START
        while time.monotonic() < deadline:
            self.check()
            try:
                with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise Failure(f"the emulator did not answer within {START} s; its log is {self.log}")

    def end_leftovers(self):
        """Ends what is left of a run that could not do so itself."""
        try:
            group = int(self.group.read_text())
        except (FileNotFoundError, ValueError):
            return
        listed = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,pgid=,command="], capture_output=True, text=True, check=True
        )
        for line in listed.stdout.splitlines():
            process, of, command = line.split(None, 2)
            # The number may be another's by now, but not what runs from our folder.
            if int(of) == group and str(self.folder) in command:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(process), signal.SIGKILL)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_taken(port):
    with socket.socket() as probe:
        # A port whose last connections are just being forgotten is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
