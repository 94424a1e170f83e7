/* Callbacks in C that scipy calls, with state that they share when they should not.
 *
 * The names of the capsules are the signatures that scipy.LowLevelCallable asks for. */
#include <Python.h>
#include <stdint.h>

static volatile long windows;

static int mean_of_window(double *window, intptr_t size, double *result, void *unused) {
  double sum = 0;
  for (intptr_t i = 0; i < size; i++) {
    sum += window[i];
  }
  windows += 1;
  *result = sum / (double)size;
  return 1;
}

struct calls {
  volatile long count;
};

static double square(double x, void *data) {
  struct calls *calls = data;
  calls->count += 1;
  return x * x;
}

static PyObject *window_callback(PyObject *module, PyObject *unused) {
  return PyCapsule_New((void *)mean_of_window, "int (double *, intptr_t, double *, void *)", NULL);
}

static PyObject *square_callback(PyObject *module, PyObject *unused) {
  return PyCapsule_New((void *)square, "double (double, void *)", NULL);
}

static void free_calls(PyObject *capsule) { PyMem_RawFree(PyCapsule_GetPointer(capsule, NULL)); }

static PyObject *new_calls(PyObject *module, PyObject *unused) {
  struct calls *calls = PyMem_RawCalloc(1, sizeof *calls);
  return calls == NULL ? PyErr_NoMemory() : PyCapsule_New(calls, NULL, free_calls);
}

static PyMethodDef methods[] = {
    {"window_callback", window_callback, METH_NOARGS, NULL},
    {"square_callback", square_callback, METH_NOARGS, NULL},
    {"new_calls", new_calls, METH_NOARGS, NULL},
    {0},
};

static PyModuleDef_Slot slots[] = {
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0}};

static struct PyModuleDef callbacks = {.m_name = "callbacks", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_callbacks(void) { return PyModuleDef_Init(&callbacks); }
