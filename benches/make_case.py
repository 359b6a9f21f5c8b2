"""Writes an invented case folder of any size, the same bytes each time: few companies are in many facts, as in real cases.

    python3 benches/make_case.py FACTS FOLDER
"""

import csv
import pathlib
import random
import sys


def main() -> None:
    facts, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(facts)
    companies, sources = max(facts // 10, 10), max(facts // 40, 5)

    def table(name, header, rows):
        with open(folder / name, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)

    def relation(number):
        subject = int(chance.paretovariate(0.7)) % companies
        year = chance.randint(2000, 2019)
        known = year + chance.choice([0, 0, 0, 1, 2, 5])
        return [
            f"F{number}", f"c{subject}", chance.choice(["sued", "agreedWith", "settledWith"]),
            f"c{chance.randrange(companies)}", f"{year}-0{chance.randint(1, 9)}", "", f"{known}",
            chance.choice(["confirmed", "confirmed", "asserted", "disputed"]), "medium", f"s{chance.randrange(sources)}",
        ]

    table("companies.csv", ["id", "label"], ([f"c{n}", f"Company {n}"] for n in range(companies)))
    table(
        "sources.csv", ["id", "title", "date", "kind"],
        ([f"s{n}", f"Source {n}", f"{chance.randint(2005, 2020)}", "news"] for n in range(sources)),
    )
    header = ["id", "subject", "predicate", "object", "begin", "end", "known_since", "status", "confidence", "source"]
    table("relations.csv", header, (relation(n) for n in range(facts)))


main()
