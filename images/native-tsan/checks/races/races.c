/* Two threads use one object of a library without a lock, or each its own. Arguments: the library, and "shared" or "own". */
#include <bzlib.h>
#include <ffi.h>
#include <lzma.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { rounds = 100 };

/* Each makes an object, and uses it in a way that two at once do not break: what they race for stays what it is. */
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

static void *make_sqlite3(void) {
  sqlite3 *database;
  sqlite3_open_v2(":memory:", &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  return database;
}
static void use_sqlite3(void *database) { sqlite3_busy_timeout(database, 10); }

static void *make_ffi(void) { return calloc(1, sizeof(ffi_cif)); }
static void use_ffi(void *cif) {
  static ffi_type *types[] = {&ffi_type_sint};
  ffi_prep_cif(cif, FFI_DEFAULT_ABI, 1, &ffi_type_sint, types);
}

static const struct library {
  const char *name;
  void *(*make)(void);
  void (*use)(void *);
} libraries[] = {
    {"z", make_z, use_z},          {"bz2", make_bz2, use_bz2},          {"lzma", make_lzma, use_lzma},
    {"zstd", make_zstd, use_zstd}, {"crypto", make_crypto, use_crypto}, {"sqlite3", make_sqlite3, use_sqlite3},
    {"ffi", make_ffi, use_ffi},
};

static const struct library *library;
static void *objects[2];
static pthread_barrier_t start, end;

static void *use(void *object) {
  pthread_barrier_wait(&start);
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
  objects[0] = library->make();
  objects[1] = strcmp(argv[2], "shared") == 0 ? objects[0] : library->make();
  pthread_barrier_init(&start, NULL, 2);
  pthread_barrier_init(&end, NULL, 2);
  for (int i = 0; i < 2; i++) {
    pthread_create(&threads[i], NULL, use, objects[i]);
  }
  for (int i = 0; i < 2; i++) {
    pthread_join(threads[i], NULL);
  }
  puts("done");
  return 0;
}
