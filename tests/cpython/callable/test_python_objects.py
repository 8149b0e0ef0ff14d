"""`PyObject *`: Python's own C API called through farcall, objects as arguments, results, fields, items and in callbacks."""

from __future__ import annotations

import gc
import sys
import weakref
from typing import Any

import pytest

import farcall
from farcall.ctype import Field, Pointer, Record, is_python_object, mentions_object, names

OBJECT = "PyObject *"
METHODS = """
typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
typedef struct { const char *name; PyCFunction method; int flags; const char *doc; } PyMethodDef;
PyObject *PyCFunction_NewEx(PyMethodDef *, PyObject *, PyObject *);
"""


class Thing:
    """An object whose references are counted."""


@pytest.fixture(params=["fast", "api"])
def python(request: Any) -> Any:
    return farcall.Library(None, tier=request.param)


def count(thing: object) -> int:
    return sys.getrefcount(thing)


def test_any_object_goes_in_and_a_new_reference_comes_out(python: Any) -> None:
    to_str = python.function("PyObject *PyObject_Str(PyObject *o)")
    assert [to_str(thing) for thing in (1, None, [2], "x", Thing)] == ["1", "None", "[2]", "x", str(Thing)]
    thing = Thing()
    pair = python.function("PyObject *PyLong_FromLong(long)")(10**6 + 7)
    assert pair == 10**6 + 7
    before = count(thing)
    for _ in range(20):
        to_str(thing)
    assert count(thing) == before
    listed = python.function("PyObject *PySequence_List(PyObject *o)")((thing,))
    other: list[object] = []
    assert (listed[0] is thing, count(listed), count(thing)) == (True, count(other), before + 1)


def test_what_c_left_set_is_raised(python: Any) -> None:
    append = python.function("int PyList_Append(PyObject *list, PyObject *item)")
    items: list[object] = []
    assert (append(items, 1), items) == (0, [1])
    with pytest.raises(SystemError):
        append((), 1)
    with pytest.raises(AttributeError, match="nothing"):
        python.function("PyObject *PyObject_GetAttrString(PyObject *o, const char *name)")(1, "nothing")
    assert python.function("double PyFloat_AsDouble(PyObject *o)")(2) == 2.0
    with pytest.raises(TypeError):
        python.function("double PyFloat_AsDouble(PyObject *o)")("two")
    with pytest.raises(KeyError, match="told"):
        python.function("void PyErr_SetString(PyObject *kind, const char *text)")(KeyError, "told")
    assert sys.exc_info() == (None, None, None)


def test_a_function_without_objects_raises_too_if_it_is_said_to_be_pythons(python: Any) -> None:
    with pytest.raises(MemoryError):
        python.function("void *PyErr_NoMemory(void)", gil="python")()
    with pytest.raises(ValueError, match="'release', 'hold' or 'python'"):
        python.function("void *PyErr_NoMemory(void)", gil="snake")
    library = farcall.Library(None, gil="python", tier=python._tier)
    with pytest.raises(SyntaxError):
        library.function("void *Py_CompileString(const char *text, const char *name, int start)")("(", "f", 258)


def test_functions_with_objects_hold_the_gil(python: Any) -> None:
    for text in ("PyObject *PyObject_Str(PyObject *)", "void PyErr_Fetch(PyObject **, PyObject **, PyObject **)"):
        assert python.function(text, gil="release").__self__.gil == "python"
    assert python.function("int abs(int)").__self__.gil == "release"


def test_none_is_an_object_and_null_is_said(python: Any) -> None:
    null = farcall.new(OBJECT)
    call = python.function("PyObject *PyObject_Call(PyObject *callable, PyObject *args, PyObject *named)")
    assert (call(int, ("12",), null), call(int, ("12",), {"base": 3})) == (12, 5)
    assert not null
    with pytest.raises(farcall.NullPointerError, match="no object"):
        _ = null.contents
    is_none = python.function("int PyObject_IsTrue(PyObject *)")
    assert (is_none(None), is_none(3)) == (0, 1)


def test_null_without_an_exception_is_none(python: Any) -> None:
    found = python.function("PyObject *PyDict_GetItemWithError(PyObject *dict, PyObject *key)")
    assert (found({1: "one"}, 1), found({}, 1)) == ("one", None)
    with pytest.raises(TypeError, match="unhashable"):
        found({}, [])


@pytest.mark.parametrize("declared", ["PyObject *", "const PyObject *"])
def test_lent_references_stay_the_lenders(python: Any, declared: str) -> None:
    get, thing = python.function(f"{declared}PyList_GetItem(PyObject *list, Py_ssize_t n)"), Thing()
    items, before = [thing], 0
    before = count(thing)
    for _ in range(20):
        assert get(items, 0) is thing
    assert count(thing) == before
    with pytest.raises(IndexError):
        get(items, 1)


def test_references_that_c_takes_over_are_given(python: Any) -> None:
    put, thing = python.function("int PyList_SetItem(PyObject *list, Py_ssize_t n, PyObject *item)"), Thing()
    before, items = count(thing), [None]
    assert (put(items, 0, thing), items[0] is thing, count(thing)) == (0, True, before + 1)
    with pytest.raises(IndexError):
        put(items, 9, thing)
    assert count(thing) == before + 1
    items.clear()
    assert count(thing) == before


def test_objects_that_c_writes(python: Any) -> None:
    thing = Thing()
    text = "int PyDict_Next(PyObject *dict, Py_ssize_t *at, const PyObject **key, const PyObject **value)"
    following = python.function(text, out=["key", "value"])
    at, things = farcall.ssize_t(0), {"key": thing}
    before = count(thing)
    first = following(things, at)
    assert (first[:2], first[2] is thing) == ((1, "key"), True)
    assert following(things, at) == (0, None, None)
    del first
    assert count(thing) == before
    fetch = python.function("void PyErr_GetExcInfo(PyObject **kind, PyObject **value, PyObject **trace)", out=[0, 1, 2])
    error = ValueError("caught")
    try:
        raise error
    except ValueError:
        before, first = count(error), fetch()
        same = first[1] is error
        del first
        after = count(error)
    assert (same, after) == (True, before)


def test_objects_lie_in_fields_and_items(python: Any) -> None:
    python.cdef("struct node { int n; PyObject *thing; PyObject *both[2]; };")
    thing = Thing()
    before = count(thing)
    node = python.types.node(1, thing, [thing, None])
    assert (node.thing is thing, node.both[0] is thing, node.both[1], count(thing)) == (True, True, None, before + 2)
    node.thing = "other"
    node.both[0] = 5
    assert (node.thing, list(node.both), node.both[0:2], count(thing)) == ("other", [5, None], [5, None], before)
    node.thing = farcall.new(OBJECT)
    assert (node.thing, farcall.addressof(node).thing) == (None, None)
    farcall.addressof(node).thing = thing
    assert node.thing is thing
    copied = farcall.new(type(node), node)
    del node
    assert copied.thing is thing
    del copied
    gc.collect()
    assert count(thing) == before
    array = farcall.new("PyObject *[]", [thing, 1.5])
    assert (list(array), len(array)) == ([thing, 1.5], 2)
    assert farcall.new("PyObject *[1]").__getitem__(0) is None


def test_a_pointer_to_an_object_keeps_it(python: Any) -> None:
    thing = Thing()
    gone = weakref.ref(thing)
    pointer = farcall.new(OBJECT, thing)
    assert (int(pointer), pointer.contents is thing) == (id(thing), True)
    del thing
    assert python.function("PyObject *PyObject_Type(PyObject *)")(pointer) is Thing
    del pointer
    gc.collect()
    assert gone() is None


def test_a_value_of_farcalls_is_an_object_as_any(python: Any) -> None:
    number = farcall.int_(5)
    assert python.function("PyObject *PyObject_Repr(PyObject *)")(number) == "int(5)"
    items: list[Any] = []
    python.function("int PyList_Append(PyObject *, PyObject *)")(items, number)
    assert items[0] is number


def test_callbacks_take_and_give_objects(python: Any) -> None:
    declared = "PyObject *(PyObject *, PyObject *)"
    thing, null = Thing(), farcall.new(OBJECT)
    closure = farcall.Closure(lambda *given: given, declared)
    call = farcall.function(closure, declared, tier=python._tier)
    before = count(thing)
    for _ in range(20):
        assert call(thing, null) == (thing, None)
    assert count(thing) == before
    same = farcall.Closure(lambda given: given, "PyObject *(PyObject *)")
    give = farcall.function(same, "PyObject *(PyObject *)", tier=python._tier)
    for _ in range(20):
        assert give(thing) is thing
    assert count(thing) == before
    nothing = farcall.Closure(lambda: null, "PyObject *(void)")
    assert farcall.function(nothing, "PyObject *(void)", tier=python._tier)() is None


def test_what_a_callback_raises_stays_set_for_who_calls_for_an_object(python: Any) -> None:
    python.cdef(METHODS)

    def method(itself: object, argument: object) -> object:
        if argument == "bad":
            raise KeyError(argument)
        return itself, argument

    definition = python.new("PyMethodDef", (b"hello", method, 8))
    made = python.PyCFunction_NewEx(definition, "me", None)
    assert made(1) == ("me", 1)
    for _ in range(3):
        with pytest.raises(KeyError, match="bad"):
            made("bad")
    with pytest.raises(KeyError, match="bad"):
        python.function("PyObject *PyObject_CallFunctionObjArgs(PyObject *, ...)")(
            made, farcall.new(OBJECT, "bad"), farcall.new("void *")
        )


def test_a_callback_without_an_object_to_give_raises_from_its_call(python: Any) -> None:
    def fail(given: object) -> int:
        raise KeyError(given)

    call = farcall.function(farcall.Closure(fail, "int (PyObject *)"), "int (PyObject *)", tier=python._tier)
    with pytest.raises(KeyError, match="7"):
        call(7)
    with pytest.raises(TypeError, match="there is no value for that"):
        farcall.Closure(fail, "PyObject *(PyObject *)", on_error=1)


def test_a_callbacks_exception_is_raised_rather_than_what_c_left_set(python: Any) -> None:
    """CPython raises a SystemError of its own where a method gives NULL and sets nothing."""
    python.cdef(METHODS)

    def fail(itself: object, argument: object) -> int:
        raise KeyError("first")

    definition = python.new("PyMethodDef", (b"fail", None, 8))
    closure = farcall.Closure(fail, "uintptr_t (PyObject *, PyObject *)")
    definition.method = farcall.cast("void *", closure.address)
    made = python.PyCFunction_NewEx(definition, "me", None)
    call = python.function("PyObject *PyObject_CallObject(PyObject *, PyObject *)")
    for _ in range(3):
        with pytest.raises(KeyError, match="first"):
            call(made, (1,))
    assert python.function("PyObject *PyObject_Str(PyObject *)")(1) == "1"


def test_variables_and_annotations(python: Any) -> None:
    python.cdef("extern PyObject *PyExc_KeyError;")
    assert python.PyExc_KeyError is KeyError
    assert python.variable("PyObject *PyExc_ValueError").contents is ValueError

    @python.function
    def PyObject_Repr(o: object) -> object: ...

    assert PyObject_Repr("x") == "'x'"


def test_what_is_no_object_of_pythons() -> None:
    own = Record("struct", "_object", (Field("x", names.int_),))
    pythons = Record("struct", "_object", (Field("ob_refcnt", names.ssize_t), Field("ob_type", Pointer(names.void))))
    assert not is_python_object(Pointer(own))
    assert not is_python_object(Pointer(Record("union", "_object")))
    assert is_python_object(Pointer(pythons))
    assert mentions_object(Pointer(Pointer(pythons)))
    assert not mentions_object(Pointer(names.void))


def test_the_documentation_says_how_it_is_called() -> None:
    made = farcall.Library(None).function("PyObject *PyObject_Str(PyObject *o)")
    assert made.__doc__ is not None
    assert "Python exceptions that it leaves set are raised" in made.__doc__


def test_a_function_that_is_bound_again_is_still_known_by_name(python: Any) -> None:
    put = farcall.function(python.function("int PyList_SetItem(PyObject *, Py_ssize_t, PyObject *)"), tier=python._tier)
    thing, items = Thing(), [None]
    before = count(thing)
    assert (put(items, 0, thing), items[0] is thing, count(thing)) == (0, True, before + 1)
    declared = farcall.function(put, "int (PyObject *, Py_ssize_t, PyObject *)", tier=python._tier)
    assert (declared(items, 0, thing), declared.__name__, count(thing)) == (0, "PyList_SetItem", before + 1)


def test_what_is_lent_through_a_parameter_and_what_a_module_takes_over(python: Any) -> None:
    text = "int PyDict_Next(PyObject *dict, Py_ssize_t *at, PyObject **key, PyObject **value)"
    following, thing = python.function(text, out=["key", "value"]), Thing()
    things, before = {"key": thing}, 0
    before = count(thing)
    for _ in range(5):
        assert following(things, farcall.ssize_t(0))[2] is thing
    assert count(thing) == before
    both = farcall.new("PyObject *[2]")
    plain = python.function(text)
    assert (plain(things, farcall.ssize_t(0), both, farcall.cast("PyObject **", both) + 1), both[0]) == (1, "key")
    add, module = python.function("int PyModule_AddObject(PyObject *, const char *, PyObject *)"), type(sys)("made")
    assert (add(module, "thing", thing), module.thing is thing, count(thing)) == (0, True, before + 1)


def test_no_class_is_derived_from_that_of_pointers_to_objects(python: Any) -> None:
    with pytest.raises(TypeError, match=r"Mine cannot be derived from the class of PyObject \*"):
        type("Mine", (python.types["PyObject *"],), {})
