// Views: trees that are mounted for this process alone. They live in a mount namespace that nobody is in, held by
// its descriptor: a process that is killed leaves nothing mounted.
#include "below.h"
#include "engine.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static const char namespace_path[] = "/proc/self/ns/mnt";

struct failure {
  const char *call, *path;
  int error;
};

static bool failed(struct failure *failure, const char *call, const char *path, int error) {
  *failure = (struct failure){call, path, error};
  return false;
}

static bool bind_all(int root, const char **binds, size_t count, struct failure *failure) {
  for (size_t i = 0; i + 1 < count; i += 2) {
    struct stat st;
    char path[32];
    if (stat(binds[i], &st) < 0)
      return failed(failure, "stat", binds[i], errno);
    int target = open_or_make(root, binds[i + 1], S_ISDIR(st.st_mode), true);
    if (target < 0)
      return failed(failure, "openat2", binds[i + 1], -target);
    int error = mount(binds[i], descriptor_path(target, path), NULL, MS_BIND | MS_REC, NULL) < 0 ? errno : 0;
    close(target);
    if (error)
      return failed(failure, "mount", binds[i + 1], error);
  }
  return true;
}

// In the new namespace: mounts all, and opens the root.
static bool build(const char *at, const char *data, const char **binds, size_t count, int *root, struct failure *failure) {
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
    return failed(failure, "mount", "/", errno);
  if (mount("overlay", at, "overlay", 0, data) < 0)
    return failed(failure, "mount", at, errno);
  *root = open(at, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (*root < 0)
    return failed(failure, "open", at, errno);
  return bind_all(*root, binds, count, failure);
}

static bool open_view(const char *at, const char *data, const char **binds, size_t count, int *root, int *space, struct failure *failure) {
  int home = open(namespace_path, O_RDONLY | O_CLOEXEC);
  *root = *space = -1;
  if (home < 0)
    return failed(failure, "open", namespace_path, errno);
  if (unshare(CLONE_NEWNS) < 0) {
    close(home);
    return failed(failure, "unshare", NULL, errno);
  }
  bool fine = build(at, data, binds, count, root, failure);
  if (fine) {
    *space = open(namespace_path, O_RDONLY | O_CLOEXEC);
    fine = *space >= 0 || failed(failure, "open", namespace_path, errno);
  }
  // Nothing of this process is right in another namespace
  if (setns(home, CLONE_NEWNS) < 0)
    abort();
  close(home);
  if (!fine && *root >= 0)
    close(*root);
  return fine;
}

// openView(at, data, [source, target, …])
static JSValue sys_open_view(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  size_t count = 0, got = 0;
  JSValue length = JS_GetPropertyStr(ctx, argv[2], "length");
  bool fine = !JS_IsException(length) && size_of(ctx, length, &count);
  JS_FreeValue(ctx, length);
  const char *at = fine ? path_of(ctx, argv[0]) : NULL, *data = at ? path_of(ctx, argv[1]) : NULL;
  const char **binds = data ? js_mallocz(ctx, (count + 1) * sizeof *binds) : NULL;
  fine = binds != NULL;
  for (; fine && got < count; got += fine) {
    JSValue item = JS_GetPropertyUint32(ctx, argv[2], (uint32_t)got);
    fine = !JS_IsException(item) && (binds[got] = path_of(ctx, item));
    JS_FreeValue(ctx, item);
  }
  JSValue result = JS_EXCEPTION;
  if (fine) {
    int root, space;
    struct failure failure = {0};
    if (open_view(at, data, binds, count, &root, &space, &failure)) {
      result = JS_NewObject(ctx);
      set(ctx, result, "root", JS_NewInt32(ctx, root));
      set(ctx, result, "namespace", JS_NewInt32(ctx, space));
    } else {
      throw_errno(ctx, failure.call, failure.path, failure.error);
    }
  }
  while (got > 0)
    JS_FreeCString(ctx, binds[--got]);
  js_free(ctx, binds);
  if (data)
    JS_FreeCString(ctx, data);
  if (at)
    JS_FreeCString(ctx, at);
  return result;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("openView", 3, sys_open_view),
};

void view_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
