/* An extension with a seeded race.
 *
 * The threads meet on a relaxed atomic, which orders nothing. From there on no lock, and no GIL, lies
 * between their stores. Yet one run in a hundred finds nothing on a busy machine. */
#include <Python.h>
#include <stdatomic.h>

static atomic_int arrived;
static volatile int shared;

static void meet(void) {
  atomic_fetch_add_explicit(&arrived, 1, memory_order_relaxed);
  while (atomic_load_explicit(&arrived, memory_order_relaxed) < 2) {
  }
}

static PyObject *store(PyObject *self, PyObject *unused) {
  Py_BEGIN_ALLOW_THREADS;
  meet();
#pragma clang loop unroll(disable)
  for (int i = 0; i < 100; i++) {
    shared = i; /* race */
  }
  Py_END_ALLOW_THREADS;
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"store", store, METH_NOARGS, NULL}, {0}};

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0}};

static struct PyModuleDef canary = {.m_name = "canary", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_canary(void) { return PyModuleDef_Init(&canary); }
