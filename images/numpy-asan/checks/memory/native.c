/* An extension that uses the memory of an array as it must not. It knows arrays by the buffer protocol only. */
#include <Python.h>

static volatile double *kept;

/* A pointer that outlives the buffer that it came from is the first half of the bug. */
static volatile double *items_of(PyObject *array, Py_ssize_t *count) {
  Py_buffer view;
  if (PyObject_GetBuffer(array, &view, PyBUF_CONTIG) != 0) {
    return NULL;
  }
  volatile double *items = view.buf;
  *count = view.len / (Py_ssize_t)sizeof(double);
  PyBuffer_Release(&view);
  return items;
}

static PyObject *write_past_end(PyObject *self, PyObject *array) {
  Py_ssize_t count;
  volatile double *items = items_of(array, &count);
  if (items == NULL) {
    return NULL;
  }
  items[count] = 1; /* past the end */
  Py_RETURN_NONE;
}

static PyObject *keep(PyObject *self, PyObject *array) {
  Py_ssize_t count;
  kept = items_of(array, &count);
  if (kept == NULL) {
    return NULL;
  }
  Py_RETURN_NONE;
}

static PyObject *write_kept(PyObject *self, PyObject *unused) {
  kept[1] = 1; /* freed, when the array is gone */
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"write_past_end", write_past_end, METH_O, NULL},
                                {"keep", keep, METH_O, NULL},
                                {"write_kept", write_kept, METH_NOARGS, NULL},
                                {0}};

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0}};

static struct PyModuleDef native = {.m_name = "native", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_native(void) { return PyModuleDef_Init(&native); }
