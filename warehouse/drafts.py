"""Drafts of one document: files of one folder whose names differ only by marks such as `_v2`, `_최종` or `(수정)`.

Drafts say different things because the work went on. What they disagree about among themselves contradicts nothing else.
"""

import re

import pyarrow as pa

from schemas.names import folded
from warehouse.lake import CATALOG, Lake
from warehouse.outcomes import locations

_MARK = re.compile(
    r"(?:[\s_\-.]*\(?(?:v(?:er)?\.?\d+(?:\.\d+)*|rev\.?\d*|초안|초고|가안|(?:찐|진짜|최|정말)*최종(?:본|안)?|수정(?:본|안)?|확정(?:본|안)?|"
    r"(?:복)?사본|복사|copy|final|draft|\d차(?:안)?)\d*\)?|\s*\(\d{1,2}\))$",
    re.IGNORECASE,
)
_PLACES = f"""
    SELECT l.content_id, min(p.source_name || '/' || p.folder || coalesce('/' || p.name || '!/'
               || regexp_extract(l.member_path, '^(.*)/', 1), '')) AS folder,
           arg_min(coalesce(regexp_extract(l.member_path, '([^/]*)$', 1), p.name),
                   (p.source_name, p.folder, p.name, l.member_path)) AS name
    FROM ({locations()}) l JOIN {CATALOG}.raw.placement p USING (placement_id) GROUP BY 1 ORDER BY 1"""


def stem_of_file(name: str) -> str:
    """A file's name without its extension and without marks of a version."""
    stem = name.rpartition(".")[0] or name
    while (shorter := _MARK.sub("", stem)) != stem and shorter.strip():
        stem = shorter
    return folded(stem)


def families(lake: Lake) -> pa.Table:
    """(content_id, family) of every kept content with a place: drafts of one document share a family."""
    rows = lake.query(_PLACES)
    places = zip(rows["folder"].to_pylist(), rows["name"].to_pylist(), strict=True)
    found = [f"{folder}/{stem_of_file(name)}" for folder, name in places]
    return pa.table({"content_id": rows["content_id"], "family": pa.array(found, pa.string())})
