"""Writes a table of invented companies, its CSVW metadata and, for the peers, its RML mapping.

    python3 make_rows.py ROWS FOLDER

The folder gets companies.csv, plain.json (no keys), keys.json (the same with a primary and a foreign key) and
companies.rml.ttl. The same number of rows gives the same bytes. Every eighth company has no parent, so ROWS rows make
8 x ROWS - ceil(ROWS / 8) triples.
"""

import csv
import json
import pathlib
import random
import sys

COUNTRIES = ["DE", "FR", "GB", "IE", "IN", "JP", "NO", "PL", "US", "ZA"]
WORDS = ["Amber", "Beacon", "Cobalt", "Drift", "Ember", "Falcon", "Granite", "Harbour", "Indigo", "Juniper"]
RARE = ['The "Lantern"', "Malmö Ånga", "Łódź Wełna", "東京海運", "Line one\nline two", "Salt, Sand and Co", "Back\\slash"]
COMPANY = "https://example.org/company/"
PROPERTY = "https://example.org/def/"
XSD = "http://www.w3.org/2001/XMLSchema#"
COLUMNS = ["id", "label", "country", "founded", "employees", "revenue", "website", "parent"]
DATATYPES = {"founded": "date", "employees": "integer", "revenue": "decimal", "website": "anyURI"}


def rows(count):
    """Yields the rows; a parent is always a company that stands above."""
    chance = random.Random(2013)
    for number in range(count):
        label = RARE[number // 50 % len(RARE)] if number % 50 == 49 else chance.choice(WORDS)
        day = f"{chance.randint(1850, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        parent = "" if number % 8 == 0 else f"c{chance.randrange(number):07}"
        revenue = f"{chance.randint(0, 10**9)}.{chance.randint(0, 99):02}"
        yield [
            f"c{number:07}",
            f"{label} {chance.choice(WORDS)} {number}",
            chance.choice(COUNTRIES),
            day,
            chance.randint(1, 200_000),
            revenue,
            f"https://www.company-{number}.example/about",
            parent,
        ]


def metadata(with_keys):
    """Returns the CSVW description of the table."""
    columns = []
    for name in COLUMNS:
        column = {"name": name, "titles": name, "propertyUrl": PROPERTY + name}
        if name in DATATYPES:
            column["datatype"] = DATATYPES[name]
        if name == "parent":
            column["valueUrl"] = COMPANY + "{parent}"
        columns.append(column)
    schema = {"aboutUrl": COMPANY + "{id}", "columns": columns}
    if with_keys:
        schema["primaryKey"] = "id"
        columns[0]["required"] = True
        reference = {"resource": "companies.csv", "columnReference": "id"}
        schema["foreignKeys"] = [{"columnReference": "parent", "reference": reference}]
    return {"@context": "http://www.w3.org/ns/csvw", "url": "companies.csv", "tableSchema": schema}


def mapping():
    """Returns the same in RML."""
    out = [
        "@prefix rr: <http://www.w3.org/ns/r2rml#> .",
        "@prefix rml: <http://semweb.mmlab.be/ns/rml#> .",
        "@prefix ql: <http://semweb.mmlab.be/ns/ql#> .",
        f"@prefix xsd: <{XSD}> .",
        "<#companies> a rr:TriplesMap ;",
        '  rml:logicalSource [ rml:source "companies.csv" ; rml:referenceFormulation ql:CSV ] ;',
        f'  rr:subjectMap [ rr:template "{COMPANY}{{id}}" ]',
    ]
    for name in COLUMNS:
        value = f'rml:reference "{name}"'
        if name in DATATYPES:
            value += f" ; rr:datatype xsd:{DATATYPES[name]}"
        if name == "parent":
            value = f'rr:template "{COMPANY}{{parent}}"'
        out.append(f"  ; rr:predicateObjectMap [ rr:predicate <{PROPERTY}{name}> ; rr:objectMap [ {value} ] ]")
    return "\n".join(out) + " .\n"


def main():
    count, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "companies.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows(count))
    for name, with_keys in [("plain.json", False), ("keys.json", True)]:
        (folder / name).write_text(json.dumps(metadata(with_keys), indent=1) + "\n", encoding="utf-8")
    (folder / "companies.rml.ttl").write_text(mapping(), encoding="utf-8")


if __name__ == "__main__":
    main()
