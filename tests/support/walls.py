"""A contract that import-linter lacks: a package imports only what is allowed, and the standard library."""

import sys
from collections.abc import Iterator

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyContract(Contract):
    """`package` and all below it import nothing but themselves, `allowed` packages and the standard library."""

    package = fields.StringField()
    allowed = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        strangers = sorted(self._strangers(graph))
        return ContractCheck(kept=not strangers, metadata={"strangers": strangers})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["strangers"]:
            output.print_error(f"{importer} imports {imported}")

    def _strangers(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        package = str(self.package)
        welcome = {package, *map(str, self.allowed), *sys.stdlib_module_names}  # type: ignore[call-overload]
        for importer in {package} | graph.find_descendants(package):
            for imported in graph.find_modules_directly_imported_by(importer):
                if imported.split(".")[0] not in welcome:
                    yield importer, imported
