"""The state of tables and buckets, straight from moto's backends: snapshots, and a journal of what is touched.

Copying is avoided, not optimised. An item or object that somebody may still look at is never
mutated: before a call that moto would carry out in place, the item is replaced by a copy of itself
(copy on write). So a snapshot is a copy of references, and what did not change is recognised by
identity.
"""

from __future__ import annotations

import base64
import copy
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.s3.models import FakeDeleteMarker, FakeKey, s3_backends
from moto.s3.utils import _VersionedKeyStore

from contracts.exchange import Change, Difference

_Place = tuple[str, str, str]  # account, region, name
_READS = ("Get", "BatchGet", "TransactGet", "Query", "Scan", "Describe", "List", "Head")
# Writes of items that replace the item and leave the old one as it was; every other write of items mutates.
_REPLACING = frozenset({"PutItem", "DeleteItem", "BatchWriteItem"})


@dataclass(frozen=True, slots=True)
class _TableState:
    table: Any
    items: Mapping[Any, Any]
    records: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _BucketState:
    bucket: Any
    keys: Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class StoresSnapshot:
    """The state of all tables and buckets at a moment; opaque, and cheap: it shares every item with the live state."""

    tables: Mapping[_Place, _TableState]
    buckets: Mapping[_Place, _BucketState]


@dataclass(slots=True)
class Watch:
    """What changes while the watch lasts; see `Stores.watching`."""

    _stores: Stores
    _before: StoresSnapshot | None = None
    _after: StoresSnapshot | None = None

    def before_write(self) -> None:
        """Keep the state as it was before the first write; a watch that sees none costs nothing."""
        if self._before is None:
            self._before = self._stores.snapshot()

    def change(self) -> Change:
        """What tables and buckets gained, lost and changed from its beginning to its end, or to now."""
        if self._before is None:
            return Change()
        return self._stores.difference(self._before, self._after or self._stores.snapshot())

    def end(self) -> None:
        """What happens from now on does not count."""
        if self._before is not None:
            self._after = self._stores.snapshot()


def reads(service: str, operation: str) -> bool:
    """Whether the call certainly changes no store."""
    if service == "dynamodb":
        return operation.startswith(_READS)
    return operation.startswith(("Get", "List", "Describe", "Head", "Translate", "Detect"))


class Stores:
    """Every DynamoDB table and S3 bucket of moto, in all accounts and regions."""

    def __init__(self) -> None:
        self._watches: list[Watch] = []
        self._transaction: list[tuple[str, Mapping[str, Any]]] | None = None

    def snapshot(self) -> StoresSnapshot:
        """The state now."""
        tables = {
            place: _TableState(table, _references(table), tuple(table.stream_shard.items) if table.stream_shard else ())
            for place, table in _tables()
        }
        buckets = {
            place: _BucketState(bucket, {key: tuple(versions) for key, versions in dict.items(bucket.keys)})
            for place, bucket in _buckets()
        }
        return StoresSnapshot(tables, buckets)

    def restore(self, snapshot: StoresSnapshot) -> None:
        """Bring tables and buckets back to that state; those made since are gone."""
        for backend in _backends(dynamodb_backends):
            backend.tables.clear()
        for (account, region, name), state in snapshot.tables.items():
            dynamodb_backends[account][region].tables[name] = state.table
            state.table.items = defaultdict(dict, _copied(state.items))
            if state.table.stream_shard:
                state.table.stream_shard.items = list(state.records)
        for backend in _backends(s3_backends):
            backend.buckets.clear()
        for (account, region, name), kept in snapshot.buckets.items():
            s3_backends[account][region].buckets[name] = kept.bucket
            kept.bucket.keys = _VersionedKeyStore()
            for key, versions in kept.keys.items():
                dict.__setitem__(kept.bucket.keys, key, list(versions))

    def difference(self, before: StoresSnapshot, after: StoresSnapshot) -> Change:
        """What is in `after` and was not in `before`, and the reverse; in the order of tables, buckets and keys."""
        found: list[Difference] = []
        for place in dict.fromkeys((*before.tables, *after.tables)):
            found += _item_differences(place[2], before.tables.get(place), after.tables.get(place))
        for place in dict.fromkeys((*before.buckets, *after.buckets)):
            found += _object_differences(place[2], before.buckets.get(place), after.buckets.get(place))
        return Change(tuple(found))

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Watch what changes; `change()` may be asked while the context is open and afterwards."""
        watch = Watch(self)
        self._watches.append(watch)
        try:
            yield watch
        finally:
            self._watches[:] = [each for each in self._watches if each is not watch]
            watch.end()

    def before_call(self, service: str, operation: str, body: bytes | None) -> None:
        """
        Called before moto sees a wire request; keeps what may be about to change.

        Args:
            service: The endpoint prefix; empty when nobody knows it.
            operation: The operation's name; empty when nobody knows it.
            body: The body of the wire request.
        """
        if reads(service, operation):
            return
        for watch in self._watches:
            watch.before_write()
        if service == "dynamodb" and operation not in _REPLACING:
            self._isolate(operation, body)

    @contextmanager
    def sharing(self) -> Iterator[None]:
        """
        While it is open, objects that were deleted stay readable for whoever holds a snapshot, and a
        transaction costs what it touches (moto copies the whole table for it).
        """
        dispose = FakeKey.dispose
        FakeKey.dispose = _keep_readable  # type: ignore[method-assign,assignment]  # restored below
        Table.__deepcopy__ = self._copy_of_table  # type: ignore[attr-defined]  # a hook of the copy protocol
        try:
            yield
        finally:
            FakeKey.dispose = dispose  # type: ignore[method-assign]  # as it was
            del Table.__deepcopy__  # type: ignore[attr-defined]  # as it was

    def _isolate(self, operation: str, body: bytes | None) -> None:
        self._transaction = None
        keys = _mutated(operation, body)
        if keys is None:
            for _, table in _tables():
                _own_all(table)
            return
        for name, key in keys:
            _own(name, key)
        if operation == "TransactWriteItems":
            self._transaction = keys

    @property
    def _copy_of_table(self) -> Callable[[Any, dict[int, Any]], Any]:
        stores = self

        def copy_of_table(table: Any, memo: dict[int, Any]) -> Any:
            twin = copy.copy(table)
            memo[id(table)] = twin
            if stores._transaction is None:
                twin.__dict__ = copy.deepcopy(table.__dict__, memo)
                return twin
            # moto keeps the copy for a rollback and mutates the original: the copy keeps the items.
            twin.items = defaultdict(dict, _references(table))
            if table.stream_shard:
                twin.stream_shard = copy.copy(table.stream_shard)
                twin.stream_shard.table = twin
                twin.stream_shard.items = list(table.stream_shard.items)
            for name, key in stores._transaction:
                if name == table.name:
                    _own(name, key)
            return twin

        return copy_of_table


def _keep_readable(key: Any, garbage: bool = False) -> None:
    """In place of moto's `FakeKey.dispose`, which closes the body of every deleted or replaced object."""
    key.disposed = True
    buffer = getattr(key, "_value_buffer", None)
    if garbage and buffer is not None:
        buffer.close()


def _backends(backends: Any) -> Iterator[Any]:
    for account in list(backends.values()):
        yield from list(account.values())


def _tables() -> Iterator[tuple[_Place, Any]]:
    for backend in _backends(dynamodb_backends):
        for name, table in backend.tables.items():
            yield (backend.account_id, backend.region_name, name), table


def _buckets() -> Iterator[tuple[_Place, Any]]:
    for backend in _backends(s3_backends):
        for name, bucket in backend.buckets.items():
            yield (backend.account_id, backend.partition, name), bucket


def _copied(items: Mapping[Any, Any]) -> dict[Any, Any]:
    return {hash_key: dict(value) if isinstance(value, dict) else value for hash_key, value in items.items()}


def _references(table: Any) -> dict[Any, Any]:
    return _copied(table.items)


def _mutated(operation: str, body: bytes | None) -> list[tuple[str, Mapping[str, Any]]] | None:
    """The table and key of every item that moto is about to mutate; None when nobody can tell."""
    if operation not in {"UpdateItem", "TransactWriteItems"}:
        return None
    wire = json.loads(body or b"{}")
    updates = [wire] if operation == "UpdateItem" else [each.get("Update") for each in wire.get("TransactItems", ())]
    return [(each["TableName"].rpartition("/")[2], each["Key"]) for each in updates if each]


def _own(name: str, key: Mapping[str, Any]) -> None:
    """Replace the item of that key, in every table of that name, by a copy of itself."""
    for (_, _, found), table in _tables():
        values = [key.get(attribute) for attribute in table.table_key_attrs]
        if found != name or not all(isinstance(value, dict) and value for value in values):
            continue
        hash_key, *range_key = (DynamoType(dict(value or {})) for value in values)
        kept, last = (table.items.get(hash_key), range_key[0]) if range_key else (table.items, hash_key)
        if kept and last in kept:
            kept[last] = copy.deepcopy(kept[last])


def _own_all(table: Any) -> None:
    for hash_key, value in list(table.items.items()):
        table.items[hash_key] = (
            {range_key: copy.deepcopy(item) for range_key, item in value.items()}
            if isinstance(value, dict)
            else copy.deepcopy(value)
        )


def _flat(state: _TableState | None) -> dict[tuple[Any, ...], Any]:
    if state is None:
        return {}
    flat: dict[tuple[Any, ...], Any] = {}
    for hash_key, value in state.items.items():
        if isinstance(value, dict):
            flat.update({(hash_key, range_key): item for range_key, item in value.items()})
        else:
            flat[(hash_key,)] = value
    return flat


def _item_differences(store: str, before: _TableState | None, after: _TableState | None) -> Iterator[Difference]:
    old, new = _flat(before), _flat(after)
    names = (after or before).table.table_key_attrs if (after or before) else ()  # type: ignore[union-attr]  # one is there
    for place in _union(old, new):
        was, now = old.get(place), new.get(place)
        if was is now:
            continue
        one, other = _item_json(was), _item_json(now)
        if one != other:
            present = other if other is not None else one or {}
            yield Difference("item", store, {name: present[name] for name in names}, one, other)


def _object_differences(store: str, before: _BucketState | None, after: _BucketState | None) -> Iterator[Difference]:
    old = {key: versions[-1] for key, versions in before.keys.items() if versions} if before else {}
    new = {key: versions[-1] for key, versions in after.keys.items() if versions} if after else {}
    for key in _union(old, new):
        was, now = old.get(key), new.get(key)
        if was is now:
            continue
        one, other = _object_json(was), _object_json(now)
        if one != other:
            yield Difference("object", store, {"Key": key}, one, other)


def _union(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> Iterable[Any]:
    return dict.fromkeys((*one, *other))


def _item_json(item: Any) -> dict[str, Any] | None:
    return None if item is None else {name: _value_json(value) for name, value in item.attrs.items()}


def _value_json(value: Any) -> dict[str, Any]:
    """An attribute value in DynamoDB's JSON; sets sorted, since a set has no order."""
    held = value.value
    if value.type == "M":
        return {"M": {name: _value_json(member) for name, member in held.items()}}
    if value.type == "L":
        return {"L": [_value_json(member) for member in held]}
    if value.type in {"SS", "NS", "BS"}:
        return {value.type: sorted(_text(member) for member in held)}
    return {str(value.type): _text(held) if isinstance(held, bytes) else held}


def _text(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _object_json(key: Any) -> dict[str, Any] | None:
    if key is None or isinstance(key, FakeDeleteMarker):
        return None
    metadata = {name.lower(): value for name, value in key.metadata.items()}
    return {
        "ETag": key.etag,
        "ContentType": metadata.get("content-type"),
        "Size": key.size,
        "Metadata": {
            name.removeprefix("x-amz-meta-"): value
            for name, value in metadata.items()
            if name.startswith("x-amz-meta-")
        },
    }
