// Promises that were rejected and that nobody handles: printed with their stack, never the end of anything.
#include "engine.h"
#include <errno.h>
#include <stdlib.h>

static struct rejection {
  JSValue promise, reason;
} *rejections;
static int rejection_count, rejection_room;

static void rejection_tracker(JSContext *ctx, JSValueConst promise, JSValueConst reason, JS_BOOL handled, void *opaque) {
  (void)opaque;
  if (handled) {
    for (int i = 0; i < rejection_count; i++)
      if (JS_VALUE_GET_PTR(rejections[i].promise) == JS_VALUE_GET_PTR(promise)) {
        JS_FreeValue(ctx, rejections[i].promise);
        JS_FreeValue(ctx, rejections[i].reason);
        rejections[i] = rejections[--rejection_count];
        return;
      }
    return;
  }
  if (rejection_count == rejection_room) {
    int room = rejection_room ? rejection_room * 2 : 8;
    struct rejection *grown = realloc(rejections, (size_t)room * sizeof *grown);
    if (!grown)
      return;
    rejections = grown;
    rejection_room = room;
  }
  rejections[rejection_count++] = (struct rejection){JS_DupValue(ctx, promise), JS_DupValue(ctx, reason)};
}

// A call that was cancelled by closing its descriptor has been told enough
static bool is_cancelled(JSContext *ctx, JSValueConst reason) {
  if (!JS_IsError(ctx, reason))
    return false;
  JSValue value = JS_GetPropertyStr(ctx, reason, "errno");
  int error = 0;
  bool cancelled = JS_IsNumber(value) && JS_ToInt32(ctx, &error, value) == 0 && error == ECANCELED;
  JS_FreeValue(ctx, value);
  return cancelled;
}

void rejections_report(JSContext *ctx) {
  while (rejection_count) {
    struct rejection rejection = rejections[--rejection_count];
    JS_FreeValue(ctx, rejection.promise);
    if (is_cancelled(ctx, rejection.reason))
      JS_FreeValue(ctx, rejection.reason);
    else
      report(ctx, "unhandled rejection", rejection.reason);
  }
}

void rejections_init(JSContext *ctx) { JS_SetHostPromiseRejectionTracker(JS_GetRuntime(ctx), rejection_tracker, NULL); }
