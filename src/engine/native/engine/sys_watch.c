// changed: one inotify(7) descriptor serves every file that is waited for.
#include "engine.h"
#include <errno.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

struct watched {
  struct watched *next;
  int id; // of inotify
  JSValue settle[2];
};

static int inotify = -1;
static struct watched *all;

static void resolve_all(JSContext *ctx, int id) {
  for (struct watched **link = &all; *link;) {
    struct watched *watched = *link;
    if (watched->id != id) {
      link = &watched->next;
      continue;
    }
    *link = watched->next;
    JS_FreeValue(ctx, JS_Call(ctx, watched->settle[0], JS_UNDEFINED, 0, NULL));
    JS_FreeValue(ctx, watched->settle[0]);
    JS_FreeValue(ctx, watched->settle[1]);
    js_free(ctx, watched);
    loop_hold(-1);
  }
}

static void happened(JSContext *ctx, uint32_t events) {
  _Alignas(struct inotify_event) char room[4096];
  ssize_t size;
  while ((size = read(inotify, room, sizeof room)) > 0)
    for (ssize_t at = 0; at < size;) {
      const struct inotify_event *event = (const struct inotify_event *)(room + at);
      at += (ssize_t)(sizeof *event + event->len);
      resolve_all(ctx, event->wd);
      if (!(event->mask & IN_IGNORED))
        inotify_rm_watch(inotify, event->wd); // gone already when several events came at once
    }
}

static JSValue sys_changed(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  const char *path = path_of(ctx, argv[0]);
  if (!path)
    return JS_EXCEPTION;
  if (inotify < 0) {
    inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (inotify >= 0)
      fd_watch(inotify, happened);
  }
  uint32_t mask = IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;
  int id = inotify < 0 ? -1 : inotify_add_watch(inotify, path, mask);
  int error = errno;
  JSValue result = id < 0 ? throw_errno(ctx, "inotify_add_watch", path, error) : JS_UNDEFINED;
  JS_FreeCString(ctx, path);
  if (id < 0) { // as everywhere: a function that returns a promise rejects it
    JSValue settle[2], reason = JS_GetException(ctx), promise = JS_NewPromiseCapability(ctx, settle);
    if (!JS_IsException(promise)) {
      JS_FreeValue(ctx, JS_Call(ctx, settle[1], JS_UNDEFINED, 1, (JSValueConst *)&reason));
      JS_FreeValue(ctx, settle[0]);
      JS_FreeValue(ctx, settle[1]);
    }
    JS_FreeValue(ctx, reason);
    return promise;
  }
  JS_FreeValue(ctx, result);
  struct watched *watched = js_mallocz(ctx, sizeof *watched);
  if (!watched)
    return JS_EXCEPTION;
  JSValue promise = JS_NewPromiseCapability(ctx, watched->settle);
  if (JS_IsException(promise)) {
    js_free(ctx, watched);
    return promise;
  }
  watched->id = id;
  watched->next = all;
  all = watched;
  loop_hold(1);
  return promise;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("changed", 1, sys_changed),
};

void watch_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
