/*
 * A change is noted by its place, and told by what is there a moment later: any number of writes is one message,
 * and a file that came and went in between is none. Watches are on directories only.
 */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "../lib/io.h"
#include "../lib/utf8.h"

/* More directories, or deeper ones, are shown and not watched: a learner's project is smaller. */
enum { MOST_WATCHES = 1024, DEEPEST = 32, MOST_CHANGES = 512 };

/* How long changes are gathered. The page learns of them in well under 300 ms. */
static const uint64_t GATHER_NS = 20000000u;

static const uint32_t EVENTS = IN_CREATE | IN_DELETE | IN_MODIFY | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO |
                               IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK;

static struct watch {
  int id;
  /* malloc'd; "" is the root. */
  char *path;
} watches[MOST_WATCHES];
static unsigned watch_count;

static char *changes[MOST_CHANGES];
static unsigned change_count;
static uint64_t due;

static int inotify = -1;
/* Events were lost, or there were too many: only the whole tree is the truth. */
static bool lost;

int tree_open(void) {
  inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  return inotify < 0 ? -errno : inotify;
}

static bool is_text(const char *name) {
  size_t length = strlen(name);
  return utf8_valid_prefix((const uint8_t *)name, length) == length;
}

static bool is_below(const char *path, const char *above) {
  size_t length = strlen(above);
  return strncmp(path, above, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static void drop(unsigned index) {
  free(watches[index].path);
  watches[index] = watches[--watch_count];
}

/* What was moved away goes on to be watched by the kernel, under a name that is not its own any more. */
static void unwatch(const char *path) {
  for (unsigned i = 0; i < watch_count;) {
    if (!is_below(watches[i].path, path)) {
      i++;
      continue;
    }
    inotify_rm_watch(inotify, watches[i].id);
    drop(i);
  }
}

static struct watch *watch_of(int id) {
  for (unsigned i = 0; i < watch_count; i++) {
    if (watches[i].id == id) return &watches[i];
  }
  return NULL;
}

static bool is_watched(const char *path) {
  for (unsigned i = 0; i < watch_count; i++) {
    if (strcmp(watches[i].path, path) == 0) return true;
  }
  return false;
}

static bool watch(const char *path) {
  if (watch_count == MOST_WATCHES) return false;
  int id = inotify_add_watch(inotify, *path ? path : ".", EVENTS);
  if (id < 0) return false;
  struct watch *known = watch_of(id);
  char *copy = strdup(path);
  if (!copy) {
    if (!known) inotify_rm_watch(inotify, id);
    return false;
  }
  if (known) free(known->path); /* a mount that shows the same directory twice */
  else known = &watches[watch_count++];
  *known = (struct watch){.id = id, .path = copy};
  return true;
}

static void tell_gone(struct message *out, const char *path) {
  size_t start = message_begin(out, 0, 'G');
  put_text(out, path);
  message_end(out, start);
}

static void tell_entry(struct message *out, const char *path, const struct stat *entry, unsigned below) {
  size_t start = message_begin(out, 0, 'E');
  put_text(out, path);
  put_entry(out, entry, below);
  message_end(out, start);
}

static void tell_below(struct message *out, const char *path, unsigned depth);

/* `path` and, when it is a directory that was not watched, everything below it. */
static void tell(struct message *out, const char *path, unsigned depth) {
  struct stat entry;
  if (lstat(path, &entry) < 0) {
    unwatch(path);
    tell_gone(out, path);
    return;
  }
  unsigned below = BELOW_AS_BEFORE;
  if (!S_ISDIR(entry.st_mode)) unwatch(path);
  /* Watched before it is read: nothing can happen unseen in between. */
  else if (!is_watched(path)) below = depth < DEEPEST && watch(path) ? BELOW_ANEW : BELOW_UNTOLD;
  tell_entry(out, path, &entry, below);
  if (below == BELOW_ANEW) tell_below(out, path, depth);
}

static void tell_below(struct message *out, const char *path, unsigned depth) {
  DIR *directory = opendir(*path ? path : ".");
  if (!directory) return;
  for (struct dirent *each; (each = readdir(directory));) {
    char child[PATH_MAX];
    if (strcmp(each->d_name, ".") == 0 || strcmp(each->d_name, "..") == 0) continue;
    if (!is_text(each->d_name)) continue;
    int length = snprintf(child, sizeof child, "%s%s%s", path, *path ? "/" : "", each->d_name);
    if (length > 0 && (size_t)length < sizeof child) tell(out, child, depth + 1);
  }
  closedir(directory);
}

static void tell_mark(struct message *out, char kind) {
  message_end(out, message_begin(out, 0, kind));
}

static void forget_changes(void) {
  while (change_count > 0) free(changes[--change_count]);
  due = 0;
}

void tree_tell(struct message *out) {
  while (watch_count > 0) {
    inotify_rm_watch(inotify, watches[watch_count - 1].id);
    drop(watch_count - 1);
  }
  forget_changes();
  lost = false;
  tell_mark(out, 'R');
  if (watch("")) tell_below(out, "", 0);
  tell_mark(out, 'S');
}

static void note(const char *path) {
  if (due == 0) due = clock_ns(CLOCK_MONOTONIC) + GATHER_NS;
  for (unsigned i = 0; i < change_count; i++) {
    if (strcmp(changes[i], path) == 0) return;
  }
  char *copy = change_count < MOST_CHANGES ? strdup(path) : NULL;
  if (copy) changes[change_count++] = copy;
  else lost = true;
}

static void happened(const struct inotify_event *event) {
  const struct watch *watched = watch_of(event->wd);
  if (event->mask & IN_Q_OVERFLOW) {
    lost = true;
    due = clock_ns(CLOCK_MONOTONIC);
    return;
  }
  if (!watched) return;
  if (event->mask & IN_IGNORED) {
    drop((unsigned)(watched - watches));
    return;
  }
  /* Of a directory itself its parent tells as well. */
  if (event->len == 0 || !is_text(event->name)) return;
  char path[PATH_MAX];
  int length = snprintf(path, sizeof path, "%s%s%s", watched->path, *watched->path ? "/" : "", event->name);
  if (length < 0 || (size_t)length >= sizeof path) return;
  if ((event->mask & (IN_MOVED_FROM | IN_MOVED_TO)) && (event->mask & IN_ISDIR)) unwatch(path);
  note(path);
}

void tree_read(void) {
  _Alignas(struct inotify_event) char room[4096];
  ssize_t size;
  while ((size = read(inotify, room, sizeof room)) > 0) {
    for (ssize_t at = 0; at < size;) {
      const struct inotify_event *event = (const struct inotify_event *)(room + at);
      at += (ssize_t)(sizeof *event + event->len);
      happened(event);
    }
  }
}

static unsigned depth_of(const char *path) {
  unsigned depth = 1;
  for (; *path; path++) depth += *path == '/';
  return depth;
}

void tree_settle(struct message *out) {
  if (lost) {
    tree_tell(out);
    return;
  }
  for (unsigned i = 0; i < change_count; i++) {
    /* Below something that is told of as a whole, or gone as a whole, it may be told twice: it is the truth twice. */
    tell(out, changes[i], depth_of(changes[i]));
  }
  forget_changes();
}

int tree_due(void) {
  if (due == 0) return -1;
  uint64_t now = clock_ns(CLOCK_MONOTONIC);
  return now >= due ? 0 : (int)((due - now) / 1000000u) + 1;
}
