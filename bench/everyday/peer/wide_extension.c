/* The same functions by a C extension written by hand: METH_O. */
#include <Python.h>
#include <complex.h>
#include "wide.h"

__int128 shifted(__int128 x);
int is_wide(__int128 x);

static PyObject *py_turned(PyObject *self, PyObject *o)
{
    Py_complex z = PyComplex_AsCComplex(o);
    if (z.real == -1.0 && PyErr_Occurred())
        return NULL;
    double _Complex found = turned(CMPLX(z.real, z.imag));
    return PyComplex_FromDoubles(creal(found), cimag(found));
}

static PyObject *py_turned_f(PyObject *self, PyObject *o)
{
    Py_complex z = PyComplex_AsCComplex(o);
    if (z.real == -1.0 && PyErr_Occurred())
        return NULL;
    float _Complex found = turned_f(CMPLXF((float)z.real, (float)z.imag));
    return PyComplex_FromDoubles(crealf(found), cimagf(found));
}

static PyObject *py_is_large(PyObject *self, PyObject *o)
{
    double x = PyFloat_AsDouble(o);
    return x == -1.0 && PyErr_Occurred() ? NULL : PyLong_FromLong(is_large(x));
}

/* An int of up to 128 bits: what fits a long long at once, the rest by its bytes. */
static int wide(PyObject *o, __int128 *to)
{
    int overflow;
    long long x = PyLong_AsLongLongAndOverflow(o, &overflow);
    if (!overflow) {
        *to = x;
        return x == -1 && PyErr_Occurred() ? -1 : 0;
    }
#if PY_VERSION_HEX >= 0x030d0000
    return _PyLong_AsByteArray((PyLongObject *)o, (unsigned char *)to, 16, 1, 1, 1);
#else
    return _PyLong_AsByteArray((PyLongObject *)o, (unsigned char *)to, 16, 1, 1);
#endif
}

static PyObject *py_is_wide(PyObject *self, PyObject *o)
{
    __int128 x;
    return wide(o, &x) ? NULL : PyLong_FromLong(is_wide(x));
}

static PyObject *py_shifted(PyObject *self, PyObject *o)
{
    __int128 x;
    if (wide(o, &x))
        return NULL;
    x = shifted(x);
    if (x == (long long)x)
        return PyLong_FromLongLong((long long)x);
    return _PyLong_FromByteArray((unsigned char *)&x, 16, 1, 1);
}

static PyMethodDef methods[] = {
    {"turned", py_turned, METH_O, NULL}, {"turned_f", py_turned_f, METH_O, NULL}, {"is_large", py_is_large, METH_O, NULL},
    {"is_wide", py_is_wide, METH_O, NULL}, {"shifted", py_shifted, METH_O, NULL}, {NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "peer_wide", NULL, -1, methods};

PyMODINIT_FUNC PyInit_peer_wide(void) { return PyModule_Create(&module); }
