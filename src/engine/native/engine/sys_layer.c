// layerExtractor: lib/layer as an object.
#include "engine.h"
#include "layer.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static JSClassID layer_class;

static void layer_finalizer(JSRuntime *rt, JSValue value) {
  struct layer *layer = JS_GetOpaque(value, layer_class);
  if (layer) {
    layer_free(layer);
    js_free_rt(rt, layer);
  }
}

static const JSClassDef layer_definition = {"LayerExtractor", .finalizer = layer_finalizer};

static struct layer *layer_of(JSContext *ctx, JSValueConst value) {
  struct layer *layer = JS_GetOpaque(value, layer_class);
  if (!layer)
    JS_ThrowTypeError(ctx, "this layer extractor is spent");
  return layer;
}

static void spend(JSContext *ctx, JSValueConst value, struct layer *layer) {
  JS_SetOpaque(value, NULL);
  layer_free(layer);
  js_free(ctx, layer);
}

static void throw_failure(JSContext *ctx, const struct layer *layer) {
  const char *sentence = layer->tar.error ? layer->tar.error : layer->sentence;
  if (!sentence) {
    throw_errno(ctx, layer->call ? layer->call : "write", layer->tar.where, layer->call ? layer->error : EINVAL);
    return;
  }
  char text[400];
  snprintf(text, sizeof text, "cannot unpack the %s: %s: %s", layer->plain ? "archive" : "layer", layer->tar.where, sentence);
  JSValue error = JS_NewError(ctx);
  JS_DefinePropertyValueStr(ctx, error, "message", text_of(ctx, text, strlen(text)), JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
  JS_Throw(ctx, error);
}

static JSValue layer_js_write(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct layer *layer = layer_of(ctx, this_value);
  struct bytes bytes;
  if (!layer || !bytes_of(ctx, argv[0], &bytes))
    return JS_EXCEPTION;
  bool fine = layer_write(layer, bytes.data, bytes.size);
  bytes_free(ctx, &bytes);
  if (fine)
    return JS_UNDEFINED;
  throw_failure(ctx, layer);
  spend(ctx, this_value, layer);
  return JS_EXCEPTION;
}

// Milliseconds after which `receive` tells how far it is: a bar moves, others get their turn
enum { receive_turn = 50 };

static uint8_t piece[65536];

struct receiving {
  struct wait wait;
  JSValue extractor; // keeps the layer
  int64_t max, taken;
  double due;
};

static enum attempt receive_attempt(JSContext *ctx, struct wait *wait) {
  struct receiving *receiving = (struct receiving *)wait;
  struct layer *layer = layer_of(ctx, receiving->extractor); // may be spent by now
  if (!layer)
    return wait_throw(ctx, wait, JS_GetException(ctx));
  while (fd_ready(wait->fd, POLLIN)) {
    int64_t left = receiving->max - receiving->taken;
    ssize_t got = read(wait->fd, piece, left < (int64_t)sizeof piece ? (size_t)left : sizeof piece);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 && errno == EAGAIN)
      break;
    if (got < 0)
      return wait_reject(ctx, wait, "read", NULL, errno);
    if (!layer_write(layer, piece, (size_t)got)) {
      throw_failure(ctx, layer);
      spend(ctx, receiving->extractor, layer);
      return wait_throw(ctx, wait, JS_GetException(ctx));
    }
    receiving->taken += got;
    if (got == 0 || receiving->taken == receiving->max || monotonic() >= receiving->due)
      return wait_resolve(ctx, wait, JS_NewInt64(ctx, receiving->taken));
  }
  return attempt_again;
}

static void receive_release(JSContext *ctx, struct wait *wait) { JS_FreeValue(ctx, ((struct receiving *)wait)->extractor); }

// receive(fd, max)
static JSValue layer_js_receive(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int fd;
  int64_t max;
  if (!layer_of(ctx, this_value) || !int_of(ctx, argv[0], &fd) || !offset_of(ctx, argv[1], &max))
    return JS_EXCEPTION;
  if (max <= 0)
    return JS_ThrowRangeError(ctx, "receive: at least one byte must be asked for");
  struct receiving *receiving = wait_new(ctx, sizeof *receiving);
  if (!receiving)
    return JS_EXCEPTION;
  receiving->wait.attempt = receive_attempt;
  receiving->wait.release = receive_release;
  receiving->wait.fd = fd;
  receiving->wait.events = EPOLLIN;
  receiving->extractor = JS_DupValue(ctx, this_value);
  receiving->max = max;
  receiving->due = monotonic() + receive_turn;
  return wait_start(ctx, &receiving->wait);
}

static JSValue layer_js_taken(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct layer *layer = layer_of(ctx, this_value);
  return layer ? JS_NewInt64(ctx, (int64_t)layer->archive) : JS_EXCEPTION;
}

static JSValue layer_js_end(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct layer *layer = layer_of(ctx, this_value);
  uint8_t digest[32];
  char hex[65];
  if (!layer)
    return JS_EXCEPTION;
  JSValue result = JS_EXCEPTION;
  if (layer_end(layer, digest)) {
    sha256_hex(digest, hex);
    result = JS_NewObject(ctx);
    set(ctx, result, "digest", JS_NewString(ctx, hex));
    set(ctx, result, "size", JS_NewInt64(ctx, (int64_t)layer->written));
    set(ctx, result, "entries", JS_NewInt64(ctx, (int64_t)layer->tar.entries));
    set(ctx, result, "archive", JS_NewInt64(ctx, (int64_t)layer->archive));
  } else {
    throw_failure(ctx, layer);
  }
  spend(ctx, this_value, layer);
  return result;
}

// `limits.skeleton`: keeps the archive's skeleton there.
static bool keep_skeleton(JSContext *ctx, JSValueConst limits, struct layer *layer) {
  JSValue value = JS_GetPropertyStr(ctx, limits, "skeleton");
  bool fine = !JS_IsException(value);
  const char *path = fine && !JS_IsUndefined(value) ? path_of(ctx, value) : NULL;
  if (fine && !JS_IsUndefined(value)) {
    int error = path ? layer_keep_skeleton(layer, path) : 0;
    if (error)
      throw_errno(ctx, "open", path, error);
    fine = path && !error;
  }
  if (path)
    JS_FreeCString(ctx, path);
  JS_FreeValue(ctx, value);
  return fine;
}

static JSValue sys_layer_extractor(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  JSValue limit = JS_GetPropertyStr(ctx, argv[1], "bytes");
  int64_t bytes = -1;
  bool fine = !JS_IsException(limit) && offset_of(ctx, limit, &bytes);
  JS_FreeValue(ctx, limit);
  if (!fine)
    return JS_EXCEPTION;
  JSValue devices = JS_GetPropertyStr(ctx, argv[1], "devices");
  if (JS_IsException(devices))
    return devices;
  bool with_devices = JS_ToBool(ctx, devices) == 1;
  JS_FreeValue(ctx, devices);

  const char *root = path_of(ctx, argv[0]);
  if (!root)
    return JS_EXCEPTION;
  JSValue object = JS_NewObjectClass(ctx, (int)layer_class);
  struct layer *layer = JS_IsException(object) ? NULL : js_malloc(ctx, sizeof *layer);
  if (layer) {
    JS_SetOpaque(object, layer);
    int error = layer_init(layer, root, bytes < 0 ? 0 : (uint64_t)bytes, with_devices);
    if (error) {
      throw_errno(ctx, "open", root, error);
      layer = NULL;
    } else if (!keep_skeleton(ctx, argv[1], layer)) {
      layer = NULL;
    }
  }
  if (!layer) {
    JS_FreeValue(ctx, object);
    object = JS_EXCEPTION;
  }
  JS_FreeCString(ctx, root);
  return object;
}

// The numbers of `owner`: undefined, the archive's; null, unchanged; [uid, gid].
static bool owner_of(JSContext *ctx, JSValueConst options, struct layer_files *files) {
  JSValue owner = JS_GetPropertyStr(ctx, options, "owner");
  bool fine = !JS_IsException(owner);
  if (fine && JS_IsNull(owner)) {
    files->owner = owner_unchanged;
  } else if (fine && JS_IsObject(owner)) {
    JSValue uid = JS_GetPropertyUint32(ctx, owner, 0), gid = JS_GetPropertyUint32(ctx, owner, 1);
    files->owner = owner_fixed;
    fine = int_of(ctx, uid, (int *)&files->uid) && int_of(ctx, gid, (int *)&files->gid);
    JS_FreeValue(ctx, uid);
    JS_FreeValue(ctx, gid);
  }
  JS_FreeValue(ctx, owner);
  return fine;
}

static bool mode_of(JSContext *ctx, JSValueConst options, struct layer_files *files) {
  JSValue mode = JS_GetPropertyStr(ctx, options, "mode");
  files->moded = !JS_IsUndefined(mode);
  bool fine = !JS_IsException(mode) && (!files->moded || int_of(ctx, mode, (int *)&files->mode));
  files->mode &= 07777;
  JS_FreeValue(ctx, mode);
  return fine;
}

// tarExtractor(root, { below, keepKinds, owner, mode })
static JSValue sys_tar_extractor(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int root;
  struct layer_files files = {0};
  if (!int_of(ctx, argv[0], &root) || !owner_of(ctx, argv[1], &files) || !mode_of(ctx, argv[1], &files))
    return JS_EXCEPTION;
  JSValue keep = JS_GetPropertyStr(ctx, argv[1], "keepKinds"), below = JS_GetPropertyStr(ctx, argv[1], "below");
  files.keep_kinds = JS_ToBool(ctx, keep) == 1;
  JS_FreeValue(ctx, keep);
  JSValue strip = JS_GetPropertyStr(ctx, argv[1], "strip"), prefix = JS_GetPropertyStr(ctx, argv[1], "prefix");
  files.strip = JS_ToBool(ctx, strip) == 1;
  JS_FreeValue(ctx, strip);
  bool fine = !JS_IsException(below) && !JS_IsException(prefix);
  fine = fine && (JS_IsNull(below) || (files.below = path_of(ctx, below)));
  fine = fine && (JS_IsUndefined(prefix) || (files.prefix = path_of(ctx, prefix)));
  JSValue object = fine ? JS_NewObjectClass(ctx, (int)layer_class) : JS_EXCEPTION;
  struct layer *layer = JS_IsException(object) ? NULL : js_malloc(ctx, sizeof *layer);
  if (layer) {
    int own = fcntl(root, F_DUPFD_CLOEXEC, 3);
    JS_SetOpaque(object, layer);
    int error = layer_init_files(layer, own, &files);
    if (own < 0 || error) {
      throw_errno(ctx, "dup", NULL, own < 0 ? EBADF : error);
      layer = NULL;
    }
  }
  if (!layer) {
    JS_FreeValue(ctx, object);
    object = JS_EXCEPTION;
  }
  if (files.below)
    JS_FreeCString(ctx, files.below);
  if (files.prefix)
    JS_FreeCString(ctx, files.prefix);
  JS_FreeValue(ctx, prefix);
  JS_FreeValue(ctx, below);
  return object;
}

static const JSCFunctionListEntry layer_functions[] = {
    JS_CFUNC_DEF("write", 1, layer_js_write),
    JS_CFUNC_DEF("receive", 2, layer_js_receive),
    JS_CFUNC_DEF("taken", 0, layer_js_taken),
    JS_CFUNC_DEF("end", 0, layer_js_end),
};

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("layerExtractor", 2, sys_layer_extractor),
    JS_CFUNC_DEF("tarExtractor", 2, sys_tar_extractor),
};

void layer_install(JSContext *ctx, JSValueConst sys) {
  class_install(ctx, &layer_class, &layer_definition, layer_functions, sizeof layer_functions / sizeof *layer_functions);
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
