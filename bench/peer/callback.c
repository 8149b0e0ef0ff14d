/* Callbacks: the loops in C that call them, for all peers alike, and the peers written in C: a callback as someone
   who knows the C API writes it by hand, and libffi's closure with a handler in C (with -DWITH_LIBFFI). */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <limits.h>
#include <stdlib.h>
#include <structmember.h>
#include "target.h"
#ifdef WITH_LIBFFI
#include <ffi.h>
#endif

typedef int int_fn(int);
typedef int compare_fn(const void *, const void *);
typedef double product_fn(double, double);
typedef void notify_fn(void *);
typedef double struct_fn(point);

enum { INT, COMPARE, PRODUCT, NOTIFY, STRUCT, KINDS };

/* The loops. What they add up is looked at, so that no call can be left out. */

static double loop(int kind, void *address, long times) {
    double sum = 0;
    static int here[2];
    point p = {1.5, -2.5};
    switch (kind) {
    case INT: for (long i = 0; i < times; i++) sum += ((int_fn *)address)((int)i); break;
    case COMPARE: for (long i = 0; i < times; i++) sum += ((compare_fn *)address)(here, here + 1); break;
    case PRODUCT: for (long i = 0; i < times; i++) sum += ((product_fn *)address)(1.5, (double)i); break;
    case NOTIFY: for (long i = 0; i < times; i++) ((notify_fn *)address)(here); break;
    case STRUCT: for (long i = 0; i < times; i++) sum += ((struct_fn *)address)(p); break;
    }
    return sum;
}

/* run(kind, address, times, release): the sum of the results. */
static PyObject *run(PyObject *self, PyObject *args) {
    int kind, release;
    unsigned long long address;
    long times;
    double sum;
    if (!PyArg_ParseTuple(args, "iKlp", &kind, &address, &times, &release)) return NULL;
    if (release) {
        Py_BEGIN_ALLOW_THREADS
        sum = loop(kind, (void *)(uintptr_t)address, times);
        Py_END_ALLOW_THREADS
    } else {
        sum = loop(kind, (void *)(uintptr_t)address, times);
    }
    return PyFloat_FromDouble(sum);
}

/* By hand. */

typedef struct {
    PyObject_HEAD
    point value;
} Point;

static PyMemberDef point_members[] = {
    {"x", T_DOUBLE, offsetof(Point, value.x), 0, NULL},
    {"y", T_DOUBLE, offsetof(Point, value.y), 0, NULL},
    {NULL},
};

static PyTypeObject PointType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "peer_callback.point",
    .tp_basicsize = sizeof(Point),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_members = point_members,
};

static PyObject *callables[KINDS];

/* Calls the callable of a kind; takes over the arguments, which may be NULL if there was no memory. */
static PyObject *invoke(int kind, PyObject *one, PyObject *two, size_t count) {
    PyObject *arguments[3] = {NULL, one, two}, *result = NULL;
    if (one != NULL && (count == 1 || two != NULL))
        result = PyObject_Vectorcall(
            callables[kind], arguments + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_XDECREF(one);
    Py_XDECREF(two);
    return result;
}

static int as_int(int kind, PyObject *result) {
    long number = -1;
    if (result != NULL) {
        number = PyLong_AsLong(result);
        Py_DECREF(result);
        if (number != -1 || !PyErr_Occurred()) {
            if (number >= INT_MIN && number <= INT_MAX) return (int)number;
            PyErr_SetString(PyExc_OverflowError, "the result does not fit an int");
        }
    }
    PyErr_WriteUnraisable(callables[kind]);
    return 0;
}

static double as_double(int kind, PyObject *result) {
    if (result != NULL) {
        double number = PyFloat_AsDouble(result);
        Py_DECREF(result);
        if (number != -1.0 || !PyErr_Occurred()) return number;
    }
    PyErr_WriteUnraisable(callables[kind]);
    return 0;
}

static int by_hand_int(int x) {
    PyGILState_STATE state = PyGILState_Ensure();
    int result = as_int(INT, invoke(INT, PyLong_FromLong(x), NULL, 1));
    PyGILState_Release(state);
    return result;
}

static int by_hand_compare(const void *a, const void *b) {
    PyGILState_STATE state = PyGILState_Ensure();
    int result = as_int(COMPARE, invoke(COMPARE, PyLong_FromVoidPtr((void *)a), PyLong_FromVoidPtr((void *)b), 2));
    PyGILState_Release(state);
    return result;
}

static double by_hand_product(double x, double y) {
    PyGILState_STATE state = PyGILState_Ensure();
    double result = as_double(PRODUCT, invoke(PRODUCT, PyFloat_FromDouble(x), PyFloat_FromDouble(y), 2));
    PyGILState_Release(state);
    return result;
}

static void by_hand_notify(void *p) {
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *result = invoke(NOTIFY, PyLong_FromVoidPtr(p), NULL, 1);
    if (result == NULL) PyErr_WriteUnraisable(callables[NOTIFY]);
    else Py_DECREF(result);
    PyGILState_Release(state);
}

static double by_hand_struct(point p) {
    PyGILState_STATE state = PyGILState_Ensure();
    Point *object = PyObject_New(Point, &PointType);
    if (object != NULL) object->value = p;
    double result = as_double(STRUCT, invoke(STRUCT, (PyObject *)object, NULL, 1));
    PyGILState_Release(state);
    return result;
}

static void *by_hand[KINDS] = {
    (void *)by_hand_int, (void *)by_hand_compare, (void *)by_hand_product, (void *)by_hand_notify,
    (void *)by_hand_struct};

/* hand(kind, callable): the address of the callback. */
static PyObject *hand(PyObject *self, PyObject *args) {
    int kind;
    PyObject *callable;
    if (!PyArg_ParseTuple(args, "iO", &kind, &callable)) return NULL;
    Py_INCREF(callable);
    Py_XSETREF(callables[kind], callable);
    return PyLong_FromVoidPtr(by_hand[kind]);
}

/* Handlers in C, in libffi's shape. */

static void handle_int(void *cif, void *result, void **args, void *data) { *(long *)result = *(int *)args[0] + 1; }
static void handle_compare(void *cif, void *result, void **args, void *data) {
    *(long *)result = *(char **)args[0] < *(char **)args[1];
}
static void handle_product(void *cif, void *result, void **args, void *data) {
    *(double *)result = *(double *)args[0] * *(double *)args[1];
}
static void handle_notify(void *cif, void *result, void **args, void *data) { (*(int **)args[0])[0]++; }
static void handle_struct(void *cif, void *result, void **args, void *data) { *(double *)result = ((point *)args[0])->x; }

typedef void handler_fn(void *, void *, void **, void *);
static handler_fn *handlers[KINDS] = {handle_int, handle_compare, handle_product, handle_notify, handle_struct};

static PyObject *handler(PyObject *self, PyObject *kind) {
    return PyLong_FromVoidPtr((void *)handlers[PyLong_AsLong(kind)]);
}

#ifdef WITH_LIBFFI
/* libffi(kind): the address of libffi's closure with the handler. */
static PyObject *libffi(PyObject *self, PyObject *number) {
    static ffi_type *doubles[] = {&ffi_type_double, &ffi_type_double, NULL};
    static ffi_type point_type = {0, 0, FFI_TYPE_STRUCT, doubles};
    static ffi_type *pointers[] = {&ffi_type_pointer, &ffi_type_pointer}, *ints[] = {&ffi_type_sint};
    static ffi_type *points[] = {&point_type};
    static ffi_cif cifs[KINDS];
    static const struct { ffi_type *result, **parameters; int count; } shapes[KINDS] = {
        {&ffi_type_sint, ints, 1}, {&ffi_type_sint, pointers, 2}, {&ffi_type_double, doubles, 2},
        {&ffi_type_void, pointers, 1}, {&ffi_type_double, points, 1}};
    long kind = PyLong_AsLong(number);
    void *code;
    ffi_closure *closure = ffi_closure_alloc(sizeof(ffi_closure), &code);
    if (closure == NULL ||
        ffi_prep_cif(&cifs[kind], FFI_DEFAULT_ABI, shapes[kind].count, shapes[kind].result, shapes[kind].parameters) ||
        ffi_prep_closure_loc(closure, &cifs[kind], (void (*)(ffi_cif *, void *, void **, void *))handlers[kind], NULL, code)) {
        PyErr_SetString(PyExc_RuntimeError, "libffi makes no closure");
        return NULL;
    }
    return PyLong_FromVoidPtr(code);
}
#endif

static PyMethodDef functions[] = {
    {"run", run, METH_VARARGS, NULL},
    {"hand", hand, METH_VARARGS, NULL},
    {"handler", handler, METH_O, NULL},
#ifdef WITH_LIBFFI
    {"libffi", libffi, METH_O, NULL},
#endif
    {NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "peer_callback", .m_size = -1, .m_methods = functions};

PyMODINIT_FUNC PyInit_peer_callback(void) {
    if (PyType_Ready(&PointType) < 0) return NULL;
    return PyModule_Create(&definition);
}
