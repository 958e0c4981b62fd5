"""Where the values of a request came from."""

from __future__ import annotations

from contracts.exchange import Case, Exchange, Reference
from contracts.http import Headers, Request, Response
from contracts.provenance import Provenance

NEW_ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def created(answer: bytes, *, sent: bytes = b"{}", status: int = 201) -> Exchange:
    case = Case("examples-1", None, Request("POST", "/v1/things", Headers(), sent), "examples")
    return Exchange(case, Response(status, Headers(), answer))


def test_an_id_in_the_path_refers_to_the_answer_that_made_it() -> None:
    """A request that carries an id of an earlier answer names that answer and where the id stood in it."""
    provenance = Provenance()
    provenance.learn(created(b'{"thing": {"id": "%s"}}' % NEW_ID.encode()))

    references = provenance.references(Request("GET", f"/v1/things/{NEW_ID}"), "/things/{id}")

    assert references == (Reference("path", "id", "examples-1", "$response.body#/thing/id", NEW_ID),)


def test_ids_in_query_and_body_are_found_too() -> None:
    """Wherever a request carries the value, decoded and whole, it is a reference."""
    provenance = Provenance()
    provenance.learn(created(b'{"next": "a/b c+d=="}'))
    request = Request("POST", "/v1/things?cursor=a%2Fb+c%2Bd%3D%3D", Headers(), b'{"after": ["a/b c+d=="]}')

    found = [(each.place, each.name) for each in provenance.references(request, "/things")]

    assert found == [("query", "cursor"), ("body", "/after/0")]


def test_an_echo_is_no_reference() -> None:
    """A value that the client had sent itself was not made by the server."""
    provenance = Provenance()
    provenance.learn(created(b'{"name": "abcdefghij"}', sent=b'{"name": "abcdefghij"}'))

    assert provenance.references(Request("GET", "/v1/things/abcdefghij"), "/things/{id}") == ()


def test_a_refusal_hands_nothing_out() -> None:
    """What stands in an error is no thing that exists."""
    provenance = Provenance()
    provenance.learn(created(b'{"instance": "%s"}' % NEW_ID.encode(), status=400))

    assert provenance.references(Request("GET", f"/v1/things/{NEW_ID}"), "/things/{id}") == ()


def test_short_values_meet_by_chance() -> None:
    """A short value, such as an enumeration's member, is not taken for an id."""
    provenance = Provenance()
    provenance.learn(created(b'{"state": "open"}'))

    assert provenance.references(Request("GET", "/v1/things?state=open"), "/things") == ()


def put(path: str, status: int = 201, *, method: str = "PUT") -> Exchange:
    case = Case("examples-1", None, Request(method, path, Headers(), b"{}"), "examples")
    return Exchange(case, Response(status, Headers(), b"{}"))


def test_a_path_that_a_client_chose_refers_to_the_put_that_made_it() -> None:
    """No answer hands the key out, so the request that was accepted at the path is what must happen before."""
    provenance = Provenance()
    provenance.learn(put("/v1/settings/a%20b"))

    references = provenance.references(Request("GET", "/v1/settings/a%20b?x=1"), "/settings/{name}")

    assert references == (Reference("path", "name", "examples-1", "$request.path.name", "a b"),)


def test_what_was_deleted_again_has_no_past() -> None:
    """A request after the DELETE does not depend on the PUT before it; a refused PUT made nothing."""
    provenance = Provenance()
    for exchange in (put("/v1/settings/a"), put("/v1/settings/a", 204, method="DELETE"), put("/v1/settings/b", 400)):
        provenance.learn(exchange)

    assert provenance.references(Request("GET", "/v1/settings/a"), "/settings/{name}") == ()
    assert provenance.references(Request("GET", "/v1/settings/b"), "/settings/{name}") == ()


def test_what_any_request_had_sent_was_not_made_by_the_server() -> None:
    """A list gives back what clients chose: a later request with such a value depends on no list."""
    provenance = Provenance()
    provenance.learn(created(b"{}", sent=b'{"name": "abcdefghij"}', status=400))
    provenance.learn(created(b'["abcdefghij"]'))

    assert provenance.references(Request("GET", "/v1/things/abcdefghij"), "/things/{id}") == ()
