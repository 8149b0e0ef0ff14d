"""MPI by its header: communicators and types, which are addresses of the library's variables."""

from __future__ import annotations

from typing import Any

import pytest

import farcall
from tests.real.installed import installed


@pytest.fixture(scope="module")
def mpi() -> Any:
    return installed(["mpi", "libmpi.so.40"], "mpi.h", "libopenmpi-dev", pkg_config="ompi-c")


def test_the_version(mpi: Any) -> None:
    get_version = mpi.function("MPI_Get_version", out=["version", "subversion"])
    status, version, subversion = get_version()
    assert (status, version, subversion) == (mpi.MPI_SUCCESS, mpi.MPI_VERSION, mpi.MPI_SUBVERSION)


def test_handles_are_addresses(mpi: Any) -> None:
    for name, symbol in (("MPI_COMM_WORLD", "ompi_mpi_comm_world"), ("MPI_INT", "ompi_mpi_int")):
        assert isinstance(getattr(mpi, name), farcall.Pointer)
        assert int(getattr(mpi, name)) == mpi.address(symbol)
    assert str(mpi.MPI_COMM_WORLD.__ctype__) == str(mpi.types.MPI_Comm.__ctype__)
    assert mpi.MPI_COMM_NULL != mpi.MPI_COMM_WORLD


def test_nothing_was_begun(mpi: Any) -> None:
    begun = farcall.int_(5)
    assert mpi.MPI_Initialized(begun) == mpi.MPI_SUCCESS
    assert begun.value == 0
