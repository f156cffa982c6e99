/* A container's log, in the format of Docker's json-file driver: one JSON document a line. */
#ifndef BOTTLE_LOG_H
#define BOTTLE_LOG_H

#include <stddef.h>
#include <stdint.h>

/* A longer line is kept in pieces of this size; only the last one ends with "\\n". */
enum { LOG_LINE = 16 * 1024 };

/* What was written of a line that has not ended yet. */
struct log_line {
  size_t length;
  char bytes[LOG_LINE];
};

struct log {
  /* -1: nothing is logged. */
  int fd;
  const char *path;
  uint64_t size, most;
  /* Files that are kept, the current one included. */
  uint64_t files;
  /* Of standard output and of standard error. */
  struct log_line lines[2];
};

/* Opens the log in a zeroed structure, to go on at its end. `path` must last; "" logs nothing. `most` 0 is
 * 10 MB. Returns 0 or errno. */
int log_open(struct log *log, const char *path, uint64_t most, uint64_t files);

/* Notes output of stream 1 or 2 at this moment. A log that cannot be written (the disk is full) loses
 * it: the container goes on. */
void log_output(struct log *log, int stream, const char *data, size_t length);

/* The stream ended: what stands of its last line is noted. */
void log_end(struct log *log, int stream);

#endif
