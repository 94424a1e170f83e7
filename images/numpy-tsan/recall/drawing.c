/* Draws from a numpy bit generator through its capsule, and forgets the generator's lock. */
#include <Python.h>
#include <stdint.h>

/* As numpy/random/bitgen.h declares it. */
struct bit_generator {
  void *state;
  uint64_t (*next_uint64)(void *state);
  uint32_t (*next_uint32)(void *state);
  double (*next_double)(void *state);
  uint64_t (*next_raw)(void *state);
};

static PyObject *draw(PyObject *module, PyObject *capsule) {
  struct bit_generator *generator = PyCapsule_GetPointer(capsule, "BitGenerator");
  if (generator == NULL) {
    return NULL;
  }
  uint64_t sum = 0;
  for (int i = 0; i < 32768; i++) {
    sum += generator->next_uint64(generator->state);
  }
  return PyLong_FromLong((long)(sum % 256));
}

static PyMethodDef methods[] = {{"draw", draw, METH_O, NULL}, {0}};

static PyModuleDef_Slot slots[] = {
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0}};

static struct PyModuleDef drawing = {.m_name = "drawing", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_drawing(void) { return PyModuleDef_Init(&drawing); }
