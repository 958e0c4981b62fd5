"""Replies, and where they say that something is."""

from webapi.replies import location


def test_location_keeps_the_base_path() -> None:
    """The Location has the stage or the base path that the request came through."""
    assert location("/v1/translations", "ID") == "/v1/translations/ID"
    assert location("/translate/v1/translations/", "ID") == "/translate/v1/translations/ID"


def test_location_is_no_other_host() -> None:
    """A path that starts with two slashes does not make the Location name a host."""
    assert location("//evil/translations", "ID") == "/evil/translations/ID"
