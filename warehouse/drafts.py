"""Drafts of one document: what families are made of in the lake, the table `core.draft`, and who reads it.

Drafts say different things because the work went on. What they disagree about among themselves contradicts nothing else.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from schemas.arrow import to_table
from schemas.names import folded
from schemas.ports import Progress
from schemas.records.draft import Draft
from warehouse.amounts import CURRENT_AMOUNTS
from warehouse.clock import Clock
from warehouse.dimensions import settle_rows
from warehouse.draft_likeness import compare_texts, held_likeness, pairs_to_compare
from warehouse.draft_order import Answer
from warehouse.draft_signatures import COMPARED, sign_texts
from warehouse.families import Content, Family, Spot, inner_pairs, make_families, name_pairs
from warehouse.lake import CATALOG, Lake
from warehouse.ledger import IN_FORCE
from warehouse.outcomes import locations
from warehouse.steps import StepCount

KIND = "final_draft"
"""Name of the kind of question, and of the answers in the ledger."""
NONE_YET = "none"
"""The answer that no version is final yet; every other answer begins the id of a content."""
ANSWER_CHARACTERS = 12

_MARK = re.compile(
    r"(?:[\s_\-.]*\(?(?:v(?:er)?\.?\d+(?:\.\d+)*|rev\.?\d*|초안|초고|가안|(?:찐|진짜|최|정말)*최종(?:본|안)?|수정(?:본|안)?|확정(?:본|안)?|"
    r"(?:복)?사본|복사|copy|final|draft|\d차(?:안)?)\d*\)?|\s*\(\d{1,2}\))$",
    re.IGNORECASE,
)
_PLACES = f"""
    SELECT l.content_id, p.source_name || '/' || p.folder || coalesce('/' || p.name || '!/'
               || regexp_extract(l.member_path, '^(.*)/', 1), '') AS folder,
           coalesce(regexp_extract(l.member_path, '([^/]*)$', 1), p.name) AS name,
           CASE WHEN l.member_path IS NULL THEN p.modified_at END AS modified_at
    FROM ({locations()}) l JOIN {CATALOG}.raw.placement p USING (placement_id)"""
# The same bytes may lie in thousands of places, of which a few say all.
_SPOTS = f"""
    WITH spot AS (SELECT content_id, folder, name, min(modified_at) AS modified_at FROM ({_PLACES}) GROUP BY ALL)
    FROM spot QUALIFY row_number() OVER (PARTITION BY content_id ORDER BY folder, name) <= 64 ORDER BY ALL"""
_FIRST_PLACES = f"""
    SELECT content_id, min(folder) AS folder, arg_min(name, (folder, name)) AS name FROM ({_PLACES}) GROUP BY 1 ORDER BY 1"""

CONTENTS = f"""
    SELECT c.content_id, c.text_id, r.format, r.title, s.plain_id, s.n_shingles, s.minhash, s.facts, s.dated_on,
           try_cast(list_filter(r.properties, p -> p.name = 'modified_at')[1].value AS TIMESTAMPTZ) AS saved_at,
           try_cast(list_filter(r.properties, p -> p.name = 'created_at')[1].value AS TIMESTAMPTZ) AS created_at
    FROM ({COMPARED}) c JOIN {CATALOG}.core.reading r USING (content_id)
    JOIN {CATALOG}.core.signature s ON s.text_id = c.text_id AND octet_length(s.minhash) > 0"""
"""SELECT of every content that may be a draft, with its signature and what it says of itself."""

_PROJECTS = f"""
    SELECT DISTINCT content_id, CASE WHEN project_code IS NULL THEN 'project_name=' || project_name
           ELSE 'project_code=' || project_code END AS fact
    FROM ({CURRENT_AMOUNTS}){{asked}} WHERE coalesce(project_code, project_name) IS NOT NULL ORDER BY ALL"""

_SENT = f"""
    SELECT k.content_id, m.sent_at FROM {CATALOG}.core.attachment_link k
    JOIN {CATALOG}.core.attachment a USING (attachment_id) JOIN {CATALOG}.core.message m USING (message_id)
    WHERE NOT m.is_time_assumed
    UNION
    SELECT m.content_id, try_cast(list_filter(r.properties, p -> p.name = 'created_at')[1].value AS TIMESTAMPTZ)
    FROM {CATALOG}.core.member m JOIN {CATALOG}.core.reading r ON r.content_id = m.container_id
    WHERE r.format IN ('eml', 'msg')"""

# Only what lies somewhere still can come before: of what is gone nothing is kept.
_REPLACED = f"""
    SELECT p.content_id, e.content_id AS before_id
    FROM {CATALOG}.raw.placement p, unnest(p.earlier_contents) AS u(e)
    WHERE p.content_id IS NOT NULL AND p.skip_rule IS NULL AND p.reason IS NULL"""


def stem_of_file(name: str) -> str:
    """A file's name without its extension and without marks of a version."""
    stem = name.rpartition(".")[0] or name
    while (shorter := _MARK.sub("", stem)) != stem and shorter.strip():
        stem = shorter
    return folded(stem)


def families(lake: Lake) -> pa.Table:
    """(content_id, family) of every kept content with a place: drafts of one document share a family.

    Contents that were compared go by `core.draft`; others, such as those with too little text, by folder and name.
    """
    rows = lake.query(_FIRST_PLACES)
    drafts = lake.query(f"SELECT content_id, family_id FROM {CATALOG}.core.draft")
    drafted: dict[str, str] = dict(zip(drafts["content_id"].to_pylist(), drafts["family_id"].to_pylist(), strict=True))
    ids = rows["content_id"].to_pylist()
    places = zip(rows["folder"].to_pylist(), rows["name"].to_pylist(), strict=True)
    named = [f"{folder}/{stem_of_file(name)}" for folder, name in places]
    joined: dict[str, str] = {}
    for content_id, name in zip(ids, named, strict=True):
        if family := drafted.get(content_id):
            joined[name] = min(joined.get(name, family), family)
    found = [drafted.get(content_id) or joined.get(name, name) for content_id, name in zip(ids, named, strict=True)]
    return pa.table({"content_id": rows["content_id"], "family": pa.array(found, pa.string())})


def settle_drafts(lake: Lake, clock: Clock, run_id: str, progress: Progress) -> list[StepCount]:
    """Sign new texts, compare the pairs that may be drafts, and bring `core.draft` to the families that follow."""
    signed = sign_texts(lake, clock, run_id, progress)
    contents = drafted_contents(lake)
    pairs = pairs_to_compare(lake, nearness(contents), name_pairs(contents))
    compared = compare_texts(lake, clock, pairs, run_id, progress, is_all=False)
    # Whatever else is held has no part in the families, so that they do not hang on those of the night before.
    alike = {pair: held for pair, held in held_likeness(lake).items() if pair in pairs}
    made = make_families(contents, alike, final_answers(lake, [one.content_id for one in contents]))
    compared += compare_texts(lake, clock, pairs | inner_pairs(made, contents), run_id, progress)
    rows = [row for family in made for row in draft_rows(family)]
    return [signed, compared, settle_rows(lake, clock, Draft, to_table(Draft, rows), run_id, progress)]


def nearness(contents: Iterable[Content]) -> dict[str, str]:
    """Text id → what it is put in order by where many texts are alike: its least name; of one text under many ids one stays."""
    first: dict[str, str] = {}
    names: dict[str, str] = {}
    for content in sorted(contents, key=lambda content: content.text_id):
        text_id = first.setdefault(content.plain_id, content.text_id)
        for spot in content.spots:
            names[text_id] = min(names.get(text_id, spot.name), spot.name)
    return {text_id: names.get(text_id, "") for text_id in first.values()}


def drafted_contents(lake: Lake) -> list[Content]:
    """Every content that may be a draft of something, with all that is known of it, whoever may read it."""
    spots: dict[str, list[Spot]] = {}
    for row in lake.rows(_SPOTS):
        spots.setdefault(row["content_id"], []).append(Spot(row["folder"], row["name"], row["modified_at"]))
    sent: dict[str, list[datetime]] = {}
    for row in lake.rows(_SENT):
        if row["sent_at"] is not None:
            sent.setdefault(row["content_id"], []).append(row["sent_at"])
    replaced: dict[str, set[str]] = {}
    for row in lake.rows(_REPLACED):
        replaced.setdefault(row["content_id"], set()).add(row["before_id"])
    rows = [row for row in lake.rows(f"{CONTENTS} ORDER BY content_id") if row["content_id"] in spots]
    return contents_of(rows, project_facts(lake), spots, sent, replaced)


def project_facts(lake: Lake, asked: str | None = None) -> dict[str, set[str]]:
    """Content → the projects that its amounts are of, as facts; of all contents or of those of the relation `asked`."""
    facts: dict[str, set[str]] = {}
    for row in lake.rows(_PROJECTS.format(asked=f" SEMI JOIN {asked} USING (content_id)" if asked else "")):
        kind, _, value = row["fact"].partition("=")
        facts.setdefault(row["content_id"], set()).add(f"{kind}={folded(value)}")
    return facts


def contents_of(
    rows: Iterable[Mapping[str, Any]],
    facts: Mapping[str, set[str]],
    spots: Mapping[str, Sequence[Spot]],
    sent: Mapping[str, Sequence[datetime]],
    replaced: Mapping[str, set[str]],
) -> list[Content]:
    """Contents from rows of `CONTENTS` and what is known of each beside them."""
    return [
        Content(
            content_id=row["content_id"],
            text_id=row["text_id"],
            plain_id=row["plain_id"],
            format=row["format"],
            title=row["title"],
            n_shingles=row["n_shingles"],
            minhash=row["minhash"],
            facts=frozenset({*row["facts"], *facts.get(row["content_id"], ())}),
            dated_on=row["dated_on"],
            # Saved as it was created is what a template or a program says.
            saved_at=row["saved_at"] if row["saved_at"] != row["created_at"] else None,
            spots=tuple(spots.get(row["content_id"], ())),
            sent_at=tuple(sorted(sent.get(row["content_id"], ()))),
            replaces=frozenset(replaced.get(row["content_id"], ())),
        )
        for row in rows
    ]


def draft_rows(family: Family) -> list[Draft]:
    """The rows of a family: one for each content, those of one version alike."""
    return [
        Draft(
            content_id=content_id,
            family_id=family.family_id,
            ordinal=ordinal,
            n_versions=len(family.standings),
            status="final" if standing.is_final else "draft",
            is_confirmed=standing.is_confirmed,
            similarity=similarity,
            evidence=list(standing.evidence),
            doubt=standing.doubt,
        )
        for ordinal, (standing, similarity) in enumerate(zip(family.standings, family.similarities, strict=True), 1)
        for content_id in standing.version.content_ids
    ]


def final_answers(lake: Lake, content_ids: Sequence[str]) -> dict[str, Answer]:
    """What people have answered, by the content that is final or by the family that has none yet."""
    rows = lake.rows(f"SELECT subject, answer, decided_at FROM ({IN_FORCE}) WHERE kind = '{KIND}' ORDER BY decision_id")
    begun = {content_id[:ANSWER_CHARACTERS]: content_id for content_id in content_ids}
    found: dict[str, Answer] = {}
    for row in rows:
        content_id = begun.get(row["answer"])
        if content_id is not None:
            found[content_id] = Answer(content_id, row["decided_at"])
        elif row["answer"] == NONE_YET:
            found[row["subject"]] = Answer(None, row["decided_at"])
    return found
