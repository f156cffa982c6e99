// Terminals of a command: their size, raw mode and back.
#include "engine.h"
#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// What was before setRaw; a command has one terminal, seldom more
static struct {
  int fd;
  struct termios settings;
} saved[8];
static int saved_count;

void terminal_restore(void) {
  while (saved_count) {
    saved_count--;
    tcsetattr(saved[saved_count].fd, TCSADRAIN, &saved[saved_count].settings); // gone with its terminal, or done
  }
}

static JSValue sys_isatty(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int fd;
  return int_of(ctx, argv[0], &fd) ? JS_NewBool(ctx, isatty(fd)) : JS_EXCEPTION;
}

static JSValue sys_winsize(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int fd;
  struct winsize size;
  if (!int_of(ctx, argv[0], &fd))
    return JS_EXCEPTION;
  if (ioctl(fd, TIOCGWINSZ, &size) < 0)
    return throw_errno(ctx, "ioctl TIOCGWINSZ", NULL, errno);
  JSValue object = JS_NewObject(ctx);
  set(ctx, object, "rows", JS_NewInt32(ctx, size.ws_row));
  set(ctx, object, "cols", JS_NewInt32(ctx, size.ws_col));
  return object;
}

static JSValue sys_set_raw(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int fd;
  struct termios before, raw;
  if (!int_of(ctx, argv[0], &fd))
    return JS_EXCEPTION;
  if (tcgetattr(fd, &before) < 0)
    return throw_errno(ctx, "tcgetattr", NULL, errno);
  if (saved_count == (int)(sizeof saved / sizeof *saved))
    return throw_errno(ctx, "tcsetattr", NULL, EMFILE);
  raw = before;
  cfmakeraw(&raw);
  if (tcsetattr(fd, TCSADRAIN, &raw) < 0)
    return throw_errno(ctx, "tcsetattr", NULL, errno);
  saved[saved_count].fd = fd;
  saved[saved_count].settings = before;
  return JS_NewInt32(ctx, saved_count++);
}

static JSValue sys_restore_terminal(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int fd, which;
  if (!int_of(ctx, argv[0], &fd) || !int_of(ctx, argv[1], &which))
    return JS_EXCEPTION;
  if (which < 0 || which >= saved_count)
    return throw_errno(ctx, "tcsetattr", NULL, EINVAL);
  if (tcsetattr(fd, TCSADRAIN, &saved[which].settings) < 0)
    return throw_errno(ctx, "tcsetattr", NULL, errno);
  if (which == saved_count - 1)
    saved_count--;
  return JS_UNDEFINED;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("isatty", 1, sys_isatty),
    JS_CFUNC_DEF("winsize", 1, sys_winsize),
    JS_CFUNC_DEF("setRaw", 1, sys_set_raw),
    JS_CFUNC_DEF("restoreTerminal", 2, sys_restore_terminal),
};

void terminal_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
