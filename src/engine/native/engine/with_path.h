// For functions that take a path, call, and throw.
#pragma once
#include "engine.h"

// Binds `path` to the argument and `result` to undefined for the body, then frees and returns.
#define WITH_PATH(path, value, result, body)                                                                           \
  const char *path = path_of(ctx, value);                                                                              \
  if (!path)                                                                                                           \
    return JS_EXCEPTION;                                                                                               \
  JSValue result = JS_UNDEFINED;                                                                                       \
  body JS_FreeCString(ctx, path);                                                                                      \
  return result;
