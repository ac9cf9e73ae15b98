"""What is derived from the lake's own rows alone, and the fingerprint of the rules by which that is done.

Where nothing was committed since the last publication, and the rules are those of that time, it needs no second look: a
night without news costs a directory walk and no sums over a million amounts.
"""

import functools
from importlib import resources

from schemas.identity import digest_parts

# Every module that makes a derived table, by the beginning of its name; a change of any of them derives everything anew once.
_WAREHOUSE = ("amounts", "dimensions", "draft", "families", "linking", "reconcile", "succession")
_SCHEMAS = ("identities", "names", "targets")


@functools.cache
def fingerprint() -> str:
    """Digest over the text of the modules and statements that derive tables; 16 hexadecimal characters."""
    parts: list[str] = []
    for package, stems in (("warehouse", _WAREHOUSE), ("schemas", _SCHEMAS)):
        for file in sorted(resources.files(package).iterdir(), key=lambda file: file.name):
            if file.name.endswith(".py") and file.name.startswith(stems):
                parts += [file.name, file.read_text(encoding="utf-8")]
    for folder in (resources.files("warehouse.marts"), resources.files("warehouse.marts") / "shared"):
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name.endswith((".py", ".sql")):
                parts += [file.name, file.read_text(encoding="utf-8")]
    return digest_parts(parts)[:16]
