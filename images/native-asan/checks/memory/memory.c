/* Each library reads as many bytes as a block has, or one more. Arguments: the library, and "inside" or "outside". */
#include <bzlib.h>
#include <ffi.h>
#include <lzma.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { size = 1024 };

static char room[2 * size];
static volatile unsigned long checksum;

static void read_z(char *block, size_t count) {
  checksum = adler32(1, (unsigned char *)block, (unsigned)count);
}

static void read_bz2(char *block, size_t count) {
  unsigned written = sizeof room;
  BZ2_bzBuffToBuffCompress(room, &written, block, (unsigned)count, 1, 0, 0);
}

static void read_lzma(char *block, size_t count) { checksum = lzma_crc32((unsigned char *)block, count, 0); }

static void read_zstd(char *block, size_t count) { ZSTD_compress(room, sizeof room, block, count, 1); }

static void read_crypto(char *block, size_t count) {
  EVP_Digest(block, count, (unsigned char *)room, NULL, EVP_sha256(), NULL);
}

static void read_ssl(char *block, size_t count) {
  SSL_CTX *context = SSL_CTX_new(TLS_method());
  /* Names of one byte, each after its length. */
  memset(block, 1, size);
  SSL_CTX_set_alpn_protos(context, (unsigned char *)block, (unsigned)count);
  SSL_CTX_free(context);
}

static void read_sqlite3(char *block, size_t count) {
  sqlite3 *database;
  sqlite3_stmt *statement;
  memset(block, ' ', size);
  sqlite3_open(":memory:", &database);
  sqlite3_prepare_v2(database, block, (int)count, &statement, NULL);
  sqlite3_close(database);
}

static void read_ffi(char *block, size_t count) {
  ffi_type **types = (ffi_type **)block;
  ffi_cif signature;
  for (size_t i = 0; i < size / sizeof *types; i++) {
    types[i] = &ffi_type_sint;
  }
  ffi_prep_cif(&signature, FFI_DEFAULT_ABI, (unsigned)((count + sizeof *types - 1) / sizeof *types), &ffi_type_sint, types);
}

static const struct library {
  const char *name;
  void (*read)(char *, size_t);
} libraries[] = {
    {"z", read_z},
    {"bz2", read_bz2},
    {"lzma", read_lzma},
    {"zstd", read_zstd},
    {"crypto", read_crypto},
    {"ssl", read_ssl},
    {"sqlite3", read_sqlite3},
    {"ffi", read_ffi},
};

int main(int argc, char **argv) {
  char *block = calloc(1, size);
  for (size_t i = 0; i < sizeof libraries / sizeof *libraries && argc == 3; i++) {
    if (strcmp(libraries[i].name, argv[1]) == 0) {
      libraries[i].read(block, strcmp(argv[2], "outside") == 0 ? size + 1 : size);
      puts("done");
      free(block);
      return 0;
    }
  }
  return 2;
}
