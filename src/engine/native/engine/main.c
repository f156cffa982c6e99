// The engine binary and its roles.
#include "engine.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

static const char usage[] =
    "usage: engine zygote                     serve commands and keep the daemon running\n"
    "       engine run FILE [ARGUMENT...]     evaluate a script with __sys, until nothing is left to wait for\n"
    "       engine daemon BUNDLE              run the daemon of a bundle in this process\n"
    "       engine command BUNDLE NAME [ARGUMENT...]   run one command (NAME: docker or bottle) in this process\n"
    "       engine compile FILE OUTPUT        write the bytecode of a script\n";

static int run(JSContext *ctx, int argc, char **argv) {
  JSValue global = JS_GetGlobalObject(ctx);
  set(ctx, global, "scriptArgs", string_array(ctx, argc, argv));
  JS_FreeValue(ctx, global);
  if (!runtime_load(ctx, argv[0]))
    return 1;
  loop_run(ctx, NULL);
#ifdef __SANITIZE_ADDRESS__
  // Fails when a reference was lost: the tests see it
  JSRuntime *rt = JS_GetRuntime(ctx);
  signals_clear(ctx);
  JS_FreeContext(ctx);
  JS_FreeRuntime(rt);
#endif
  return 0;
}

static int command(JSContext *ctx, int argc, char **argv) {
  char directory[4096];
  if (!getcwd(directory, sizeof directory))
    snprintf(directory, sizeof directory, "/");
  if (!runtime_load(ctx, argv[0]))
    return 125;
  JSValue arguments[] = {string_array(ctx, argc - 1, argv + 1), environment(ctx, environ), JS_NewString(ctx, directory)};
  return runtime_call(ctx, "command", 3, arguments);
}

int main(int argc, char **argv) {
  const char *role = argc > 1 ? argv[1] : "";
  signal(SIGPIPE, SIG_IGN); // writers are told by EPIPE
  if (strcmp(role, "zygote") == 0 && argc == 2) {
    // Its forks have other names: they overwrite these words
    runtime_title_room = argv[0];
    runtime_title_size = (size_t)(argv[1] + strlen(argv[1]) + 1 - argv[0]);
    // Whatever came along would be every command's
    syscall(SYS_close_range, 3, ~0U, 0);
    return zygote(runtime_new());
  }
  if (strcmp(role, "run") == 0 && argc >= 3)
    return run(runtime_new(), argc - 2, argv + 2);
  if (strcmp(role, "daemon") == 0 && argc == 3) {
    JSContext *ctx = runtime_new();
    return runtime_load(ctx, argv[2]) ? runtime_call(ctx, "daemon", 0, NULL) : 1;
  }
  if (strcmp(role, "command") == 0 && argc >= 4)
    return command(runtime_new(), argc - 2, argv + 2);
  if (strcmp(role, "compile") == 0 && argc == 4)
    return runtime_compile(runtime_new(), argv[2], argv[3]);
  fputs(usage, stderr);
  return 2;
}
