"""Imports an invented case into a store directory, side by side with `oxigraph load` of the very same quads as N-Quads.

    python3 benches/compare_import.py --casegraph PROGRAM --oxigraph PROGRAM [--facts N] [--folder FOLDER] [--repeat N]

PROGRAM of casegraph is one built with the feature rocksdb, that of oxigraph comes with the Python package `oxigraph`. Each runs
as a whole process; the two take turns, and medians count. Printed are time, time of the processors, most memory and disk
of: the first import, `oxigraph load`, the same files again, and 100 changed rows; then the ratios that the project has set itself.
It fails where the two stores hold different numbers of quads, or an import that should write nothing writes something.
"""

import argparse
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


def run(command):
    """Runs a command to its end; returns its time, the time of the processors (s), its most memory (MB), what it said."""
    with tempfile.TemporaryFile() as told:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        text = told.read().decode(errors="replace")
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{text}")
    return elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def files_of(folder):
    """Returns every file below a folder with its size and the time of its last change."""
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(folder.rglob("*")) if path.is_file()}


def disk(folder):
    """Returns the size of a folder (MB), a file with several names counted once."""
    seen = {path.stat().st_ino: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    return sum(seen.values()) / 1e6


def change_rows(relations, count):
    """Changes the status of some rows, chosen by chance."""
    lines = relations.read_text(encoding="utf-8").splitlines(keepends=True)
    chance = random.Random(count)
    for at in chance.sample(range(1, len(lines)), count):
        cells = lines[at].split(",")
        cells[7] = "asserted" if cells[7] == "disputed" else "disputed"
        lines[at] = ",".join(cells)
    relations.write_text("".join(lines), encoding="utf-8")


def middle(runs):
    """Returns the medians of time, processors and memory."""
    return [statistics.median(values) for values in list(zip(*runs))[:3]]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--casegraph", default="target/release/casegraph", help="built with the feature rocksdb")
    arguments.add_argument("--oxigraph", default="oxigraph", help="of the Python package oxigraph")
    arguments.add_argument("--facts", type=int, default=1_000_000)
    arguments.add_argument("--folder", type=pathlib.Path, help="where the files go; a temporary folder without it")
    arguments.add_argument("--repeat", type=int, default=3, help="runs of each; medians count")
    chosen = arguments.parse_args()
    casegraph = str(pathlib.Path(chosen.casegraph).resolve())
    with tempfile.TemporaryDirectory() as temporary:
        folder = (chosen.folder or pathlib.Path(temporary)).resolve()
        case, store, peer, quads = folder / "case", folder / "store", folder / "peer", folder / "case.nq"
        subprocess.run([sys.executable, HERE / "make_case.py", str(chosen.facts), case], check=True)
        relations = (case / "relations.csv").read_bytes()
        imported = [casegraph, "import", str(case), "--store", f"{store}/"]
        found = {name: [] for name in ["check", "first", "load", "again", "changed"]}
        for turn in range(chosen.repeat):
            shutil.rmtree(store, ignore_errors=True)
            shutil.rmtree(peer, ignore_errors=True)
            found["check"].append(run([casegraph, "check", str(case)]))
            found["first"].append(run(imported))
            if turn == 0:
                run([chosen.oxigraph, "dump", "--location", str(store / "1" / "quads"), "--file", str(quads)])
            found["load"].append(run([chosen.oxigraph, "load", "--location", str(peer), "--file", str(quads)]))
            sizes = disk(store), disk(peer)
            before = files_of(store)
            found["again"].append(run(imported))
            if files_of(store) != before:
                sys.exit("the same files again have written to the store")
            change_rows(case / "relations.csv", 100)
            found["changed"].append(run(imported))
            said = found["changed"][-1][3]
            if " 100 changed," not in said:
                sys.exit(f"100 rows were changed, and the import says\n{said}")
            grown = disk(store)
            (case / "relations.csv").write_bytes(relations)
        with open(quads, "rb") as file:
            count = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
        counted = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
        said = run([chosen.oxigraph, "query", "--location", str(peer), "--query", counted, "--results-format", "csv"])[3]
        if str(count) not in said.split():
            sys.exit(f"{count} quads were in the store, and oxigraph says\n{said}")
        print(f"{chosen.facts} facts, {count} quads, {quads.stat().st_size / 1e6:.0f} MB as N-Quads; medians of {chosen.repeat}")
        print(f"{'':34}{'time':>9}{'processor':>12}{'memory':>10}{'disk':>10}")
        names = {
            "check": ("casegraph check (reads the files)", None),
            "first": ("casegraph import, first", sizes[0]),
            "load": ("oxigraph load of the same quads", sizes[1]),
            "again": ("casegraph import, the same again", sizes[0]),
            "changed": ("casegraph import, 100 rows changed", grown),
        }
        for key, (name, size) in names.items():
            elapsed, processor, memory = middle(found[key])
            size = "" if size is None else f"{size:7.0f} MB"
            print(f"{name:34}{elapsed:7.1f} s{processor:10.1f} s{memory:7.0f} MB{size:>10}")
        time_of = {key: middle(runs)[0] for key, runs in found.items()}
        memory_of = {key: middle(runs)[2] for key, runs in found.items()}
        print(f"first import / oxigraph load, time    {time_of['first'] / time_of['load']:6.2f}  (at most 1.2)")
        print(f"first import / oxigraph load, memory  {memory_of['first'] / memory_of['load']:6.2f}  (at most 1.5)")
        print(f"the same again / first import         {time_of['again'] / time_of['first']:6.2f}  (at most 0.2)")
        print(f"100 rows changed - check              {time_of['changed'] - time_of['check']:5.1f} s  (at most 1.0 s)")


if __name__ == "__main__":
    main()
