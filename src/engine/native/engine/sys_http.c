// httpParser: the events of lib/http as objects.
#include "engine.h"
#include "http.h"
#include <stdio.h>

static JSClassID parser_class;

struct parser {
  struct http http;
};

static void parser_finalizer(JSRuntime *rt, JSValue value) {
  struct parser *parser = JS_GetOpaque(value, parser_class);
  if (parser) {
    http_free(&parser->http);
    js_free_rt(rt, parser);
  }
}

static const JSClassDef parser_definition = {"HttpParser", .finalizer = parser_finalizer};

// One feed: where its events go
struct collector {
  JSContext *ctx;
  JSValue events;
  uint32_t count;
};

static JSValue event(struct collector *collector, const char *type) {
  JSValue object = JS_NewObject(collector->ctx);
  set(collector->ctx, object, "type", JS_NewString(collector->ctx, type));
  return object;
}

static bool push(struct collector *collector, JSValue object) {
  return JS_SetPropertyUint32(collector->ctx, collector->events, collector->count++, object) >= 0;
}

static bool on_head(void *opaque, const struct http_head *head) {
  struct collector *collector = opaque;
  JSContext *ctx = collector->ctx;
  JSValue object = event(collector, "head"), headers = JS_NewArray(ctx);
  uint32_t count = 0;
  for (size_t i = 0; i < head->field_count; i++) {
    const struct http_field *field = &head->fields[i];
    JS_SetPropertyUint32(ctx, headers, count++, text_of(ctx, field->name.at, field->name.size));
    JS_SetPropertyUint32(ctx, headers, count++, text_of(ctx, field->value.at, field->value.size));
  }
  set(ctx, object, "method", text_of(ctx, head->method.at, head->method.size));
  set(ctx, object, "url", text_of(ctx, head->url.at, head->url.size));
  set(ctx, object, "status", JS_NewInt32(ctx, head->status));
  set(ctx, object, "reason", text_of(ctx, head->reason.at, head->reason.size));
  set(ctx, object, "minor", JS_NewInt32(ctx, head->minor));
  set(ctx, object, "headers", headers);
  set(ctx, object, "keepAlive", JS_NewBool(ctx, head->keep_alive));
  set(ctx, object, "upgrade", JS_NewBool(ctx, head->upgrade));
  return push(collector, object);
}

static bool on_body(void *opaque, const uint8_t *data, size_t size) {
  struct collector *collector = opaque;
  JSValue buffer = buffer_copy(collector->ctx, data, size);
  if (JS_IsException(buffer))
    return false;
  JSValue object = event(collector, "body");
  set(collector->ctx, object, "data", buffer);
  return push(collector, object);
}

static bool on_end(void *opaque) {
  struct collector *collector = opaque;
  return push(collector, event(collector, "end"));
}

static const struct http_events events = {on_head, on_body, on_end};

static struct parser *parser_of(JSContext *ctx, JSValueConst value) {
  struct parser *parser = JS_GetOpaque(value, parser_class);
  if (!parser)
    JS_ThrowTypeError(ctx, "this HTTP parser was freed");
  return parser;
}

static JSValue throw_failure(JSContext *ctx, struct parser *parser) {
  if (JS_HasException(ctx)) // an event could not be made: no memory
    return JS_EXCEPTION;
  JSValue error = JS_NewError(ctx);
  char text[160];
  snprintf(text, sizeof text, "malformed HTTP %s: %s", parser->http.response ? "response" : "request",
           parser->http.error ? parser->http.error : "the parser is spent");
  JS_DefinePropertyValueStr(ctx, error, "message", JS_NewString(ctx, text), JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
  return JS_Throw(ctx, error);
}

static JSValue feed(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct parser *parser = parser_of(ctx, this_value);
  struct bytes bytes;
  if (!parser || !bytes_of(ctx, argv[0], &bytes))
    return JS_EXCEPTION;
  struct collector collector = {ctx, JS_NewArray(ctx), 0};
  size_t used = http_feed(&parser->http, bytes.data, bytes.size, &events, &collector);
  if (parser->http.state == http_failed) {
    bytes_free(ctx, &bytes);
    JS_FreeValue(ctx, collector.events);
    return throw_failure(ctx, parser);
  }
  bool upgraded = parser->http.state == http_upgraded;
  JSValue result = JS_NewObject(ctx);
  set(ctx, result, "events", collector.events);
  set(ctx, result, "rest", upgraded ? buffer_copy(ctx, bytes.data + used, bytes.size - used) : JS_NULL);
  bytes_free(ctx, &bytes);
  return result;
}

static JSValue finish(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct parser *parser = parser_of(ctx, this_value);
  if (!parser)
    return JS_EXCEPTION;
  struct collector collector = {ctx, JS_NewArray(ctx), 0};
  if (http_finish(&parser->http, &events, &collector))
    return collector.events;
  JS_FreeValue(ctx, collector.events);
  return throw_failure(ctx, parser);
}

static JSValue free_parser(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct parser *parser = JS_GetOpaque(this_value, parser_class);
  if (parser) {
    JS_SetOpaque(this_value, NULL);
    http_free(&parser->http);
    js_free(ctx, parser);
  }
  return JS_UNDEFINED;
}

static JSValue sys_http_parser(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  const char *kind = JS_ToCString(ctx, argv[0]);
  if (!kind)
    return JS_EXCEPTION;
  bool response = kind[0] == 'r' && kind[1] == 'e' && kind[2] == 's';
  JS_FreeCString(ctx, kind);
  struct parser *parser = js_malloc(ctx, sizeof *parser);
  JSValue object = parser ? JS_NewObjectClass(ctx, (int)parser_class) : JS_EXCEPTION;
  if (JS_IsException(object)) {
    js_free(ctx, parser);
    return object;
  }
  http_init(&parser->http, response);
  JS_SetOpaque(object, parser);
  return object;
}

static const JSCFunctionListEntry parser_functions[] = {
    JS_CFUNC_DEF("feed", 1, feed),
    JS_CFUNC_DEF("finish", 0, finish),
    JS_CFUNC_DEF("free", 0, free_parser),
};

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("httpParser", 1, sys_http_parser),
};

void http_install(JSContext *ctx, JSValueConst sys) {
  class_install(ctx, &parser_class, &parser_definition, parser_functions, sizeof parser_functions / sizeof *parser_functions);
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
