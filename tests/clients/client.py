# SPDX-License-Identifier: MIT
"""What the clients share: a folder of their own, TAP, and Trefoil's log.

    with Client("images, maps") as client:
        client.check(condition, "what holds if it is true", detail...)

Leaving the block ends the test: an exception is a failed check, and so is a
client that enqueued no kernel (kernels=False: one that is not meant to).
"""

import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

COMMANDS = {
    0x11F0: "kernels", 0x11F1: "tasks", 0x11F2: "native kernels",
    0x11F3: "buffer reads", 0x11F4: "buffer writes", 0x11F5: "buffer copies",
    0x11F6: "image reads", 0x11F7: "image writes", 0x11F8: "image copies",
    0x11F9: "image to buffer", 0x11FA: "buffer to image",
    0x11FB: "buffer maps", 0x11FC: "image maps", 0x11FD: "unmaps",
    0x11FE: "markers", 0x1201: "rect reads", 0x1202: "rect writes",
    0x1203: "rect copies", 0x1205: "barriers", 0x1206: "migrations",
    0x1207: "buffer fills", 0x1208: "image fills",
    0x1209: "SVM frees", 0x120A: "SVM copies", 0x120B: "SVM fills",
    0x120C: "SVM maps", 0x120D: "SVM unmaps",
}
ENQUEUED = re.compile(r"^trefoil: queue: enqueue \S+ type 0x([0-9a-f]+)")


class Client:
    def __init__(self, uses, kernels=True):
        self.uses = uses
        self.kernels = kernels
        self.passed = self.failed = 0

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="trefoil-client-"))
        self.log = self.folder / "trefoil.log"
        home = self.folder / "home"
        home.mkdir()
        # What the programs keep is their own; Mesa's cache of kernels stays
        # where it was, so that a second run takes less time.
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        os.environ.setdefault("MESA_SHADER_CACHE_DIR", cache)
        # Some ask the list of users for their home, but not if these are set.
        for name in ("CACHE", "CONFIG", "DATA"):
            os.environ[f"XDG_{name}_HOME"] = str(home / name.lower())
            (home / name.lower()).mkdir()
        os.environ.pop("DISPLAY", None)
        os.environ.update(HOME=str(home), TREFOIL_LOG=str(self.log),
                          TREFOIL_DEBUG="error,queue", LC_ALL="C.UTF-8")
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            self.check(False, "the client runs to its end",
                       *traceback.format_exception(kind, error, trace))
        counts = self.commands()
        if self.kernels:
            self.check(counts["kernels"] > 0, "its kernels ran on Trefoil")
        if self.failed:
            self.note("Trefoil's last refusals:", *list(dict.fromkeys(self.refusals()))[-20:])
        print(f"# uses: {self.uses}")
        print("# enqueued:", ", ".join(f"{n} {name}" for name, n in counts.most_common()))
        print(f"1..{self.passed + self.failed}", flush=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.failed:
            sys.exit(1)
        return True

    def check(self, condition, what, *details):
        """Reports one check; details are shown if it failed."""
        self.passed += bool(condition)
        self.failed += not condition
        number = self.passed + self.failed
        print("ok" if condition else "not ok", number, "-", what.replace("#", ""), flush=True)
        if not condition:
            self.note(*details)
        return bool(condition)

    def note(self, *details):
        for detail in details:
            for line in str(detail).splitlines():
                print("#  ", line, flush=True)

    def run(self, *command, what=None, status=0, timeout=600, **arguments):
        """Runs a program; a check fails unless it ends with the status (None:
        any)."""
        done = subprocess.run([str(word) for word in command], cwd=self.folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=timeout, check=False,
                              **arguments)
        done.stdout_text = done.stdout.decode(errors="replace")
        done.stderr_text = done.stderr.decode(errors="replace")
        good = status is None or done.returncode == status
        if what or not good:
            self.check(good,
                       what or f"{command[0]} ends with status {status}",
                       f"status {done.returncode}: {' '.join(map(str, command))}",
                       done.stdout_text[-2000:], done.stderr_text[-4000:])
        return done

    def commands(self):
        """How many commands of each kind were enqueued so far."""
        counts = collections.Counter()
        for line in self.log_lines():
            enqueued = ENQUEUED.match(line)
            if enqueued:
                kind = int(enqueued[1], 16)
                counts[COMMANDS.get(kind, hex(kind))] += 1
        return counts

    def refusals(self):
        return [line for line in self.log_lines() if line.startswith("trefoil: error:")]

    def log_lines(self):
        if self.log.exists():
            with self.log.open(errors="replace") as lines:
                yield from lines
