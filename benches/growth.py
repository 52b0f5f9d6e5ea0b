#!/usr/bin/env python3
"""Shows how time and memory grow with the size of a tree, and what odd trees cost.

    cargo build --release
    python3 benches/growth.py PATH [--page docs/performance.md]

PATH is a checkout; its files are copied again and again, each copy into a folder of its own, until there are 1,000, 10,000
and 100,000 of them (the last needs about a gigabyte below the temporary directory).
"""

import argparse
import itertools
import os
import pathlib
import tempfile

from compare import ROOT, audit, row, tracked
from measure import in_turns, section

MIB = 2**20


def copies(path, count):
    """Makes a tree of that many files from those of a checkout."""

    def make(folder):
        files = [file for file in tracked(path) if os.path.getsize(os.path.join(path, file)) < MIB]
        for number in range(count):
            round_, index = divmod(number, len(files))
            target = os.path.join(folder, f"copy{round_}", files[index])
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(os.path.join(path, files[index]), "rb") as source, open(target, "wb") as copy:
                copy.write(source.read())

    return make


def write(name, parts):
    """A file of many parts. They are never in memory at once: a child's peak starts at what its parent holds."""

    def make(folder):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.writelines(parts())

    return make


def many_entries(folder):
    for number in range(200_000):
        with open(os.path.join(folder, f"note{number}.txt"), "w", encoding="utf-8") as file:
            file.write("x\n")


def long_path(folder):
    """A path of about 4,000 bytes: deeper than one call may name it, so it is made on the way down."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(16):
        os.mkdir("d" * 240, dir_fd=here)
        below = os.open("d" * 240, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    with os.fdopen(os.open("a.js", os.O_CREAT | os.O_WRONLY, dir_fd=here), "w") as file:
        file.write("console.log(1);\n")
    os.close(here)


def findings(folder):
    for number in range(100):
        with open(os.path.join(folder, f"a{number}.js"), "w", encoding="utf-8") as file:
            file.writelines(f"console.log({line});\n" for line in range(1000))


CODE = "export function f{0}(a, b) {{\n  console.log(a);\n  return a.b(`${{b}}`, 'text', {0});\n}}\n"


def large_code(size):
    return lambda: (CODE.format(number) for number in range(size // len(CODE)))


def cases(path):
    return [
        ("1,000 files", copies(path, 1_000), []),
        ("10,000 files", copies(path, 10_000), []),
        ("100,000 files", copies(path, 100_000), []),
        ("one file of code, 50 MiB, over the limit", write("a.js", large_code(50 * MIB)), []),
        ("the same, `--max-file-size 64`", write("a.js", large_code(50 * MIB)), ["--max-file-size", "64"]),
        ("one line of 20 MiB, `--max-file-size 64`", write("a.js", lambda: itertools.repeat("f(1);", 4 * MIB)), ["--max-file-size", "64"]),
        ("a directory of 200,000 entries", many_entries, []),
        ("a path of 4,000 bytes", long_path, []),
        ("100,000 findings", findings, []),
    ]


def size_of(folder):
    """Files and bytes below a folder, also where paths are too long to be named."""
    files, size = 0, 0
    for *_, names, handle in os.fwalk(folder):
        files += len(names)
        size += sum(os.stat(name, dir_fd=handle).st_size for name in names)
    return files, size


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", metavar="PATH")
    parser.add_argument("--runs", type=int, default=3, help="measured runs of each tree (default 3)")
    parser.add_argument("--page", help="a Markdown page whose table is replaced")
    target = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))
    parser.add_argument("--auditor", default=os.path.join(target, "release", "auditor"), help="the binary")
    args = parser.parse_args()
    path, auditor = os.path.abspath(args.path), os.path.abspath(args.auditor)
    lines = [row(["Tree", "Files", "MiB", "Seconds", "CPU seconds", "CPU ms / MiB", "Peak, MiB"])]
    lines.append(row(["---"] + ["---:"] * 6))
    for name, make, more in cases(path):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as scratch:
            make(folder)
            files, size = size_of(folder)
            program = audit(auditor, folder, scratch, "--no-git", *more)
            in_turns([program], args.runs)
        rate = program.cpu * 1000 / (size / MIB)
        rate = f"{rate:.1f}" if size > MIB else "–"
        cells = [name, f"{files:,}", f"{size / MIB:.1f}", f"{program.wall:.2f}", f"{program.cpu:.2f}", rate]
        lines.append(row(cells + [f"{program.peak / MIB:.0f}"]))
        print(lines[-1], flush=True)
    if args.page:
        section(args.page, "growth", "\n".join(lines))


if __name__ == "__main__":
    main()
