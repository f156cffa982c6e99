// This process, other processes, and what the kernel says about itself.
#include "engine.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

void (*runtime_exit)(int status);

static JSValue sys_pid(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  return JS_NewInt32(ctx, getpid());
}

static JSValue sys_uid(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  return JS_NewInt64(ctx, getuid());
}

static JSValue sys_exit(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int status;
  if (!int_of(ctx, argv[0], &status))
    return JS_EXCEPTION;
  if (runtime_exit)
    runtime_exit(status);
  _exit(status);
}

static JSValue sys_kill(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int pid, number;
  if (!int_of(ctx, argv[0], &pid) || !int_of(ctx, argv[1], &number))
    return JS_EXCEPTION;
  return kill(pid, number) < 0 ? throw_errno(ctx, "kill", NULL, errno) : JS_UNDEFINED;
}

static JSValue sys_pidfd_open(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int pid;
  if (!int_of(ctx, argv[0], &pid))
    return JS_EXCEPTION;
  int fd = (int)syscall(SYS_pidfd_open, pid, 0);
  return fd < 0 ? throw_errno(ctx, "pidfd_open", NULL, errno) : JS_NewInt32(ctx, fd);
}

static JSValue sys_timestamp(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct timespec now;
  struct tm parts;
  char date[32], text[64];
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &parts);
  strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
  snprintf(text, sizeof text, "%s.%09ldZ", date, now.tv_nsec);
  return JS_NewString(ctx, text);
}

static JSValue sys_random(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  size_t length, got = 0;
  if (!size_of(ctx, argv[0], &length))
    return JS_EXCEPTION;
  uint8_t *data = js_malloc(ctx, length ? length : 1);
  if (!data)
    return JS_EXCEPTION;
  while (got < length) {
    ssize_t part = getrandom(data + got, length - got, 0);
    if (part < 0 && errno == EINTR)
      continue;
    if (part < 0) {
      js_free(ctx, data);
      return throw_errno(ctx, "getrandom", NULL, errno);
    }
    got += (size_t)part;
  }
  return buffer_own(ctx, data, length);
}

static JSValue sys_uname(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct utsname names;
  if (uname(&names) < 0)
    return throw_errno(ctx, "uname", NULL, errno);
  JSValue object = JS_NewObject(ctx);
  set(ctx, object, "sysname", JS_NewString(ctx, names.sysname));
  set(ctx, object, "nodename", JS_NewString(ctx, names.nodename));
  set(ctx, object, "release", JS_NewString(ctx, names.release));
  set(ctx, object, "version", JS_NewString(ctx, names.version));
  set(ctx, object, "machine", JS_NewString(ctx, names.machine));
  return object;
}

static JSValue sys_sysinfo(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct sysinfo info;
  if (sysinfo(&info) < 0)
    return throw_errno(ctx, "sysinfo", NULL, errno);
  double unit = info.mem_unit ? info.mem_unit : 1;
  JSValue object = JS_NewObject(ctx);
  set(ctx, object, "total", JS_NewFloat64(ctx, (double)info.totalram * unit));
  set(ctx, object, "free", JS_NewFloat64(ctx, (double)info.freeram * unit));
  set(ctx, object, "uptime", JS_NewFloat64(ctx, (double)info.uptime));
  return object;
}

static JSValue sys_log(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct bytes bytes;
  if (!bytes_of(ctx, argv[0], &bytes))
    return JS_EXCEPTION;
  // One write with its newline, so that lines of several processes do not mix; nobody to tell when it fails
  dprintf(STDERR_FILENO, "%.*s\n", (int)bytes.size, (const char *)bytes.data);
  bytes_free(ctx, &bytes);
  return JS_UNDEFINED;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("pid", 0, sys_pid),
    JS_CFUNC_DEF("uid", 0, sys_uid),
    JS_CFUNC_DEF("exit", 1, sys_exit),
    JS_CFUNC_DEF("kill", 2, sys_kill),
    JS_CFUNC_DEF("pidfdOpen", 1, sys_pidfd_open),
    JS_CFUNC_DEF("timestamp", 0, sys_timestamp),
    JS_CFUNC_DEF("random", 1, sys_random),
    JS_CFUNC_DEF("uname", 0, sys_uname),
    JS_CFUNC_DEF("sysinfo", 0, sys_sysinfo),
    JS_CFUNC_DEF("log", 1, sys_log),
};

void process_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
