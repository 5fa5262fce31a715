"""The errors that Genesys Cloud answers with, and the simulator's own."""

from __future__ import annotations

from typing import Any


class OrgFileError(Exception):
    """An organisation file cannot be used; the message says which entry and why."""


class ApiError(Exception):
    """A refusal in Genesys' error shape. Source: the SDK's `ErrorBody` and the developer pages."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        limit: dict[str, Any] | None = None,
        entity_id: str | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.params = params or {}
        self.headers = headers or {}
        self.limit = limit
        self.entity_id = entity_id

    def body(self, context_id: str) -> dict[str, Any]:
        """The error body; `context_id` is the correlation id of the same answer."""
        body: dict[str, Any] = {
            "message": self.message,
            "code": self.code,
            "status": self.status,
            "messageParams": self.params,
            "contextId": context_id,
            "details": [],
            "errors": [],
        }
        if self.limit:
            body["limit"] = self.limit
        if self.entity_id:
            body["entityId"] = self.entity_id
        return body


class LoginError(Exception):
    """A refused login, in the shape of the OAuth endpoint rather than of the API."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(f"{status} {error}: {description}")
        self.status = status
        self.error = error
        self.description = description

    def body(self) -> dict[str, str]:
        """`error`, and the sentence twice, as Genesys' login host answers."""
        return {
            "error": self.error,
            "description": self.description,
            "error_description": self.description,
        }


def bad_request(message: str) -> ApiError:
    """400 `bad.request`."""
    return ApiError(400, "bad.request", message)


def invalid_id() -> ApiError:
    """400: an id that is no GUID."""
    return ApiError(400, "invalid.id", "A non-UUID value was specified for an ID field.")


def invalid_value(value: object, kind: str, allowed: str) -> ApiError:
    """400: a value outside what the field allows."""
    text = f"Value [{value}] is not valid for field type [{kind}]. Allowable values are: {allowed}"
    return ApiError(400, "invalid.value", text)


def not_found() -> ApiError:
    """404 `not.found`."""
    return ApiError(404, "not.found", "The requested resource was not found.")


def unknown_request(what: str) -> ApiError:
    """400 in the simulator's own voice: what it does not model must not look like success."""
    return ApiError(400, "simulator.unknown.request", f"The simulator does not know {what}.")


def unknown_operation(status: int, method: str, path: str) -> ApiError:
    """404 for a path, or 405 for a method of it, that the simulator does not model."""
    text = f"The simulator does not know {method} {path}."
    return ApiError(status, "simulator.unknown.request", text)


def conflict(message: str, entity_id: str | None = None) -> ApiError:
    """409 `general.conflict`."""
    return ApiError(409, "general.conflict", message, entity_id=entity_id)


def missing_permission(permission: str) -> ApiError:
    """403: no role of the client holds the permission."""
    text = (
        "Unable to perform the requested action. "
        f"You are missing the following permission(s): {permission}"
    )
    return ApiError(403, "missing.permissions", text, params={"permissions": permission})


def missing_any_permission(permissions: tuple[str, ...]) -> ApiError:
    """403: the client holds none of several permissions."""
    names = ", ".join(permissions)
    text = (
        "Unable to perform the requested action. You must have at least one of the following "
        f"permissions assigned: {names}"
    )
    return ApiError(403, "missing.any.permissions", text, params={"permissions": names})


def not_authorized() -> ApiError:
    """403: the permission is held, but not in the division of this object."""
    text = "You are not authorized to perform the requested action."
    return ApiError(403, "not.authorized", text)


def too_many_requests(retry_after_seconds: int, limit: dict[str, Any] | None = None) -> ApiError:
    """429 with Retry-After in whole seconds."""
    text = f"Rate limit exceeded the maximum. Retry the request in [{retry_after_seconds}] seconds"
    return ApiError(
        429,
        "too.many.requests.retry.after",
        text,
        headers={"Retry-After": str(retry_after_seconds)},
        limit=limit,
    )
