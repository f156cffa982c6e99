#include "operations.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* mkdir -p below the container's root, as the user that the process is by now. */
static int make_path(const char *path) {
  char prefix[PATH_MAX];
  size_t length = strlen(path);
  if (length >= sizeof prefix) return ENAMETOOLONG;
  memcpy(prefix, path, length + 1);
  for (size_t i = 1; i <= length; i++) {
    if (prefix[i] != '/' && prefix[i] != '\0') continue;
    prefix[i] = '\0';
    if (mkdir(prefix, 0755) < 0 && errno != EEXIST) return errno;
    prefix[i] = path[i];
  }
  return 0;
}

/* chdir PATH [CREATE]: a directory outside the root, reached through a descriptor, is refused (CVE-2024-21626) */
int do_chdir(struct run *run, const struct step *step) {
  const char *path = argument(step, 0);
  if (*path != '/') return EINVAL;
  if (chdir(path) < 0) {
    if (errno != ENOENT || strcmp(argument(step, 1), "1") != 0) return errno;
    int error = make_path(path);
    if (error) return error;
    if (chdir(path) < 0) return errno;
  }
  char where[PATH_MAX];
  if (syscall(SYS_getcwd, where, sizeof where) < 0) return errno;
  return *where == '/' ? 0 : ENOENT;
}

/* A list of arguments from `*next` on: its count, then so many texts. NULL when that does not fit the step. */
static char **take_list(const struct step *step, uint32_t *next) {
  uint64_t count;
  if (argument_number(step, (*next)++, &count) != 0 || count > step->count - *next) return NULL;
  char **list = calloc((size_t)count + 1, sizeof *list);
  for (uint64_t i = 0; list && i < count; i++) list[i] = step->arguments[(*next)++].bytes;
  return list;
}

static const char *path_of(char *const *environment) {
  for (; *environment; environment++) {
    if (strncmp(*environment, "PATH=", 5) == 0) return *environment + 5;
  }
  return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

/* Along the container's own PATH. Directories that are not absolute are left out: they would mean the
 * working directory. */
static int search(const char *name, char **arguments, char **environment) {
  int seen = ENOENT;
  for (const char *next = path_of(environment); next;) {
    const char *colon = strchr(next, ':');
    size_t length = colon ? (size_t)(colon - next) : strlen(next);
    char path[PATH_MAX];
    if (*next == '/' && length + strlen(name) + 2 <= sizeof path) {
      memcpy(path, next, length);
      path[length] = '/';
      strcpy(path + length + 1, name);
      execve(path, arguments, environment);
      /* A file that may not be run does not hide a later one that may (execvp(3)). */
      if (errno == EACCES) seen = EACCES;
      else if (errno != ENOENT && errno != ENOTDIR) return errno;
    }
    next = colon ? colon + 1 : NULL;
  }
  return seen;
}

/* execve NAME ARGC ARG… ENVC ENV… */
int do_execve(struct run *run, const struct step *step) {
  const char *name = argument(step, 0);
  uint32_t next = 1;
  char **arguments = take_list(step, &next);
  char **environment = arguments ? take_list(step, &next) : NULL;
  if (!environment || next != step->count) return EINVAL;
  if (*name == '\0') return ENOENT;
  /* Every descriptor is close-on-exec where it is made; this is for the one that is not some day. */
  if (syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */) < 0) return errno;
  umask(run->umask);
  /* Without its shim nobody would hear of its end. A filter that forbids this call takes only that away. */
  (void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0L, 0L, 0L);
  if (!strchr(name, '/')) return search(name, arguments, environment);
  execve(name, arguments, environment);
  return errno;
}
