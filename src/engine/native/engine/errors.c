// errno(3) and exceptions: one shape for every failing call, one way to print what nobody caught.
#include "engine.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME(e) {e, #e}
static const struct {
  int number;
  const char *name;
} names[] = {
    NAME(E2BIG), NAME(EACCES), NAME(EADDRINUSE), NAME(EADDRNOTAVAIL), NAME(EAFNOSUPPORT), NAME(EAGAIN),
    NAME(EALREADY), NAME(EBADF), NAME(EBADMSG), NAME(EBUSY), NAME(ECANCELED), NAME(ECHILD),
    NAME(ECONNABORTED), NAME(ECONNREFUSED), NAME(ECONNRESET), NAME(EDEADLK), NAME(EDESTADDRREQ), NAME(EDOM),
    NAME(EDQUOT), NAME(EEXIST), NAME(EFAULT), NAME(EFBIG), NAME(EHOSTDOWN), NAME(EHOSTUNREACH), NAME(EILSEQ),
    NAME(EINPROGRESS), NAME(EINTR), NAME(EINVAL), NAME(EIO), NAME(EISCONN), NAME(EISDIR), NAME(ELOOP),
    NAME(EMFILE), NAME(EMLINK), NAME(EMSGSIZE), NAME(ENAMETOOLONG), NAME(ENETDOWN), NAME(ENETUNREACH),
    NAME(ENFILE), NAME(ENOBUFS), NAME(ENODATA), NAME(ENODEV), NAME(ENOENT), NAME(ENOEXEC), NAME(ENOLCK),
    NAME(ENOMEM), NAME(ENOPROTOOPT), NAME(ENOSPC), NAME(ENOSYS), NAME(ENOTBLK), NAME(ENOTCONN), NAME(ENOTDIR),
    NAME(ENOTEMPTY), NAME(ENOTSOCK), NAME(ENOTTY), NAME(ENXIO), NAME(EOPNOTSUPP), NAME(EOVERFLOW), NAME(EPERM),
    NAME(EPIPE), NAME(EPROTO), NAME(EPROTONOSUPPORT), NAME(EPROTOTYPE), NAME(ERANGE), NAME(EROFS),
    NAME(ESOCKTNOSUPPORT), NAME(ESPIPE), NAME(ESRCH), NAME(ESTALE), NAME(ETIMEDOUT), NAME(ETXTBSY),
    NAME(EUSERS), NAME(EXDEV),
};

static const char *name_of(int error, char *room, size_t size) {
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].number == error)
      return names[i].name;
  snprintf(room, size, "E%d", error);
  return room;
}

JSValue new_errno(JSContext *ctx, const char *syscall, const char *path, int error) {
  char room[16], text[80];
  snprintf(text, sizeof text, "%s", strerror(error));
  for (char *c = text; *c; c++)
    *c = (char)tolower((unsigned char)*c);

  size_t size = strlen(syscall) + (path ? strlen(path) + 1 : 0) + strlen(text) + 3;
  char *message = malloc(size);
  JSValue exception = JS_NewError(ctx);
  if (!message || JS_IsException(exception)) {
    free(message);
    return exception;
  }
  snprintf(message, size, "%s%s%s: %s", syscall, path ? " " : "", path ? path : "", text);
  int flags = JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE;
  JS_DefinePropertyValueStr(ctx, exception, "message", text_of(ctx, message, strlen(message)), flags);
  JS_DefinePropertyValueStr(ctx, exception, "code", JS_NewString(ctx, name_of(error, room, sizeof room)), flags);
  JS_DefinePropertyValueStr(ctx, exception, "errno", JS_NewInt32(ctx, error), flags);
  JS_DefinePropertyValueStr(ctx, exception, "syscall", JS_NewString(ctx, syscall), flags);
  if (path)
    JS_DefinePropertyValueStr(ctx, exception, "path", text_of(ctx, path, strlen(path)), flags);
  free(message);
  return exception;
}

JSValue throw_errno(JSContext *ctx, const char *syscall, const char *path, int error) {
  JSValue exception = new_errno(ctx, syscall, path, error);
  return JS_IsException(exception) ? exception : JS_Throw(ctx, exception);
}

void report(JSContext *ctx, const char *where, JSValue exception) {
  const char *text = JS_ToCString(ctx, exception);
  JSValue stack = JS_IsError(ctx, exception) ? JS_GetPropertyStr(ctx, exception, "stack") : JS_UNDEFINED;
  const char *lines = JS_IsString(stack) ? JS_ToCString(ctx, stack) : NULL;
  // One write, so that lines of several processes do not mix
  dprintf(STDERR_FILENO, "engine: %s: %s\n%s", where, text ? text : "(an exception that is not text)", lines ? lines : "");
  if (text)
    JS_FreeCString(ctx, text);
  if (lines)
    JS_FreeCString(ctx, lines);
  JS_FreeValue(ctx, stack);
  JS_FreeValue(ctx, exception);
  // Turning it to text may have thrown again
  JS_FreeValue(ctx, JS_GetException(ctx));
}

void report_pending(JSContext *ctx, const char *where) { report(ctx, where, JS_GetException(ctx)); }
