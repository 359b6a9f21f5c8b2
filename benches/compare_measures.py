"""Takes the same measures of the same edges with casegraph, rustworkx and igraph, and prints how long each took.

    python3 -m venv peers && peers/bin/pip install rustworkx igraph
    python3 benches/make_edges.py 100000 edges.txt
    cargo bench --bench measures --no-run
    peers/bin/python benches/compare_measures.py edges.txt target/release/deps/measures-…

The times are of the measure alone, in milliseconds, the best of the runs; figures that differ by more than a millionth
end the run.
"""

import subprocess
import sys
import time

import igraph
import rustworkx

RUNS = 2


def timed(times, name, work):
    """Notes how long a piece of work took, and returns what it gave."""
    start = time.perf_counter()
    result = work()
    times[name] = min(times.get(name, float("inf")), (time.perf_counter() - start) * 1000)
    return result


def casegraph(program, path):
    times, check = {}, None
    for _ in range(RUNS):
        for line in subprocess.run([program, path], capture_output=True, check=True, text=True).stdout.splitlines():
            name, _, rest = line.partition(" ")
            if name == "check":
                check = [float(number) for number in rest[1 : rest.index("]")].split(",")]
            else:
                times[name] = min(times.get(name, float("inf")), float(rest))
    return times, check


def by_rustworkx(pairs, count):
    times, sums = {}, {}
    for _ in range(RUNS):
        def build():
            graph = rustworkx.PyGraph(multigraph=False)
            graph.add_nodes_from(range(count))
            graph.add_edges_from_no_data(pairs)
            return graph

        graph = timed(times, "build", build)
        directed = graph.to_directed()
        sums["pagerank"] = sum(timed(times, "pagerank", lambda: rustworkx.pagerank(directed, tol=1e-14, max_iter=1000)).values())
        sums["eigenvector"] = sum(
            timed(times, "eigenvector", lambda: rustworkx.eigenvector_centrality(graph, tol=1e-14, max_iter=5000)).values()
        )
        sums["closeness"] = sum(timed(times, "closeness", lambda: rustworkx.closeness_centrality(graph)).values())
        sums["betweenness"] = sum(timed(times, "betweenness", lambda: rustworkx.betweenness_centrality(graph)).values())
        timed(
            times,
            "structure",
            lambda: (rustworkx.connected_components(graph), rustworkx.bridges(graph), rustworkx.articulation_points(graph)),
        )
    return times, sums


def by_igraph(pairs, count):
    times = {}
    for _ in range(RUNS):
        graph = timed(times, "build", lambda: igraph.Graph(n=count, edges=pairs))
        timed(times, "pagerank", graph.pagerank)
        timed(times, "eigenvector", graph.eigenvector_centrality)
        timed(times, "closeness", graph.closeness)
        timed(times, "betweenness", graph.betweenness)
        timed(times, "structure", lambda: (graph.connected_components(), graph.bridges(), graph.articulation_points()))
        timed(
            times,
            "communities",
            lambda: [graph.community_leiden(objective_function="modularity", n_iterations=-1) for _ in range(20)],
        )
    return times


def main():
    path, program = sys.argv[1:3]
    with open(path, encoding="utf-8") as file:
        pairs = [tuple(map(int, line.split())) for line in file]
    count = max(max(pair) for pair in pairs) + 1
    ours, check = casegraph(program, path)
    theirs, sums = by_rustworkx(pairs, count)
    for name, found in zip(["pagerank", "eigenvector", "closeness", "betweenness"], check):
        wanted = sums[name]
        if abs(found - wanted) > 1e-6 * max(abs(wanted), 1):
            sys.exit(f"{name}: {found} is not {wanted}")
    third = by_igraph(pairs, count)
    print(f"| {len(pairs):,} edges, {count:,} nodes | casegraph | rustworkx | igraph | rustworkx / casegraph |")
    print("|---|---|---|---|---|")
    for name, mine in ours.items():
        cell = [f"{times[name]:,.0f} ms" if name in times else "–" for times in (ours, theirs, third)]
        ratio = f"{theirs[name] / mine:.1f}" if name in theirs else "–"
        print(f"| {name} | {' | '.join(cell)} | {ratio} |")


main()
