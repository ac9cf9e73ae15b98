"""One noun a module, named as its table; `discover_records` finds them all."""

import functools
from types import MappingProxyType

from schemas import discovery
from schemas.record import LAYERS, Record


@functools.cache
def discover_records() -> MappingProxyType[str, type[Record]]:
    """Every record class by its qualified name (`core.element`), by layer and then by name."""
    import schemas.records as package

    found = discovery.subclasses(package, Record).values()
    ordered = sorted(found, key=lambda record: (LAYERS.index(record.layer), record.table_name()))
    return MappingProxyType({record.qualified_name(): record for record in ordered})
