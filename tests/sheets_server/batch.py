"""`spreadsheets.batchUpdate`: requests in order, on a copy, all or none."""

from __future__ import annotations

from collections.abc import Callable

from tests.sheets_server.book import Book
from tests.sheets_server.errors import ApiError, Obj, Refused, invalid
from tests.sheets_server.schema import properties

Handler = Callable[[Book, Obj], Obj | None]
"""Changes the book; gives what the reply says. Raises Refused."""

HANDLERS: dict[str, Handler] = {}


def handles(name: str) -> Callable[[Handler], Handler]:
    """Registers the handler of one kind of request."""

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return register


def run(book: Book, requests: list[Obj]) -> tuple[Book, list[Obj]]:
    """The changed copy and the replies. Raises ApiError naming the first request that can't be done."""
    if not requests:
        raise invalid("Must specify at least one request.")
    copy = book.clone()
    replies: list[Obj] = []
    for number, request in enumerate(requests):
        if not request:
            raise invalid(f"Invalid requests[{number}]: No request set.")
        name, body = next(iter(request.items()))
        handler = HANDLERS.get(name)
        if handler is None:
            raise ApiError(501, f"requests[{number}]: this server does not know {name} yet.")
        try:
            reply = handler(copy, body)
        except Refused as refused:
            raise invalid(f"Invalid requests[{number}].{name}: {refused}") from refused
        except ApiError as error:
            raise ApiError(error.code, f"Invalid requests[{number}].{name}: {error.message}") from error
        replies.append({name: reply or {}} if name in properties("Response") else {})
    return copy, replies
