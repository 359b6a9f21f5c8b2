"""Times a question on a case as a whole and under views, in turns.

    python3 benches/views.py PROGRAM CASE [DAY...]

Prints the median processor time of whole processes, in seconds, and the ratio of each view to the whole case.
"""

import resource
import statistics
import subprocess
import sys

TURNS = 5
QUESTION = "SELECT ?p (COUNT(*) AS ?n) { ?f a cg:Fact ; rdf:predicate ?p } GROUP BY ?p"


def run(arguments):
    """Returns the processor time of a run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    program, case, *days = sys.argv[1:]
    views = [[]] + [["--known-on", day] for day in days or ["2005-01-01", "2012-01-01", "2026-01-01"]]
    views += [[*views[-1], "--possible"], [*views[-1], "--as-of", views[-1][1]]]
    times = [[] for _ in views]
    for _ in range(TURNS):
        for view, told in zip(views, times):
            told.append(run([program, "query", case, QUESTION, "--format", "csv", *view]))
    whole = statistics.median(times[0])
    print("| view | time | ratio |\n|---|---|---|")
    for view, told in zip(views, times):
        time = statistics.median(told)
        print(f"| {' '.join(view) or 'the whole case'} | {time:.2f} s | {time / whole:.2f} |", flush=True)


main()
