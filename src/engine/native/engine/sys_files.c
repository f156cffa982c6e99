// The content of files: one system call a function, as sys.ts says.
#include "engine.h"
#include "with_path.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static JSValue sys_open(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int flags, mode;
  if (!int_of(ctx, argv[1], &flags) || !int_or(ctx, argv[2], 0666, &mode))
    return JS_EXCEPTION;
  WITH_PATH(path, argv[0], result, {
    int fd = open(path, flags | O_CLOEXEC, mode);
    result = fd < 0 ? throw_errno(ctx, "open", path, errno) : JS_NewInt32(ctx, fd);
  })
}

static JSValue sys_open_in(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int flags, mode;
  if (!int_of(ctx, argv[2], &flags) || !int_or(ctx, argv[3], 0666, &mode))
    return JS_EXCEPTION;
  const char *root = path_of(ctx, argv[0]);
  if (!root)
    return JS_EXCEPTION;
  int root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  JSValue failed = root_fd < 0 ? throw_errno(ctx, "open", root, errno) : JS_UNDEFINED;
  JS_FreeCString(ctx, root);
  if (root_fd < 0)
    return failed;
  const char *path = path_of(ctx, argv[1]);
  if (!path) {
    close(root_fd);
    return JS_EXCEPTION;
  }
  struct open_how how = {
      .flags = (unsigned)flags | O_CLOEXEC,
      // openat2(2) refuses a mode where nothing can be created
      .mode = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? (unsigned)mode & 07777 : 0,
      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
  };
  int fd = (int)syscall(SYS_openat2, root_fd, path, &how, sizeof how);
  JSValue result = fd < 0 ? throw_errno(ctx, "openat2", path, errno) : JS_NewInt32(ctx, fd);
  close(root_fd);
  JS_FreeCString(ctx, path);
  return result;
}

static JSValue sys_close(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int fd;
  if (!int_of(ctx, argv[0], &fd))
    return JS_EXCEPTION;
  fd_forget(ctx, fd);
  return close(fd) < 0 && errno != EINTR ? throw_errno(ctx, "close", NULL, errno) : JS_UNDEFINED;
}

static JSValue read_file(JSContext *ctx, JSValueConst value, bool as_text) {
  WITH_PATH(path, value, result, {
    size_t size;
    char *data = read_whole(path, &size);
    if (data)
      result = as_text ? text_of(ctx, data, size) : buffer_copy(ctx, data, size);
    else
      result = throw_errno(ctx, errno == EISDIR ? "read" : "open", path, errno);
    free(data);
  })
}

static JSValue sys_read_file(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  return read_file(ctx, argv[0], false);
}

static JSValue sys_read_text(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  return read_file(ctx, argv[0], true);
}

static JSValue sys_pread(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int fd;
  size_t length, got = 0;
  int64_t offset;
  if (!int_of(ctx, argv[0], &fd) || !size_of(ctx, argv[1], &length) || !offset_of(ctx, argv[2], &offset))
    return JS_EXCEPTION;
  uint8_t *data = js_malloc(ctx, length ? length : 1);
  if (!data)
    return JS_EXCEPTION;
  while (got < length) {
    ssize_t part = pread(fd, data + got, length - got, offset + (int64_t)got);
    if (part < 0 && errno == EINTR)
      continue;
    if (part < 0) {
      js_free(ctx, data);
      return throw_errno(ctx, "pread", NULL, errno);
    }
    if (part == 0)
      break;
    got += (size_t)part;
  }
  uint8_t *exact = got < length ? js_realloc(ctx, data, got ? got : 1) : data;
  return buffer_own(ctx, exact ? exact : data, got);
}

// Writes all of it, or returns the error.
static int write_all(int fd, const struct bytes *bytes) {
  size_t done = 0;
  do {
    ssize_t part = write(fd, bytes->data + done, bytes->size - done);
    if (part < 0 && errno == EINTR)
      continue;
    if (part < 0)
      return errno;
    done += (size_t)part;
  } while (done < bytes->size);
  return 0;
}

// Frees nothing; throws with the name that was asked for.
static JSValue write_to(JSContext *ctx, const char *path, const char *shown, int flags, int mode, const struct bytes *bytes) {
  int fd = open(path, flags | O_WRONLY | O_CREAT | O_CLOEXEC, mode);
  if (fd < 0)
    return throw_errno(ctx, "open", shown, errno);
  int error = write_all(fd, bytes);
  if (close(fd) < 0 && !error && errno != EINTR)
    error = errno;
  return error ? throw_errno(ctx, "write", shown, error) : JS_UNDEFINED;
}

static JSValue write_atomic(JSContext *ctx, const char *path, int mode, const struct bytes *bytes) {
  static unsigned counter;
  size_t room = strlen(path) + 40;
  char *beside = malloc(room);
  if (!beside)
    return throw_errno(ctx, "open", path, ENOMEM);
  snprintf(beside, room, "%s.%d.%u.tmp", path, (int)getpid(), ++counter);
  JSValue result = write_to(ctx, beside, path, O_EXCL, mode, bytes);
  if (!JS_IsException(result) && rename(beside, path) < 0)
    result = throw_errno(ctx, "rename", path, errno);
  if (JS_IsException(result))
    unlink(beside);
  free(beside);
  return result;
}

static JSValue write_with(JSContext *ctx, JSValueConst *argv, bool atomic) {
  int mode;
  struct bytes bytes;
  if (!int_or(ctx, argv[2], 0644, &mode))
    return JS_EXCEPTION;
  const char *path = path_of(ctx, argv[0]);
  if (!path)
    return JS_EXCEPTION;
  JSValue result = JS_EXCEPTION;
  if (bytes_of(ctx, argv[1], &bytes)) {
    result = atomic ? write_atomic(ctx, path, mode, &bytes) : write_to(ctx, path, path, O_TRUNC, mode, &bytes);
    bytes_free(ctx, &bytes);
  }
  JS_FreeCString(ctx, path);
  return result;
}

static JSValue sys_write_file(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  return write_with(ctx, argv, false);
}

static JSValue sys_write_atomic(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  return write_with(ctx, argv, true);
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("open", 3, sys_open),
    JS_CFUNC_DEF("openIn", 4, sys_open_in),
    JS_CFUNC_DEF("close", 1, sys_close),
    JS_CFUNC_DEF("readFile", 1, sys_read_file),
    JS_CFUNC_DEF("readText", 1, sys_read_text),
    JS_CFUNC_DEF("pread", 3, sys_pread),
    JS_CFUNC_DEF("writeFile", 3, sys_write_file),
    JS_CFUNC_DEF("writeAtomic", 3, sys_write_atomic),
};

void files_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
