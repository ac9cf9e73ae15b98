"""Descriptors of Data Packages: telling one from other JSON, and the names of the fields that it describes."""

from typing import Any

from connectors.jsonrows.flattening import is_records
from connectors.jsonrows.parsing import parse_json, text_of
from schemas.outcome import Failed


def descriptor_of(text: str) -> dict[str, Any] | None:
    """The descriptor that a text is, or None. Never raises."""
    if '"resources"' not in text:
        return None
    try:
        node = parse_json(text)
    except Failed:
        return None
    return node if describes_tables(node) else None


def describes_tables(node: Any) -> bool:
    """Whether a value is a descriptor: an object whose resources name their fields."""
    return isinstance(node, dict) and any(schema_fields(resource) for resource in resources_of(node))


def resources_of(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The resources of a descriptor."""
    resources = node.get("resources")
    return [item for item in resources if isinstance(item, dict)] if isinstance(resources, list) else []


def schema_fields(resource: dict[str, Any], kind: str = "fields") -> list[dict[str, Any]]:
    """The fields of a resource's table, or with `extraFields` those that are not in the file itself."""
    schema = resource.get("schema")
    fields = schema.get(kind) if isinstance(schema, dict) else None
    return [item for item in fields if "name" in item] if isinstance(fields, list) and is_records(fields) else []


def field_names(resource: dict[str, Any]) -> list[str]:
    """The names of a resource's fields, in order."""
    return [text_of(item["name"]) for item in schema_fields(resource)]
