"""Refusals with Discord's own numbers."""

from __future__ import annotations


class ApiError(Exception):
    """A REST refusal: HTTP status, Discord's JSON error code, message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def not_found() -> ApiError:
    return ApiError(404, 0, "404: Not Found")


def unknown_channel() -> ApiError:
    return ApiError(404, 10003, "Unknown Channel")


def unknown_message() -> ApiError:
    return ApiError(404, 10008, "Unknown Message")


def unknown_user() -> ApiError:
    return ApiError(404, 10013, "Unknown User")


def unknown_webhook() -> ApiError:
    return ApiError(404, 10015, "Unknown Webhook")


def unknown_interaction() -> ApiError:
    return ApiError(404, 10062, "Unknown interaction")


def already_acknowledged() -> ApiError:
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def expired_token() -> ApiError:
    return ApiError(401, 50027, "Invalid Webhook Token")


def edit_of_another() -> ApiError:
    return ApiError(403, 50005, "Cannot edit a message authored by another user")


def invalid_form(problems: list[str]) -> ApiError:
    return ApiError(400, 50035, "Invalid Form Body: " + "; ".join(problems))
