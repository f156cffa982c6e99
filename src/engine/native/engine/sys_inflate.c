// inflater: lib/inflate as an object.
#include "engine.h"
#include "inflate.h"
#include <stdio.h>
#include <string.h>

static JSClassID inflate_class;

static void inflate_finalizer(JSRuntime *rt, JSValue value) { js_free_rt(rt, JS_GetOpaque(value, inflate_class)); }

static const JSClassDef inflate_definition = {"Inflater", .finalizer = inflate_finalizer};

struct output {
  JSContext *ctx;
  uint8_t *data;
  size_t used, room;
};

static bool keep(void *opaque, const uint8_t *data, size_t size) {
  struct output *out = opaque;
  if (out->used + size > out->room) {
    size_t room = (out->used + size) * 2;
    uint8_t *grown = js_realloc(out->ctx, out->data, room);
    if (!grown)
      return false;
    out->data = grown;
    out->room = room;
  }
  memcpy(out->data + out->used, data, size);
  out->used += size;
  return true;
}

// Runs on input, or to the end without; what came out of it.
static JSValue run(JSContext *ctx, JSValueConst this_value, const struct bytes *input) {
  struct inflate *inflate = JS_GetOpaque(this_value, inflate_class);
  struct output out = {.ctx = ctx};
  bool fine = input ? inflate_feed(inflate, input->data, input->size, keep, &out) : inflate_finish(inflate, keep, &out);
  if (fine)
    return out.data ? buffer_own(ctx, out.data, out.used) : buffer_copy(ctx, "", 0);
  js_free(ctx, out.data);
  if (!inflate->error)
    return JS_EXCEPTION; // no memory
  char text[200];
  snprintf(text, sizeof text, "cannot unpack what is compressed with gzip: %s", inflate->error);
  JSValue error = JS_NewError(ctx);
  JS_DefinePropertyValueStr(ctx, error, "message", text_of(ctx, text, strlen(text)), JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
  return JS_Throw(ctx, error);
}

static JSValue inflate_js_write(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct bytes bytes;
  if (!bytes_of(ctx, argv[0], &bytes))
    return JS_EXCEPTION;
  JSValue result = run(ctx, this_value, &bytes);
  bytes_free(ctx, &bytes);
  return result;
}

static JSValue inflate_js_end(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) { return run(ctx, this_value, NULL); }

static JSValue sys_inflater(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct inflate *inflate = js_malloc(ctx, sizeof *inflate);
  if (!inflate)
    return JS_EXCEPTION;
  inflate_init(inflate);
  JSValue object = JS_NewObjectClass(ctx, (int)inflate_class);
  if (JS_IsException(object))
    js_free(ctx, inflate);
  else
    JS_SetOpaque(object, inflate);
  return object;
}

static const JSCFunctionListEntry inflate_functions[] = {
    JS_CFUNC_DEF("write", 1, inflate_js_write),
    JS_CFUNC_DEF("end", 0, inflate_js_end),
};

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("inflater", 0, sys_inflater),
};

void inflate_install(JSContext *ctx, JSValueConst sys) {
  class_install(ctx, &inflate_class, &inflate_definition, inflate_functions, sizeof inflate_functions / sizeof *inflate_functions);
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
