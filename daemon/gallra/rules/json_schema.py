"""The JSON Schema of rules.toml, for editors that complete and check keys."""

from gallra.rules.schema import (
    CLASS,
    CONTACT,
    ORGANISATION,
    READING,
    RULE,
    SAFETY,
    SHARE,
    TOP,
    WHEN,
    KeyDescription,
    TableDescription,
)
from gallra.rules.shapes import JsonSchema

_INNER = {"data_protection_officer": CONTACT, "when": WHEN}


def as_json_schema() -> JsonSchema:
    """Return the schema, JSON Schema 2020-12, ready for ``json.dump``.

    It knows every key and word; what needs understanding (periods, paths, how classes and rules
    fit together) is said by ``gallra check`` alone.
    """
    schema = _table(TOP)
    properties = schema["properties"]
    if not isinstance(properties, dict):
        raise TypeError("a table has properties")
    properties[ORGANISATION.name] = _table(ORGANISATION)
    properties[SAFETY.name] = _table(SAFETY)
    properties[READING.name] = _table(READING)
    for named in (SHARE, CLASS):
        properties[named.name] = {
            "type": "object",
            "description": named.sentence.in_english(),
            "additionalProperties": _table(named),
        }
    properties[RULE.name] = {"type": "array", "items": _table(RULE)}
    required = [TOP.keys[0].name, ORGANISATION.name, SHARE.name]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gallra rules.toml",
        **schema,
        "required": required,
    }


def _table(table: TableDescription) -> JsonSchema:
    return {
        "type": "object",
        "description": table.sentence.in_english(),
        "properties": {key.name: _key(key) for key in table.keys},
        "required": [key.name for key in table.keys if key.is_required],
        "additionalProperties": False,
    }


def _key(key: KeyDescription) -> JsonSchema:
    inner = _INNER.get(key.name)
    if inner is not None:
        return _table(inner) | ({"minProperties": 1} if inner is WHEN else {})
    return {"description": key.sentence.in_english(), **key.shape.as_json_schema()}
