/* The same functions by a C extension written by hand: METH_O, range checked. */
#include <Python.h>
#include "arguments.h"

static int integer(PyObject *o, int *to)
{
    long x = PyLong_AsLong(o);
    if (x == -1 && PyErr_Occurred())
        return -1;
    if (x < INT_MIN || x > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "not an int");
        return -1;
    }
    *to = (int)x;
    return 0;
}

static PyObject *py_truth(PyObject *self, PyObject *o)
{
    int x = o == Py_True ? 1 : o == Py_False ? 0 : PyObject_IsTrue(o);
    return x < 0 ? NULL : PyLong_FromLong(truth((_Bool)x));
}

static PyObject *py_same(PyObject *self, PyObject *o)
{
    int x;
    return integer(o, &x) ? NULL : PyLong_FromLong(same(x));
}

static PyObject *py_wide(PyObject *self, PyObject *o)
{
    long long x = PyLong_AsLongLong(o);
    return x == -1 && PyErr_Occurred() ? NULL : PyLong_FromLongLong(wide(x));
}

static PyObject *py_shade(PyObject *self, PyObject *o)
{
    int x;
    return integer(o, &x) ? NULL : PyLong_FromLong(shade((colour)x));
}

static PyObject *py_byte(PyObject *self, PyObject *o)
{
    Py_buffer b;
    if (PyBytes_CheckExact(o))
        return PyLong_FromLong(byte(PyBytes_AS_STRING(o)));
    if (PyObject_GetBuffer(o, &b, PyBUF_SIMPLE))
        return NULL;
    int found = byte(b.buf);
    PyBuffer_Release(&b);
    return PyLong_FromLong(found);
}

static PyObject *py_halve(PyObject *self, PyObject *o)
{
    int x, rest;
    if (integer(o, &x))
        return NULL;
    int half = halve(x, &rest);
    PyObject *first = PyLong_FromLong(half), *second = PyLong_FromLong(rest), *both = PyTuple_New(2);
    if (!first || !second || !both)
        return NULL;
    PyTuple_SET_ITEM(both, 0, first);
    PyTuple_SET_ITEM(both, 1, second);
    return both;
}

static PyObject *py_halves(PyObject *self, PyObject *o)
{
    int x, high, low;
    if (integer(o, &x))
        return NULL;
    halves(x, &high, &low);
    PyObject *first = PyLong_FromLong(high), *second = PyLong_FromLong(low), *both = PyTuple_New(2);
    if (!first || !second || !both)
        return NULL;
    PyTuple_SET_ITEM(both, 0, first);
    PyTuple_SET_ITEM(both, 1, second);
    return both;
}

static PyMethodDef methods[] = {
    {"truth", py_truth, METH_O, NULL}, {"same", py_same, METH_O, NULL}, {"wide", py_wide, METH_O, NULL},
    {"shade", py_shade, METH_O, NULL}, {"byte", py_byte, METH_O, NULL}, {"halve", py_halve, METH_O, NULL},
    {"halves", py_halves, METH_O, NULL}, {NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "peer_arguments", NULL, -1, methods};

PyMODINIT_FUNC PyInit_peer_arguments(void) { return PyModule_Create(&module); }
