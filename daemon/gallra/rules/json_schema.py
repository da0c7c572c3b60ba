"""The JSON Schema of rules.toml, for editors that complete and check keys."""

from gallra.rules.schema import (
    CLASS,
    CONTACT,
    EVENT,
    LEDGER,
    MAIL,
    METRICS,
    NOTICE,
    ORGANISATION,
    READING,
    REGISTER,
    REPRESENTATIVE,
    REQUESTS,
    REVIEW,
    RULE,
    SAFETY,
    SEPARATION,
    SHARE,
    SIGN,
    TOP,
    WHEN,
    KeyDescription,
    TableDescription,
)
from gallra.rules.shapes import JsonSchema
from gallra.rules.telling import NOTIFICATIONS, RECEIVER

_INNER = {
    (ORGANISATION.name, CONTACT.name): CONTACT,
    (RULE.name, WHEN.name): WHEN,
    (EVENT.name, SIGN.name): SIGN,
}


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
    properties[NOTICE.name] = _table(NOTICE)
    properties[LEDGER.name] = _table(LEDGER)
    properties[REQUESTS.name] = _table(REQUESTS)
    properties[SEPARATION.name] = _table(SEPARATION)
    properties[METRICS.name] = _table(METRICS)
    properties[NOTIFICATIONS.name] = _table(NOTIFICATIONS)
    properties[MAIL.name] = _table(MAIL)
    for named in (SHARE, CLASS):
        properties[named.name] = {
            "type": "object",
            "description": named.sentence.in_english(),
            "additionalProperties": _table(named),
        }
    for listed in (RULE, EVENT, REVIEW, REPRESENTATIVE, REGISTER, RECEIVER):
        properties[listed.name] = {"type": "array", "items": _table(listed)}
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
        "properties": {key.name: _key(table, key) for key in table.keys},
        "required": [key.name for key in table.keys if key.is_required],
        "additionalProperties": False,
    }


def _key(table: TableDescription, key: KeyDescription) -> JsonSchema:
    inner = _INNER.get((table.name, key.name))
    if inner is not None:
        return _table(inner) | ({} if inner is CONTACT else {"minProperties": 1})
    return {"description": key.sentence.in_english(), **key.shape.as_json_schema()}
