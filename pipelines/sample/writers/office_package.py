"""Makes what a library wrote as an Office file the same on every run: own properties, own ZIP."""

import io
import zipfile
from xml.sax.saxutils import escape

from pipelines.sample.writers.archive import pack_archive

_PROPERTIES = "docProps/core.xml"
_WRITTEN_AT = "2026-01-02T09:00:00Z"


def normalise_package(package: bytes, title: str) -> bytes:
    """The same parts in the order of their names, with fixed time stamps and document properties.

    Args:
        package: an Office file as a library wrote it, with the clock's time in it.
        title: the title among the document properties.
    """
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[_PROPERTIES] = _core_properties(title)
    # Office expects the list of content types first.
    names = sorted(parts, key=lambda name: (name != "[Content_Types].xml", name))
    return pack_archive({name: parts[name] for name in names})


def _core_properties(title: str) -> bytes:
    stamp = f'xsi:type="dcterms:W3CDTF">{_WRITTEN_AT}'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>담당 사무관</dc:creator>"
        f"<dcterms:created {stamp}</dcterms:created><dcterms:modified {stamp}</dcterms:modified>"
        "</cp:coreProperties>"
    ).encode()
