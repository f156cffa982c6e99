// packRecords: a plan in the wire form of plan/plan.h. In C because a start waits for it.
#include "engine.h"
#include <stdlib.h>
#include <string.h>

struct packer {
  uint8_t *data;
  size_t size, room;
};

static bool append(JSContext *ctx, struct packer *packer, const void *data, size_t size) {
  if (!size)
    return true;
  if (packer->size + size > packer->room) {
    size_t room = (packer->size + size) * 2;
    uint8_t *grown = js_realloc(ctx, packer->data, room);
    if (!grown)
      return false;
    packer->data = grown;
    packer->room = room;
  }
  memcpy(packer->data + packer->size, data, size);
  packer->size += size;
  return true;
}

static bool append_u32(JSContext *ctx, struct packer *packer, uint32_t value) {
  uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
  return append(ctx, packer, bytes, sizeof bytes);
}

static bool length_of(JSContext *ctx, JSValueConst array, uint32_t *length) {
  JSValue value = JS_GetPropertyStr(ctx, array, "length");
  bool good = !JS_IsException(value) && JS_ToUint32(ctx, length, value) == 0;
  JS_FreeValue(ctx, value);
  return good;
}

static bool pack_field(JSContext *ctx, struct packer *packer, JSValueConst record, uint32_t index) {
  JSValue field = JS_GetPropertyUint32(ctx, record, index);
  struct bytes bytes;
  bool good = !JS_IsException(field) && bytes_of(ctx, field, &bytes);
  if (good) {
    good = append_u32(ctx, packer, (uint32_t)bytes.size) && append(ctx, packer, bytes.data, bytes.size);
    bytes_free(ctx, &bytes);
  }
  JS_FreeValue(ctx, field);
  return good;
}

static bool pack_record(JSContext *ctx, struct packer *packer, JSValueConst records, uint32_t index) {
  JSValue record = JS_GetPropertyUint32(ctx, records, index);
  uint32_t count;
  bool good = !JS_IsException(record) && length_of(ctx, record, &count) && append_u32(ctx, packer, count);
  for (uint32_t i = 0; good && i < count; i++)
    good = pack_field(ctx, packer, record, i);
  JS_FreeValue(ctx, record);
  return good;
}

static JSValue sys_pack_records(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct packer packer = {NULL, 0, 0};
  uint32_t count;
  bool good = length_of(ctx, argv[0], &count);
  for (uint32_t i = 0; good && i < count; i++)
    good = pack_record(ctx, &packer, argv[0], i);
  JSValue buffer = good ? buffer_copy(ctx, packer.data, packer.size) : JS_EXCEPTION;
  js_free(ctx, packer.data);
  return buffer;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("packRecords", 1, sys_pack_records),
};

void records_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
