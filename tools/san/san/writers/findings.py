"""findings.json: everything that is known, for programs. Its schema is tools/san/findings.schema.json."""

from __future__ import annotations

import json

from san.model import Report, to_json
from san.view import View

SCHEMA = 1


def write(report: Report, view: View) -> str:
    """Sorted keys, so that two reports compare line by line."""
    document = to_json(report)
    assert isinstance(document, dict)
    return json.dumps({"schema": SCHEMA, **document}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
