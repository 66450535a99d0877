"""Every text in our own sources, with its gaps: what a person could be told."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parents[2]
GAP = re.compile(r"\{\w+\}")


def shape(text: str) -> str:
    """A text with all its gaps alike."""
    return GAP.sub("{}", text)


def shapes(*patterns: str) -> set[str]:
    """The texts of all files of these names, without docstrings and lines of the log."""
    files = (file for pattern in patterns for file in sorted(HOUSE.glob(pattern)))
    return {text for file in files for text in _of_file(file)}


def sentences(texts: Iterable[str]) -> set[str]:
    """Those that are whole sentences."""
    return {text for text in texts if re.fullmatch(r"(?:[A-Z]|\{\})\S* .*[^.]\.", text, re.DOTALL)}


@cache
def _of_file(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text("utf-8"))
    aside = set(_aside(tree))
    found = ((node, _text(node)) for node in ast.walk(tree) if id(node) not in aside)
    return frozenset(shape(text) for _, text in found if text)


def _aside(tree: ast.AST) -> Iterator[int]:
    """What is no text of its own: docstrings, what is logged, and the parts of an f-string."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant()):
                yield id(node.value)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
                yield from map(id, node.args)
            case ast.JoinedStr():
                yield from (id(part) for value in node.values for part in ast.walk(value))


def _text(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in values)
        case _:
            return None
