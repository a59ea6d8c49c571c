"""No module is imported by a string, which import-linter could not see: not directly, nor for its resources."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.trial.layout import REPOSITORY

PRODUCT = ("contracts", "chassis", "services", "deploy")

IMPORTS = {"import_module", "__import__", "run_module", "run_path", "find_loader"}
"""Functions that import what a string names."""

RESOURCES = {"queries", "migrations_of", "files"}
"""Functions that import a package for its resources."""


def modules() -> list[Path]:
    found = [path for folder in PRODUCT for path in (REPOSITORY / folder).rglob("*.py")]
    return [path.relative_to(REPOSITORY) for path in found if "tests" not in path.parts]


def imports_by_string(module: str, source: str) -> Iterator[str]:
    """The calls in a module, named by its path, that import what a string names."""
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        foreign = bool(call.args) and not _is_own(module, call.args[0])
        if name in IMPORTS or (name in RESOURCES and foreign):
            yield f"{module}:{call.lineno} {ast.unparse(call)}"


def _is_own(module: str, argument: ast.expr) -> bool:
    """Whether it is no string, or names a package of the same folder, of the same service, or the service's chassis."""
    if isinstance(argument, ast.Constant):
        named, parts = str(argument.value).split("."), Path(module).with_suffix("").parts
        depth = 2 if parts[0] == "services" else 1
        return tuple(named[:depth]) == parts[:depth] or (parts[0] == "services" and named[0] == "chassis")
    return not isinstance(argument, (ast.JoinedStr, ast.BinOp))


def test_no_module_of_the_product_imports_by_string() -> None:
    found = [call for path in modules() for call in imports_by_string(str(path), (REPOSITORY / path).read_text())]

    assert found == []


@pytest.mark.parametrize(
    ("module", "statement"),
    [
        ("deploy/operator/projection.py", "queries(f'services.{service}')"),
        ("deploy/operator/projection.py", "store.queries('chassis.messaging')"),
        ("deploy/trial/web.py", "importlib.import_module(name)"),
        ("services/media/app.py", "migrations_of('services.' + name)"),
        ("services/media/app.py", "queries('services.reporting')"),
        ("chassis/store/queries.py", "files('services.media')"),
    ],
)
def test_an_import_by_string_is_found(module: str, statement: str) -> None:
    assert len(list(imports_by_string(module, statement))) == 1


@pytest.mark.parametrize(
    "statement",
    ["queries(__package__)", "queries('services.media.links')", "queries('chassis.messaging')", "files(package)"],
)
def test_a_package_of_the_same_service_or_of_the_chassis_may_be_named(statement: str) -> None:
    assert list(imports_by_string("services/media/links/service.py", statement)) == []
