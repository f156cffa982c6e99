#include <errno.h>
#include <string.h>

#include "../lib/io.h"
#include "shim.h"

struct entry {
  const char *key;
  const char *value;
};

static int copy(const struct entry *entry, char *to, size_t capacity) {
  size_t length = strlen(entry->value);
  if (length >= capacity) return EINVAL;
  memcpy(to, entry->value, length + 1);
  return 0;
}

static int number(const struct entry *entry, uint64_t most, uint64_t *to) {
  int error = parse_number(entry->value, 10, to);
  return error ? error : *to > most ? EINVAL : 0;
}

static int flag(const struct entry *entry, bool *to) {
  uint64_t value;
  int error = number(entry, 1, &value);
  *to = value == 1;
  return error;
}

static int size(const struct entry *entry, uint16_t *to) {
  uint64_t value;
  int error = number(entry, UINT16_MAX, &value);
  *to = (uint16_t)value;
  return error;
}

static int apply(struct config *config, const struct entry *entry) {
  const char *key = entry->key;
  if (strcmp(key, "id") == 0) return copy(entry, config->id, sizeof config->id);
  if (strcmp(key, "dir") == 0) return copy(entry, config->directory, sizeof config->directory);
  if (strcmp(key, "sock") == 0) return copy(entry, config->socket, sizeof config->socket);
  if (strcmp(key, "log") == 0) return copy(entry, config->log, sizeof config->log);
  if (strcmp(key, "log_max") == 0) return number(entry, UINT64_MAX, &config->log_bytes);
  if (strcmp(key, "log_files") == 0) return number(entry, 1000, &config->log_files);
  if (strcmp(key, "tty") == 0) return flag(entry, &config->tty);
  if (strcmp(key, "stdin") == 0) return flag(entry, &config->open_stdin);
  if (strcmp(key, "stdin_once") == 0) return flag(entry, &config->stdin_once);
  if (strcmp(key, "rows") == 0) return size(entry, &config->rows);
  if (strcmp(key, "cols") == 0) return size(entry, &config->cols);
  if (strcmp(key, "kind") == 0) {
    config->exec = strcmp(entry->value, "exec") == 0;
    return config->exec || strcmp(entry->value, "container") == 0 ? 0 : EINVAL;
  }
  /* A key of a newer daemon. */
  return 0;
}

int config_parse(struct config *config, const char *text, size_t length) {
  char pair[PATH_MAX + 32];
  memset(config, 0, sizeof *config);
  for (const char *end = text + length; text < end;) {
    size_t part = strnlen(text, (size_t)(end - text));
    if (part >= sizeof pair) return EINVAL;
    memcpy(pair, text, part);
    pair[part] = '\0';
    text += part + 1;
    char *equals = strchr(pair, '=');
    if (!equals) return EINVAL;
    *equals = '\0';
    struct entry entry = {pair, equals + 1};
    int error = apply(config, &entry);
    if (error) return error;
  }
  return *config->directory && *config->socket ? 0 : EINVAL;
}
