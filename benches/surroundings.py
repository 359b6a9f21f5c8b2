"""Times surroundings and paths in a store, as whole processes, from the greatest entity to those with few facts.

    python3 benches/surroundings.py PROGRAM CASE STORE

PROGRAM is casegraph; CASE is the folder that STORE was imported from, in which the entities are
chosen by how many rows of relations.csv name them. Each command runs three times, and the middle time counts.
"""

import collections
import csv
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

DAY = "2012-01-01"


def seconds(command):
    """Returns the middle of three times that a command takes; nothing where an entity is not there on that day or so."""
    times = []
    for _ in range(3):
        start = time.monotonic()
        done = subprocess.run(command, capture_output=True, check=False)
        times.append(time.monotonic() - start)
        if done.returncode == 2:
            return "–"
        done.check_returncode()
    return f"{statistics.median(times):.2f} s"


def entities(folder):
    """Returns entities by the number of their facts, most first, with that number and the number of their neighbours."""
    neighbours = collections.defaultdict(collections.Counter)
    with open(folder / "relations.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            neighbours[row["subject"]][row["object"]] += 1
            neighbours[row["object"]][row["subject"]] += 1
    ranked = sorted(neighbours, key=lambda entity: (-neighbours[entity].total(), entity))
    return [(entity, neighbours[entity].total(), len(neighbours[entity])) for entity in ranked]


def main():
    program, folder, store = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    ranked = entities(folder)
    places = [at for at in (0, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 90_000) if at < len(ranked)]
    chosen = [ranked[at] for at in places]
    with tempfile.TemporaryDirectory() as drawings:
        drawing = str(pathlib.Path(drawings) / "ego.svg")
        print(f"| entity | facts | neighbours | ego | ego, known on {DAY} | ego, one status | ego, depth 2 |")
        print("|---|---|---|---|---|---|---|")
        for entity, facts, others in chosen:
            ego = [program, "diagram", "ego", store, "--entity", entity, "-o", drawing, "--force"]
            ways = [[], ["--known-on", DAY], ["--status", "confirmed"], ["--depth", "2"]]
            times = " | ".join(seconds(ego + way) for way in ways)
            print(f"| {entity} | {facts:,} | {others:,} | {times} |", flush=True)
    print(f"\n| path | time | known on {DAY} |\n|---|---|---|")
    for (one, *_), (other, *_) in [*zip(chosen, chosen[1:]), (chosen[-1], chosen[0])]:
        path = [program, "path", store, one, other]
        print(f"| {one} to {other} | {seconds(path)} | {seconds(path + ['--known-on', DAY])} |", flush=True)


main()
