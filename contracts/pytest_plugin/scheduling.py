"""Scheduling: the items of a contract stay together on one worker of xdist.

https://pytest-xdist.readthedocs.io/en/stable/distribution.html. Only xdist's controller imports this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadGroupScheduling, LoadScheduling, LoadScopeScheduling, WorkStealingScheduling

from contracts.pytest_plugin.files import ENDINGS, is_contract
from contracts.pytest_plugin.items import SEPARATOR

_OWN = {
    "load": LoadScheduling,
    "worksteal": WorkStealingScheduling,
    "loadscope": LoadScopeScheduling,
    "loadgroup": LoadGroupScheduling,
}


class Scheduler:
    """
    xdist's own scheduler until the items are known, then one that keeps contracts together if there are any.

    Without a contract nothing is different from xdist without us.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        self._config = config
        self._log = log
        self._inner: Any = _OWN[config.getoption("dist")](config, log)
        self._collections: dict[Any, Sequence[str]] = {}
        self._scheduled = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @property  # type: ignore[misc]  # xdist shows the name of this class to people who know its own
    def __class__(self) -> type:
        return type(self._inner)

    def add_node_collection(self, node: Any, collection: Sequence[str]) -> None:
        """Take what a worker collected."""
        self._collections[node] = collection
        self._inner.add_node_collection(node, collection)

    def schedule(self) -> None:
        """Give the workers their items."""
        if not self._scheduled:
            self._scheduled = True
            if contracts := self._contracts():
                self._inner = self._together(contracts)
        self._inner.schedule()

    def _contracts(self) -> frozenset[str]:
        """The files of the items that are contracts, as node ids spell them."""
        files = {nodeid.partition(SEPARATOR)[0] for collection in self._collections.values() for nodeid in collection}
        root = self._config.rootpath
        return frozenset(
            file
            for file in files
            if Path(file).suffix in ENDINGS and is_contract(root / file, self._config, explicit=True)
        )

    def _together(self, contracts: frozenset[str]) -> Any:
        together = _Together(self._config, self._log)
        together.contracts = contracts
        together.by_scope = self._config.getoption("dist") == "loadscope"
        for node in self._inner.nodes:
            together.add_node(node)
            together.add_node_collection(node, self._collections[node])
        return together


class _Together(LoadGroupScheduling):  # type: ignore[misc]  # xdist has no types
    """A contract is one unit of work; everything else is divided as `--dist` says, or item by item."""

    contracts: frozenset[str] = frozenset()
    by_scope = False

    def _split_scope(self, nodeid: str) -> str:
        file: str = nodeid.partition(SEPARATOR)[0]
        if file in self.contracts:
            return file
        base = LoadScopeScheduling if self.by_scope else LoadGroupScheduling
        return str(base._split_scope(self, nodeid))
