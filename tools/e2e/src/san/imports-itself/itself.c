/* An extension with a number of its own. */
#include <Python.h>

static long total;

static PyObject *add(PyObject *self, PyObject *Py_UNUSED(arguments)) {
  total = total + 1;
  return PyLong_FromLong(total);
}

static PyMethodDef methods[] = {{"add", add, METH_NOARGS, "Adds one."}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "itself", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_itself(void) { return PyModuleDef_Init(&module); }
