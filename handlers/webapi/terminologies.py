"""
What Amazon Translate knows a glossary by: all that those who keep glossaries and those who use them share.

Terminologies belong to the whole account in a region, so that the deployment and the tenant are in the name. Ids of
tenants are of one length: no two tenants and glossaries have one name together.
"""

from __future__ import annotations

import os

DEPLOYMENT = "DEPLOYMENT"
"""The variable that says which deployment this is: two of one account share no terminologies."""


def deployment() -> str:
    """Which deployment this is: the name of its stack."""
    return os.environ[DEPLOYMENT]


def terminology(of: str, tenant: str, glossary_name: str) -> str:
    """
    The name of the terminology that holds a glossary.

    Args:
        of: Which deployment: the name of a stack, which Amazon Translate allows as well.
        tenant: The id of the tenant that the glossary belongs to.
        glossary_name: As the contract allows it (`GlossaryName`), which Amazon Translate allows as well.
    """
    return f"{of}-{tenant}-{glossary_name}"
