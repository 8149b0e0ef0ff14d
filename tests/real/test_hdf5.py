"""HDF5 by its headers: an array is written to a file and read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import farcall
from tests.real.installed import installed


@pytest.fixture(scope="module")
def hdf5() -> Any:
    names = ["hdf5_serial", "hdf5"]
    library = installed(names, "hdf5.h", "libhdf5-dev", pkg_config="hdf5-serial")
    assert library.H5open() >= 0
    return library


def test_an_array_goes_to_a_file_and_back(hdf5: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "made.h5")
    file = hdf5.H5Fcreate(path, hdf5.H5F_ACC_TRUNC, hdf5.H5P_DEFAULT, hdf5.H5P_DEFAULT)
    assert file >= 0
    space = hdf5.H5Screate_simple(2, farcall.new("unsigned long long[2]", [3, 4]), None)
    kind = hdf5.H5T_NATIVE_DOUBLE_g
    default = hdf5.H5P_DEFAULT
    data = hdf5.H5Dcreate2(file, "numbers", kind, space, default, default, default)
    values = farcall.new("double[12]", [n / 4 for n in range(12)])
    assert hdf5.H5Dwrite(data, kind, hdf5.H5S_ALL, hdf5.H5S_ALL, default, values) >= 0
    assert [close(id) >= 0 for close, id in ((hdf5.H5Dclose, data), (hdf5.H5Sclose, space), (hdf5.H5Fclose, file))]

    file = hdf5.H5Fopen(path, hdf5.H5F_ACC_RDONLY, default)
    data = hdf5.H5Dopen2(file, "numbers", default)
    room = farcall.new("double[12]")
    assert hdf5.H5Dread(data, kind, hdf5.H5S_ALL, hdf5.H5S_ALL, default, room) >= 0
    assert list(room) == list(values)
    hdf5.H5Dclose(data)
    hdf5.H5Fclose(file)


def test_a_macro_that_calls_is_a_function(hdf5: Any) -> None:
    assert hdf5.H5T_NATIVE_INT() == hdf5.H5T_NATIVE_INT_g > 0  # H5open() has given it its value
    assert hdf5.H5Tget_size(hdf5.H5T_NATIVE_INT()) == farcall.sizeof("int")
    with pytest.raises(TypeError, match=r"H5T_NATIVE_INT\(\) takes 0 arguments \(1 given\)"):
        hdf5.H5T_NATIVE_INT(1)
