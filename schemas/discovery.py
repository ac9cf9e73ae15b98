"""Existence is registration: a module that offers a named constant, or subclasses `Record`, is found by walking.

No list of plug-ins is kept anywhere; what was found is pinned by `tests/contract/test_inventory.py`.
"""

import importlib
import pkgutil
from types import ModuleType
from typing import Any


def modules(package: ModuleType) -> list[ModuleType]:
    """Import every module directly below `package`, in the order of their names."""
    found = pkgutil.iter_modules(package.__path__, package.__name__ + ".")
    return [importlib.import_module(info.name) for info in sorted(found, key=lambda info: info.name)]


def discover(package: ModuleType, constant: str) -> dict[str, Any]:
    """Collect `constant` (SOURCE, FORMAT, EMBEDDER, MART…) from the modules below `package`, by its `name`.

    Raises:
        ValueError: two modules offer the same name, which would make one of them silently unreachable.
    """
    found: dict[str, Any] = {}
    for module in modules(package):
        offered = getattr(module, constant, None)
        if offered is None:
            continue
        if offered.name in found:
            raise ValueError(f"{constant} named {offered.name!r} is offered twice, again by {module.__name__}")
        found[offered.name] = offered
    return found


def subclasses(package: ModuleType, parent: type) -> dict[str, Any]:
    """Collect the classes below `package` that derive from `parent` and are defined there, by module name."""
    found: dict[str, Any] = {}
    for module in modules(package):
        own = [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, parent) and value.__module__ == module.__name__
        ]
        if len(own) > 1:
            raise ValueError(f"{module.__name__} declares {len(own)} tables; a module declares one")
        if own:
            found[module.__name__.rsplit(".", 1)[-1]] = own[0]
    return found
