"""Calls `rethink` from a notebook: arguments in, the JSON object that it prints out."""

import json
import subprocess


def rethink(*arguments, status=0):
    """Runs `rethink` with --json and returns what it prints, as a dictionary.

    Parameters:
      arguments: the subcommand and its options, strings or numbers.
      status: the exit status expected; 1 where a check is meant to fail.

    Raises:
      RuntimeError: when the exit status is another one; the text is the command's own message.
    """
    command = ["rethink", *map(str, arguments), "--json", "--quiet"]
    finished = subprocess.run(command, capture_output=True, text=True)
    if finished.returncode != status:
        raise RuntimeError(
            f"{' '.join(command)}: exit status {finished.returncode}, expected {status}: "
            f"{finished.stderr.strip()}"
        )
    return json.loads(finished.stdout) if finished.stdout else {}
