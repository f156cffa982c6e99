// Arguments and results between JavaScript and C.
#include "engine.h"
#include "utf8.h"
#include <limits.h>
#include <string.h>

static JSClassID array_buffer_class;

void values_init(JSContext *ctx) {
  uint8_t nothing = 0;
  JSValue buffer = JS_NewArrayBufferCopy(ctx, &nothing, 0);
  array_buffer_class = JS_GetClassID(buffer);
  JS_FreeValue(ctx, buffer);
}

bool bytes_of(JSContext *ctx, JSValueConst value, struct bytes *out) {
  out->text = NULL;
  if (JS_IsString(value)) {
    out->text = JS_ToCStringLen(ctx, &out->size, value);
    if (!out->text)
      return false;
    out->data = (const uint8_t *)out->text;
    // Lone surrogates came as three bytes that are not UTF-8; U+FFFD has three as well
    utf8_replace_surrogates((uint8_t *)(uintptr_t)out->text, out->size);
    return true;
  }
  if (!JS_IsObject(value)) {
    JS_ThrowTypeError(ctx, "bytes were expected: a string, an ArrayBuffer or a typed array");
    return false;
  }
  if (JS_GetClassID(value) == array_buffer_class) {
    out->data = JS_GetArrayBuffer(ctx, &out->size, value);
    return out->data != NULL;
  }
  size_t offset, size, element, whole;
  JSValue buffer = JS_GetTypedArrayBuffer(ctx, value, &offset, &size, &element);
  if (JS_IsException(buffer))
    return false;
  uint8_t *data = JS_GetArrayBuffer(ctx, &whole, buffer);
  JS_FreeValue(ctx, buffer); // the array keeps it
  if (!data)
    return false;
  out->data = data + offset;
  out->size = size;
  return true;
}

void bytes_free(JSContext *ctx, struct bytes *bytes) {
  if (bytes->text)
    JS_FreeCString(ctx, bytes->text);
}

JSValue buffer_copy(JSContext *ctx, const void *data, size_t size) {
  return JS_NewArrayBufferCopy(ctx, data, size);
}

static void buffer_free(JSRuntime *rt, void *opaque, void *data) {
  (void)opaque;
  js_free_rt(rt, data);
}

JSValue buffer_own(JSContext *ctx, void *data, size_t size) {
  JSValue buffer = JS_NewArrayBuffer(ctx, data, size, buffer_free, NULL, false);
  if (JS_IsException(buffer))
    js_free(ctx, data);
  return buffer;
}

const char *path_of(JSContext *ctx, JSValueConst value) {
  size_t size;
  if (!JS_IsString(value)) {
    JS_ThrowTypeError(ctx, "a path was expected");
    return NULL;
  }
  const char *path = JS_ToCStringLen(ctx, &size, value);
  if (path && strlen(path) != size) {
    JS_FreeCString(ctx, path);
    JS_ThrowTypeError(ctx, "a path cannot hold a NUL character");
    return NULL;
  }
  return path;
}

bool offset_of(JSContext *ctx, JSValueConst value, int64_t *out) {
  if (!JS_IsNumber(value)) {
    JS_ThrowTypeError(ctx, "a number was expected");
    return false;
  }
  return JS_ToInt64(ctx, out, value) == 0;
}

bool int_of(JSContext *ctx, JSValueConst value, int *out) {
  int64_t number;
  if (!offset_of(ctx, value, &number))
    return false;
  if (number < INT_MIN || number > (int64_t)UINT_MAX) {
    JS_ThrowRangeError(ctx, "the number %lld is out of range", (long long)number);
    return false;
  }
  *out = (int)number;
  return true;
}

bool int_or(JSContext *ctx, JSValueConst value, int otherwise, int *out) {
  *out = otherwise;
  return JS_IsUndefined(value) || int_of(ctx, value, out);
}

bool size_of(JSContext *ctx, JSValueConst value, size_t *out) {
  int64_t number;
  if (!offset_of(ctx, value, &number))
    return false;
  if (number < 0 || number > INT_MAX) {
    JS_ThrowRangeError(ctx, "a length of %lld is out of range", (long long)number);
    return false;
  }
  *out = (size_t)number;
  return true;
}

JSValue text_of(JSContext *ctx, const void *data, size_t size) {
  size_t valid = utf8_valid_prefix(data, size);
  if (valid == size)
    return JS_NewStringLen(ctx, data, size);
  uint8_t *copy = js_malloc(ctx, utf8_repaired_bound(size));
  if (!copy)
    return JS_EXCEPTION;
  size_t length = utf8_repair(copy, data, size);
  JSValue text = JS_NewStringLen(ctx, (const char *)copy, length);
  js_free(ctx, copy);
  return text;
}

void set(JSContext *ctx, JSValueConst object, const char *name, JSValue value) {
  // Fails only without memory: the exception is then pending, and the object lacks the property
  JS_DefinePropertyValueStr(ctx, object, name, value, JS_PROP_C_W_E);
}
