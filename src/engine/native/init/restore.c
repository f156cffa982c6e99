#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "init.h"

enum { ENTROPY = 32 };

int parse_clock(const char *text, struct timespec *time) {
  char *end;
  if (*text < '0' || *text > '9') return EINVAL;
  *time = (struct timespec){.tv_sec = strtoll(text, &end, 10)};
  if (*end == '.') {
    long unit = 100000000;
    for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10) time->tv_nsec += (*end - '0') * unit;
  }
  return *end == '\0' ? 0 : EINVAL;
}

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/* Every visitor restores the same memory: without this all would draw the same "random" numbers. */
static int stir(const char *hex) {
  struct {
    int bits, bytes;
    unsigned char data[ENTROPY];
  } pool = {ENTROPY * 8, ENTROPY, {0}};
  if (strlen(hex) != ENTROPY * 2) return EINVAL;
  for (unsigned i = 0; i < ENTROPY; i++) {
    int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return EINVAL;
    pool.data[i] = (unsigned char)(high << 4 | low);
  }
  int fd = open("/dev/urandom", O_RDWR | O_CLOEXEC);
  if (fd < 0) return errno;
  int error = ioctl(fd, RNDADDENTROPY, &pool) < 0 || ioctl(fd, RNDRESEEDCRNG) < 0 ? errno : 0;
  close(fd);
  return error;
}

int restore(const char *time, const char *entropy) {
  struct timespec now;
  int error = parse_clock(time, &now);
  if (!error) error = stir(entropy);
  if (!error && clock_settime(CLOCK_REALTIME, &now) < 0) error = errno;
  return error;
}
