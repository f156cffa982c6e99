// tarRebuilder: lib/rebuild as an object.
#include "engine.h"
#include "skeleton.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static JSClassID rebuild_class;

static void rebuild_finalizer(JSRuntime *rt, JSValue value) {
  struct skeleton_reader *reader = JS_GetOpaque(value, rebuild_class);
  if (reader) {
    rebuild_free(reader);
    js_free_rt(rt, reader);
  }
}

static const JSClassDef rebuild_definition = {"TarRebuilder", .finalizer = rebuild_finalizer};

static JSValue throw_failure(JSContext *ctx, const struct skeleton_reader *reader) {
  if (!reader->sentence)
    return throw_errno(ctx, reader->call, reader->tar.where, reader->error);
  char text[300];
  snprintf(text, sizeof text, "cannot make the layer's archive: %s: %s", reader->tar.where, reader->sentence);
  JSValue error = JS_NewError(ctx);
  JS_DefinePropertyValueStr(ctx, error, "message", text_of(ctx, text, strlen(text)), JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
  return JS_Throw(ctx, error);
}

static JSValue rebuild_js_read(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct skeleton_reader *reader = JS_GetOpaque(this_value, rebuild_class);
  size_t size;
  if (!reader)
    return JS_ThrowTypeError(ctx, "this tar rebuilder is closed");
  if (!size_of(ctx, argv[0], &size))
    return JS_EXCEPTION;
  uint8_t *data = js_malloc(ctx, size ? size : 1);
  if (!data)
    return JS_EXCEPTION;
  ssize_t got = rebuild_read(reader, data, size);
  if (got >= 0)
    return buffer_own(ctx, data, (size_t)got);
  js_free(ctx, data);
  return throw_failure(ctx, reader);
}

static JSValue rebuild_js_close(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct skeleton_reader *reader = JS_GetOpaque(this_value, rebuild_class);
  if (reader) {
    JS_SetOpaque(this_value, NULL);
    rebuild_free(reader);
    js_free(ctx, reader);
  }
  return JS_UNDEFINED;
}

static JSValue rebuild_js_bytes(JSContext *ctx, JSValueConst this_value) {
  const struct skeleton_reader *reader = JS_GetOpaque(this_value, rebuild_class);
  return JS_NewInt64(ctx, reader ? (int64_t)reader->bytes : 0);
}

// tarRebuilder(root, skeleton): the archive that the tree below the descriptor was unpacked from.
static JSValue sys_tar_rebuilder(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int root;
  if (!int_of(ctx, argv[0], &root))
    return JS_EXCEPTION;
  const char *path = path_of(ctx, argv[1]);
  if (!path)
    return JS_EXCEPTION;
  JSValue object = JS_NewObjectClass(ctx, (int)rebuild_class);
  struct skeleton_reader *reader = JS_IsException(object) ? NULL : js_malloc(ctx, sizeof *reader);
  if (reader) {
    int own = fcntl(root, F_DUPFD_CLOEXEC, 3), fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    int error = errno;
    JS_SetOpaque(object, reader);
    bool begun = rebuild_begin(reader, fd, own);
    if (fd < 0 || own < 0)
      throw_errno(ctx, own < 0 ? "dup" : "open", path, error);
    else if (!begun)
      throw_failure(ctx, reader);
    if (!begun || own < 0)
      reader = NULL;
  }
  if (!reader) {
    JS_FreeValue(ctx, object);
    object = JS_EXCEPTION;
  }
  JS_FreeCString(ctx, path);
  return object;
}

static const JSCFunctionListEntry rebuild_functions[] = {
    JS_CFUNC_DEF("read", 1, rebuild_js_read),
    JS_CFUNC_DEF("close", 0, rebuild_js_close),
    JS_CGETSET_DEF("bytes", rebuild_js_bytes, NULL),
};

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("tarRebuilder", 2, sys_tar_rebuilder),
};

void rebuild_install(JSContext *ctx, JSValueConst sys) {
  class_install(ctx, &rebuild_class, &rebuild_definition, rebuild_functions, sizeof rebuild_functions / sizeof *rebuild_functions);
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
