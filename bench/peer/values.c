/* The peer to beat for values in memory: extension types as someone who knows the C API writes them by hand, with
   PyGetSetDef, sequence slots and a vectorcall constructor. A view keeps what it is a view of; what is written is
   checked for type and range. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <limits.h>
#include <stddef.h>

#include "memory.h"

typedef struct {
    PyObject_HEAD
    void *data;
    PyObject *owner; /* NULL: the data are the payload, or nobody's */
    double payload[]; /* as large as the type is */
} Value;

static void value_dealloc(PyObject *self) {
    Py_XDECREF(((Value *)self)->owner);
    Py_TYPE(self)->tp_free(self);
}

static inline Value *value_new(PyTypeObject *type) {
    Value *self = PyObject_New(Value, type);
    if (self == NULL) return NULL;
    self->data = self->payload;
    self->owner = NULL;
    return self;
}

static inline PyObject *value_view(PyTypeObject *type, void *data, PyObject *owner) {
    Value *self = PyObject_New(Value, type);
    if (self == NULL) return NULL;
    self->data = data;
    self->owner = owner;
    Py_XINCREF(owner);
    return (PyObject *)self;
}

static inline PyObject *keeper(PyObject *self) {
    Value *value = (Value *)self;
    return value->data == value->payload || value->owner == NULL ? self : value->owner;
}

#define PLACE(self, type, closure) ((type *)((char *)((Value *)(self))->data + (size_t)(closure)))

/* Fields */

static PyObject *get_double(PyObject *self, void *closure) {
    return PyFloat_FromDouble(*PLACE(self, double, closure));
}

static inline int as_double(PyObject *object, double *value) {
    *value = PyFloat_AsDouble(object);
    return *value != -1.0 || !PyErr_Occurred();
}

static int set_double(PyObject *self, PyObject *object, void *closure) {
    double value;
    if (object == NULL) {
        PyErr_SetString(PyExc_TypeError, "a field cannot be deleted");
        return -1;
    }
    if (!as_double(object, &value)) return -1;
    *PLACE(self, double, closure) = value;
    return 0;
}

static PyObject *get_int(PyObject *self, void *closure) { return PyLong_FromLong(*PLACE(self, int32_t, closure)); }

static inline int as_int(PyObject *object, int32_t *value) {
    long number = PyLong_AsLong(object);
    if (number == -1 && PyErr_Occurred()) return 0;
    if (number < INT_MIN || number > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "out of range for int");
        return 0;
    }
    *value = (int32_t)number;
    return 1;
}

static int set_int(PyObject *self, PyObject *object, void *closure) {
    int32_t value;
    if (object == NULL) {
        PyErr_SetString(PyExc_TypeError, "a field cannot be deleted");
        return -1;
    }
    if (!as_int(object, &value)) return -1;
    *PLACE(self, int32_t, closure) = value;
    return 0;
}

/* struct point */

static PyGetSetDef point_fields[] = {
    {"x", get_double, set_double, NULL, (void *)offsetof(point, x)},
    {"y", get_double, set_double, NULL, (void *)offsetof(point, y)},
    {NULL},
};

static PyObject *name_x, *name_y;

static PyObject *point_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names) {
    Py_ssize_t count = PyVectorcall_NARGS(nargsf), named = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    point value = {0, 0};
    if (count > 2) {
        PyErr_SetString(PyExc_TypeError, "point takes two values");
        return NULL;
    }
    if (count > 0 && !as_double(args[0], &value.x)) return NULL;
    if (count > 1 && !as_double(args[1], &value.y)) return NULL;
    for (Py_ssize_t i = 0; i < named; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        if (name == name_x && count < 1) {
            if (!as_double(args[count + i], &value.x)) return NULL;
        } else if (name == name_y && count < 2) {
            if (!as_double(args[count + i], &value.y)) return NULL;
        } else {
            PyErr_Format(PyExc_TypeError, "point: unexpected %R", name);
            return NULL;
        }
    }
    Value *self = value_new((PyTypeObject *)type);
    if (self != NULL) *(point *)self->payload = value;
    return (PyObject *)self;
}

static PyTypeObject PointType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "peer_values.point",
    .tp_basicsize = sizeof(Value) + sizeof(point),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = value_dealloc,
    .tp_new = PyType_GenericNew,
    .tp_getset = point_fields,
    .tp_vectorcall = point_vectorcall,
};

/* struct line */

static PyObject *get_point(PyObject *self, void *closure) {
    return value_view(&PointType, PLACE(self, point, closure), keeper(self));
}

static PyGetSetDef line_fields[] = {
    {"from_", get_point, NULL, NULL, (void *)offsetof(line, from)},
    {"to", get_point, NULL, NULL, (void *)offsetof(line, to)},
    {"kind", get_int, set_int, NULL, (void *)offsetof(line, kind)},
    {NULL},
};

static PyObject *line_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names) {
    Value *self = value_new((PyTypeObject *)type);
    if (self != NULL) *(line *)self->payload = (line){{0, 0}, {0, 0}, 0};
    return (PyObject *)self;
}

static PyTypeObject LineType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "peer_values.line",
    .tp_basicsize = sizeof(Value) + sizeof(line),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = value_dealloc,
    .tp_new = PyType_GenericNew,
    .tp_getset = line_fields,
    .tp_vectorcall = line_vectorcall,
};

/* int32_t[1000] */

#define ITEMS 1000

static Py_ssize_t array_length(PyObject *self) { return ITEMS; }

static PyObject *array_item(PyObject *self, Py_ssize_t index) {
    if (index < 0 || index >= ITEMS) {
        PyErr_SetString(PyExc_IndexError, "index out of range");
        return NULL;
    }
    return PyLong_FromLong(((int32_t *)((Value *)self)->data)[index]);
}

static int array_ass_item(PyObject *self, Py_ssize_t index, PyObject *object) {
    int32_t value;
    if (index < 0 || index >= ITEMS || object == NULL) {
        PyErr_SetString(PyExc_IndexError, "index out of range");
        return -1;
    }
    if (!as_int(object, &value)) return -1;
    ((int32_t *)((Value *)self)->data)[index] = value;
    return 0;
}

static PySequenceMethods array_sequence = {
    .sq_length = array_length, .sq_item = array_item, .sq_ass_item = array_ass_item};

static PyObject *array_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names) {
    Value *self = value_new((PyTypeObject *)type);
    if (self == NULL) return NULL;
    for (int32_t i = 0; i < ITEMS; i++) ((int32_t *)self->payload)[i] = i;
    return (PyObject *)self;
}

static PyTypeObject ArrayType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "peer_values.array",
    .tp_basicsize = sizeof(Value) + ITEMS * sizeof(int32_t),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = value_dealloc,
    .tp_new = PyType_GenericNew,
    .tp_as_sequence = &array_sequence,
    .tp_vectorcall = array_vectorcall,
};

/* struct node, seen through pointers; NULL is None */

static PyTypeObject NodeType;

static PyObject *get_next(PyObject *self, void *closure) {
    node *next = PLACE(self, node, 0)->next;
    if (next == NULL) Py_RETURN_NONE;
    return value_view(&NodeType, next, keeper(self));
}

static PyGetSetDef node_fields[] = {
    {"value", get_int, set_int, NULL, (void *)offsetof(node, value)},
    {"next", get_next, NULL, NULL, NULL},
    {NULL},
};

static PyTypeObject NodeType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "peer_values.node",
    .tp_basicsize = sizeof(Value),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = value_dealloc,
    .tp_getset = node_fields,
};

/* Functions */

static PyObject *call_node_at(PyObject *self, PyObject *arg) {
    void *place = PyLong_AsVoidPtr(arg);
    if (place == NULL) return NULL;
    return value_view(&NodeType, place, NULL);
}

static PyObject *call_swap(PyObject *self, PyObject *arg) {
    if (!PyObject_TypeCheck(arg, &PointType)) {
        PyErr_SetString(PyExc_TypeError, "a point wanted");
        return NULL;
    }
    Value *result = value_new(&PointType);
    if (result != NULL) *(point *)result->payload = swap(*(point *)((Value *)arg)->data);
    return (PyObject *)result;
}

static PyMethodDef functions[] = {
    {"node_at", call_node_at, METH_O, NULL},
    {"swap", call_swap, METH_O, NULL},
    {NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "peer_values", .m_size = -1, .m_methods = functions};

PyMODINIT_FUNC PyInit_peer_values(void) {
    PyTypeObject *types[] = {&PointType, &LineType, &ArrayType, &NodeType};
    const char *names[] = {"point", "line", "array", "node"};
    name_x = PyUnicode_InternFromString("x");
    name_y = PyUnicode_InternFromString("y");
    PyObject *module = PyModule_Create(&definition);
    for (int i = 0; module != NULL && i < 4; i++) {
        if (PyType_Ready(types[i]) < 0) return NULL;
        if (PyModule_AddObjectRef(module, names[i], (PyObject *)types[i]) < 0) Py_CLEAR(module);
    }
    return module;
}
