"""Checks what `rethink reproduce --json --out DIR` printed and left behind.

Usage: check_smoke.py STDOUT_FILE RUN_FOLDER

Prints every fault found, one a line, and exits 1 when there is one.
"""

import html.parser
import json
import pathlib
import re
import sys
import urllib.parse
import xml.etree.ElementTree

CELL_KEYS = {"name", "paper", "measured", "tolerance", "verdict", "caveats"}
LEAST_CELLS = 10


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


def strict_json(text):
    """Parses `text` as one JSON value; unlike json.loads, refuses NaN and Infinity."""
    return json.loads(text, parse_constant=no_constant)


def faults_of_cell(cell, place):
    """The faults of one entry of `cells`."""
    if not isinstance(cell, dict):
        return [f"{place} is not an object"]
    faults = [f"{place} has no {key!r}" for key in sorted(CELL_KEYS - cell.keys())]
    for key in ("name", "verdict"):
        if key in cell and not (isinstance(cell[key], str) and cell[key].strip()):
            faults.append(f"{place}: {key!r} must be a non-empty string, not {cell[key]!r}")
    return faults


def faults_of_json(text):
    """The faults of the command's standard output."""
    try:
        record = strict_json(text)
    except ValueError as error:
        return [f"standard output is not one JSON value: {error}"]
    cells = record.get("cells") if isinstance(record, dict) else None
    if not isinstance(cells, list):
        return ["standard output is not an object with a list 'cells'"]
    faults = []
    for index, cell in enumerate(cells):
        faults += faults_of_cell(cell, f"cells[{index}]")
    if faults:
        return faults
    names = [cell["name"] for cell in cells]
    faults += [f"cell name {name!r} is not unique" for name in set(names) if names.count(name) > 1]
    measured = sum(cell["measured"] is not None for cell in cells)
    if measured < LEAST_CELLS:
        faults.append(f"{measured} cells with a measured value, expected at least {LEAST_CELLS}")
    return faults


class ResourceCollector(html.parser.HTMLParser):
    """Collects the addresses that a browser would load by itself on opening a page."""

    LOADING = {"src", "href", "xlink:href", "data", "poster", "srcset", "background"}
    CSS_ADDRESS = re.compile(r"""(?:url\(|@import)\s*['"]?([^'")\s;]+)""")

    def __init__(self):
        super().__init__()
        self.addresses = []
        self.in_style = False

    def handle_starttag(self, tag, attributes):
        self.in_style = tag == "style"
        for key, value in attributes:
            if key == "style":
                self.addresses += self.CSS_ADDRESS.findall(value or "")
            elif key in self.LOADING and tag not in ("a", "area"):
                self.addresses.append(value or "")

    def handle_endtag(self, tag):
        if tag == "style":
            self.in_style = False

    def handle_data(self, data):
        if self.in_style:
            self.addresses += self.CSS_ADDRESS.findall(data)


def faults_of_page(page):
    """The faults of the HTML page: what it loads from outside, and what it loads in vain."""
    collector = ResourceCollector()
    collector.feed(page.read_text(encoding="utf-8"))
    faults = []
    for address in collector.addresses:
        parts = urllib.parse.urlsplit(address.strip())
        if parts.netloc or parts.scheme not in ("", "data"):
            faults.append(f"{page.name} loads {address!r} from outside")
        elif not parts.scheme and parts.path:
            if not (page.parent / urllib.parse.unquote(parts.path)).is_file():
                faults.append(f"{page.name} loads {address!r}, which does not exist")
    return faults


def faults_of_folder(folder):
    """The faults of the run folder."""
    faults = []
    try:
        strict_json((folder / "record.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        faults.append(f"record.json: {error}")
    try:
        faults += faults_of_page(folder / "report.html")
    except (OSError, ValueError) as error:
        faults.append(f"report.html: {error}")
    for suffix in (".csv", ".svg"):
        files = sorted(folder.rglob(f"*{suffix}"))
        if not files:
            faults.append(f"no {suffix} file in the run folder")
        faults += [f"{path.name} is empty" for path in files if path.stat().st_size == 0]
    for path in sorted(folder.rglob("*.svg")):
        try:
            xml.etree.ElementTree.parse(path)
        except xml.etree.ElementTree.ParseError as error:
            faults.append(f"{path.name} is not XML: {error}")
    return faults


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    output, folder = map(pathlib.Path, sys.argv[1:])
    faults = faults_of_json(output.read_text(encoding="utf-8")) + faults_of_folder(folder)
    for fault in faults:
        print(f"smoke: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
