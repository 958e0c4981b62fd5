"""Standing: the service that tests of the user's own are given, and when it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from contracts.pytest_plugin.files import relative, undisturbed

if TYPE_CHECKING:
    from contracts.run import ServiceUnderTest

FIXTURE = "contract_service"

_SERVICE = pytest.StashKey["ServiceUnderTest"]()


@contextmanager
def standing_service(config: pytest.Config) -> Iterator[ServiceUnderTest]:
    """The service that is configured at or above the working directory, else at or above pytest's rootdir."""
    service = _configured(config)
    _stand(service)
    config.stash[_SERVICE] = service
    try:
        yield service
    finally:
        del config.stash[_SERVICE]
        service.__exit__()


def made_ready(item: pytest.Item) -> None:
    """
    Have the service as at its beginning for a test that names it, and not standing for any other.

    What stands has botocore, moto and the network of this process in its hands: no other test should find that.
    """
    service = item.config.stash.get(_SERVICE, None)
    if service is None:
        return
    if FIXTURE not in getattr(item, "fixturenames", ()):
        service.__exit__()
    elif service.stands:
        service.restore()
    else:
        _stand(service)


def _stand(service: ServiceUnderTest) -> None:
    from contracts.errors import ContractsError

    try:
        with undisturbed():
            service.__enter__()
    except ContractsError as error:
        pytest.fail(f"could not run: {error}", pytrace=False)


def _configured(config: pytest.Config) -> ServiceUnderTest:
    from contracts.configuration import find
    from contracts.errors import ContractsError

    try:
        found = find(relative(config.invocation_params.dir))
        if found.file is None:
            found = find(relative(config.rootpath))
        contract, template = found.contract_file().absolute(), found.template_file().absolute()
    except ContractsError as error:
        pytest.fail(f"could not run: {error}", pytrace=False)
    with undisturbed():
        from contracts.run import ServiceUnderTest
    seed = config.getoption("contracts_seed")
    return ServiceUnderTest(contract, template, parameters=found.parameters, seed=found.seed if seed is None else seed)
