/* What starts soonest: an extension module of one function, as someone who knows the C API writes it by hand. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>

static PyObject *call_cos(PyObject *self, PyObject *object) {
    double value = PyFloat_AsDouble(object);
    if (value == -1.0 && PyErr_Occurred()) return NULL;
    return PyFloat_FromDouble(cos(value));
}

static PyMethodDef methods[] = {{"cos", call_cos, METH_O, "double cos(double)"}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "start_extension", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_start_extension(void) { return PyModuleDef_Init(&definition); }
