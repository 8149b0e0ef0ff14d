"""Libraries and functions on the workers of joblib and of Dask, where these packages are."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import farcall

PLACE = str(Path(farcall.__file__).parent.parent)
BEGIN = """
import farcall
libc = farcall.Library("libc.so.6", gil="hold")
libc.cdef("int abs(int n); typedef struct { int quot, rem; } div_t; div_t div(int n, int by);")

def rem(library, n):
    return library.div(n, 5).rem

"""
JOBLIB = """
import joblib
if __name__ == "__main__":
    with joblib.parallel_config(backend="loky", n_jobs=2):
        assert joblib.Parallel()(joblib.delayed(libc.abs)(-n) for n in range(4)) == [0, 1, 2, 3]
        assert joblib.Parallel()(joblib.delayed(rem)(libc, n) for n in range(4, 8)) == [4, 0, 1, 2]
        assert joblib.Parallel()(joblib.delayed(lambda n: libc.div(n, 3).quot)(n) for n in range(4, 8)) == [1, 1, 2, 2]
    print("done")
"""
DASK = """
from dask.distributed import Client, LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        assert client.gather(client.map(libc.abs, [-1, -2])) == [1, 2]
        assert client.submit(rem, libc, 17).result() == 2
        assert client.submit(lambda n: libc.div(n, 3).quot, 17).result() == 5
    print("done")
"""


@pytest.mark.parametrize(("package", "program"), [("joblib", JOBLIB), ("distributed", DASK)])
def test_workers_bind_again(package: str, program: str, tmp_path: Path) -> None:
    if find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    (tmp_path / "program.py").write_text(BEGIN + program)
    paths = [PLACE, *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, tmp_path / "program.py"], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )  # fmt: skip
    assert (done.returncode, done.stdout.split()) == (0, ["done"]), done.stderr
