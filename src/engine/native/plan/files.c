#include "operations.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../lib/io.h"

static int make_directory(const char *path, mode_t mode) {
  return mkdir(path, mode) == 0 || errno == EEXIST ? 0 : errno;
}

/* mkdir PATH MODE [PARENTS] */
int do_mkdir(struct run *run, const struct step *step) {
  uint64_t mode;
  char *path = step->arguments[0].bytes;
  int error = argument_number(step, 1, &mode);
  if (error) return error;
  if (*path == '\0') return ENOENT;
  if (strcmp(argument(step, 2), "1") == 0) {
    for (char *slash = strchr(path + 1, '/'); !error && slash; slash = strchr(slash + 1, '/')) {
      *slash = '\0';
      error = make_directory(path, (mode_t)mode);
      *slash = '/';
    }
  }
  return error ? error : make_directory(path, (mode_t)mode);
}

/* write PATH DATA: into a file that exists, as those of cgroup2 and procfs do */
int do_write(struct run *run, const struct step *step) {
  return write_file(argument(step, 0), 0, 0, step->arguments[1].bytes, step->arguments[1].length);
}

/* create PATH MODE DATA */
int do_create(struct run *run, const struct step *step) {
  uint64_t mode;
  int error = argument_number(step, 1, &mode);
  if (error) return error;
  return write_file(argument(step, 0), O_CREAT | O_TRUNC | O_NOFOLLOW, (mode_t)mode, step->arguments[2].bytes,
                    step->arguments[2].length);
}

/* Waits until no process is left in the cgroup, 5 s at most. */
static int wait_empty(int directory) {
  int fd = openat(directory, "cgroup.events", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  uint64_t deadline = clock_ns(CLOCK_MONOTONIC) + 5000000000u;
  int error = 0;
  for (;;) {
    char events[256];
    ssize_t n = pread(fd, events, sizeof events - 1, 0);
    if (n < 0) {
      error = errno;
      break;
    }
    events[n] = '\0';
    if (strstr(events, "populated 0")) break;
    uint64_t now = clock_ns(CLOCK_MONOTONIC);
    if (now >= deadline) {
      error = ETIMEDOUT;
      break;
    }
    struct pollfd changed = {.fd = fd, .events = POLLPRI};
    if (poll(&changed, 1, (int)((deadline - now) / 1000000u) + 1) < 0 && errno != EINTR) {
      error = errno;
      break;
    }
  }
  close(fd);
  return error;
}

/* Removes the cgroups below a directory; `directory` is closed. */
static int remove_below(int directory) {
  DIR *list = fdopendir(directory);
  if (!list) {
    int error = errno;
    close(directory);
    return error;
  }
  int error = 0;
  for (struct dirent *entry; (entry = readdir(list));) {
    if (entry->d_type != DT_DIR || entry->d_name[0] == '.') continue;
    int below = openat(dirfd(list), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int failed = below < 0 ? errno : remove_below(below);
    if (!failed && unlinkat(dirfd(list), entry->d_name, AT_REMOVEDIR) < 0) failed = errno;
    if (failed && !error) error = failed;
  }
  closedir(list);
  return error;
}

/* A cgroup that is not empty: what is left in it is killed, and the cgroups that the container made go first. */
static int remove_cgroup(const char *path) {
  int directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (directory < 0) return errno;
  int kill = openat(directory, "cgroup.kill", O_WRONLY | O_CLOEXEC);
  int error = kill < 0 ? EBUSY : write_all(kill, "1", 1);
  if (kill >= 0) close(kill);
  if (!error) error = wait_empty(directory);
  if (error) {
    close(directory);
    return error;
  }
  error = remove_below(directory);
  return rmdir(path) == 0 ? 0 : error ? error : errno;
}

/* rmdir PATH */
int do_rmdir(struct run *run, const struct step *step) {
  const char *path = argument(step, 0);
  if (rmdir(path) == 0) return STEP_OK;
  if (errno == EBUSY) return remove_cgroup(path);
  return errno == ENOENT ? STEP_ABSENT : errno;
}
