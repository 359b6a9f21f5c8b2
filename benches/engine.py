"""Times what the engine does on a case of `make_case.py`, as whole processes, side by side in one run.

    python3 benches/engine.py --casegraph PROGRAM [--before PROGRAM] [--facts 100000] [--large 1000000] [--peers PYTHON] [--repeat 5]

Prints median processor time, most memory and the ratio to the bar that each line has. `--before` is another casegraph that does
the same beside it. `--peers` is a Python that has pyoxigraph, rdflib and maplib: they load the same triples and answer
the same queries. `--large 0` leaves out the large case.
"""

import argparse
import collections
import csv
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DAY = "2012-06-01"
GROUPING = "SELECT ?p (COUNT(*) AS ?n) { ?f a cg:Fact ; rdf:predicate ?p } GROUP BY ?p"
POINT = "SELECT ?p ?o { :c0 ?p ?o }"
PREFIXES = """PREFIX : <https://example.org/{name}/id/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX cg: <https://w3id.org/casegraph/ns#>
"""

PEER = """
import json, resource, sys, time
peer, triples, *queries = sys.argv[1:]
def spent():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
began = spent()
if peer.startswith("pyoxigraph"):
    import pyoxigraph, tempfile
    store = pyoxigraph.Store(tempfile.mkdtemp()) if peer.endswith("disk") else pyoxigraph.Store()
    store.bulk_load(path=triples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    ask = lambda query: sum(1 for _ in store.query(query))
elif peer == "rdflib":
    import rdflib
    graph = rdflib.Graph()
    graph.parse(triples, format="nt")
    ask = lambda query: sum(1 for _ in graph.query(query))
else:
    import maplib
    model = maplib.Model()
    model.read(triples, format="ntriples")
    ask = lambda query: model.query(query).height
times = [spent() - began]
for query in queries:
    began = spent()
    ask(query)
    times.append(spent() - began)
print(json.dumps(times + [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def run(command, repeat):
    """Returns the median processor time of a command in seconds, and the most memory in megabytes; none where it fails."""
    times, most = [], 0
    for _ in range(repeat):
        timed = subprocess.run(
            ["/usr/bin/time", "-f", "%U %S %M", *map(str, command)], capture_output=True, text=True, check=False
        )
        if timed.returncode:
            return None
        user, system, memory = timed.stderr.strip().splitlines()[-1].split()
        times.append(float(user) + float(system))
        most = max(most, int(memory))
    return statistics.median(times), most // 1024


def told(figures):
    return "–" if figures is None else f"{figures[0]:.2f} s, {figures[1]} MB"


def line(what, figures, bar, before=None):
    """Prints a line; the bar is a number of seconds."""
    reached = "" if figures is None or bar is None else f"{figures[0] / bar:.2f}"
    aim = "" if bar is None else f"{bar:.2f} s"
    print(f"| {what} | {told(before)} | {told(figures)} | {aim} | {reached} |", flush=True)


def greatest(folder):
    """Returns the entities of a case by the number of rows that name them."""
    counts = collections.Counter()
    with open(folder / "relations.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            counts.update((row["subject"], row["object"]))
    return [entity for entity, _ in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))]


def on_a_folder(options, folder):
    def timed(*arguments):
        before = run([options.before, *arguments], options.repeat) if options.before else None
        return run([options.casegraph, *arguments], options.repeat), before

    check, check_before = timed("check", folder)
    line("check of the folder", check, None, check_before)
    for what, query in [("gags", "gags"), ("a point", POINT), ("a grouping", GROUPING)]:
        whole, before = timed("query", folder, query, "--format", "csv")
        line(f"{what}, on the folder (twice check)", whole, 2 * check[0], before)
        view, before = timed("query", folder, query, "--format", "csv", "--known-on", DAY)
        line(f"{what}, on the folder, known on {DAY} (1.1 times)", view, 1.1 * whole[0], before)


def on_a_file(options, folder, store, bars):
    program = options.casegraph
    imported = run([program, "import", folder, "--store", store], 1)
    line(f"first import, {store.stat().st_size >> 20} MB on disk", imported, bars["import"])
    line("import of the same again", run([program, "import", folder, "--store", store], 1), None)
    one, other, *_ = greatest(folder)
    commands = [
        ("gags", ["query", store, "gags"], bars["few"]),
        ("a point", ["query", store, POINT], bars["few"]),
        ("a grouping", ["query", store, GROUPING], bars["all"]),
        (f"surroundings of {one}", ["diagram", "ego", store, "--entity", one, "--format", "dot"], bars["near"]),
        (f"a path from {one} to {other}", ["path", store, one, other], bars["near"]),
    ]
    for what, command, bar in commands:
        line(f"{what}, on the file", run([program, *command], options.repeat), bar)
        line(f"{what}, on the file, known on {DAY}", run([program, *command, "--known-on", DAY], options.repeat), bar)


def peers(options, folder, temporary):
    triples = temporary / "case.nt"
    subprocess.run([options.casegraph, "export", folder, "--to", "ntriples", "-o", triples], check=True)
    prefixes = PREFIXES.replace("{name}", folder.name)
    queries = [prefixes + query for query in (POINT, GROUPING, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
                                              "SELECT ?o { :c0 (cg:owns|^cg:owns)+ ?o }")]
    print("\n| program | load | point | grouping | count | path | memory |\n|---|---|---|---|---|---|---|")
    for peer in ("pyoxigraph in memory", "pyoxigraph on disk", "rdflib", "maplib"):
        done = subprocess.run(
            [options.peers, "-c", PEER, peer, str(triples), *queries], capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"| {peer} | {done.stderr.strip().splitlines()[-1]} |||||", flush=True)
            continue
        *times, memory = json.loads(done.stdout)
        print(f"| {peer} | {' | '.join(f'{time:.3f} s' for time in times)} | {memory // 1024} MB |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--casegraph", required=True)
    parser.add_argument("--before")
    parser.add_argument("--facts", type=int, default=100_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--peers")
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        print("| work | before | now | bar | of the bar |\n|---|---|---|---|---|")
        for facts in filter(None, (options.facts, options.large)):
            folder = temporary / f"case-{facts}"
            subprocess.run([sys.executable, HERE / "make_case.py", str(facts), folder], check=True, capture_output=True)
            print(f"| **{facts:,} facts** | | | | |")
            store = temporary / f"case-{facts}.casegraph"
            if facts == options.facts:
                on_a_folder(options, folder)
                on_a_file(options, folder, store, {"import": None, "few": 0.05, "all": 0.5, "near": 0.3})
            else:
                on_a_file(options, folder, store, {"import": 25, "few": 0.3, "all": None, "near": 0.3})
        if options.peers:
            peers(options, temporary / f"case-{options.facts}", temporary)


main()
