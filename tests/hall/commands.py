"""A command of the command line, run in the test's own process."""

import argparse
from collections.abc import Callable
from typing import Any


def command(add: "Callable[[argparse._SubParsersAction[Any]], None]", *words: object) -> int:
    """Run a command by the function that registers it."""
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers())
    args = parser.parse_args([str(word) for word in words])
    return int(args.run(args))
