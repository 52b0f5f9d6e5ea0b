"""Runs programs in turns and takes their time, processor time and peak memory."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field


@dataclass
class Program:
    """A command line, the exit statuses that mean that it did its work, and how often it runs (0: as often as all)."""

    name: str
    command: list
    statuses: tuple = (0,)
    folder: str | None = None
    runs: int = 0
    walls: list = field(default_factory=list)
    cpus: list = field(default_factory=list)
    peak: int = 0

    @property
    def wall(self):
        return statistics.median(self.walls)

    @property
    def cpu(self):
        return statistics.median(self.cpus)

    def run(self):
        started = time.perf_counter()
        process = subprocess.Popen(
            self.command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        code = os.waitstatus_to_exitcode(status)
        if code not in self.statuses:
            sys.exit(f"{' '.join(self.command[:8])} ended with status {code}:\n{error.decode(errors='replace')[-2000:]}")
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def in_turns(programs, runs):
    """Runs all programs one after the other, again and again, so that whatever else the machine does hits all alike.

    The first turn warms the file cache and does not count.
    """
    for turn in range(runs + 1):
        for program in programs:
            if program.runs and turn > program.runs:
                continue
            wall, cpu, peak = program.run()
            if turn > 0:
                program.walls.append(wall)
                program.cpus.append(cpu)
                program.peak = max(program.peak, peak)


def section(page, name, text):
    """Replaces what stands between `<!-- name -->` and `<!-- /name -->` in a page."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    with open(page, encoding="utf-8") as file:
        whole = file.read()
    before, rest = whole.split(start, 1)
    _, after = rest.split(end, 1)
    with open(page, "w", encoding="utf-8") as file:
        file.write(f"{before}{start}\n{text.strip()}\n{end}{after}")
