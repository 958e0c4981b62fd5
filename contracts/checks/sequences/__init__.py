"""Promise `sequences`: what several operations together promise: what was written comes back, and lists are whole."""

from __future__ import annotations

from contracts.checks.identities import ThingsOfOthersAreOutOfReach
from contracts.checks.interleavings import TwoAtOnceTakeTurns
from contracts.checks.scope import Scope
from contracts.checks.sequences.agreeing import AnswersAgree
from contracts.checks.sequences.asked import ReadsShowWhatWasAskedFor
from contracts.checks.sequences.conditions import ConditionsHold
from contracts.checks.sequences.described import ResourcesDescribed
from contracts.checks.sequences.entity_tags import EntityTagsTell
from contracts.checks.sequences.filtering import CursorsAreRead, FiltersSelect
from contracts.checks.sequences.idempotency import IdempotencyKeysHold
from contracts.checks.sequences.moments import TimesAreOfNow
from contracts.checks.sequences.paging import PagesPartitionTheList
from contracts.checks.sequences.parameters import ParametersComeBack
from contracts.checks.sequences.reads import TagsOfReadsTell
from contracts.checks.sequences.settled import ServerMembersAreTheServers, WhatIsSettledStays
from contracts.checks.sequences.writing import WhatWasWrittenComesBack
from contracts.checks.things import Bases
from contracts.finding import Check

PROMISE = "sequences"


def checks(scope: Scope) -> tuple[Check, ...]:
    """The checks of this promise."""
    bases: Bases = {}
    return (
        ResourcesDescribed(scope),
        WhatWasWrittenComesBack(scope, bases),
        ParametersComeBack(scope, bases),
        ReadsShowWhatWasAskedFor(scope),
        AnswersAgree(scope, bases),
        ServerMembersAreTheServers(scope, bases),
        WhatIsSettledStays(scope, bases),
        TimesAreOfNow(scope, bases),
        PagesPartitionTheList(scope, bases),
        FiltersSelect(scope, bases),
        CursorsAreRead(scope, bases),
        EntityTagsTell(scope, bases),
        ConditionsHold(scope, bases),
        TagsOfReadsTell(scope),
        IdempotencyKeysHold(scope),
        TwoAtOnceTakeTurns(scope),
        ThingsOfOthersAreOutOfReach(scope, bases),
    )
