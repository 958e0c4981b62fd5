"""The run: the whole sentence, once.

contract -> operations -> cases -> gateway -> handler -> AWS mock -> response -> checks -> report
"""

from contracts.run.sentence import run
from contracts.run.subject import Settings
from contracts.run.under_test import ServiceUnderTest

__all__ = ["ServiceUnderTest", "Settings", "run"]
