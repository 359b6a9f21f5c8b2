"""Times every shipped question and every check of `lint` on a case of `make_case.py`, beyond what opening the case takes.

    python3 benches/questions.py PROGRAM CASE [NAME...]

Prints processor time in seconds, the number of rows, and the beginning of a hash of them, which tells whether a rewritten
query gives the same answer. Fails where one takes more than two seconds beyond opening.
"""

import hashlib
import pathlib
import re
import resource
import subprocess
import sys

MOST = 2
# The entities that are in most facts.
BUSIEST = {"entity": "c0", "subject": "c0", "from": "c0", "object": "g0", "to": "g0", "program": "g0"}
QUERIES = pathlib.Path(__file__).resolve().parent.parent / "queries"


def run(arguments):
    """Returns the processor time of a run, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        told = subprocess.run(arguments, capture_output=True, timeout=60, check=True).stdout
    except subprocess.TimeoutExpired:
        told = None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, told


def busiest(question):
    """Returns arguments that ask a question about the busiest entities; days keep their defaults."""
    defaults = re.findall(r"VALUES \?(\w+) \{ :", question.read_text(encoding="utf-8"))
    return [argument for name in defaults for argument in ("--param", f"{name}={BUSIEST[name]}")]


def main() -> None:
    program, case, *names = sys.argv[1:]
    opening = min(run([program, "query", case, "ASK {}", "--format", "table"])[0] for _ in range(3))
    print(f"opening the case: {opening:.2f} s\n\n| question or check | in all | beyond opening | rows | hash |\n|---|---|---|---|---|")
    questions = [(path.stem, ["query", case, path.stem, *busiest(path)]) for path in sorted(QUERIES.glob("*.rq"))]
    checks = [(f"lint: {path.stem}", ["lint", case, "--check", path.stem]) for path in sorted(QUERIES.glob("checks/*.rq"))]
    slow = 0
    for name, arguments in questions + checks:
        if names and name not in names:
            continue
        time, told = run([program, *arguments, "--format", "csv"])
        rows, digest = ("", "not within a minute") if told is None else (told.count(b"\n") - 1, hashlib.sha256(told).hexdigest()[:8])
        slow += time - opening > MOST
        print(f"| {name} | {time:.2f} s | {max(time - opening, 0):.2f} s | {rows} | {digest} |", flush=True)
    if slow:
        sys.exit(f"{slow} took more than {MOST} s beyond opening")


main()
