/* Stands before LLVM's Archer, by which OpenMP's runtime tells ThreadSanitizer of its locks, barriers and tasks.
 *
 * The runtime looks for it by its name, libarcher.so, which the linker does not find where LLVM has it. And as it starts,
 * Archer prints that ignore_noninstrumented_modules=1 is missing in TSAN_OPTIONS. Here a baked-in suppression does the
 * same for the runtime alone. */
#include <dlfcn.h>
#include <omp-tools.h>
#include <stdlib.h>
#include <string.h>

typedef ompt_start_tool_result_t *start_tool(unsigned version, const char *runtime);

static ompt_start_tool_result_t *archer;

static int initialize(ompt_function_lookup_t lookup, int device, ompt_data_t *data) {
  const char *set = getenv("TSAN_OPTIONS");
  char *kept = set == NULL ? NULL : strdup(set);
  (void)data;

  /* The sanitizer has read its options long ago: only Archer reads this. */
  setenv("TSAN_OPTIONS", "ignore_noninstrumented_modules=1", 1);
  int result = archer->initialize(lookup, device, &archer->tool_data);
  if (kept == NULL) {
    unsetenv("TSAN_OPTIONS");
  } else {
    setenv("TSAN_OPTIONS", kept, 1);
  }
  free(kept);
  return result;
}

static void finalize(ompt_data_t *data) {
  (void)data;
  archer->finalize(&archer->tool_data);
}

ompt_start_tool_result_t *ompt_start_tool(unsigned version, const char *runtime) {
  static ompt_start_tool_result_t result = {initialize, finalize, {0}};
  void *library = dlopen(ARCHER, RTLD_NOW);
  start_tool *start = library == NULL ? NULL : (start_tool *)dlsym(library, "ompt_start_tool");

  archer = start == NULL ? NULL : start(version, runtime);
  return archer == NULL ? NULL : &result;
}
