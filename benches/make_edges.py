"""Writes an invented list of edges, the same bytes each time: few nodes have many edges, as in real networks.

    python3 benches/make_edges.py EDGES FILE
"""

import random
import sys


def main() -> None:
    edges, path = int(sys.argv[1]), sys.argv[2]
    chance = random.Random(edges)
    nodes = edges // 5
    pairs = set()
    while len(pairs) < edges:
        a, b = int(chance.paretovariate(0.7)) % nodes, chance.randrange(nodes)
        if a != b:
            pairs.add((min(a, b), max(a, b)))
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"{a} {b}\n" for a, b in sorted(pairs))


main()
