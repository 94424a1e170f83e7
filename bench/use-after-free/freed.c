/* Reads an object that was freed. */
#include <Python.h>

#include <stdint.h>

/* Takes a list whose items nobody else refers to, empties it, and reads the one that was freed last, which is the first:
 * its type, at the beginning, and what follows the header. */
static PyObject *read_freed(PyObject *self, PyObject *list) {
  PyObject *object = PyList_GET_ITEM(list, 0);
  if (PyList_SetSlice(list, 0, PyList_GET_SIZE(list), NULL) != 0) {
    return NULL;
  }
  (void)*(PyTypeObject *volatile *)&object->ob_type;
  (void)*(volatile uintptr_t *)((char *)object + sizeof(PyObject));
  Py_RETURN_NONE;
}

typedef struct {
  PyObject_HEAD
  long value;
} Cell;

static void cell_dealloc(PyObject *cell) {
  PyTypeObject *type = Py_TYPE(cell);
  if (PyType_IS_GC(type)) {
    PyObject_GC_UnTrack(cell);
  }
  type->tp_free(cell);
  Py_DECREF(type);
}

static int cell_traverse(PyObject *cell, visitproc visit, void *arg) {
  Py_VISIT(Py_TYPE(cell));
  return 0;
}

static PyType_Slot plain_slots[] = {{Py_tp_dealloc, cell_dealloc}, {0}};
static PyType_Slot collected_slots[] = {{Py_tp_dealloc, cell_dealloc}, {Py_tp_traverse, cell_traverse}, {0}};
static PyType_Spec plain = {"freed.Cell", sizeof(Cell), 0, Py_TPFLAGS_DEFAULT, plain_slots};
static PyType_Spec collected = {
    "freed.CollectedCell", sizeof(Cell), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, collected_slots};

static int add_types(PyObject *module) {
  PyType_Spec *specs[] = {&plain, &collected};
  for (int i = 0; i < 2; i++) {
    PyObject *type = PyType_FromSpec(specs[i]);
    if (type == NULL || PyModule_AddType(module, (PyTypeObject *)type) != 0) {
      return -1;
    }
    Py_DECREF(type);
  }
  return 0;
}

static PyMethodDef methods[] = {{"read_freed", read_freed, METH_O, NULL}, {0}};

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, add_types},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0}};

static struct PyModuleDef freed = {.m_name = "freed", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_freed(void) { return PyModuleDef_Init(&freed); }
