// setTimer and clearTimer. Few are pending at a time: a sorted list.
#include "engine.h"
#include <math.h>
#include <time.h>

struct timer {
  struct timer *next;
  double due;
  int id;
  JSValue callback;
};

static struct timer *timers; // soonest first
static int last_id;

double monotonic(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int timers_next(void) {
  if (!timers)
    return -1;
  double left = ceil(timers->due - monotonic());
  return left <= 0 ? 0 : left > 1e9 ? 1000000000 : (int)left;
}

void timers_run(JSContext *ctx) {
  if (!timers)
    return;
  double now = monotonic();
  // Those that a callback sets wait for the next round, whatever their delay
  int last = last_id;
  for (struct timer **link = &timers; *link && (*link)->due <= now;) {
    struct timer *timer = *link;
    if (timer->id > last) {
      link = &timer->next;
      continue;
    }
    *link = timer->next;
    JSValue result = JS_Call(ctx, timer->callback, JS_UNDEFINED, 0, NULL);
    if (JS_IsException(result))
      report_pending(ctx, "timer");
    JS_FreeValue(ctx, result);
    JS_FreeValue(ctx, timer->callback);
    js_free(ctx, timer);
    link = &timers; // the callback may have changed the list
  }
}

static JSValue set_timer(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  double delay;
  if (JS_ToFloat64(ctx, &delay, argv[0]) < 0)
    return JS_EXCEPTION;
  if (!JS_IsFunction(ctx, argv[1]))
    return JS_ThrowTypeError(ctx, "setTimer: a function was expected");
  struct timer *timer = js_mallocz(ctx, sizeof *timer);
  if (!timer)
    return JS_EXCEPTION;
  timer->due = monotonic() + (delay > 0 ? delay : 0);
  timer->id = ++last_id;
  timer->callback = JS_DupValue(ctx, argv[1]);
  struct timer **link = &timers;
  while (*link && (*link)->due <= timer->due)
    link = &(*link)->next;
  timer->next = *link;
  *link = timer;
  return JS_NewInt32(ctx, timer->id);
}

static JSValue clear_timer(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int id;
  if (!int_of(ctx, argv[0], &id))
    return JS_EXCEPTION;
  for (struct timer **link = &timers; *link; link = &(*link)->next)
    if ((*link)->id == id) {
      struct timer *timer = *link;
      *link = timer->next;
      JS_FreeValue(ctx, timer->callback);
      js_free(ctx, timer);
      break;
    }
  return JS_UNDEFINED;
}

static JSValue sys_monotonic(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  return JS_NewFloat64(ctx, monotonic());
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("setTimer", 2, set_timer),
    JS_CFUNC_DEF("clearTimer", 1, clear_timer),
    JS_CFUNC_DEF("monotonic", 0, sys_monotonic),
};

void timers_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
