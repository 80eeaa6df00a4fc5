"""One module of the core is read from broken source; nothing on disk changes, and no compiled file is written or believed."""

from __future__ import annotations

import importlib.util
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType

from tests.delivery.teeth.mutation import Mutation

ROOT = Path(__file__).parents[3]


class _BrokenLoader(SourceFileLoader):
    def __init__(self, name: str, path: str, mutation: Mutation) -> None:
        super().__init__(name, path)
        self._mutation = mutation

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._mutation.broken(Path(self.path).read_text(encoding="utf-8")), self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def __init__(self, mutation: Mutation) -> None:
        self._mutation = mutation

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if fullname != self._mutation.module:
            return None
        found = PathFinder.find_spec(fullname, path)  # type: ignore[arg-type]
        assert found is not None and found.origin is not None
        return importlib.util.spec_from_file_location(fullname, found.origin, loader=_BrokenLoader(fullname, found.origin, self._mutation))


def break_core(mutation: Mutation) -> None:
    """From now on this process imports the broken module. Must come before anything imports the core."""
    assert mutation.module not in sys.modules, "too late: the module is in use"
    sys.meta_path.insert(0, _Finder(mutation))
