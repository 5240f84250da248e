"""Refusals in the form in which Google's APIs send them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Obj = dict[str, Any]

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """A reply other than 200. `violations`: (field, description) of what is not of the API's form."""

    def __init__(self, code: int, message: str, violations: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.violations = tuple(violations)

    def body(self) -> Obj:
        error: Obj = {"code": self.code, "message": self.message, "status": STATUS[self.code]}
        if self.violations:
            named = [{"field": f, "description": d} if f else {"description": d} for f, d in self.violations]
            error["details"] = [
                {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": named}
            ]
        return {"error": error}


class Refused(Exception):
    """One request of a batch that can't be carried out; the batch says which one it was."""


def invalid(message: str) -> ApiError:
    return ApiError(400, message)


def not_found() -> ApiError:
    return ApiError(404, "Requested entity was not found.")
