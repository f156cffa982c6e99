// Names, their metadata, and mounts: one system call a function, as sys.ts says.
#include "engine.h"
#include "with_path.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

static const char *type_name(mode_t mode) {
  switch (mode & S_IFMT) {
  case S_IFDIR:
    return "dir";
  case S_IFLNK:
    return "symlink";
  case S_IFCHR:
    return "char";
  case S_IFBLK:
    return "block";
  case S_IFIFO:
    return "fifo";
  case S_IFSOCK:
    return "socket";
  default:
    return "file";
  }
}

JSValue stat_object(JSContext *ctx, const struct stat *st) {
  JSValue object = JS_NewObject(ctx);
  set(ctx, object, "type", JS_NewString(ctx, type_name(st->st_mode)));
  set(ctx, object, "mode", JS_NewInt32(ctx, st->st_mode & 07777));
  set(ctx, object, "uid", JS_NewInt64(ctx, st->st_uid));
  set(ctx, object, "gid", JS_NewInt64(ctx, st->st_gid));
  set(ctx, object, "size", JS_NewInt64(ctx, st->st_size));
  set(ctx, object, "mtime", JS_NewFloat64(ctx, (double)st->st_mtim.tv_sec * 1e3 + (double)(st->st_mtim.tv_nsec / 1000) / 1e3));
  set(ctx, object, "ino", JS_NewInt64(ctx, (int64_t)st->st_ino));
  set(ctx, object, "dev", JS_NewInt64(ctx, (int64_t)st->st_dev));
  set(ctx, object, "rdev", JS_NewInt64(ctx, (int64_t)st->st_rdev));
  set(ctx, object, "nlink", JS_NewInt64(ctx, (int64_t)st->st_nlink));
  return object;
}

static JSValue stat_with(JSContext *ctx, JSValueConst value, bool follow) {
  WITH_PATH(path, value, result, {
    struct stat st;
    if ((follow ? stat(path, &st) : lstat(path, &st)) == 0)
      result = stat_object(ctx, &st);
    else
      result = errno == ENOENT || errno == ENOTDIR ? JS_NULL : throw_errno(ctx, follow ? "stat" : "lstat", path, errno);
  })
}

static JSValue sys_stat(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  return stat_with(ctx, argv[0], true);
}

static JSValue sys_lstat(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  return stat_with(ctx, argv[0], false);
}

static JSValue read_directory(JSContext *ctx, const char *path) {
  DIR *directory = opendir(path);
  if (!directory)
    return throw_errno(ctx, "open", path, errno);
  JSValue list = JS_NewArray(ctx);
  uint32_t count = 0;
  const struct dirent *entry;
  while ((errno = 0, entry = readdir(directory))) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    mode_t mode = (mode_t)DTTOIF(entry->d_type);
    struct stat st;
    if (entry->d_type == DT_UNKNOWN && fstatat(dirfd(directory), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
      mode = st.st_mode;
    JSValue item = JS_NewObject(ctx);
    set(ctx, item, "name", text_of(ctx, entry->d_name, strlen(entry->d_name)));
    set(ctx, item, "type", JS_NewString(ctx, type_name(mode)));
    JS_SetPropertyUint32(ctx, list, count++, item);
  }
  int error = errno;
  closedir(directory);
  if (!error)
    return list;
  JS_FreeValue(ctx, list);
  return throw_errno(ctx, "getdents", path, error);
}

static JSValue sys_readdir(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  WITH_PATH(path, argv[0], result, { result = read_directory(ctx, path); })
}

// Calls with one path, told apart by their magic
enum { call_rmdir, call_unlink, call_chmod, call_readlink, call_statfs };

static JSValue read_link(JSContext *ctx, const char *path) {
  char target[4096];
  ssize_t size = readlink(path, target, sizeof target);
  return size < 0 ? throw_errno(ctx, "readlink", path, errno) : text_of(ctx, target, (size_t)size);
}

static JSValue stat_fs(JSContext *ctx, const char *path) {
  struct statfs st;
  if (statfs(path, &st) < 0)
    return throw_errno(ctx, "statfs", path, errno);
  JSValue object = JS_NewObject(ctx);
  set(ctx, object, "total", JS_NewInt64(ctx, (int64_t)st.f_blocks * st.f_bsize));
  set(ctx, object, "free", JS_NewInt64(ctx, (int64_t)st.f_bavail * st.f_bsize));
  return object;
}

static JSValue with_path(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv, int magic) {
  int mode = 0;
  if (magic == call_chmod && !int_of(ctx, argv[1], &mode))
    return JS_EXCEPTION;
  WITH_PATH(path, argv[0], result, {
    if (magic == call_rmdir && rmdir(path) < 0)
      result = throw_errno(ctx, "rmdir", path, errno);
    else if (magic == call_unlink && unlink(path) < 0)
      result = throw_errno(ctx, "unlink", path, errno);
    else if (magic == call_chmod && chmod(path, (mode_t)mode) < 0)
      result = throw_errno(ctx, "chmod", path, errno);
    else if (magic == call_readlink)
      result = read_link(ctx, path);
    else if (magic == call_statfs)
      result = stat_fs(ctx, path);
  })
}

static JSValue sys_lchown(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int uid, gid;
  if (!int_of(ctx, argv[1], &uid) || !int_of(ctx, argv[2], &gid))
    return JS_EXCEPTION;
  WITH_PATH(path, argv[0], result, {
    if (lchown(path, (uid_t)uid, (gid_t)gid) < 0)
      result = throw_errno(ctx, "lchown", path, errno);
  })
}

static JSValue sys_umount(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int flags;
  if (!int_of(ctx, argv[1], &flags))
    return JS_EXCEPTION;
  WITH_PATH(path, argv[0], result, {
    if (umount2(path, flags) < 0)
      result = throw_errno(ctx, "umount2", path, errno);
  })
}

// Calls with two names
enum { call_rename, call_link, call_symlink };

static JSValue with_two(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv, int magic) {
  const char *from = path_of(ctx, argv[0]);
  if (!from)
    return JS_EXCEPTION;
  const char *to = path_of(ctx, argv[1]);
  JSValue result = to ? JS_UNDEFINED : JS_EXCEPTION;
  if (to) {
    if (magic == call_rename && rename(from, to) < 0)
      result = throw_errno(ctx, "rename", from, errno);
    else if (magic == call_link && link(from, to) < 0)
      result = throw_errno(ctx, "link", to, errno);
    else if (magic == call_symlink && symlink(from, to) < 0)
      result = throw_errno(ctx, "symlink", to, errno);
    JS_FreeCString(ctx, to);
  }
  JS_FreeCString(ctx, from);
  return result;
}

static JSValue sys_mount(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int flags;
  if (!int_of(ctx, argv[3], &flags))
    return JS_EXCEPTION;
  const char *source = path_of(ctx, argv[0]), *target = path_of(ctx, argv[1]);
  const char *type = path_of(ctx, argv[2]), *data = path_of(ctx, argv[4]);
  JSValue result = JS_EXCEPTION;
  if (source && target && type && data) {
    result = JS_UNDEFINED;
    if (mount(source, target, type, (unsigned)flags, data) < 0)
      result = throw_errno(ctx, "mount", target, errno);
  }
  const char *all[] = {source, target, type, data};
  for (int i = 0; i < 4; i++)
    if (all[i])
      JS_FreeCString(ctx, all[i]);
  return result;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("stat", 1, sys_stat),
    JS_CFUNC_DEF("lstat", 1, sys_lstat),
    JS_CFUNC_DEF("readdir", 1, sys_readdir),
    JS_CFUNC_MAGIC_DEF("rmdir", 1, with_path, call_rmdir),
    JS_CFUNC_MAGIC_DEF("unlink", 1, with_path, call_unlink),
    JS_CFUNC_MAGIC_DEF("chmod", 2, with_path, call_chmod),
    JS_CFUNC_MAGIC_DEF("readlink", 1, with_path, call_readlink),
    JS_CFUNC_MAGIC_DEF("statfs", 1, with_path, call_statfs),
    JS_CFUNC_MAGIC_DEF("rename", 2, with_two, call_rename),
    JS_CFUNC_MAGIC_DEF("link", 2, with_two, call_link),
    JS_CFUNC_MAGIC_DEF("symlink", 2, with_two, call_symlink),
    JS_CFUNC_DEF("lchown", 3, sys_lchown),
    JS_CFUNC_DEF("mount", 5, sys_mount),
    JS_CFUNC_DEF("umount", 2, sys_umount),
};

void names_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
