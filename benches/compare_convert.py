"""Converts one table of invented companies to N-Triples by casegraph, morph-kgc and maplib, each as a whole process.

    python3 compare_convert.py --casegraph PROGRAM --python PYTHON [--rows N] [--folder FOLDER]

PYTHON is one that has morph-kgc and maplib. For each run the time, the time of the processors, the most memory and the
number of triples are printed, and how many times as long as casegraph it took. It fails where the numbers of triples differ.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
MORPH = """[CONFIGURATION]
output_file=morph-kgc.nt
output_format=N-TRIPLES
[companies]
mappings=companies.rml.ttl
"""


def run(command, folder):
    """Runs a command to its end; returns its time, the time of the processors (s), and its most memory (MB)."""
    with tempfile.TemporaryFile() as told:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, stdout=told, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            told.seek(0)
            sys.exit(f"{' '.join(command)}\n{told.read().decode(errors='replace')}")
    return elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def count_lines(path):
    """Returns the number of lines, which is the number of triples."""
    with open(path, "rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--casegraph", default="target/release/casegraph", help="the program, built with --release")
    arguments.add_argument("--python", default=sys.executable, help="a Python that has morph-kgc and maplib")
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--folder", type=pathlib.Path, help="where the files go; a temporary folder without it")
    arguments.add_argument("--repeat", type=int, default=3, help="runs of each; the fastest counts")
    chosen = arguments.parse_args()
    casegraph = str(pathlib.Path(chosen.casegraph).resolve())
    with tempfile.TemporaryDirectory() as temporary:
        folder = (chosen.folder or pathlib.Path(temporary)).resolve()
        subprocess.run([sys.executable, HERE / "make_rows.py", str(chosen.rows), folder], check=True)
        (folder / "morph.ini").write_text(MORPH, encoding="utf-8")
        convert = [casegraph, "convert", "--output"]
        by_maplib = [chosen.python, str(HERE / "convert_by_maplib.py"), "."]
        commands = [
            ("casegraph, checked", [*convert, "checked.nt", "--metadata", "plain.json"], "checked.nt"),
            ("casegraph, keys checked", [*convert, "keys.nt", "--metadata", "keys.json"], "keys.nt"),
            ("casegraph --lenient", [*convert, "lenient.nt", "--metadata", "plain.json", "--lenient"], "lenient.nt"),
            ("morph-kgc", [chosen.python, "-m", "morph_kgc", "morph.ini"], "morph-kgc.nt"),
            ("maplib", [*by_maplib, "maplib.nt"], "maplib.nt"),
        ]
        print(f"{chosen.rows} rows of 8 columns, {(folder / 'companies.csv').stat().st_size / 1e6:.0f} MB")
        print(f"{'':24}{'time':>9}{'processor':>11}{'memory':>10}{'triples':>10}{'ratio':>8}")
        first, counts = None, set()
        for name, command, output in commands:
            elapsed, processor, memory = min(run(command, folder) for _ in range(chosen.repeat))
            count = count_lines(folder / output)
            (folder / output).unlink()
            first = first or elapsed
            counts.add(count)
            figures = f"{elapsed:7.1f} s{processor:9.1f} s{memory:7.0f} MB{count:10}{elapsed / first:8.1f}"
            print(f"{name:24}{figures}", flush=True)
        if len(counts) > 1:
            sys.exit("the numbers of triples differ")


if __name__ == "__main__":
    main()
