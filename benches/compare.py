#!/usr/bin/env python3
"""Times a whole scan (all rules, JSON written) against ripgrep reading the same files without a match.

    cargo build --release
    python3 benches/compare.py PATH [PATH ...]        # git checkouts; more than 2,000 files tell the most

Needs `rg` on the PATH. Both programs run in turns, so that whatever else the machine does hits both alike; the median of
the runs counts, and the ratio is what to compare between machines. Peak memory is the largest resident set of a run.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Occurs in no tree but this one, and only here.
NO_MATCH = "no-file-holds-these-" + "words-5f1d2c"


def measure(command):
    """Seconds and peak resident bytes of one run."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, error = process.stderr.read(), None
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    return seconds, usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status), error


def compare(auditor, path, runs):
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        commands = {
            "auditor": [auditor, "scan", path, "--output", report],
            "rg": ["rg", "--hidden", "--no-ignore", "--no-messages", "--glob", "!.git", NO_MATCH, path],
        }
        samples = {name: [] for name in commands}
        peaks = {name: 0 for name in commands}
        for turn in range(runs + 1):
            for name, command in commands.items():
                seconds, peak, code, _ = measure(command)
                expected = (0, 3) if name == "auditor" else (1,)
                if code not in expected:
                    sys.exit(f"{' '.join(command)} ended with status {code}")
                if turn > 0:  # The first turn warms the file cache.
                    samples[name].append(seconds)
                    peaks[name] = max(peaks[name], peak)
        repository = json.load(open(report))["repository"]
    median = {name: statistics.median(values) for name, values in samples.items()}
    ratio = median["auditor"] / median["rg"]
    print(
        f"{pathlib.Path(path).resolve().name:<32} {repository['files']:>7} files {repository['bytes'] / 2**20:>8.1f} MiB"
        f"   auditor {median['auditor']:.3f} s   rg {median['rg']:.3f} s   ratio {ratio:.1f}"
        f"   peak memory {peaks['auditor'] / 2**20:.0f} MiB"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--runs", type=int, default=7, help="measured runs of each program (default 7)")
    target = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))
    parser.add_argument("--auditor", default=os.path.join(target, "release", "auditor"), help="the binary")
    args = parser.parse_args()
    if not shutil.which("rg"):
        sys.exit("ripgrep (`rg`) is not installed: `apt-get install ripgrep`, `brew install ripgrep` or `cargo install ripgrep`")
    if not os.path.exists(args.auditor):
        sys.exit(f"{args.auditor} does not exist: run `cargo build --release` first")
    for path in args.paths:
        compare(args.auditor, path, args.runs)


if __name__ == "__main__":
    main()
