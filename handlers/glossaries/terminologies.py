"""
The terminologies of Amazon Translate that hold the glossaries.

A terminology follows its glossary: it is imported before a glossary is stored and deleted before a glossary is, so that
whatever fails half-way is put right by the same request again. Whoever loses a race puts it right at once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from glossaries.glossary import Glossary
from glossaries.store import Store
from webapi.conditions import CONDITION_FAILED, Stale
from webapi.failures import AwsFailure, calling
from webapi.terminologies import terminology

MOST_ROUNDS = 3
"""How often a terminology is brought in line with a glossary that others are changing."""


class Terminologies:
    """Imports and deletes one tenant's terminologies; every failure of Amazon Translate is an `AwsFailure`."""

    def __init__(self, client: Any, deployment: str, tenant: str) -> None:
        """
        The terminologies of one tenant.

        Args:
            client: boto3's client for `translate`.
            deployment: The name of the stack; terminologies belong to the account, so that it is in their names.
            tenant: Whose, which is in their names as well.
        """
        self._client = client
        self._deployment = deployment
        self._tenant = tenant

    def have(self, glossary: Glossary) -> None:
        """
        Translations that name the glossary use its terms from now on (AWS says: within ten minutes).

        Raises:
            AwsFailure: Amazon Translate did not import it, or not all of it.
        """
        with calling("translate"):
            answer = self._client.import_terminology(
                Name=self._known_as(glossary.glossary_name),
                MergeStrategy="OVERWRITE",
                TerminologyData={"File": glossary.as_csv(), "Format": "CSV", "Directionality": "UNI"},
            )
        if answer["TerminologyProperties"].get("SkippedTermCount"):
            raise AwsFailure("translate", "TermsSkipped", passing=False)

    def lack(self, name: str) -> None:
        """
        No translation can name the glossary any more; nothing happens when none could.

        Raises:
            AwsFailure: Amazon Translate did not delete it.
        """
        try:
            with calling("translate"):
                self._client.delete_terminology(Name=self._known_as(name))
        except AwsFailure as failure:
            if failure.code != "ResourceNotFoundException":
                raise

    def follow(self, name: str, store: Store) -> None:
        """
        Brings a terminology in line with its glossary as it is stored.

        Raises:
            AwsFailure: DynamoDB or Amazon Translate failed, or the glossary does not stand still.
        """
        stored = store.get(name)
        for _ in range(MOST_ROUNDS):
            followed = stored
            if followed is None:
                self.lack(name)
            else:
                self.have(followed)
            stored = store.get(name)
            if stored == followed:
                return
        raise AwsFailure("dynamodb", "Contention", passing=True)

    def before(self, write: Callable[[], None], name: str, store: Store) -> bool:
        """
        Writes the glossary that the terminology was brought in line with.

        Args:
            write: A conditional write of the store.

        Returns:
            Whether it was written. It was not if somebody else was faster; the terminology is then in line with theirs.

        Raises:
            AwsFailure: DynamoDB failed; the terminology is what it was before, unless that failed as well.
        """
        try:
            write()
        except Stale:
            self.follow(name, store)
            return False
        except AwsFailure as failure:
            if failure.code == CONDITION_FAILED:
                self.follow(name, store)
                return False
            with contextlib.suppress(AwsFailure):
                self.follow(name, store)
            raise
        return True

    def _known_as(self, name: str) -> str:
        return terminology(self._deployment, self._tenant, name)
