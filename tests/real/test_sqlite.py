"""SQLite on a real database: rows handed to a callback, and SQL functions written in Python."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import farcall

DECLARED = """
typedef struct sqlite3 sqlite3;
typedef struct sqlite3_context sqlite3_context;
typedef struct sqlite3_value sqlite3_value;
int sqlite3_open(const char *filename, sqlite3 **db);
int sqlite3_close(sqlite3 *db);
int sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, const char **, const char **), void *data,
                 char **error);
const char *sqlite3_errmsg(sqlite3 *db);
int sqlite3_create_function(sqlite3 *db, const char *name, int arguments, int encoding, void *data,
    void (*function)(sqlite3_context *, int, sqlite3_value **),
    void (*step)(sqlite3_context *, int, sqlite3_value **),
    void (*final)(sqlite3_context *));
const char *sqlite3_value_text(sqlite3_value *value);
double sqlite3_value_double(sqlite3_value *value);
void sqlite3_result_text(sqlite3_context *context, const char *text, int length, void (*destroy)(void *));
void sqlite3_result_double(sqlite3_context *context, double value);
void *sqlite3_user_data(sqlite3_context *context);
int sqlite3_create_collation(sqlite3 *db, const char *name, int encoding, void *data,
    int (*compare)(void *, int, const void *, int, const void *));
void *sqlite3_commit_hook(sqlite3 *db, int (*hook)(void *), void *data);
void sqlite3_progress_handler(sqlite3 *db, int steps, int (*handler)(void *), void *data);
"""
UTF8 = 1
TRANSIENT = (1 << 8 * farcall.sizeof("void *")) - 1  # SQLITE_TRANSIENT: SQLite copies the text
ABORT, CONSTRAINT, INTERRUPT = 4, 19, 9


class Database:
    """A database opened through C."""

    def __init__(self, path: Path) -> None:
        try:
            self.c = farcall.Library("sqlite3")
        except farcall.LibraryError:
            pytest.skip("needs libsqlite3")
        self.c.cdef(DECLARED)
        handle = self.c.types["sqlite3 *"]()
        assert self.c.sqlite3_open(str(path), farcall.addressof(handle)) == 0
        self.handle = handle

    def run(self, sql: str, row: Any = None) -> int:
        return self.c.sqlite3_exec(self.handle, sql, row, None, None)

    def rows(self, sql: str) -> list[dict[str, str | None]]:
        found: list[dict[str, str | None]] = []

        def row(data: object, count: int, values: Any, names: Any) -> int:
            found.append({names[i]: values[i] for i in range(count)})
            return 0

        assert self.run(sql, row) == 0, self.c.sqlite3_errmsg(self.handle)
        return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database that Python's own module has written."""
    file = tmp_path / "towns.db"
    with sqlite3.connect(file) as connection:
        connection.execute("create table town (name text, people integer, height real)")
        rows = [("Aachen", 249070, 173.0), ("Zürich", 421878, 408.5), ("Łódź", 670642, None)]
        connection.executemany("insert into town values (?, ?, ?)", rows)
    connection.close()
    return file


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database(path)
    yield database
    database.c.sqlite3_close(database.handle)


def test_exec(database: Database) -> None:
    assert database.rows("select name, height from town order by people") == [
        {"name": "Aachen", "height": "173.0"},
        {"name": "Zürich", "height": "408.5"},
        {"name": "Łódź", "height": None},
    ]


def test_exec_that_is_stopped(database: Database) -> None:
    """By its result, and by an exception, which comes out of `sqlite3_exec`."""
    seen = []
    assert database.run("select name from town", lambda *row: seen.append(1) or 1) == ABORT
    assert len(seen) == 1

    def fails(data: object, count: int, values: Any, names: Any) -> int:
        raise LookupError(values[0])

    with pytest.raises(LookupError, match="Aachen"):
        database.run("select name from town order by name", fails)
    with farcall.Closure(
        fails, database.c.types["int (*)(void *, int, const char **, const char **)"], on_error=1
    ) as row:
        with pytest.raises(LookupError) as caught:
            database.run("select name from town order by name", row)
        assert not hasattr(caught.value, "__notes__")  # the error value stopped SQLite at the first row


def test_create_function(database: Database) -> None:
    """A scalar function in Python, and an aggregate of two, kept by the connection's owner."""
    c = database.c
    scalar = c.types["void (*)(sqlite3_context *, int, sqlite3_value **)"]
    final = c.types["void (*)(sqlite3_context *)"]

    def backwards(context: Any, count: int, values: Any) -> None:
        c.sqlite3_result_text(
            context,
            c.sqlite3_value_text(values[0])[::-1],
            -1,
            farcall.pointer(None)(TRANSIENT).cast(c.types["void (*)(void *)"]),
        )

    numbers: list[float] = []

    def step(context: Any, count: int, values: Any) -> None:
        numbers.append(c.sqlite3_value_double(values[0]))

    def middle(context: Any) -> None:
        c.sqlite3_result_double(context, sorted(numbers)[len(numbers) // 2])
        numbers.clear()

    made = [farcall.Closure(backwards, scalar), farcall.Closure(step, scalar), farcall.Closure(middle, final)]
    for closure in made:
        closure.keep(database)
    assert c.sqlite3_create_function(database.handle, "backwards", 1, UTF8, None, made[0], None, None) == 0
    assert c.sqlite3_create_function(database.handle, "middle", 1, UTF8, None, None, made[1], made[2]) == 0
    del made
    assert database.rows("select backwards(name) as b from town order by people") == [
        {"b": "nehcaA"},
        {"b": "hcirüZ"},
        {"b": "źdóŁ"},
    ]
    assert database.rows("select middle(people) as m from town") == [{"m": "421878.0"}]
    assert database.run("update town set name = backwards(name)") == 0
    assert sorted(row["name"] or "" for row in database.rows("select name from town")) == ["hcirüZ", "nehcaA", "źdóŁ"]


def test_a_function_that_raises(database: Database) -> None:
    """Inside a statement, far below the call: the exception comes out of `sqlite3_exec` all the same."""
    c = database.c

    def bad(context: Any, count: int, values: Any) -> None:
        raise ZeroDivisionError(c.sqlite3_value_text(values[0]))

    closure = farcall.Closure(bad, c.types["void (*)(sqlite3_context *, int, sqlite3_value **)"])
    assert c.sqlite3_create_function(database.handle, "bad", 1, UTF8, None, closure, None, None) == 0
    with pytest.raises(ZeroDivisionError) as caught:
        database.run("select bad(name) from town order by name")
    assert caught.value.args == ("Aachen",)
    assert len(caught.value.__notes__) == 2  # type: ignore[attr-defined]


def test_collation_and_hooks(database: Database, path: Path) -> None:
    c = database.c

    def by_length(data: object, n: int, a: Any, m: int, b: Any) -> int:
        return n - m

    collation = farcall.Closure(by_length, c.types["int (*)(void *, int, const void *, int, const void *)"])
    assert c.sqlite3_create_collation(database.handle, "by_length", UTF8, None, collation) == 0
    rows = database.rows("select name from town order by name collate by_length, people")
    assert [row["name"] for row in rows] == ["Aachen", "Zürich", "Łódź"]
    refuse = farcall.Closure(lambda data: 1, "int (void *)")
    c.sqlite3_commit_hook(database.handle, refuse, None)
    assert database.run("delete from town") == CONSTRAINT
    c.sqlite3_commit_hook(database.handle, None, None)
    with sqlite3.connect(path) as connection:
        assert connection.execute("select count(*) from town").fetchone() == (3,)
    connection.close()
    stop = farcall.Closure(lambda data: 1, "int (void *)")
    c.sqlite3_progress_handler(database.handle, 10, stop, None)
    assert database.run("select count(*) from town a, town b, town c, town d") == INTERRUPT
    c.sqlite3_progress_handler(database.handle, 0, None, None)
