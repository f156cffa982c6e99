#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../lib/io.h"
#include "../lib/utf8.h"

enum { DEFAULT_BYTES = 10 * 1024 * 1024, AROUND = 96, WORST = 6 };

/* Records on their way to the file: as many as there is room for go with one write(2). */
static struct {
  size_t length;
  char bytes[LOG_LINE * WORST + AROUND];
} out;

int log_open(struct log *log, const char *path, uint64_t most, uint64_t files) {
  log->fd = -1;
  log->path = path;
  log->most = most ? most : DEFAULT_BYTES;
  log->files = files ? files : 1;
  if (*path == '\0') return 0;
  log->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (log->fd < 0) return errno;
  struct stat now;
  if (fstat(log->fd, &now) < 0) return errno;
  log->size = (uint64_t)now.st_size;
  return 0;
}

/* PATH.1 is the newest of the old ones; with one file only, it starts afresh. */
static void rotate(struct log *log) {
  char older[PATH_MAX + 24], newer[PATH_MAX + 24];
  for (uint64_t i = log->files - 1; i > 0; i--) {
    snprintf(older, sizeof older, "%s.%llu", log->path, (unsigned long long)i);
    if (i == 1) snprintf(newer, sizeof newer, "%s", log->path);
    else snprintf(newer, sizeof newer, "%s.%llu", log->path, (unsigned long long)(i - 1));
    if (rename(newer, older) < 0 && errno != ENOENT) return;
  }
  int fd = open(log->path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0) return;
  close(log->fd);
  log->fd = fd;
  log->size = 0;
}

/* Writes the first LENGTH bytes of what waits; the rest moves up. */
static void flush_part(struct log *log, size_t length) {
  if (length == 0) return;
  if (log->size > 0 && log->size + length > log->most) rotate(log);
  if (write_all(log->fd, out.bytes, length) == 0) log->size += length;
  /* A full disk keeps nobody from running; half a record is taken back, lest it spoil the next one. */
  else if (ftruncate(log->fd, (off_t)log->size) < 0) log->most = log->size;
  out.length -= length;
  memmove(out.bytes, out.bytes + length, out.length);
}

static void flush(struct log *log) { flush_part(log, out.length); }

static void put(const char *text, size_t length) {
  memcpy(out.bytes + out.length, text, length);
  out.length += length;
}

static void put_escaped(unsigned char c) {
  static const char hex[] = "0123456789abcdef";
  switch (c) {
  case '"':
    put("\\\"", 2);
    break;
  case '\\':
    put("\\\\", 2);
    break;
  case '\n':
    put("\\n", 2);
    break;
  case '\r':
    put("\\r", 2);
    break;
  case '\t':
    put("\\t", 2);
    break;
  default: {
    char code[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    put(code, sizeof code);
  }
  }
}

/* Well-formed UTF-8 as the inside of a JSON string. */
static void put_text(const char *text, size_t length) {
  for (size_t i = 0, plain = 0; i <= length; i++) {
    unsigned char c = i < length ? (unsigned char)text[i] : 0;
    if (i < length && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
    put(text + plain, i - plain);
    if (i < length) put_escaped(c);
    plain = i + 1;
  }
}

static void put_record(struct log *log, int stream, const char *text, size_t length, const char *time) {
  if (out.length + length * WORST + AROUND > sizeof out.bytes) flush(log);
  size_t before = out.length;
  put("{\"log\":\"", 8);
  if (utf8_valid_prefix((const uint8_t *)text, length) < length) {
    static char repaired[LOG_LINE * 3];
    length = utf8_repair((uint8_t *)repaired, (const uint8_t *)text, length);
    text = repaired;
  }
  put_text(text, length);
  put("\",\"stream\":\"", 12);
  put(stream == 1 ? "stdout" : "stderr", 6);
  put("\",\"time\":\"", 10);
  put(time, strlen(time));
  put("\"}\n", 3);
  /* What waits goes with this record into one file, or this record begins the next. */
  if (log->size + out.length > log->most) flush_part(log, before);
}

/* RFC 3339 in UTC with nanoseconds. */
static void format_time(char *text, size_t size) {
  struct timespec now = {0};
  struct tm parts;
  if (clock_gettime(CLOCK_REALTIME, &now) < 0 || !gmtime_r(&now.tv_sec, &parts)) {
    snprintf(text, size, "1970-01-01T00:00:00.000000000Z");
    return;
  }
  snprintf(text, size, "%04d-%02d-%02dT%02d:%02d:%02d.%09ldZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
           parts.tm_hour, parts.tm_min, parts.tm_sec, now.tv_nsec);
}

void log_output(struct log *log, int stream, const char *data, size_t length) {
  if (log->fd < 0) return;
  char time[64];
  format_time(time, sizeof time);
  struct log_line *line = &log->lines[stream - 1];
  while (length > 0) {
    const char *newline = memchr(data, '\n', length);
    size_t part = newline ? (size_t)(newline - data) + 1 : length;
    if (newline && line->length == 0 && part <= LOG_LINE) {
      put_record(log, stream, data, part, time);
    } else {
      if (part > LOG_LINE - line->length) {
        part = LOG_LINE - line->length;
        newline = NULL;
      }
      memcpy(line->bytes + line->length, data, part);
      line->length += part;
      if (newline) {
        put_record(log, stream, line->bytes, line->length, time);
        line->length = 0;
      } else if (line->length == LOG_LINE) {
        /* A character that the end of the piece would cut goes to the next one. */
        size_t rest = utf8_incomplete_tail((const uint8_t *)line->bytes, LOG_LINE);
        put_record(log, stream, line->bytes, LOG_LINE - rest, time);
        memmove(line->bytes, line->bytes + LOG_LINE - rest, rest);
        line->length = rest;
      }
    }
    data += part;
    length -= part;
  }
  flush(log);
}

void log_end(struct log *log, int stream) {
  struct log_line *line = &log->lines[stream - 1];
  if (log->fd < 0 || line->length == 0) return;
  char time[64];
  format_time(time, sizeof time);
  put_record(log, stream, line->bytes, line->length, time);
  line->length = 0;
  flush(log);
}
