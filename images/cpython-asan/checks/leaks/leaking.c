/* An extension that forgets memory. */
#include <Python.h>

static PyObject *forget(PyObject *self, PyObject *unused) {
  char *volatile memory = malloc(1000);
  memory[0] = 1;
  memory = NULL; /* leak */
  Py_RETURN_NONE;
}

static PyObject *forget_text(PyObject *self, PyObject *unused) {
  PyUnicode_FromFormat("%1000d", 0); /* leak */
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"forget", forget, METH_NOARGS, NULL}, {"forget_text", forget_text, METH_NOARGS, NULL}, {0}};

static PyModuleDef_Slot slots[] = {
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0}};

static struct PyModuleDef leaking = {.m_name = "leaking", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_leaking(void) { return PyModuleDef_Init(&leaking); }
