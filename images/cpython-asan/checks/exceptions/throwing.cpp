/* An extension in C++ that throws an exception and catches it. */
#include <Python.h>

#include <stdexcept>

__attribute__((noinline)) static void throw_it() { throw std::runtime_error("thrown"); }

static PyObject *catch_it(PyObject *, PyObject *) {
  try {
    throw_it();
  } catch (const std::exception &exception) {
    return PyUnicode_FromFormat("%s and caught", exception.what());
  }
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"catch_it", catch_it, METH_NOARGS, nullptr}, {}};

static PyModuleDef_Slot slots[] = {
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, nullptr}};

static PyModuleDef throwing = {PyModuleDef_HEAD_INIT, "throwing", nullptr, 0, methods, slots, nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit_throwing() { return PyModuleDef_Init(&throwing); }
