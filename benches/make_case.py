"""Writes an invented case folder of any size, the same bytes each time.

    python3 benches/make_case.py FACTS FOLDER [--companies N] [--agencies N] [--people N] [--programs N] [--hearings N]
                                 [--requests N] [--documents N] [--sources N]

FACTS counts all facts: rows of relations, claims, and what columns of the other tables say. Without a number, the kinds of
entity grow with it. As in real cases, few entities are in very many facts (the n-th in about 1/n of those of the first), dates
are vague or open, what happened was often known years later, and of some facts somebody speaks.
"""

import argparse
import csv
import pathlib
import random

# Predicates with the kinds at their ends, and how often each occurs.
RELATIONS = [
    ("sued", "companies", "companies", 12), ("agreedWith", "companies", "agencies", 8),
    ("settledWith", "companies", "companies", 6), ("acquired", "companies", "companies", 5),
    ("participatesIn", "companies", "programs", 8), ("operates", "agencies", "programs", 5),
    ("knewOf", "people", "programs", 6), ("holdsPositionAt", "people", "companies", 14),
    ("testifiedAt", "people", "hearings", 9), ("representedAt", "companies", "hearings", 5),
    ("challenged", "companies", "requests", 5), ("requestedDataAbout", "requests", "people", 5),
    ("disclosed", "people", "documents", 4), ("published", "companies", "documents", 4),
    ("obtainedDataFrom", "agencies", "companies", 4),
]
# Each kind with the letter of its ids, what its labels begin with, and the facts to one of it.
KINDS = {
    "companies": ("c", "Company", 25), "agencies": ("a", "Agency", 400), "people": ("p", "Person", 20),
    "programs": ("g", "Program", 250), "hearings": ("h", "Hearing", 80), "requests": ("r", "Request", 60),
    "documents": ("d", "Document", 50), "sources": ("s", "Source", 40),
}
STATUSES = ["confirmed"] * 9 + ["asserted"] * 6 + ["disputed"] * 3 + ["refuted", "retracted"]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("facts", type=int)
    arguments.add_argument("folder", type=pathlib.Path)
    for kind in KINDS:
        arguments.add_argument(f"--{kind}", type=int)
    chosen = arguments.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(chosen.facts)
    size = {kind: getattr(chosen, kind) or max(chosen.facts // each, 3) for kind, (_, _, each) in KINDS.items()}

    def table(name, header, rows):
        with open(chosen.folder / name, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header.split())
            writer.writerows(rows)

    def some(kind):
        """Draws an entity: the logarithm of its number is spread evenly."""
        return f"{KINDS[kind][0]}{int(size[kind] ** chance.random()) - 1}"

    def day(year):
        """Writes a day in a year, as vaguely as sources do."""
        month, of_month = chance.randint(1, 12), chance.randint(1, 28)
        day = [f"{year}-{month:02}-{of_month:02}", f"{year}-{month:02}", f"{year}", f"{year}~", f"{year}-{month:02}?"]
        return chance.choices(day, [50, 25, 15, 5, 5])[0]

    def named(kind, *further):
        """Yields a row for each entity of a kind; each of the further columns is made by a call."""
        letter, name, _ = KINDS[kind]
        for number in range(size[kind]):
            yield [f"{letter}{number}", f"{name} {number}", *(make() for make in further)]

    year = lambda: chance.randint(1995, 2019)
    table("companies.csv", "id label alias country", named(
        "companies", lambda: chance.choice(["", "", f"Firm {chance.randrange(10**6)}"]),
        lambda: chance.choice(["US", "US", "GB", "FR", "DE", ""])))
    table("agencies.csv", "id label country kind", named(
        "agencies", lambda: chance.choice(["US", "GB", "FR"]), lambda: chance.choice(["intelligence", "police", "ministry"])))
    table("people.csv", "id label role", named("people", lambda: chance.choice(["lawyer", "officer", "witness", ""])))
    table("programs.csv", "id label code_name", named("programs", lambda: f"CODE{chance.randrange(10**6)}"))
    table("hearings.csv", "id label body date source", named(
        "hearings", lambda: some("agencies"), lambda: day(year()), lambda: some("sources")))
    table("requests.csv", "id label kind issuer recipient date source", named(
        "requests", lambda: chance.choice(["nsl", "warrant", "subpoena"]), lambda: some("agencies"),
        lambda: some("companies"), lambda: day(year()), lambda: some("sources")))
    table("documents.csv", "id label date", named("documents", lambda: day(year())))
    table("sources.csv", "id title date kind reliability", named(
        "sources", lambda: day(year()), lambda: chance.choice(["news", "news", "court", "official"]),
        lambda: chance.choice(["A", "B", "C", ""])))

    claims = chosen.facts // 50
    by_columns = size["hearings"] + 2 * size["requests"]
    relations = max(chosen.facts - claims - by_columns, 1)
    weights = [weight for *_, weight in RELATIONS]

    def relation(number):
        predicate, *kinds = chance.choices(RELATIONS, weights)[0][:3]
        subject, object = map(some, kinds)
        while object == subject:
            object = some(kinds[1])
        begin = year()
        end = chance.choice(["", "", "", "..", str(begin + chance.randint(1, 5))]) if predicate.endswith("s") else ""
        known = begin + chance.choice([0, 0, 0, 1, 1, 2, 5])
        note = f"See page {chance.randint(1, 400)}." if chance.random() < 0.1 else ""
        return [
            f"F{number}", subject, predicate, object, day(begin), end, f"{known}-{chance.randint(1, 12):02}",
            chance.choice(STATUSES), chance.choice(["high", "medium", "medium", "low"]), some("sources"),
            f"p. {chance.randint(1, 400)}", note,
        ]

    table(
        "relations.csv", "id subject predicate object begin end known_since status confidence source locator note",
        (relation(number) for number in range(relations)))
    table("claims.csv", "id claimant stance about made_on known_since status source", (
        [f"S{number}", some("companies"), chance.choice(["affirms", "denies", "denies"]), f"F{chance.randrange(relations)}",
         f"2020-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}", "2021", "reported-claim", some("sources")]
        for number in range(claims)))


main()
