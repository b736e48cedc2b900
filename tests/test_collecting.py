"""Python's search for cycles while much is read in: off for as long as anyone needs it, and on again afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from data.collecting import no_collecting


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_it_is_off_within_and_on_afterwards() -> None:
    with no_collecting():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_first_to_be_done_leaves_it_off_for_the_other_and_the_last_turns_it_on() -> None:
    """Two imports that overlap end in the order in which they began."""
    first, other = ExitStack(), ExitStack()
    first.enter_context(no_collecting())
    other.enter_context(no_collecting())
    first.close()
    assert not gc.isenabled()
    other.close()
    assert gc.isenabled()


def test_an_error_and_a_block_within_a_block_leave_it_as_it_was() -> None:
    with pytest.raises(LookupError), no_collecting():
        with no_collecting():
            pass
        assert not gc.isenabled()
        raise LookupError
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    with no_collecting():
        pass
    assert not gc.isenabled()
