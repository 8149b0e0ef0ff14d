/* The same functions by a C extension written by hand: METH_O, exact types, one type of memory and one of code. */
#include <Python.h>
#include "pointers.h"

typedef struct { PyObject_HEAD void *data; int64_t room[4]; } Memory;

static PyTypeObject MemoryType = {
    PyVarObject_HEAD_INIT(NULL, 0) .tp_name = "peer_pointers.memory", .tp_basicsize = sizeof(Memory),
};
static PyTypeObject CodeType = {
    PyVarObject_HEAD_INIT(NULL, 0) .tp_name = "peer_pointers.code", .tp_basicsize = sizeof(Memory),
};

static int address(PyObject *o, void **to)
{
    if (Py_TYPE(o) == &MemoryType)
        *to = ((Memory *)o)->data;
    else if (o == Py_None)
        *to = NULL;
    else if (PyLong_Check(o)) {
        *to = PyLong_AsVoidPtr(o);
        return *to == NULL && PyErr_Occurred() ? -1 : 0;
    } else {
        PyErr_SetString(PyExc_TypeError, "not a pointer");
        return -1;
    }
    return 0;
}

static PyObject *py_seconds(PyObject *self, PyObject *o)
{
    void *p;
    return address(o, &p) ? NULL : PyLong_FromLongLong(seconds(p));
}

static PyObject *py_first(PyObject *self, PyObject *o)
{
    void *p;
    return address(o, &p) ? NULL : PyLong_FromLong(first(p));
}

static PyObject *py_is_null(PyObject *self, PyObject *o)
{
    void *p;
    return address(o, &p) ? NULL : PyLong_FromLong(is_null(p));
}

static PyObject *py_has_code(PyObject *self, PyObject *o)
{
    if (Py_TYPE(o) != &CodeType) {
        PyErr_SetString(PyExc_TypeError, "not a function");
        return NULL;
    }
    return PyLong_FromLong(has_code((int (*)(int))((Memory *)o)->data));
}

static PyMethodDef methods[] = {
    {"seconds", py_seconds, METH_O, NULL}, {"first", py_first, METH_O, NULL},
    {"is_null", py_is_null, METH_O, NULL}, {"has_code", py_has_code, METH_O, NULL}, {NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "peer_pointers", NULL, -1, methods};

static PyObject *made(PyTypeObject *type, int64_t value, void *data)
{
    Memory *o = PyObject_New(Memory, type);
    if (!o)
        return NULL;
    o->room[0] = value;
    o->data = data ? data : o->room;
    return (PyObject *)o;
}

PyMODINIT_FUNC PyInit_peer_pointers(void)
{
    if (PyType_Ready(&MemoryType) || PyType_Ready(&CodeType))
        return NULL;
    PyObject *m = PyModule_Create(&module);
    if (m) {
        PyModule_AddObject(m, "memory", made(&MemoryType, 7, NULL));
        PyModule_AddObject(m, "code", made(&CodeType, 0, (void *)twice));
    }
    return m;
}
