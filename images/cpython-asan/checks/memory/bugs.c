/* An extension with one seeded bug a function: memory that is read after it was freed, or past its end.
 * Each in memory of malloc, of PyMem_Malloc, and in an object of a type of its own. */
#include <Python.h>

typedef struct {
  PyObject_HEAD
  long values[8];
} Cell;

static PyObject *cell_type;

__attribute__((noinline)) static long read_value(const volatile long *values, int index) {
  return values[index]; /* the access */
}

static PyObject *malloc_freed(PyObject *self, PyObject *unused) {
  long *values = calloc(8, sizeof(long));
  free(values);
  return PyLong_FromLong(read_value(values, 1));
}

static PyObject *malloc_past_end(PyObject *self, PyObject *unused) {
  long *values = calloc(8, sizeof(long));
  long value = read_value(values, 8);
  free(values);
  return PyLong_FromLong(value);
}

static PyObject *pymem_freed(PyObject *self, PyObject *unused) {
  long *values = PyMem_Calloc(8, sizeof(long));
  PyMem_Free(values);
  return PyLong_FromLong(read_value(values, 1));
}

static PyObject *pymem_past_end(PyObject *self, PyObject *unused) {
  long *values = PyMem_Calloc(8, sizeof(long));
  long value = read_value(values, 8);
  PyMem_Free(values);
  return PyLong_FromLong(value);
}

static PyObject *object_freed(PyObject *self, PyObject *unused) {
  Cell *cell = PyObject_New(Cell, (PyTypeObject *)cell_type);
  if (cell == NULL) {
    return NULL;
  }
  cell->values[1] = 0;
  Py_DECREF(cell);
  return PyLong_FromLong(read_value(cell->values, 1));
}

static PyObject *object_past_end(PyObject *self, PyObject *unused) {
  Cell *cell = PyObject_New(Cell, (PyTypeObject *)cell_type);
  if (cell == NULL) {
    return NULL;
  }
  long value = read_value(cell->values, 8);
  Py_DECREF(cell);
  return PyLong_FromLong(value);
}

/* The same steps in the right order. */
static PyObject *correct(PyObject *self, PyObject *unused) {
  long *values = PyMem_Calloc(8, sizeof(long));
  long value = read_value(values, 7);
  PyMem_Free(values);
  return PyLong_FromLong(value);
}

static PyMethodDef methods[] = {{"malloc_freed", malloc_freed, METH_NOARGS, NULL},
                                {"malloc_past_end", malloc_past_end, METH_NOARGS, NULL},
                                {"pymem_freed", pymem_freed, METH_NOARGS, NULL},
                                {"pymem_past_end", pymem_past_end, METH_NOARGS, NULL},
                                {"object_freed", object_freed, METH_NOARGS, NULL},
                                {"object_past_end", object_past_end, METH_NOARGS, NULL},
                                {"correct", correct, METH_NOARGS, NULL},
                                {0}};

static void cell_dealloc(PyObject *cell) {
  PyTypeObject *type = Py_TYPE(cell);
  PyObject_Free(cell);
  Py_DECREF(type);
}

static PyType_Slot cell_slots[] = {{Py_tp_dealloc, cell_dealloc}, {0}};

static PyType_Spec cell_spec = {
    .name = "bugs.Cell", .basicsize = sizeof(Cell), .flags = Py_TPFLAGS_DEFAULT, .slots = cell_slots};

static int add_type(PyObject *module) {
  cell_type = PyType_FromSpec(&cell_spec);
  return PyModule_AddObjectRef(module, "Cell", cell_type);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, add_type},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0}};

static struct PyModuleDef bugs = {.m_name = "bugs", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_bugs(void) { return PyModuleDef_Init(&bugs); }
