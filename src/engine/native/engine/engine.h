// What the files of the engine binary share: one process, one thread, one JavaScript context.
#pragma once
#include <quickjs.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- values.c: between JavaScript and C

// Bytes of an argument; they stay valid until bytes_free, which every bytes_of that succeeded must be followed by.
struct bytes {
  const uint8_t *data;
  size_t size;
  const char *text; // to be freed when the argument was a string
};

void values_init(JSContext *ctx);
// A string (as UTF-8), an ArrayBuffer or a typed array. False: an exception is pending.
bool bytes_of(JSContext *ctx, JSValueConst value, struct bytes *out);
void bytes_free(JSContext *ctx, struct bytes *bytes);
// An ArrayBuffer with a copy of the bytes.
JSValue buffer_copy(JSContext *ctx, const void *data, size_t size);
// An ArrayBuffer that owns `data`, which must come from js_malloc.
JSValue buffer_own(JSContext *ctx, void *data, size_t size);
// A path, without NUL inside; to be freed with JS_FreeCString. NULL: an exception is pending.
const char *path_of(JSContext *ctx, JSValueConst value);
// A number within int, long or unsigned range. False: an exception is pending.
bool int_of(JSContext *ctx, JSValueConst value, int *out);
bool size_of(JSContext *ctx, JSValueConst value, size_t *out);
bool offset_of(JSContext *ctx, JSValueConst value, int64_t *out);
// An optional number: undefined gives `otherwise`.
bool int_or(JSContext *ctx, JSValueConst value, int otherwise, int *out);
// A string from bytes that may not be UTF-8: malformed bytes become U+FFFD.
JSValue text_of(JSContext *ctx, const void *data, size_t size);
void set(JSContext *ctx, JSValueConst object, const char *name, JSValue value);

// ---- sys_names.c

struct stat;
// stat(2) as sys.ts has it.
JSValue stat_object(JSContext *ctx, const struct stat *st);

// ---- sys_sockets.c

struct sockaddr_in;
// An address and a port from JavaScript. False: thrown.
bool inet_address(JSContext *ctx, JSValueConst host, JSValueConst port, struct sockaddr_in *out);

// ---- errors.c: errno(3) as exceptions

// Throws a SysError (sys.ts) and returns JS_EXCEPTION. `path` may be NULL.
JSValue throw_errno(JSContext *ctx, const char *syscall, const char *path, int error);
// The same as a value that is not thrown: for promises.
JSValue new_errno(JSContext *ctx, const char *syscall, const char *path, int error);
// Prints an exception, with its stack, to standard error, and frees it. `where` says what failed.
void report(JSContext *ctx, const char *where, JSValue exception);
// Takes the pending exception and reports it.
void report_pending(JSContext *ctx, const char *where);

// ---- loop.c: epoll(7), promise jobs, and what waits

struct wait;
enum attempt { attempt_again, attempt_settled };

// One call that a promise stands for. Each kind embeds it first. `attempt` tries the call, and when it did
// not end with EAGAIN settles the promise; `release` frees what the kind owns (not the wait itself).
struct wait {
  struct wait *next;
  enum attempt (*attempt)(JSContext *ctx, struct wait *wait);
  void (*release)(JSContext *ctx, struct wait *wait);
  int fd;
  uint32_t events; // what it waits for: EPOLLIN or EPOLLOUT (errors and hang-ups always count)
  JSValue settle[2];
};

// Allocates a wait of `size` bytes, zeroed. NULL: an exception is pending.
void *wait_new(JSContext *ctx, size_t size);
// Tries at once; returns the promise. Takes over `wait` in every case.
JSValue wait_start(JSContext *ctx, struct wait *wait);
// For `attempt`: settle the promise. `value` is taken over.
enum attempt wait_resolve(JSContext *ctx, struct wait *wait, JSValue value);
enum attempt wait_reject(JSContext *ctx, struct wait *wait, const char *syscall, const char *path, int error);
enum attempt wait_throw(JSContext *ctx, struct wait *wait, JSValue error);
// Whether a call on the descriptor would not block now; always true for those that are O_NONBLOCK.
bool fd_ready(int fd, short events);
bool fd_is_regular(int fd);
bool fd_is_nonblocking(int fd);
// Marks a descriptor that this process made O_NONBLOCK.
void fd_nonblocking(int fd);
// To be called before close(2): rejects what waits with ECANCELED, and forgets the descriptor.
void fd_forget(JSContext *ctx, int fd);
// After close(2) by an attempt on its own descriptor.
void fd_closed(int fd);
// Calls `callback` whenever the descriptor has input or hung up; that alone does not keep the loop going.
void fd_watch(int fd, void (*callback)(JSContext *ctx, uint32_t events));

// A new epoll instance: at the start and after fork(2).
void loop_init(JSContext *ctx);
// Runs until `*done`, or until nothing could ever happen again (false).
bool loop_run(JSContext *ctx, const bool *done);
// Keeps loop_run going although no wait, timer or handler is there (positive), or no longer (negative).
void loop_hold(int change);

// ---- rejections.c: promises that nobody handles
void rejections_init(JSContext *ctx);
// After the promise jobs: those that are still unhandled are printed.
void rejections_report(JSContext *ctx);

// ---- timers.c
void timers_run(JSContext *ctx);
// Milliseconds until the next one, -1 for none.
int timers_next(void);

// ---- signals.c
void signals_run(JSContext *ctx);
bool signals_any(void);
// Drops the handlers.
void signals_clear(JSContext *ctx);
// epoll_pwait(2) during which the signals that have handlers may arrive.
struct epoll_event;
int signals_wait(int epoll, struct epoll_event *events, int count, int timeout);
// A signal that was relayed by the client: calls its handler. False: there is none.
bool signals_raise(JSContext *ctx, int number);
// Default disposition and an empty mask for everything: in a child before execve, or after fork.
void signals_reset(void);

// ---- sys_network.c

// socket(2) in the network namespace of the process whose number `process` is, or in this one's for undefined and
// 0. Negative: an exception is pending.
int socket_of(JSContext *ctx, JSValueConst process, int domain, int type, int protocol);

// ---- sys.c and its groups: `__sys`
void sys_install(JSContext *ctx);
void files_install(JSContext *ctx, JSValueConst sys);
void names_install(JSContext *ctx, JSValueConst sys);
void tree_install(JSContext *ctx, JSValueConst sys);
void watch_install(JSContext *ctx, JSValueConst sys);
void sockets_install(JSContext *ctx, JSValueConst sys);
void network_install(JSContext *ctx, JSValueConst sys);
void streams_install(JSContext *ctx, JSValueConst sys);
void process_install(JSContext *ctx, JSValueConst sys);
void shim_install(JSContext *ctx, JSValueConst sys);
void signals_install(JSContext *ctx, JSValueConst sys);
void timers_install(JSContext *ctx, JSValueConst sys);
void terminal_install(JSContext *ctx, JSValueConst sys);
void bytes_install(JSContext *ctx, JSValueConst sys);
void records_install(JSContext *ctx, JSValueConst sys);
void layer_install(JSContext *ctx, JSValueConst sys);
void archive_install(JSContext *ctx, JSValueConst sys);
void view_install(JSContext *ctx, JSValueConst sys);
void changes_install(JSContext *ctx, JSValueConst sys);
void rebuild_install(JSContext *ctx, JSValueConst sys);
void inflate_install(JSContext *ctx, JSValueConst sys);
void http_install(JSContext *ctx, JSValueConst sys);
// Makes a class whose objects have the functions as methods.
void class_install(JSContext *ctx, JSClassID *id, const JSClassDef *definition, const JSCFunctionListEntry *methods, int count);
// CLOCK_MONOTONIC in milliseconds.
double monotonic(void);

// ---- heap.c: the allocator

// NULL: the C library's is to be used.
const JSMallocFunctions *heap_functions(void);
// From now on new blocks come from pages that nothing else is on: before fork(2), so that the children's
// garbage does not copy the parent's pages.
void heap_settle(void);

// ---- runtime.c: the context and its bundle

JSContext *runtime_new(void);
// Evaluates a script, or its bytecode as this very build made it (`engine compile`). False: reported.
bool runtime_load(JSContext *ctx, const char *path);
int runtime_compile(JSContext *ctx, const char *path, const char *output);
// Calls globalThis.bottle.<name> with the arguments (taken over), runs the loop until its promise settles,
// and returns the number it resolved with (0 for none), or 125 when it was rejected: reported then.
int runtime_call(JSContext *ctx, const char *name, int argc, JSValue *argv);
JSValue environment(JSContext *ctx, char **envp);
JSValue string_array(JSContext *ctx, int count, char **strings);
// The whole file, NUL-terminated, from malloc; NULL with errno.
char *read_whole(const char *path, size_t *size);
// What ps shows for this process.
void runtime_title(const char *title);
extern char *runtime_title_room;
extern size_t runtime_title_size;
// Gives every terminal back what it had before setRaw.
void terminal_restore(void);
// What __sys.exit calls instead of _exit(2), when set.
extern void (*runtime_exit)(int status);

// ---- crowd.c: how many commands run at once

void crowd_enter(void);
void crowd_leave(void);
// Whether one more can begin without driving the machine out of memory. The first one always can.
bool crowd_has_room(void);

// ---- roles
int zygote(JSContext *ctx);
// In the child of a connection: never returns.
_Noreturn void command_serve(JSContext *ctx, int connection);
