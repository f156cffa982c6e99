/* Reading and writing whole things; every function says what went wrong as an errno(3) number. */
#ifndef BOTTLE_IO_H
#define BOTTLE_IO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Writes all of `data`, waiting where the descriptor blocks. Returns 0 or errno. */
int write_all(int fd, const void *data, size_t length);

/* open(path, flags, mode), one write(2) of everything, close. A short write is EIO. Returns 0 or errno. */
int write_file(const char *path, int flags, mode_t mode, const void *data, size_t length);

/* The whole file in malloc'd memory with room for `spare` more bytes; refuses more than `most` bytes
 * (EFBIG). Returns 0 or errno. */
int read_file(const char *path, size_t most, size_t spare, char **data, size_t *length);

/* Up to `capacity - 1` bytes of a small file, NUL-terminated. Returns their number or -errno. */
ssize_t read_text(const char *path, char *text, size_t capacity);

/* Writes `path`.new, then renames it over `path`: readers see the old content or the new, never half. */
int write_atomic(const char *path, mode_t mode, const void *data, size_t length);

/* A whole number: decimal, 0octal or 0xhex as strtoull(3) with `base`, nothing before or after it.
 * Returns 0, EINVAL or ERANGE. */
int parse_number(const char *text, int base, uint64_t *number);

/* Now of a clock(3) in nanoseconds. */
uint64_t clock_ns(int clock);

#endif
