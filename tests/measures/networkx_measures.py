"""Takes the measures of three generated graphs and of the Microsoft case with networkx, for tests/measures.rs to compare.

    python3 -m venv peers && peers/bin/pip install networkx scipy
    cargo build && peers/bin/python tests/measures/networkx_measures.py target/debug/casegraph

Run from the top of the repository; it writes a JSON file for each graph beside itself.
"""

import csv
import io
import itertools
import json
import pathlib
import subprocess
import sys

import networkx as nx

APPARATUS = "cg:Fact, cg:Claim, cg:Citation, cg:Disclosure, cg:Relation, cg:Source"
NODES = f"""SELECT DISTINCT ?node {{
  {{ ?node a ?class FILTER(STRSTARTS(STR(?class), STR(cg:)) && ?class NOT IN ({APPARATUS})) }}
  UNION {{ ?fact a cg:Fact ; rdf:subject|rdf:object ?node FILTER(isIRI(?node) && NOT EXISTS {{ ?node a cg:Fact }}) }}
}}"""
EDGES = """SELECT ?from ?to {
  ?fact a cg:Fact ; rdf:subject ?from ; rdf:object ?to
  FILTER(isIRI(?from) && isIRI(?to) && NOT EXISTS { ?from a cg:Fact } && NOT EXISTS { ?to a cg:Fact })
}"""


def case(program, folder):
    """Returns the network of a case, read by SPARQL."""

    def rows(query):
        told = subprocess.run([program, "query", folder, query, "--format", "csv"], capture_output=True, check=True, text=True)
        return list(csv.reader(io.StringIO(told.stdout)))[1:]

    def local(iri):
        return iri.split("/id/", 1)[1]

    graph = nx.Graph()
    graph.add_nodes_from(sorted(local(node) for (node,) in rows(NODES)))
    graph.add_edges_from((local(a), local(b)) for a, b in rows(EDGES) if a != b)
    return graph


def named(graph):
    """Names the nodes so that their order by name is their order by number."""
    return nx.relabel_nodes(graph, {node: f"n{node:03}" for node in graph})


def measures(graph):
    """Returns all that the test compares."""
    nodes = sorted(graph)
    plain = graph.to_undirected()

    def column(values):
        return [values[node] for node in nodes]

    try:
        eigenvector = column(nx.eigenvector_centrality(graph, max_iter=100_000, tol=1e-14))
    except nx.PowerIterationFailedConvergence:
        eigenvector = None
    pairs = [pair for pair in itertools.permutations(nodes[:: max(len(nodes) // 7, 1)], 2) if nx.has_path(graph, *pair)][:8]
    routes = [
        [a, b, [len(path) - 1 for path in itertools.islice(nx.shortest_simple_paths(graph, a, b), 6)]] for a, b in pairs
    ]
    return {
        "directed": graph.is_directed(),
        "nodes": nodes,
        "edges": sorted(sorted(edge) if not graph.is_directed() else list(edge) for edge in graph.edges),
        "degree": [graph.degree(node) for node in nodes],
        "betweenness": column(nx.betweenness_centrality(graph)),
        "closeness": column(nx.closeness_centrality(graph)),
        "eigenvector": eigenvector,
        "pagerank": column(nx.pagerank(graph, max_iter=10_000, tol=1e-17)),
        "components": sorted((sorted(part) for part in nx.connected_components(plain)), key=lambda part: (-len(part), part[0])),
        "bridges": sorted(sorted(edge) for edge in nx.bridges(plain)),
        "cut_vertices": sorted(nx.articulation_points(plain)),
        "modularity": max(
            nx.community.modularity(plain, nx.community.louvain_communities(plain, seed=seed)) for seed in range(20)
        ),
        "routes": routes,
    }


def main():
    graphs = {
        "random": named(nx.gnm_random_graph(60, 80, seed=1)),
        "scale-free": named(nx.barabasi_albert_graph(120, 2, seed=2)),
        "directed": named(nx.gnp_random_graph(50, 0.06, seed=3, directed=True)),
        "microsoft-nsl": case(sys.argv[1], "data/microsoft-nsl"),
    }
    folder = pathlib.Path(__file__).parent
    for name, graph in graphs.items():
        lines = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in measures(graph).items())
        (folder / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


main()
