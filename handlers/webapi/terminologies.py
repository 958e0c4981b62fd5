"""
What Amazon Translate knows a glossary by: all that those who keep glossaries and those who use them share.

Terminologies belong to the whole account, so that the tenant is in the name. Ids of tenants are of one length: no two
tenants and glossaries have one name together.
"""

from __future__ import annotations


def terminology(tenant: str, glossary_name: str) -> str:
    """
    The name of the terminology that holds a glossary.

    Args:
        tenant: The id of the tenant that the glossary belongs to.
        glossary_name: As the contract allows it (`GlossaryName`), which Amazon Translate allows as well.
    """
    return f"{tenant}-{glossary_name}"
