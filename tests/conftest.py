"""Options that the tests share."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options of our own tests."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/ anew from what the code says")
    parser.addoption("--gateway-cases", help="a file of API Gateway cases to judge by (default: the one in tests/aws/)")
