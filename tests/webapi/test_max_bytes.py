"""The keyword for a number of bytes, and the validators that know it."""

from __future__ import annotations

import gc
import sys
import weakref
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from webapi import validation
from webapi.max_bytes import MaxBytes


def test_bytes_are_counted_and_not_characters() -> None:
    """Two characters of two bytes each are four bytes; what is no text has none."""
    keyword = MaxBytes({}, 3, [])

    keyword.validate("abc")
    keyword.validate(12345)
    with pytest.raises(ValueError, match="more than 3 bytes"):
        keyword.validate("éé")


def test_validators_of_a_function_that_is_gone_are_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A validator holds its keywords out of the garbage collector's sight; through them it must not hold itself."""
    spec = spec_from_file_location("validation_once_more", validation.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    assert not module._validator('{"x-contract-max-bytes": 3}').is_valid("text")
    kept = weakref.ref(module.Call)
    monkeypatch.undo()
    del module, spec
    gc.collect()

    assert kept() is None
