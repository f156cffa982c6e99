// Whole directory trees: mkdir -p, removal, size. Always by descriptor, so that no name is followed twice.
#include "engine.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Deeper than any image, far from the end of the stack and of the descriptors
enum { deepest = 200 };

static int make_directories(char *path, mode_t mode) {
  if (mkdir(path, mode) == 0)
    return 0;
  if (errno == ENOENT) {
    char *slash = strrchr(path, '/');
    while (slash && slash > path && slash[1] == 0) { // a/b/ → a/b
      *slash = 0;
      slash = strrchr(path, '/');
    }
    if (!slash || slash == path)
      return ENOENT;
    *slash = 0;
    int error = make_directories(path, mode | 0300);
    *slash = '/';
    if (error)
      return error;
    if (mkdir(path, mode) == 0)
      return 0;
  }
  int error = errno;
  struct stat st;
  if (error == EEXIST && stat(path, &st) == 0)
    return S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
  return error;
}

static JSValue sys_mkdir(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int mode;
  if (!int_of(ctx, argv[1], &mode))
    return JS_EXCEPTION;
  const char *path = path_of(ctx, argv[0]);
  if (!path)
    return JS_EXCEPTION;
  int error = 0;
  if (JS_ToBool(ctx, argv[2])) {
    char *copy = strdup(path);
    error = copy ? make_directories(copy, (mode_t)mode) : ENOMEM;
    free(copy);
  } else if (mkdir(path, (mode_t)mode) < 0) {
    error = errno;
  }
  JSValue result = error ? throw_errno(ctx, "mkdir", path, error) : JS_UNDEFINED;
  JS_FreeCString(ctx, path);
  return result;
}

static bool is_dot(const char *name) { return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2])); }

// Opens a directory below `parent` for its entries; NULL with errno.
static DIR *open_below(int parent, const char *name) {
  // Device numbers would not tell a bind mount of the same file system
  struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, .resolve = parent == AT_FDCWD ? 0 : RESOLVE_NO_XDEV};
  int fd = (int)syscall(SYS_openat2, parent, name, &how, sizeof how);
  if (fd < 0) {
    if (errno == EXDEV)
      errno = EBUSY;
    return NULL;
  }
  DIR *directory = fdopendir(fd);
  if (!directory)
    close(fd);
  return directory;
}

// Removes `name` below `parent`; a mount stays, and gives EBUSY. Returns 0 or the error.
static int remove_below(int parent, const char *name, int depth) {
  if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
    return 0;
  if (errno != EISDIR && errno != EPERM)
    return errno;
  int error = errno;
  struct stat st;
  if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return errno == ENOENT ? 0 : errno;
  if (!S_ISDIR(st.st_mode))
    return error;
  if (depth >= deepest)
    return ELOOP;
  if (unlinkat(parent, name, AT_REMOVEDIR) == 0)
    return 0;
  if (errno != ENOTEMPTY && errno != EEXIST)
    return errno;
  DIR *directory = open_below(parent, name);
  if (!directory)
    return errno;
  error = 0;
  const struct dirent *entry;
  while (!error && (errno = 0, entry = readdir(directory)))
    if (!is_dot(entry->d_name))
      error = remove_below(dirfd(directory), entry->d_name, depth + 1);
  if (!error)
    error = errno;
  closedir(directory);
  if (error)
    return error;
  return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : errno;
}

static int remove_tree(const char *path) {
  char *first = strdup(path), *second = strdup(path);
  int error = ENOMEM;
  if (first && second) {
    int parent = open(dirname(first), O_PATH | O_DIRECTORY | O_CLOEXEC);
    error = parent >= 0 ? remove_below(parent, basename(second), 0) : errno == ENOENT || errno == ENOTDIR ? 0 : errno;
    if (parent >= 0)
      close(parent);
  }
  free(first);
  free(second);
  return error;
}

static JSValue sys_remove_tree(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  const char *path = path_of(ctx, argv[0]);
  if (!path)
    return JS_EXCEPTION;
  int error = remove_tree(path);
  JSValue result = error ? throw_errno(ctx, "unlink", path, error) : JS_UNDEFINED;
  JS_FreeCString(ctx, path);
  return result;
}

// Files with several names that were counted already
struct seen {
  struct {
    dev_t device;
    ino_t inode;
  } *files;
  size_t count, room;
};

static bool seen_before(struct seen *seen, const struct stat *st) {
  for (size_t i = 0; i < seen->count; i++)
    if (seen->files[i].inode == st->st_ino && seen->files[i].device == st->st_dev)
      return true;
  if (seen->count == seen->room) {
    size_t room = seen->room ? seen->room * 2 : 64;
    void *grown = realloc(seen->files, room * sizeof *seen->files);
    if (!grown)
      return false;
    seen->files = grown;
    seen->room = room;
  }
  seen->files[seen->count].device = st->st_dev;
  seen->files[seen->count++].inode = st->st_ino;
  return false;
}

static int size_below(int parent, const char *name, int depth, struct seen *seen, int64_t *total) {
  DIR *directory = open_below(parent, name);
  if (!directory)
    return errno == EBUSY ? 0 : errno; // what is mounted there is not the tree's
  int error = 0;
  const struct dirent *entry;
  while (!error && (errno = 0, entry = readdir(directory))) {
    struct stat st;
    if (is_dot(entry->d_name))
      continue;
    if (fstatat(dirfd(directory), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
      if (errno != ENOENT) // a container may be at work in there
        error = errno;
    } else if (S_ISDIR(st.st_mode)) {
      error = depth >= deepest ? ELOOP : size_below(dirfd(directory), entry->d_name, depth + 1, seen, total);
      if (error == ENOENT)
        error = 0;
    } else if (S_ISREG(st.st_mode) && (st.st_nlink == 1 || !seen_before(seen, &st))) {
      *total += st.st_size;
    }
  }
  if (!error && !entry)
    error = errno;
  closedir(directory);
  return error;
}

static JSValue sys_tree_size(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  const char *path = path_of(ctx, argv[0]);
  if (!path)
    return JS_EXCEPTION;
  struct seen seen = {0};
  int64_t total = 0;
  int error = size_below(AT_FDCWD, path, 0, &seen, &total);
  free(seen.files);
  JSValue result = error ? throw_errno(ctx, "getdents", path, error) : JS_NewInt64(ctx, total);
  JS_FreeCString(ctx, path);
  return result;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("mkdir", 3, sys_mkdir),
    JS_CFUNC_DEF("removeTree", 1, sys_remove_tree),
    JS_CFUNC_DEF("treeSize", 1, sys_tree_size),
};

void tree_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
