// `globalThis.__sys`: every group of functions that src/engine/sys/sys.ts names.
#include "engine.h"
#include <sys/random.h>

void class_install(JSContext *ctx, JSClassID *id, const JSClassDef *definition, const JSCFunctionListEntry *methods, int count) {
  JS_NewClassID(id);
  JS_NewClass(JS_GetRuntime(ctx), *id, definition);
  JSValue prototype = JS_NewObject(ctx);
  JS_SetPropertyFunctionList(ctx, prototype, methods, count);
  JS_SetClassProto(ctx, *id, prototype);
}

// Forks and restored snapshots would share the state of a generator: the kernel's has none of that
static JSValue math_random(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  uint64_t bits = 0;
  if (getrandom(&bits, sizeof bits, 0) < 0)
    return JS_ThrowInternalError(ctx, "getrandom gave nothing");
  return JS_NewFloat64(ctx, (double)(bits >> 11) * 0x1p-53);
}

void sys_install(JSContext *ctx) {
  JSValue sys = JS_NewObject(ctx);
  files_install(ctx, sys);
  names_install(ctx, sys);
  tree_install(ctx, sys);
  watch_install(ctx, sys);
  sockets_install(ctx, sys);
  network_install(ctx, sys);
  streams_install(ctx, sys);
  process_install(ctx, sys);
  shim_install(ctx, sys);
  signals_install(ctx, sys);
  timers_install(ctx, sys);
  terminal_install(ctx, sys);
  bytes_install(ctx, sys);
  records_install(ctx, sys);
  layer_install(ctx, sys);
  archive_install(ctx, sys);
  view_install(ctx, sys);
  changes_install(ctx, sys);
  rebuild_install(ctx, sys);
  inflate_install(ctx, sys);
  http_install(ctx, sys);
  JSValue global = JS_GetGlobalObject(ctx);
  set(ctx, global, "__sys", sys);
  JSValue math = JS_GetPropertyStr(ctx, global, "Math");
  set(ctx, math, "random", JS_NewCFunction(ctx, math_random, "random", 0));
  JS_FreeValue(ctx, math);
  JS_FreeValue(ctx, global);
}
