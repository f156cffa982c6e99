/* replay FILE…: what the fuzzer found once, without the fuzzer. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    FILE *file = fopen(argv[i], "rb");
    uint8_t *data = NULL;
    size_t size = 0, room = 0, n;
    if (!file) {
      fprintf(stderr, "replay: open %s: %s\n", argv[i], strerror(errno));
      return 2;
    }
    do {
      if (size == room) {
        room = room ? 2 * room : 4096;
        data = realloc(data, room);
        if (!data) return 2;
      }
      n = fread(data + size, 1, room - size, file);
      size += n;
    } while (n > 0);
    fclose(file);
    /* A block of just its size, so that a read past its end is seen. */
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact) return 2;
    memcpy(exact, data, size);
    free(data);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
  }
  return 0;
}
