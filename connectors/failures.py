"""What a reader raised, as a reason of the catalogue: a broken file can make a library raise anything."""

import struct
import zipfile
import zlib

from schemas.outcome import Failed

_CORRUPT_TYPES = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, UnicodeError, EOFError, SyntaxError,
)  # fmt: skip
_CORRUPT_MODULES = (
    "lxml",
    "xml",
    "olefile",
    "pypdfium2",
    "pypdf",
    "docx",
    "pptx",
    "openpyxl",
    "xlrd",
    "py7zr",
    "zipfile",
    "zlib",
)


def reason_for(error: Exception) -> tuple[str, str]:
    """The quarantine reason for whatever a reader raised, and a detail that may quote the document."""
    if isinstance(error, Failed):
        return error.reason, error.detail
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, MemoryError):
        return "out_of_memory", ""
    origins = {kind.__module__.split(".")[0] for kind in type(error).__mro__}
    is_missing_part = isinstance(error, KeyError) and "no item named" in str(error)
    origins.add(_raising_package(error))
    is_corrupt = isinstance(error, _CORRUPT_TYPES) or is_missing_part or not origins.isdisjoint(_CORRUPT_MODULES)
    return ("corrupt" if is_corrupt else "reader_failed"), detail


def _raising_package(error: Exception) -> str:
    """The package that an error was raised in: what a library trips over in a broken file can be any exception."""
    name = ""
    trace = error.__traceback__
    while trace is not None:
        name = str(trace.tb_frame.f_globals.get("__name__", ""))
        trace = trace.tb_next
    return name.partition(".")[0]
