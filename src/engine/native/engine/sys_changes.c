// changes: what the upper directory of an overlay did to the tree below it, as `docker diff` tells it.
#include "below.h"
#include "engine.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { deepest = 200, modified = 0, added = 1, deleted = 2 };

struct comparison {
  JSContext *ctx;
  JSValue list;
  uint32_t count;
  char path[4096];
};

static void note(struct comparison *c, size_t length, int kind) {
  JSValue item = JS_NewObject(c->ctx);
  set(c->ctx, item, "Path", text_of(c->ctx, c->path, length));
  set(c->ctx, item, "Kind", JS_NewInt32(c->ctx, kind));
  JS_SetPropertyUint32(c->ctx, c->list, c->count++, item);
}

// A directory is in the upper one as soon as something in it changes: that alone is no change of its own.
static bool same_directory(const struct stat *a, const struct stat *b) {
  return S_ISDIR(a->st_mode) && S_ISDIR(b->st_mode) && a->st_mode == b->st_mode && a->st_uid == b->st_uid && a->st_gid == b->st_gid &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static int own_names(const struct dirent *entry) { return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0; }

static int compare(struct comparison *c, int upper, int lower, size_t length, bool noted, int depth);

static int compare_below(struct comparison *c, int upper, int lower, const char *name, size_t length, bool noted, int depth) {
  if (depth >= deepest)
    return ELOOP;
  int above = openat(upper, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (above < 0)
    return errno == ENOENT || errno == ENOTDIR ? 0 : errno;
  int below = lower < 0 ? -1 : openat(lower, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int error = compare(c, above, below, length, noted, depth + 1);
  close(above);
  if (below >= 0)
    close(below);
  return error;
}

static int compare_one(struct comparison *c, int upper, int lower, const char *name, size_t length, bool *noted, int depth) {
  struct stat st, before;
  size_t end = length + 1 + strlen(name);
  if (end >= sizeof c->path)
    return ENAMETOOLONG;
  if (fstatat(upper, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return errno == ENOENT ? 0 : errno;
  int kind = added;
  if (S_ISCHR(st.st_mode) && st.st_rdev == 0)
    kind = deleted;
  else if (lower >= 0 && fstatat(lower, name, &before, AT_SYMLINK_NOFOLLOW) == 0)
    kind = modified;
  if (kind != modified && !*noted && length > 0) {
    note(c, length, modified);
    *noted = true;
  }
  c->path[length] = '/';
  memcpy(c->path + length + 1, name, end - length);
  bool own = kind != modified || !same_directory(&st, &before);
  if (own)
    note(c, end, kind);
  return S_ISDIR(st.st_mode) ? compare_below(c, upper, lower, name, end, own, depth) : 0;
}

// `noted`: the directory itself, `length` bytes of the path, is among the changes.
static int compare(struct comparison *c, int upper, int lower, size_t length, bool noted, int depth) {
  struct dirent **names;
  char place[32];
  int count = scandir(descriptor_path(upper, place), &names, own_names, by_name);
  int error = count < 0 ? errno : 0;
  for (int i = 0; i < count; i++) {
    if (!error)
      error = compare_one(c, upper, lower, names[i]->d_name, length, &noted, depth);
    free(names[i]);
  }
  if (count >= 0)
    free(names);
  return error;
}

// changes(upper, lower): a path, and a descriptor of the merged tree below it
static JSValue sys_changes(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int lower;
  if (!int_of(ctx, argv[1], &lower))
    return JS_EXCEPTION;
  const char *path = path_of(ctx, argv[0]);
  if (!path)
    return JS_EXCEPTION;
  struct comparison comparison = {.ctx = ctx, .list = JS_NewArray(ctx)};
  int upper = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int error = upper < 0 ? errno : compare(&comparison, upper, lower, 0, true, 0);
  if (upper >= 0)
    close(upper);
  if (error) {
    JS_FreeValue(ctx, comparison.list);
    comparison.list = throw_errno(ctx, "getdents", path, error);
  }
  JS_FreeCString(ctx, path);
  return comparison.list;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("changes", 2, sys_changes),
};

void changes_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
