"""Executes text notebooks (MyST Markdown, Python kernel); the second half of scripts/notebooks.

Each notebook runs in an empty working directory of its own. The executed notebook is written as
.ipynb whether it passed or not. Exit status: 0 all passed, 1 one failed, 66 no such notebook.
"""

import argparse
import os
import pathlib
import re
import sys
import tempfile
import time

import jupytext
import nbclient
import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

CELL_SECONDS = 600
"""A cell that runs longer is taken for a hanging one."""

TERMINAL_CODES = re.compile(r"\x1b\[[0-9;]*m")
"""IPython colours its tracebacks."""


def all_notebooks(folder):
    """Every Markdown file of `folder` but its README, sorted by name."""
    return sorted(path for path in folder.glob("*.md") if path.name != "README.md")


def chosen_notebooks(folder, names):
    """The notebooks called `names`, each with or without .md and folder; all when none is named."""
    known = all_notebooks(folder)
    if not known:
        sys.exit(f"notebooks: {folder} holds no notebook (*.md)")
    by_name = {path.stem: path for path in known}
    chosen = []
    for name in names:
        stem = pathlib.Path(name).name.removesuffix(".md")
        if stem not in by_name:
            known_names = ", ".join(by_name)
            print(f"notebooks: no notebook {name!r}; there are {known_names}", file=sys.stderr)
            sys.exit(66)
        chosen.append(by_name[stem])
    return chosen or known


def executed(notebook, working_directory, socket_folder):
    """Executes `notebook` in place; returns what went wrong, or None."""
    if not any(cell.cell_type == "code" for cell in notebook.cells):
        return "no {code-cell} found; is this MyST Markdown with a jupytext header?"
    client = nbclient.NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(working_directory)}},
        # Sockets in a private folder instead of ports that every user of the machine can reach.
        config=Config({"KernelManager": {"transport": "ipc", "ip": f"{socket_folder}/kernel"}}),
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return TERMINAL_CODES.sub("", str(error)).strip()
    except CellTimeoutError:
        return f"a cell ran longer than {CELL_SECONDS} s"
    except DeadKernelError as error:
        return f"the Python kernel died: {error}"
    return None


def write_whole(path, text):
    """Writes `text` to a temporary name beside `path`, then renames it."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def run(path, output_folder):
    """Runs one notebook and reports it in one line; True when it passed."""
    start = time.monotonic()
    notebook = jupytext.read(path, fmt="md:myst")
    with (
        tempfile.TemporaryDirectory(prefix=f"notebook-{path.stem}-") as working_directory,
        tempfile.TemporaryDirectory(prefix="kernel-") as socket_folder,
    ):
        problem = executed(notebook, working_directory, socket_folder)
    write_whole(output_folder / f"{path.stem}.ipynb", nbformat.writes(notebook))
    seconds = time.monotonic() - start
    print(f"{'FAILED' if problem else 'passed'}  {path.stem}  {seconds:.1f} s", flush=True)
    if problem:
        print(problem, file=sys.stderr, flush=True)
    return problem is None


def main():
    parser = argparse.ArgumentParser(description="Executes text notebooks.")
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="holds the notebooks")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="gets the .ipynb files")
    parser.add_argument("names", nargs="*", help="the notebooks to run (default: all)")
    options = parser.parse_args()

    chosen = chosen_notebooks(options.folder, options.names)
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="jupyter-") as settings:
        # The reader's own Jupyter and IPython settings must not change the result.
        os.environ["JUPYTER_CONFIG_DIR"] = os.environ["JUPYTER_DATA_DIR"] = settings
        os.environ["IPYTHONDIR"] = settings
        passed = [run(path, options.output) for path in chosen]
    if not all(passed):
        print(f"notebooks: {passed.count(False)} of {len(passed)} failed", file=sys.stderr)
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
