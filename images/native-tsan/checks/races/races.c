/* Two threads use one object of a library without a lock, or each makes its own, which is the first call to the library.
 * Arguments: the library, and "shared" or "own". */
#include <bzlib.h>
#include <ffi.h>
#include <lzma.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { rounds = 100 };

/* Each makes an object, and uses it in a way that two threads at once do not break: the racing stores write the same values. */
static void *make_z(void) {
  z_stream *stream = calloc(1, sizeof *stream);
  deflateInit(stream, 1);
  return stream;
}
static void use_z(void *stream) { deflateReset(stream); }

static void *make_bz2(void) {
  enum { size = 1 << 16 };
  bz_stream *stream = calloc(1, sizeof *stream);
  BZ2_bzCompressInit(stream, 1, 0, 0);
  stream->next_out = malloc(size);
  stream->avail_out = size;
  return stream;
}
static void use_bz2(void *stream) { BZ2_bzCompress(stream, BZ_FLUSH); }

static void *make_lzma(void) {
  lzma_stream *stream = calloc(1, sizeof *stream);
  return lzma_easy_encoder(stream, 0, LZMA_CHECK_NONE) == LZMA_OK ? stream : NULL;
}
static void use_lzma(void *stream) { (void)!lzma_code(stream, LZMA_RUN); }

static void *make_zstd(void) { return ZSTD_createCCtx(); }
static void use_zstd(void *context) { ZSTD_CCtx_reset(context, ZSTD_reset_session_only); }

static void *make_crypto(void) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha256(), NULL);
  return context;
}
static void use_crypto(void *context) {
  static const char block[64];
  EVP_DigestUpdate(context, block, sizeof block);
}

static void *make_ssl(void) { return SSL_CTX_new(TLS_method()); }
static void use_ssl(void *context) { SSL_CTX_set_quiet_shutdown(context, 1); }

static void *make_sqlite3(void) {
  sqlite3 *database;
  sqlite3_open_v2(":memory:", &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  return database;
}
static void use_sqlite3(void *database) { sqlite3_busy_timeout(database, 10); }

static ffi_type *arguments[] = {&ffi_type_sint};
static ffi_cif signature;

struct closure {
  ffi_closure *writable;
  int (*code)(int);
};

static void increment(ffi_cif *cif, void *result, void **values, void *context) {
  (void)cif, (void)context;
  *(ffi_arg *)result = (ffi_arg)(*(int *)values[0] + 1);
}

static void use_ffi(void *object) {
  struct closure *closure = object;
  ffi_prep_closure_loc(closure->writable, &signature, increment, NULL, (void *)closure->code);
  if (closure->code(1) != 2) {
    abort();
  }
}

static void *make_ffi(void) {
  struct closure *closure = malloc(sizeof *closure);
  ffi_cif own;
  ffi_prep_cif(&own, FFI_DEFAULT_ABI, 1, &ffi_type_sint, arguments);
  /* One that is freed again has the allocator's lock and lists used by both threads. */
  for (int i = 0; i < rounds; i++) {
    ffi_closure_free(ffi_closure_alloc(sizeof(ffi_closure), (void **)&closure->code));
  }
  closure->writable = ffi_closure_alloc(sizeof(ffi_closure), (void **)&closure->code);
  return closure;
}

static const struct library {
  const char *name;
  void *(*make)(void);
  void (*use)(void *);
} libraries[] = {
    {"z", make_z, use_z},
    {"bz2", make_bz2, use_bz2},
    {"lzma", make_lzma, use_lzma},
    {"zstd", make_zstd, use_zstd},
    {"crypto", make_crypto, use_crypto},
    {"ssl", make_ssl, use_ssl},
    {"sqlite3", make_sqlite3, use_sqlite3},
    {"ffi", make_ffi, use_ffi},
};

static const struct library *library;
static pthread_barrier_t start, end;

static void *use(void *object) {
  pthread_barrier_wait(&start);
  if (object == NULL) {
    object = library->make();
  }
  for (int round = 0; round < rounds; round++) {
    library->use(object);
  }
  /* What a thread did that has ended is soon forgotten. The first barrier would order the threads. */
  pthread_barrier_wait(&end);
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t threads[2];
  for (size_t i = 0; i < sizeof libraries / sizeof *libraries && argc == 3; i++) {
    if (strcmp(libraries[i].name, argv[1]) == 0) {
      library = &libraries[i];
    }
  }
  if (library == NULL) {
    return 2;
  }
  ffi_prep_cif(&signature, FFI_DEFAULT_ABI, 1, &ffi_type_sint, arguments);
  void *shared = strcmp(argv[2], "shared") == 0 ? library->make() : NULL;
  pthread_barrier_init(&start, NULL, 2);
  pthread_barrier_init(&end, NULL, 2);
  for (int i = 0; i < 2; i++) {
    pthread_create(&threads[i], NULL, use, shared);
  }
  for (int i = 0; i < 2; i++) {
    pthread_join(threads[i], NULL);
  }
  puts("done");
  return 0;
}
