"""Converts companies.csv of make_rows.py by maplib: python3 convert_by_maplib.py FOLDER OUTPUT"""

import pathlib
import sys

import polars
from maplib import IRI, Model, Parameter, RDFType, Template, Triple, Variable, xsd

COMPANY = "https://example.org/company/"
PROPERTY = "https://example.org/def/"
TYPES = {
    "id": RDFType.Literal(xsd.string),
    "label": RDFType.Literal(xsd.string),
    "country": RDFType.Literal(xsd.string),
    "founded": RDFType.Literal(xsd.date),
    "employees": RDFType.Literal(xsd.integer),
    "revenue": RDFType.Literal(xsd.decimal),
    "website": RDFType.Literal(xsd.anyURI),
    "parent": RDFType.IRI,
}


def main():
    folder, output = map(pathlib.Path, sys.argv[1:])
    columns = {"founded": polars.Date, "employees": polars.Int64, "revenue": polars.Decimal(38, 12)}
    table = polars.read_csv(folder / "companies.csv", schema_overrides=columns)
    table = table.with_columns(
        subject=COMPANY + polars.col("id"), parent=COMPANY + polars.col("parent")
    )
    subject = Variable("subject")
    parameters = [Parameter(subject, rdf_type=RDFType.IRI)]
    triples = []
    for name, rdf_type in TYPES.items():
        value = Variable(name)
        parameters.append(Parameter(value, optional=True, rdf_type=rdf_type))
        triples.append(Triple(subject, IRI(PROPERTY + name), value))
    model = Model()
    model.map(Template(IRI(PROPERTY + "Company"), parameters, triples), table)
    model.write(str(output), format="ntriples")


if __name__ == "__main__":
    main()
