"""Which tasks an inbox shows, as its address says it: the selection that the API knows, and nothing beside it.

A field of a form that was left empty was not asked for.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from pydantic import ValidationError

from api.errors import RequestInvalid
from api.problems import refused_for
from api.task_queries import TaskQuery, TaskSelection
from dossiers.errors import Violation

VIEW = "view"


def asked_fields(request: Request) -> dict[str, str]:
    """What the address asks for."""
    return {name: value.strip() for name, value in request.query_params.items() if value.strip()}


def query_of(fields: Mapping[str, Any]) -> TaskQuery:
    """The fields as a query of the worklist. Raises `RequestInvalid`."""
    try:
        return TaskQuery.model_validate(fields)
    except ValidationError as error:
        raise refused_for([{**one, "loc": ("query", *one["loc"])} for one in error.errors()]) from error


def view_named(fields: dict[str, str]) -> UUID | None:
    """Takes the saved view out of the fields. Raises `RequestInvalid`."""
    named = fields.pop(VIEW, None)
    try:
        return None if named is None else UUID(named)
    except ValueError as error:
        raise RequestInvalid(violations=[Violation(pointer="?view", message="không phải mã của danh sách")]) from error


def address(selection: Mapping[str, Any], **changed: object) -> str:
    """The inbox with that selection, some of it changed; null takes a field away."""
    fields = {**selection, **changed}
    kept = {name: _written(value) for name, value in fields.items() if value is not None}
    return f"/officer?{urlencode(kept)}" if kept else "/officer"


def fields_of_selection(query: TaskSelection) -> dict[str, Any]:
    """What of the selection is not as usual, as an address carries it."""
    return query.model_dump(mode="json", exclude_defaults=True, exclude={"cursor", "limit"})


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
