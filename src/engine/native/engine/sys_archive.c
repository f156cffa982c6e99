// Packing and unpacking below a descriptor: lib/pack and the plain half of lib/layer as objects.
#include "below.h"
#include "engine.h"
#include "pack.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static JSClassID pack_class;

static void pack_finalizer(JSRuntime *rt, JSValue value) {
  struct pack *pack = JS_GetOpaque(value, pack_class);
  if (pack) {
    pack_free(pack);
    js_free_rt(rt, pack);
  }
}

static const JSClassDef pack_definition = {"TarWriter", .finalizer = pack_finalizer};

static JSValue pack_js_read(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct pack *pack = JS_GetOpaque(this_value, pack_class);
  size_t size;
  if (!pack)
    return JS_ThrowTypeError(ctx, "this tar writer is closed");
  if (!size_of(ctx, argv[0], &size))
    return JS_EXCEPTION;
  uint8_t *data = js_malloc(ctx, size ? size : 1);
  if (!data)
    return JS_EXCEPTION;
  ssize_t got = pack_read(pack, data, size);
  if (got >= 0)
    return buffer_own(ctx, data, (size_t)got);
  js_free(ctx, data);
  return throw_errno(ctx, pack->call, pack->name, pack->error);
}

static JSValue pack_js_close(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct pack *pack = JS_GetOpaque(this_value, pack_class);
  if (pack) {
    JS_SetOpaque(this_value, NULL);
    pack_free(pack);
    js_free(ctx, pack);
  }
  return JS_UNDEFINED;
}

static JSValue pack_js_bytes(JSContext *ctx, JSValueConst this_value) {
  const struct pack *pack = JS_GetOpaque(this_value, pack_class);
  return JS_NewInt64(ctx, pack ? (int64_t)pack->bytes : 0);
}

static bool option(JSContext *ctx, JSValueConst options, const char *name, bool *out) {
  JSValue value = JS_GetPropertyStr(ctx, options, name);
  int truth = JS_IsException(value) ? -1 : JS_ToBool(ctx, value);
  JS_FreeValue(ctx, value);
  *out = truth == 1;
  return truth >= 0;
}

// Whether the option is there and not undefined; takes it.
static bool given(JSContext *ctx, JSValueConst options, const char *name, JSValue *out) {
  *out = JS_GetPropertyStr(ctx, options, name);
  return !JS_IsUndefined(*out) && !JS_IsException(*out);
}

static bool pair_of(JSContext *ctx, JSValueConst list, unsigned *first, unsigned *second) {
  JSValue a = JS_GetPropertyUint32(ctx, list, 0), b = JS_GetPropertyUint32(ctx, list, 1);
  bool fine = int_of(ctx, a, (int *)first) && int_of(ctx, b, (int *)second);
  JS_FreeValue(ctx, a);
  JS_FreeValue(ctx, b);
  return fine;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void free_skip(struct pack_options *options) {
  for (size_t i = 0; i < options->skip_count; i++)
    free(options->skip[i]);
  free(options->skip);
}

static bool skip_of(JSContext *ctx, JSValueConst list, struct pack_options *out) {
  JSValue length = JS_GetPropertyStr(ctx, list, "length");
  size_t count;
  bool fine = size_of(ctx, length, &count);
  JS_FreeValue(ctx, length);
  if (fine && count && !(out->skip = calloc(count, sizeof *out->skip)))
    fine = (JS_ThrowOutOfMemory(ctx), false);
  for (uint32_t i = 0; fine && i < count; i++) {
    JSValue value = JS_GetPropertyUint32(ctx, list, i);
    const char *name = path_of(ctx, value);
    char *copy = name ? strdup(name) : NULL;
    if (copy)
      out->skip[out->skip_count++] = copy;
    else
      fine = (name ? JS_ThrowOutOfMemory(ctx) : JS_EXCEPTION, false);
    if (name)
      JS_FreeCString(ctx, name);
    JS_FreeValue(ctx, value);
  }
  if (fine && count)
    qsort(out->skip, out->skip_count, sizeof *out->skip, by_name);
  return fine;
}

static bool pack_options_of(JSContext *ctx, JSValueConst object, struct pack_options *out) {
  JSValue owner, skip;
  bool fine = option(ctx, object, "overlay", &out->overlay) && option(ctx, object, "system", &out->system) && option(ctx, object, "timeless", &out->timeless);
  out->owned = given(ctx, object, "owner", &owner);
  fine = fine && !JS_IsException(owner) && (!out->owned || pair_of(ctx, owner, &out->uid, &out->gid));
  bool skips = given(ctx, object, "skip", &skip);
  fine = fine && !JS_IsException(skip) && (!skips || skip_of(ctx, skip, out));
  JS_FreeValue(ctx, skip);
  JS_FreeValue(ctx, owner);
  return fine;
}

// Begins to pack `fd`, which is taken, with the options. NULL: thrown.
static struct pack *begin_pack(JSContext *ctx, int fd, const char *path, const char *name, struct pack_options *options) {
  struct pack *pack = js_malloc(ctx, sizeof *pack);
  if (!pack) {
    close(fd);
    free_skip(options);
    return NULL;
  }
  if (pack_begin(pack, fd, name, options))
    return pack;
  throw_errno(ctx, pack->call, path, pack->error);
  pack_free(pack);
  js_free(ctx, pack);
  return NULL;
}

// tarWriter(root, path, { name, overlay, system, timeless, owner, skip })
static JSValue sys_tar_writer(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int root;
  struct pack_options options = {0};
  if (!int_of(ctx, argv[0], &root))
    return JS_EXCEPTION;
  const char *path = path_of(ctx, argv[1]), *name = NULL;
  if (!path)
    return JS_EXCEPTION;
  JSValue object = JS_EXCEPTION, called = JS_GetPropertyStr(ctx, argv[2], "name");
  if (!JS_IsNull(called) && !JS_IsException(called))
    name = path_of(ctx, called);
  bool fine = !JS_IsException(called) && (name || JS_IsNull(called)) && pack_options_of(ctx, argv[2], &options);
  int fd = fine ? open_below(root, path, O_PATH | O_NOFOLLOW, true) : 0;
  if (fine && fd < 0)
    throw_errno(ctx, "openat2", path, -fd);
  struct pack *pack = NULL;
  if (fine && fd >= 0)
    pack = begin_pack(ctx, fd, path, name, &options);
  else
    free_skip(&options);
  if (pack) {
    object = JS_NewObjectClass(ctx, (int)pack_class);
    JS_SetOpaque(object, pack);
  }
  if (name)
    JS_FreeCString(ctx, name);
  JS_FreeValue(ctx, called);
  JS_FreeCString(ctx, path);
  return object;
}

// The path of a descriptor as seen from `root`; `text` has room for PATH_MAX bytes.
static bool path_from(int root, int fd, char *text) {
  char link[32], base[PATH_MAX];
  ssize_t size = readlink(descriptor_path(fd, link), text, PATH_MAX - 1);
  ssize_t base_size = readlink(descriptor_path(root, link), base, sizeof base - 1);
  if (size <= 0 || base_size <= 0)
    return false;
  text[size] = 0;
  if (base_size > 1 && strncmp(text, base, (size_t)base_size) == 0)
    memmove(text, text + base_size, (size_t)(size - base_size) + 1);
  if (!*text)
    strcpy(text, "/");
  return true;
}

// statIn(root, path, follow): what is there, and where a symbolic link leads; null when nothing is.
static JSValue sys_stat_in(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int root;
  if (!int_of(ctx, argv[0], &root))
    return JS_EXCEPTION;
  int follow = JS_ToBool(ctx, argv[2]);
  const char *path = path_of(ctx, argv[1]);
  if (!path)
    return JS_EXCEPTION;
  JSValue result = JS_NULL;
  int fd = open_below(root, path, O_PATH | (follow ? 0 : O_NOFOLLOW), true);
  struct stat st;
  if (fd < 0) {
    if (fd != -ENOENT && fd != -ENOTDIR)
      result = throw_errno(ctx, "openat2", path, -fd);
  } else if (fstat(fd, &st) < 0) {
    result = throw_errno(ctx, "fstat", path, errno);
  } else {
    char target[PATH_MAX] = "";
    if (S_ISLNK(st.st_mode)) {
      int end = open_below(root, path, O_PATH, true);
      ssize_t size = end >= 0 && path_from(root, end, target) ? (ssize_t)strlen(target) : readlinkat(fd, "", target, sizeof target - 1);
      target[size > 0 ? size : 0] = 0;
      if (end >= 0)
        close(end);
    }
    result = stat_object(ctx, &st);
    set(ctx, result, "target", text_of(ctx, target, strlen(target)));
  }
  if (fd >= 0)
    close(fd);
  JS_FreeCString(ctx, path);
  return result;
}

static const JSCFunctionListEntry pack_functions[] = {
    JS_CFUNC_DEF("read", 1, pack_js_read),
    JS_CFUNC_DEF("close", 0, pack_js_close),
    JS_CGETSET_DEF("bytes", pack_js_bytes, NULL),
};

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("tarWriter", 3, sys_tar_writer),
    JS_CFUNC_DEF("statIn", 3, sys_stat_in),
};

void archive_install(JSContext *ctx, JSValueConst sys) {
  class_install(ctx, &pack_class, &pack_definition, pack_functions, sizeof pack_functions / sizeof *pack_functions);
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
