"""Whatever a person reads stands in messages/*.toml: no sentence is written down in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

# Two words in a row, as no identifier, selector or expression has them.
WORDS = re.compile(r"[A-Za-zÀ-ÿ]{2,}[,;:.]? [A-Za-zÀ-ÿ]{2,}")
# What readers of numbers read and what printers of numbers print: both languages at once.
VOCABULARY = {"quantities"}
# Heard by who writes programs, not by who asks for a plan.
FOR_PROGRAMMERS = {"TypeError", "AttributeError", "ValueError", "NotImplementedError", "exception"}
NOT_SENTENCES = {
    "H100, A100 80GB, TPU v5e",  # names of chips
    "%(prog)s [BUDGET] [--WORD VALUE ...]",  # argparse's own form
    "import chinchilla_widget as cw",
    "chinchilla_widget law",  # what a saved fit calls itself
    *("widening of ", "largest run, FLOP"),  # heads of a data file
    "const style=",  # of the exported module
    "; img-src data:; base-uri 'none'; form-action 'none'",  # a page's policy
    "DejaVu Sans,Noto Sans,Segoe UI,Lucida Grande,Arial Unicode MS,sans-serif",  # names of fonts
    "system-ui,-apple-system,'Segoe UI','Noto Sans','DejaVu Sans',sans-serif",
}


# Tags, whole or cut where a value stands in them.
MARKUP = re.compile(r'^[^<>]*">|<[^<>]*(?:>|$)')


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def written(node: ast.AST) -> Iterator[str]:
    """Strings in the code below a node, without docstrings and what programmers are told."""
    if isinstance(node, ast.Call) and called(node) in FOR_PROGRAMMERS:
        return
    if isinstance(node, ast.FunctionDef) and node.name == "__repr__":
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        documents = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if not documents:
            yield from written(child)


def loose(source: str) -> list[str]:
    texts = written(ast.parse(source))
    return [
        text for text in texts if WORDS.search(MARKUP.sub(" ", text)) and text not in NOT_SENTENCES
    ]


def test_no_sentence_is_written_in_python(root: Path) -> None:
    package = root / "src" / "chinchilla_widget"
    found = {
        str(file.relative_to(package)): texts
        for file in sorted(package.rglob("*.py"))
        if file.relative_to(package).parts[0] not in VOCABULARY
        and (texts := loose(file.read_text(encoding="utf-8")))
    }
    assert not found


def test_a_sentence_would_be_found() -> None:
    assert loose('"""Said of a module."""\nraise ChinchillaError("no such law")') == ["no such law"]
    assert loose('print(f"{n} runs are missing")') == [" runs are missing"]
    assert loose('f"<p class={c}>no such law</p>"') == [">no such law</p>"]
    assert not loose('raise TypeError("a symbol has no truth value")')
