/* The peer to beat: an extension module as someone who knows the C API writes it by hand. Every function checks
   what C could not take (wrong type, out of range, a NUL inside a string, an array of another kind) and does
   nothing else. Compiled twice: as `peer_hold`, and with -DRELEASE_GIL as `peer_release`. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <limits.h>
#include <string.h>
#include <structmember.h>

#include "target.h"

#ifdef RELEASE_GIL
#define MODULE "peer_release"
#define INIT PyInit_peer_release
#define BEGIN Py_BEGIN_ALLOW_THREADS
#define END Py_END_ALLOW_THREADS
#else
#define MODULE "peer_hold"
#define INIT PyInit_peer_hold
#define BEGIN {
#define END }
#endif

/* Arguments: each returns 0, with an exception set, where the object does not fit. */

static inline int as_double(PyObject *object, double *value) {
    *value = PyFloat_AsDouble(object);
    return *value != -1.0 || !PyErr_Occurred();
}

static inline int as_long_within(PyObject *object, long low, long high, long *value) {
    *value = PyLong_AsLong(object);
    if (*value == -1 && PyErr_Occurred()) return 0;
    if (*value < low || *value > high) {
        PyErr_Format(PyExc_OverflowError, "%ld is not between %ld and %ld", *value, low, high);
        return 0;
    }
    return 1;
}

static inline int as_int(PyObject *object, int *value) {
    long number;
    if (!as_long_within(object, INT_MIN, INT_MAX, &number)) return 0;
    *value = (int)number;
    return 1;
}

static inline int as_uchar(PyObject *object, unsigned char *value) {
    long number;
    if (!as_long_within(object, 0, UCHAR_MAX, &number)) return 0;
    *value = (unsigned char)number;
    return 1;
}

static inline int as_int64(PyObject *object, int64_t *value) {
    *value = PyLong_AsLongLong(object);
    return *value != -1 || !PyErr_Occurred();
}

static inline int as_size(PyObject *object, size_t *value) {
    *value = PyLong_AsSize_t(object);
    return *value != (size_t)-1 || !PyErr_Occurred();
}

static inline int as_text(PyObject *object, const char **value) {
    if (PyBytes_Check(object)) {
        *value = PyBytes_AS_STRING(object);
        return 1;
    }
    if (PyUnicode_Check(object)) {
        Py_ssize_t size;
        *value = PyUnicode_AsUTF8AndSize(object, &size);
        if (*value == NULL) return 0;
        if (strlen(*value) != (size_t)size) {
            PyErr_SetString(PyExc_ValueError, "embedded null character");
            return 0;
        }
        return 1;
    }
    if (object == Py_None) {
        *value = NULL;
        return 1;
    }
    PyErr_Format(PyExc_TypeError, "str, bytes or None wanted, not %.100s", Py_TYPE(object)->tp_name);
    return 0;
}

static inline int as_doubles(PyObject *object, Py_buffer *view) {
    if (PyObject_GetBuffer(object, view, PyBUF_FORMAT | PyBUF_C_CONTIGUOUS) < 0) return 0;
    if (view->itemsize != sizeof(double) || view->format == NULL || strcmp(view->format, "d") != 0) {
        PyErr_SetString(PyExc_TypeError, "an array of double wanted");
        PyBuffer_Release(view);
        return 0;
    }
    return 1;
}

static inline int has_count(const char *name, Py_ssize_t given, Py_ssize_t wanted) {
    if (given == wanted) return 1;
    PyErr_Format(PyExc_TypeError, "%s() takes %zd arguments (%zd given)", name, wanted, given);
    return 0;
}

/* A struct by value: an object with the struct inside. */

typedef struct {
    PyObject_HEAD
    point value;
} Point;

static int point_init(PyObject *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"x", "y", NULL};
    point *value = &((Point *)self)->value;
    return PyArg_ParseTupleAndKeywords(args, kwargs, "|dd", names, &value->x, &value->y) ? 0 : -1;
}

static PyMemberDef point_members[] = {
    {"x", T_DOUBLE, offsetof(Point, value.x), 0, NULL},
    {"y", T_DOUBLE, offsetof(Point, value.y), 0, NULL},
    {NULL},
};

static PyTypeObject PointType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = MODULE ".point",
    .tp_basicsize = sizeof(Point),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = point_init,
    .tp_members = point_members,
};

static inline int as_point(PyObject *object, point *value) {
    if (!PyObject_TypeCheck(object, &PointType)) {
        PyErr_Format(PyExc_TypeError, "a point wanted, not %.100s", Py_TYPE(object)->tp_name);
        return 0;
    }
    *value = ((Point *)object)->value;
    return 1;
}

static inline PyObject *from_point(point value) {
    Point *object = PyObject_New(Point, &PointType);
    if (object != NULL) object->value = value;
    return (PyObject *)object;
}

/* The functions. */

static PyObject *call_nothing(PyObject *self, PyObject *ignored) {
    BEGIN nothing(); END
    Py_RETURN_NONE;
}

static PyObject *call_half(PyObject *self, PyObject *arg) {
    double x, result;
    if (!as_double(arg, &x)) return NULL;
    BEGIN result = half(x); END
    return PyFloat_FromDouble(result);
}

static PyObject *call_scale(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    double x, y, result;
    if (!has_count("scale", count, 2) || !as_double(args[0], &x) || !as_double(args[1], &y)) return NULL;
    BEGIN result = scale(x, y); END
    return PyFloat_FromDouble(result);
}

static PyObject *call_add(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    int a, b, result;
    if (!has_count("add", count, 2) || !as_int(args[0], &a) || !as_int(args[1], &b)) return NULL;
    BEGIN result = add(a, b); END
    return PyLong_FromLong(result);
}

static PyObject *call_eight(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    int64_t a, b, c, d, e, f, g, h, result;
    if (!has_count("eight", count, 8) || !as_int64(args[0], &a) || !as_int64(args[1], &b) ||
        !as_int64(args[2], &c) || !as_int64(args[3], &d) || !as_int64(args[4], &e) ||
        !as_int64(args[5], &f) || !as_int64(args[6], &g) || !as_int64(args[7], &h))
        return NULL;
    BEGIN result = eight(a, b, c, d, e, f, g, h); END
    return PyLong_FromLongLong(result);
}

static PyObject *call_length(PyObject *self, PyObject *arg) {
    const char *s;
    size_t result;
    if (!as_text(arg, &s)) return NULL;
    BEGIN result = length(s); END
    return PyLong_FromSize_t(result);
}

static PyObject *call_total(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    Py_buffer view;
    size_t size;
    double result;
    if (!has_count("total", count, 2) || !as_size(args[1], &size) || !as_doubles(args[0], &view)) return NULL;
    BEGIN result = total(view.buf, size); END
    PyBuffer_Release(&view);
    return PyFloat_FromDouble(result);
}

static PyObject *call_swap(PyObject *self, PyObject *arg) {
    point p, result;
    if (!as_point(arg, &p)) return NULL;
    BEGIN result = swap(p); END
    return from_point(result);
}

static PyObject *call_mixed(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    int a;
    double b, e, result;
    const char *c;
    int64_t d;
    unsigned char f;
    if (!has_count("mixed", count, 6) || !as_int(args[0], &a) || !as_double(args[1], &b) ||
        !as_text(args[2], &c) || !as_int64(args[3], &d) || !as_double(args[4], &e) || !as_uchar(args[5], &f))
        return NULL;
    BEGIN result = mixed(a, b, c, d, (float)e, f); END
    return PyFloat_FromDouble(result);
}

#define FAST(name) {#name, (PyCFunction)(void (*)(void))call_##name, METH_FASTCALL, NULL}

static PyMethodDef functions[] = {
    {"nothing", call_nothing, METH_NOARGS, NULL},
    {"half", call_half, METH_O, NULL},
    FAST(scale),
    FAST(add),
    FAST(eight),
    {"length", call_length, METH_O, NULL},
    FAST(total),
    {"swap", call_swap, METH_O, NULL},
    FAST(mixed),
    {NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = MODULE, .m_size = -1, .m_methods = functions};

PyMODINIT_FUNC INIT(void) {
    if (PyType_Ready(&PointType) < 0) return NULL;
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL && PyModule_AddObjectRef(module, "point", (PyObject *)&PointType) < 0) Py_CLEAR(module);
    return module;
}
