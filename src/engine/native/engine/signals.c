// Signals with handlers in JavaScript. A signal that has one is blocked except while the loop waits, so
// that it interrupts epoll_pwait(2) and nothing else.
#include "engine.h"
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>

#define COUNT 65
static JSValue handlers[COUNT];
static bool has_handler[COUNT];
static volatile sig_atomic_t pending[COUNT];
static volatile sig_atomic_t any_pending;
static int handler_count;

static void arrived(int number) {
  pending[number] = 1;
  any_pending = 1;
}

bool signals_any(void) { return handler_count > 0; }

int signals_wait(int epoll, struct epoll_event *events, int count, int timeout) {
  if (!handler_count)
    return epoll_wait(epoll, events, count, timeout);
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  for (int number = 1; number < COUNT; number++)
    if (has_handler[number])
      sigdelset(&mask, number);
  return epoll_pwait(epoll, events, count, timeout, &mask);
}

bool signals_raise(JSContext *ctx, int number) {
  if (number <= 0 || number >= COUNT || !has_handler[number])
    return false;
  JSValue handler = JS_DupValue(ctx, handlers[number]);
  JSValue result = JS_Call(ctx, handler, JS_UNDEFINED, 0, NULL);
  if (JS_IsException(result))
    report_pending(ctx, "signal handler");
  JS_FreeValue(ctx, result);
  JS_FreeValue(ctx, handler);
  return true;
}

void signals_run(JSContext *ctx) {
  if (!any_pending)
    return;
  any_pending = 0;
  for (int number = 1; number < COUNT; number++)
    if (pending[number]) {
      pending[number] = 0;
      signals_raise(ctx, number);
    }
}

void signals_clear(JSContext *ctx) {
  for (int number = 1; number < COUNT; number++)
    if (has_handler[number]) {
      has_handler[number] = false;
      JS_FreeValue(ctx, handlers[number]);
    }
  handler_count = 0;
}

void signals_reset(void) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  for (int number = 1; number < COUNT; number++)
    if (number != SIGKILL && number != SIGSTOP)
      sigaction(number, &action, NULL); // the C library's own signals refuse: right so
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static JSValue on_signal(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int number;
  if (!int_of(ctx, argv[0], &number))
    return JS_EXCEPTION;
  bool wanted = JS_IsFunction(ctx, argv[1]);
  if (!wanted && !JS_IsNull(argv[1]))
    return JS_ThrowTypeError(ctx, "onSignal: a function or null was expected");
  if (number <= 0 || number >= COUNT)
    return throw_errno(ctx, "sigaction", NULL, EINVAL);
  struct sigaction action = {.sa_handler = wanted ? arrived : SIG_DFL};
  if (sigaction(number, &action, NULL) < 0)
    return throw_errno(ctx, "sigaction", NULL, errno);
  sigset_t set_of_one;
  sigemptyset(&set_of_one);
  sigaddset(&set_of_one, number);
  sigprocmask(wanted ? SIG_BLOCK : SIG_UNBLOCK, &set_of_one, NULL);
  if (has_handler[number]) {
    JS_FreeValue(ctx, handlers[number]);
    handler_count--;
  }
  has_handler[number] = wanted;
  pending[number] = 0;
  if (wanted) {
    handlers[number] = JS_DupValue(ctx, argv[1]);
    handler_count++;
  }
  return JS_UNDEFINED;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("onSignal", 2, on_signal),
};

void signals_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
