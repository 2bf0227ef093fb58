"""Writes the figures and tables of the article "Theorem 1, by computer", or checks them.

Usage: theorem_article.py write|check --catalogue FOLDER --studies FOLDER

A table stands in the article between `<!-- begin NAME -->` and `<!-- end NAME -->`; NAME is one of
TABLES below. Figures are copied to the catalogue's Resources. Prints every fault found, one a line,
and exits 1 when there is one.
"""

import argparse
import csv
import json
import pathlib
import re
import shutil
import sys

ARTICLE = "TheoremByComputer.md"
BLOCK = re.compile(r"<!-- begin (\S+) -->\n(.*?)<!-- end (\S+) -->", re.DOTALL)
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
ABSENT = "–"


class Fault(Exception):
    """Why the article cannot be written."""


class NotMeasured(Exception):
    """A study that was not run; what it would fill stays as it is."""


def rows_of(path):
    """The rows of a CSV file as dictionaries of texts."""
    if not path.is_file():
        raise NotMeasured
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def brief(text):
    """A number in three digits, or a dash where there is none."""
    return f"{float(text):.3g}" if text else ABSENT


def grouped(text):
    """A count with its thousands separated."""
    return f"{int(float(text)):,}" if text else ABSENT


def place(fraction):
    """Where a threshold stands."""
    return "previous point" if float(fraction) == 0 else f"{float(fraction):g}"


def table(titles, rows):
    """A Markdown table; the first column stands on the left, the others on the right."""
    rules = ["---"] + ["---:"] * (len(titles) - 1)
    lines = ["| " + " | ".join(cells) + " |" for cells in [titles, *rows]]
    lines.insert(1, "|" + "|".join(rules) + "|")
    return "\n".join(lines) + "\n"


def residual_table(studies):
    rows = rows_of(studies / "thresholds" / "thresholds.csv")
    largest = max((int(row["n"]) for row in rows if row["rounded_exact_residual"]), default=0)
    sizes = sorted({largest, max(int(row["n"]) for row in rows)})
    columns = ["recurrence_residual", "plain_residual", "lapack_residual", "rounded_exact_residual"]
    return table(
        ["n", "threshold at", "recurrence, compensated", "recurrence, plain", "LAPACK",
         "exact, rounded", "largest weight"],
        [
            [grouped(row["n"]), place(row["fraction"])]
            + [brief(row[column]) for column in [*columns, "max_absolute_weight"]]
            for row in rows
            if int(row["n"]) in sizes
        ],
    )


def conditioning_table(studies):
    rows = rows_of(studies / "thresholds" / "thresholds.csv")
    columns = ["smallest_eigenvalue", "smallest_singular_value", "condition_number", "test_ratio"]
    largest = max(int(row["n"]) for row in rows)
    return table(
        ["n", "threshold at", "smallest eigenvalue", "smallest singular value", "condition",
         "LAPACK's test ratio"],
        [
            [grouped(row["n"]), place(row["fraction"])] + [brief(row[column]) for column in columns]
            for row in rows
            if int(row["n"]) in (10, 100, largest)
        ],
    )


def depth_table(studies):
    rows = []
    for folder in sorted(studies.glob("depth-*"), key=lambda path: int(path.name[6:])):
        record = json.loads((folder / "record.json").read_text())
        costs = record["depthCosts"]
        bounds = costs["bounds"] if costs else None
        rows.append([
            str(record["depth"]),
            grouped(costs["width"] if costs else record["n"]),
            grouped(bounds["width"]) if bounds else ABSENT,
            grouped(record["weights"]),
            grouped(bounds["nonZeroWeights"]) if bounds else ABSENT,
            brief(record["maxAbsoluteResidual"]),
        ])
    if not rows:
        raise NotMeasured
    return table(
        ["depth k", "width", "its bound", "weights", "their bound", "exact residual"], rows)


def construction_table(studies):
    rows = []
    for row in rows_of(studies / "constructions" / "constructions.csv"):
        if row["refusal"]:
            rows.append([row["method"], *[ABSENT] * 7, "refused"])
            continue
        rows.append([
            row["method"], grouped(row["depth"]), grouped(row["width"]),
            grouped(row["non_zero_weights"]), grouped(row["stored_numbers"]),
            brief(row["largest_weight"]), brief(row["mean_bits"]),
            brief(row["max_absolute_residual"]), "yes" if row["certified"] == "true" else "no",
        ])
    return table(
        ["construction", "layers", "width", "weights", "stored numbers", "largest weight",
         "bits a weight", "exact residual", "certified"], rows)


def scale_table(studies):
    rows = []
    for row in rows_of(studies / "scale" / "scale.csv"):
        rows.append([
            row["samples"], grouped(row["n"]), grouped(row["d"]), row["direction_draws"],
            brief(row["build_seconds"]), brief(row["build_ratio"]), brief(row["evaluation_seconds"]),
            f"{float(row['peak_bytes']) / 1e9:.2f}", brief(row["plain_residual"]),
            brief(row["exact_residual"]), "yes" if row["certified"] == "true" else "no",
        ])
    return table(
        ["samples", "n", "d", "directions drawn", "to build, s", "over read and sort", "to evaluate, s", "memory, GB",
         "residual in doubles", "exact residual", "certified"], rows)


def solver_table(studies):
    return table(
        ["solver", "n", "seconds", "exact residual"],
        [
            [row["solver"], grouped(row["n"]), brief(row["seconds"]), brief(row["exact_residual"])]
            for row in rows_of(studies / "scale" / "triangular.csv")
        ],
    )


TABLES = {
    "residuals": residual_table,
    "conditioning": conditioning_table,
    "depth": depth_table,
    "constructions": construction_table,
    "scale": scale_table,
    "solvers": solver_table,
}


def faults_of(text, resources):
    """What is missing in the article."""
    faults = []
    blocks = BLOCK.findall(text)
    names = [name for name, _, _ in blocks]
    faults += [f"no table {name!r}" for name in TABLES if name not in names]
    faults += [f"table {name!r} stands twice" for name in set(names) if names.count(name) > 1]
    for name, content, end in blocks:
        if name not in TABLES:
            faults.append(f"unknown table {name!r}")
        if name != end:
            faults.append(f"table {name!r} ends as {end!r}")
        if not content.startswith("| "):
            faults.append(f"table {name!r} is empty")
    images = IMAGE.findall(text)
    faults += [f"no figure {name!r}" for name in images if not (resources / f"{name}.svg").is_file()]
    unused = {path.stem for path in resources.glob("*.svg")} - set(images)
    return faults + [f"figure {name!r} is not shown" for name in sorted(unused)]


def write(text, studies, resources):
    """The article with new tables; copies the figures that it shows."""

    def filled(match):
        name = match.group(1)
        if name not in TABLES:
            raise Fault(f"{ARTICLE}: unknown table {name!r}")
        try:
            return f"<!-- begin {name} -->\n{TABLES[name](studies)}<!-- end {name} -->"
        except NotMeasured:
            return match.group(0)

    new = BLOCK.sub(filled, text)
    resources.mkdir(exist_ok=True)
    for name in IMAGE.findall(text):
        source = studies / "thresholds" / "figures" / f"{name}.svg"
        if source.is_file():
            shutil.copy(source, resources / source.name)
    return new


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("action", choices=["write", "check"])
    parser.add_argument("--catalogue", type=pathlib.Path, required=True)
    parser.add_argument("--studies", type=pathlib.Path, required=True)
    options = parser.parse_args()
    article = options.catalogue / ARTICLE
    resources = options.catalogue / "Resources"
    faults = []
    try:
        if options.action == "write":
            article.write_text(write(article.read_text(), options.studies, resources))
        faults = faults_of(article.read_text(), resources)
    except Fault as fault:
        faults = [str(fault)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
