/* Archives, cut into pieces where the first byte of the input says. */
#include <stdlib.h>
#include <string.h>

#include "tar.h"

static bool on_entry(void *opaque, const struct tar_entry *entry) {
  size_t *sum = opaque;
  *sum += strlen(entry->name) + (entry->link ? strlen(entry->link) : 0) + entry->size;
  for (const struct tar_attribute *each = entry->attributes; each; each = each->next) {
    for (size_t i = 0; i < each->size; i++) *sum += each->value[i];
    *sum += strlen(each->name);
  }
  return true;
}

static bool on_data(void *opaque, const uint8_t *data, size_t size) {
  for (size_t i = 0; i < size; i++) *(size_t *)opaque += data[i];
  return true;
}

static bool on_end(void *opaque) {
  *(size_t *)opaque += 1;
  return true;
}

static const struct tar_events events = {on_entry, on_data, on_end, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  size_t step = 1 + (size_t)data[0] * 7, sum = 0;
  data++;
  size--;
  struct tar tar;
  tar_init(&tar);
  bool fine = true;
  for (size_t at = 0; fine && at < size; at += step) {
    size_t length = size - at < step ? size - at : step;
    uint8_t *copy = malloc(length);
    memcpy(copy, data + at, length);
    fine = tar_feed(&tar, copy, length, &events, &sum);
    free(copy);
  }
  if (fine) (void)tar_finish(&tar);
  else if (!tar.error) abort(); /* no event said no, so there is a sentence */
  tar_free(&tar);
  return 0;
}
