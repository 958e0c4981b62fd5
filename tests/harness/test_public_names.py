"""The package's public names: few, lazy, and none by accident."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import contracts


def test_importing_the_package_imports_nothing_else() -> None:
    """`import contracts` brings neither its own stages nor anything from outside the standard library."""
    code = (
        "import sys; known = set(sys.modules); import contracts\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - known}\n"
        "assert new <= {'contracts', *sys.stdlib_module_names}, new\n"
        "assert not [name for name in sys.modules if name.startswith('contracts.')]\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", contracts.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """Each name of `__all__` can be had from the package and is offered by `dir`."""
    assert getattr(contracts, name) is not None
    assert name in dir(contracts)


def test_no_public_name_is_a_modules_name() -> None:
    """A name that were both a module and a value would depend on who imported what first."""
    modules = {module.name for module in pkgutil.iter_modules(contracts.__path__)}

    assert not modules & set(contracts.__all__)


def test_other_names_are_not_there() -> None:
    """A name that is not public is an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match="'contracts' has no attribute 'nonsense'"):
        getattr(contracts, "nonsense")  # noqa: B009 - a type checker knows that it is not there
