// The JavaScript context: made, filled with a script, called.
#include "engine.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

char *read_whole(const char *path, size_t *size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return NULL;
  struct stat st;
  // Files of /proc and /sys say 0 or 4096: the size is only a first guess
  size_t room = fstat(fd, &st) == 0 && st.st_size > 0 ? (size_t)st.st_size + 2 : 4096, got = 0;
  char *data = malloc(room);
  int error = data ? 0 : ENOMEM;
  while (!error) {
    if (room - got < 2) {
      char *grown = realloc(data, room * 2);
      if (!grown) {
        error = ENOMEM;
        break;
      }
      data = grown;
      room *= 2;
    }
    ssize_t part = read(fd, data + got, room - got - 1);
    if (part < 0 && errno != EINTR)
      error = errno;
    if (part == 0)
      break;
    if (part > 0)
      got += (size_t)part;
  }
  close(fd);
  if (error) {
    free(data);
    errno = error;
    return NULL;
  }
  data[got] = 0;
  *size = got;
  return data;
}

char *runtime_title_room;
size_t runtime_title_size;

void runtime_title(const char *title) {
  prctl(PR_SET_NAME, strncmp(title, "engine ", 7) == 0 ? title + 7 : title);
  if (runtime_title_room) {
    memset(runtime_title_room, 0, runtime_title_size);
    snprintf(runtime_title_room, runtime_title_size, "%s", title);
  }
}

JSContext *runtime_new(void) {
  const JSMallocFunctions *functions = heap_functions();
  JSRuntime *rt = functions ? JS_NewRuntime2(functions, NULL) : JS_NewRuntime();
  JSContext *ctx = rt ? JS_NewContext(rt) : NULL;
  if (!ctx) {
    dprintf(STDERR_FILENO, "engine: no memory for the JavaScript runtime\n");
    _exit(1);
  }
  JS_SetMaxStackSize(rt, 1 << 20);
  // The text of every function would be kept for Function.prototype.toString; line numbers stay
  JS_SetStripInfo(rt, JS_STRIP_SOURCE);
  values_init(ctx);
  loop_init(ctx);
  rejections_init(ctx);
  sys_install(ctx);
  return ctx;
}

// A bytecode file: this, then what JS_WriteObject gave.
static const char magic[8] = "bottle2";

static JSValue evaluate(JSContext *ctx, const char *path, const char *file, size_t size) {
  if (size < sizeof magic || memcmp(file, magic, sizeof magic) != 0)
    return JS_Eval(ctx, file, size, path, JS_EVAL_TYPE_GLOBAL);
  JSValue function = JS_ReadObject(ctx, (const uint8_t *)file + sizeof magic, size - sizeof magic, JS_READ_OBJ_BYTECODE);
  return JS_IsException(function) ? function : JS_EvalFunction(ctx, function);
}

bool runtime_load(JSContext *ctx, const char *path) {
  size_t size;
  char *file = read_whole(path, &size);
  if (!file) {
    dprintf(STDERR_FILENO, "engine: cannot read the script %s: %s\n", path, strerror(errno));
    return false;
  }
  JSValue result = evaluate(ctx, path, file, size);
  free(file);
  if (JS_IsException(result)) {
    report_pending(ctx, path);
    return false;
  }
  JS_FreeValue(ctx, result);
  /* The parser looks ahead past parentheses and leaves the error of a guess that was wrong behind. */
  JS_FreeValue(ctx, JS_GetException(ctx));
  return true;
}

int runtime_compile(JSContext *ctx, const char *path, const char *output) {
  size_t size, code_size;
  char *source = read_whole(path, &size);
  if (!source) {
    dprintf(STDERR_FILENO, "engine: cannot read the script %s: %s\n", path, strerror(errno));
    return 1;
  }
  JSValue function = JS_Eval(ctx, source, size, path, JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
  uint8_t *code = JS_IsException(function) ? NULL : JS_WriteObject(ctx, &code_size, function, JS_WRITE_OBJ_BYTECODE);
  JS_FreeValue(ctx, function);
  free(source);
  if (!code) {
    report_pending(ctx, path);
    return 1;
  }
  FILE *file = fopen(output, "we");
  bool fine = file && fwrite(magic, sizeof magic, 1, file) == 1 && fwrite(code, code_size, 1, file) == 1;
  js_free(ctx, code);
  if (file && fclose(file) != 0)
    fine = false;
  if (!fine) {
    dprintf(STDERR_FILENO, "engine: cannot write the bytecode to %s: %s\n", output, strerror(errno));
    unlink(output);
    return 1;
  }
  return 0;
}

static bool settled;
static int settled_status;

static JSValue command_done(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv, int rejected) {
  settled = true;
  settled_status = 0;
  if (rejected) {
    settled_status = 125;
    report(ctx, "unexpected error", JS_DupValue(ctx, argv[0]));
  } else if (JS_IsNumber(argv[0])) {
    JS_ToInt32(ctx, &settled_status, argv[0]);
  }
  return JS_UNDEFINED;
}

int runtime_call(JSContext *ctx, const char *name, int argc, JSValue *argv) {
  JSValue global = JS_GetGlobalObject(ctx);
  JSValue bottle = JS_GetPropertyStr(ctx, global, "bottle");
  JSValue function = JS_IsObject(bottle) ? JS_GetPropertyStr(ctx, bottle, name) : JS_UNDEFINED;
  int status = 125;
  if (!JS_IsFunction(ctx, function)) {
    dprintf(STDERR_FILENO, "engine: the script did not set globalThis.bottle.%s to a function\n", name);
  } else {
    JSValue promise = JS_Call(ctx, function, bottle, argc, (JSValueConst *)argv);
    if (JS_IsException(promise)) {
      report_pending(ctx, name);
    } else if ((int)JS_PromiseState(ctx, promise) < 0) {
      dprintf(STDERR_FILENO, "engine: bottle.%s did not return a promise\n", name);
    } else {
      JSValue handlers[2] = {
          JS_NewCFunctionMagic(ctx, command_done, "", 1, JS_CFUNC_generic_magic, 0),
          JS_NewCFunctionMagic(ctx, command_done, "", 1, JS_CFUNC_generic_magic, 1),
      };
      JSAtom then = JS_NewAtom(ctx, "then");
      JS_FreeValue(ctx, JS_Invoke(ctx, promise, then, 2, (JSValueConst *)handlers));
      JS_FreeAtom(ctx, then);
      JS_FreeValue(ctx, handlers[0]);
      JS_FreeValue(ctx, handlers[1]);
      if (loop_run(ctx, &settled))
        status = settled_status;
      else
        dprintf(STDERR_FILENO, "engine: bottle.%s waits for something that can never happen\n", name);
    }
    JS_FreeValue(ctx, promise);
  }
  for (int i = 0; i < argc; i++)
    JS_FreeValue(ctx, argv[i]);
  JS_FreeValue(ctx, function);
  JS_FreeValue(ctx, bottle);
  JS_FreeValue(ctx, global);
  return status;
}

JSValue string_array(JSContext *ctx, int count, char **strings) {
  JSValue array = JS_NewArray(ctx);
  for (int i = 0; i < count; i++)
    JS_SetPropertyUint32(ctx, array, (uint32_t)i, text_of(ctx, strings[i], strlen(strings[i])));
  return array;
}

JSValue environment(JSContext *ctx, char **envp) {
  JSValue object = JS_NewObject(ctx);
  for (; *envp; envp++) {
    const char *equals = strchr(*envp, '=');
    if (!equals || equals == *envp)
      continue;
    JSAtom name = JS_NewAtomLen(ctx, *envp, (size_t)(equals - *envp));
    JS_DefinePropertyValue(ctx, object, name, text_of(ctx, equals + 1, strlen(equals + 1)), JS_PROP_C_W_E);
    JS_FreeAtom(ctx, name);
  }
  return object;
}
