// Text, base 64 and SHA-256: loops over bytes that do not belong in JavaScript.
#include "base64.h"
#include "engine.h"
#include "sha256.h"
#include <string.h>

static JSValue sys_encode(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct bytes bytes;
  if (!JS_IsString(argv[0]))
    return JS_ThrowTypeError(ctx, "encode: a string was expected");
  if (!bytes_of(ctx, argv[0], &bytes))
    return JS_EXCEPTION;
  JSValue buffer = buffer_copy(ctx, bytes.data, bytes.size);
  bytes_free(ctx, &bytes);
  return buffer;
}

static JSValue sys_decode(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct bytes bytes;
  if (!bytes_of(ctx, argv[0], &bytes))
    return JS_EXCEPTION;
  JSValue text = text_of(ctx, bytes.data, bytes.size);
  bytes_free(ctx, &bytes);
  return text;
}

static JSValue sys_base64(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct bytes bytes;
  if (!bytes_of(ctx, argv[0], &bytes))
    return JS_EXCEPTION;
  size_t length = base64_length(bytes.size);
  char *text = js_malloc(ctx, length + 1);
  JSValue result = JS_EXCEPTION;
  if (text) {
    base64_encode(text, bytes.data, bytes.size);
    result = JS_NewStringLen(ctx, text, length);
    js_free(ctx, text);
  }
  bytes_free(ctx, &bytes);
  return result;
}

static JSValue sys_from_base64(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct bytes bytes;
  if (!bytes_of(ctx, argv[0], &bytes))
    return JS_EXCEPTION;
  JSValue result = JS_EXCEPTION;
  uint8_t *data = js_malloc(ctx, bytes.size / 4 * 3 + 3);
  if (data) {
    ssize_t size = base64_decode(data, (const char *)bytes.data, bytes.size);
    if (size >= 0) {
      result = buffer_own(ctx, data, (size_t)size);
    } else {
      js_free(ctx, data);
      JS_ThrowSyntaxError(ctx, "not base64");
    }
  }
  bytes_free(ctx, &bytes);
  return result;
}

static JSClassID sha256_class;

static void sha256_finalizer(JSRuntime *rt, JSValue value) { js_free_rt(rt, JS_GetOpaque(value, sha256_class)); }

static const JSClassDef sha256_definition = {"Sha256", .finalizer = sha256_finalizer};

static JSValue sys_sha256(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  JSValue object = JS_NewObjectClass(ctx, (int)sha256_class);
  if (JS_IsException(object))
    return object;
  struct sha256 *sha = js_malloc(ctx, sizeof *sha);
  if (!sha) {
    JS_FreeValue(ctx, object);
    return JS_EXCEPTION;
  }
  sha256_start(sha);
  JS_SetOpaque(object, sha);
  return object;
}

static JSValue update(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct sha256 *sha = JS_GetOpaque(this_value, sha256_class);
  struct bytes bytes;
  if (!sha)
    return JS_ThrowTypeError(ctx, "this SHA-256 is spent");
  if (!bytes_of(ctx, argv[0], &bytes))
    return JS_EXCEPTION;
  sha256_update(sha, bytes.data, bytes.size);
  bytes_free(ctx, &bytes);
  return JS_UNDEFINED;
}

static JSValue hex(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct sha256 *sha = JS_GetOpaque(this_value, sha256_class);
  uint8_t digest[32];
  char text[65];
  if (!sha)
    return JS_ThrowTypeError(ctx, "this SHA-256 is spent");
  sha256_end(sha, digest);
  sha256_hex(digest, text);
  JS_SetOpaque(this_value, NULL);
  js_free(ctx, sha);
  return JS_NewString(ctx, text);
}

static const JSCFunctionListEntry sha256_functions[] = {
    JS_CFUNC_DEF("update", 1, update),
    JS_CFUNC_DEF("hex", 0, hex),
};

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("encode", 1, sys_encode),         JS_CFUNC_DEF("decode", 1, sys_decode), JS_CFUNC_DEF("base64", 1, sys_base64),
    JS_CFUNC_DEF("fromBase64", 1, sys_from_base64), JS_CFUNC_DEF("sha256", 0, sys_sha256),
};

void bytes_install(JSContext *ctx, JSValueConst sys) {
  class_install(ctx, &sha256_class, &sha256_definition, sha256_functions, sizeof sha256_functions / sizeof *sha256_functions);
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
