"""`python -m benchmarks.structure [FOLDER]`: the figures of the code's structure that docs/architecture.md shows.

It reads the Python files of a checkout and runs nothing of it, so that an older checkout can be measured too.
"""

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
PRODUCT = ("contracts", "chassis", "services", "deploy")
SERVICES = ("enrollment", "sessions", "media", "reporting")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(root: Path, *folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """The product's modules in these folders, without tests."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if "tests" not in path.relative_to(root).parts:
                yield path, ast.parse(path.read_text())


def function_lines(root: Path, *folders: str) -> list[int]:
    """Lines of each function, its signature and docstring included."""
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for _, tree in modules(root, *folders)
        for node in ast.walk(tree)
        if isinstance(node, Function)
    ]


def lines(root: Path, *folders: str) -> int:
    """Lines of Python."""
    return sum(len(path.read_text().splitlines()) for path, _ in modules(root, *folders))


def string_subscripts(root: Path) -> int:
    """Accesses such as `row["name"]` in the services, which a type checker cannot check."""
    return sum(
        isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
        for _, tree in modules(root, "services")
        for node in ast.walk(tree)
        if not isinstance(getattr(node, "ctx", None), ast.Store)
    )


def top_modules(root: Path) -> list[int]:
    """Modules at the top of each service."""
    return [len(list((root / "services" / service).glob("*.py"))) for service in SERVICES]


def calls(root: Path, names: set[str], *folders: str) -> int:
    """Calls of functions or methods with these names."""
    return sum(
        isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in names
        for _, tree in modules(root, *folders)
        for node in ast.walk(tree)
    )


def http_errors_in_decisions(root: Path) -> int:
    """Constructions of HTTP problems in the services outside of their interfaces and pages."""
    return sum(
        isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem"
        for path, tree in modules(root, "services")
        if path.stem not in {"api", "pages"} and not {"api", "pages"} & set(path.relative_to(root).parts)
        for node in ast.walk(tree)
    )


def percentile(numbers: list[int], share: float) -> int:
    """The number below or at which this share of the numbers lies."""
    return sorted(numbers)[int(share * (len(numbers) - 1))]


def report(root: Path) -> list[tuple[str, str]]:
    """Each figure with its name."""
    lengths = function_lines(root, *PRODUCT)
    shape = f"{statistics.median_low(lengths)} / {percentile(lengths, 0.9)} / {max(lengths)}"
    return [
        ("Lines of product code", f"{lines(root, *PRODUCT):,}"),
        ("Lines a function: median / 90 % / longest", shape),
        ("Modules at the top of each service", " / ".join(map(str, top_modules(root)))),
        ("String subscripts in services", str(string_subscripts(root))),
        ("HTTP problems raised outside of interfaces and pages", str(http_errors_in_decisions(root))),
        (
            "Transactions opened by hand for a write",
            str(calls(root, {"keep", "record_response", "record"}, "services")),
        ),
        ("Readings of the clock in services", str(calls(root, {"now"}, "services"))),
    ]


if __name__ == "__main__":
    for name, figure in report(Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY):
        print(f"| {name} | {figure} |")
