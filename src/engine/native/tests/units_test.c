/* Parts that need no kernel: decoder, configuration, messages, log, detach keys, buffers. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/check.h"
#include "../lib/io.h"
#include "../shim/shim.h"
#include "../shim/wire.h"

/* A plan from text: a comma between fields, a semicolon between records. */
static size_t encode(const char *text, char *to) {
  size_t length = 0;
  while (*text) {
    size_t head = length;
    uint32_t count = 0;
    length += 4;
    for (bool more = true; more; count++) {
      size_t part = strcspn(text, ",;");
      more = text[part] == ',';
      for (unsigned i = 0; i < 4; i++) to[length++] = (char)(part >> (8 * i));
      memcpy(to + length, text, part);
      length += part;
      text += part;
      if (*text) text++;
    }
    for (unsigned i = 0; i < 4; i++) to[head + i] = (char)(count >> (8 * i));
  }
  return length;
}

static int decode(const char *text, struct plan *plan, uint32_t *bad) {
  char scratch[4096];
  size_t length = encode(text, scratch);
  /* Of just the size that is allowed to be touched. */
  static char *exact;
  free(exact);
  exact = malloc(length + 1);
  memcpy(exact, scratch, length);
  return plan_decode(plan, exact, length, bad);
}

static void decoder(void) {
  struct plan plan;
  uint32_t bad;
  CHECK_NUMBER(decode("host,clone,0,;child,chdir,/;child,execve,sh,0,0;after,rmdir,/x", &plan, &bad), 0);
  CHECK_NUMBER(plan.count, 4);
  CHECK_NUMBER(plan.clone, 0);
  CHECK_NUMBER(plan.steps[1].phase, PHASE_CHILD);
  CHECK_TEXT(plan.steps[1].operation->name, "chdir");
  CHECK_TEXT(argument(&plan.steps[1], 0), "/");
  CHECK_TEXT(argument(&plan.steps[1], 1), "");
  CHECK_TEXT(argument(&plan.steps[3], 0), "/x");
  plan_free(&plan);

  static const struct {
    const char *text;
    int error;
    uint32_t bad;
  } wrong[] = {
      {"child,execve,sh,0,0", EINVAL, 0},
      {"host,clone,0,", EINVAL, 0},
      {"host,clone,0,;host,clone,0,;child,execve,sh,0,0", EINVAL, 1},
      {"child,clone,0,;child,execve,sh,0,0", EINVAL, 0},
      {"host,clone,0,;child,execve,sh,0,0;child,chdir,/", EINVAL, 2},
      {"host,clone,0,;host,execve,sh,0,0", EINVAL, 1},
      {"host,clone,0,;child,fly,sh,0,0", ENOSYS, 1},
      {"host,clone,0,;later,chdir,/;child,execve,sh,0,0", EINVAL, 1},
      {"host,clone", EINVAL, 0},
      {"host", EBADMSG, 0},
      {"", EBADMSG, 0},
  };
  for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CHECK_NUMBER(decode(wrong[i].text, &plan, &bad), wrong[i].error);
    CHECK_NUMBER(bad, wrong[i].bad);
  }
}

/* Whatever bytes come: no crash, no read outside, and never success with a nonsensical plan. */
static void decoder_noise(void) {
  char good[512];
  size_t length = encode("host,clone,0,;child,mkdir_in,/a,0755;child,execve,sh,1,sh,1,A=b;after,umount,/x", good);
  unsigned seed = 7, accepted = 0;
  for (unsigned round = 0; round < 20000; round++) {
    size_t cut = round % 3 == 0 ? (seed >> 8) % (length + 1) : length;
    char *bytes = malloc(cut + 1);
    memcpy(bytes, good, cut);
    for (unsigned i = 0; cut > 0 && i < 1 + round % 4; i++) {
      seed = seed * 1103515245 + 12345;
      size_t at = (seed >> 8) % cut;
      seed = seed * 1103515245 + 12345;
      bytes[at] = (char)(seed >> 16);
    }
    struct plan plan;
    uint32_t bad;
    if (plan_decode(&plan, bytes, cut, &bad) == 0) {
      accepted++;
      if (plan.clone >= plan.count) CHECK(!"a clone outside the plan");
      plan_free(&plan);
    }
    free(bytes);
  }
  CHECK(accepted < 20000);
}

static void configuration(void) {
  struct config config;
  static const char good[] = "id=a\0dir=/d\0sock=/s\0log=\0log_max=5\0tty=1\0rows=24\0cols=80\0kind=exec\0new=x";
  CHECK_NUMBER(config_parse(&config, good, sizeof good - 1), 0);
  CHECK_TEXT(config.directory, "/d");
  CHECK(config.tty && config.exec && !config.open_stdin && config.rows == 24 && config.log_bytes == 5);
  static const char *const wrong[] = {
      "dir=/d",
      "dir=/d\nsock=/s\ntty=2",
      "dir=/d\nsock=/s\nrows=70000",
      "dir=/d\nsock=/s\nx",
      "dir=/d\nsock=/s\nkind=x",
      "dir=/d\nsock=/s\nlog_max=-1",
      "",
  };
  for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char text[128];
    strcpy(text, wrong[i]);
    size_t length = strlen(text);
    for (size_t j = 0; j < length; j++) {
      if (text[j] == '\n') text[j] = '\0';
    }
    CHECK_NUMBER(config_parse(&config, text, length), EINVAL);
  }
}

static void detach_keys(void) {
  static const struct {
    const char *keys, *typed, *passed;
    bool left;
  } cases[] = {
      {"pq", "hello", "hello", false}, {"pq", "apqb", "a", true},   {"pq", "pp", "p", false},
      {"pq", "ppq", "p", true},        {"pq", "pxpq", "px", true},  {"aab", "aaab", "a", true},
      {"abab", "abacabab", "abac", true}, {"x", "x", "", true},      {"", "pq", "pq", false},
  };
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    /* All at once, and byte by byte as somebody types. */
    for (unsigned single = 0; single < 2; single++) {
      struct keys keys = {.length = strlen(cases[i].keys)};
      memcpy(keys.sequence, cases[i].keys, keys.length);
      char out[64 + MOST_KEYS];
      size_t total = 0, part, length = strlen(cases[i].typed);
      bool left = false;
      for (size_t at = 0; at < length && !left; at += single ? 1 : length) {
        left = keys_filter(&keys, cases[i].typed + at, single ? 1 : length, out + total, &part);
        total += part;
      }
      out[total] = '\0';
      CHECK_TEXT(out, cases[i].passed);
      CHECK_NUMBER(left, cases[i].left);
    }
  }
}

/* The "log" members of a file, one after the other, as they stand in the JSON. */
static void logged(const char *path, char *to) {
  static char text[1 << 20];
  *to = '\0';
  if (read_text(path, text, sizeof text) < 0) return;
  for (char *at = text; (at = strstr(at, "{\"log\":\"")); at++) {
    char *end = strstr(at, "\",\"stream\":");
    strncat(to, at + 8, (size_t)(end - at - 8));
    strcat(to, "|");
  }
}

static void logging(void) {
  static struct log log;
  static char big[40000], all[1 << 20];
  char directory[] = "/tmp/log-test-XXXXXX", path[64], older[80];
  struct stat info;
  CHECK(mkdtemp(directory) != NULL);
  snprintf(path, sizeof path, "%s/log", directory);
  CHECK_NUMBER(log_open(&log, path, 0, 1), 0);
  log_output(&log, 1, "a\nb", 3);
  log_output(&log, 2, "err\n", 4);
  log_output(&log, 1, "c\n", 2);
  log_output(&log, 1, "q\"\\\t\r\1\x7f \xff\xe2\x82\xac \xe2\x82\n", 16);
  log_output(&log, 1, "rest", 4);
  log_end(&log, 1);
  log_end(&log, 1);
  logged(path, all);
  CHECK_TEXT(all, "a\\n|err\\n|bc\\n|q\\\"\\\\\\t\\r\\u0001\\u007f \xef\xbf\xbd\xe2\x82\xac \xef\xbf\xbd\\n|rest|");

  /* A long line comes in pieces, and none cuts a character. */
  CHECK(truncate(path, 0) == 0);
  close(log.fd);
  CHECK_NUMBER(log_open(&log, path, 0, 1), 0);
  memset(big, 'x', sizeof big);
  memcpy(big + LOG_LINE - 1, "\xe2\x82\xac", 3);
  big[sizeof big - 1] = '\n';
  log_output(&log, 1, big, 10000);
  log_output(&log, 1, big + 10000, sizeof big - 10000);
  logged(path, all);
  CHECK_NUMBER(strcspn(all, "|"), LOG_LINE - 1);
  CHECK(strncmp(all + LOG_LINE, "\xe2\x82\xacx", 4) == 0);
  CHECK_NUMBER(strlen(all), sizeof big + 1 + 3);

  /* Rotation: bounded, and the newest is kept. */
  close(log.fd);
  CHECK(truncate(path, 0) == 0);
  CHECK_NUMBER(log_open(&log, path, 1000, 2), 0);
  for (unsigned i = 0; i < 100; i++) log_output(&log, 1, "0123456789\n", 11);
  CHECK(stat(path, &info) == 0 && info.st_size > 0 && info.st_size <= 1000);
  snprintf(older, sizeof older, "%s.1", path);
  CHECK(stat(older, &info) == 0 && info.st_size > 0 && info.st_size <= 1000);
  unlink(older);
  close(log.fd);
  CHECK_NUMBER(log_open(&log, path, 500, 1), 0);
  for (unsigned i = 0; i < 100; i++) log_output(&log, 1, "0123456789\n", 11);
  CHECK(stat(path, &info) == 0 && info.st_size > 0 && info.st_size <= 500);
  CHECK(stat(older, &info) < 0);
  close(log.fd);
  /* Many lines of one read go into files of the same bound. */
  CHECK(truncate(path, 0) == 0);
  CHECK_NUMBER(log_open(&log, path, 500, 3), 0);
  for (size_t i = 0; i < sizeof big; i++) big[i] = i % 10 == 9 ? '\n' : 'x';
  log_output(&log, 1, big, 300);
  for (int i = 0; i < 3; i++) {
    if (i == 0) snprintf(older, sizeof older, "%s", path);
    else snprintf(older, sizeof older, "%s.%d", path, i);
    CHECK(stat(older, &info) == 0 && info.st_size > 400 && info.st_size <= 500);
    if (i > 0) unlink(older);
  }
  close(log.fd);
  unlink(path);
  rmdir(directory);
}

static void messages(void) {
  char bytes[64];
  CHECK_NUMBER(wire_failed(bytes, 0x01020304, 2), 9);
  CHECK(memcmp(bytes, "F\4\3\2\1\2\0\0\0", 9) == 0);
  CHECK_NUMBER(wire_started(bytes, 'P', 258, 1), 9);
  CHECK(memcmp(bytes, "P\2\1\0\0\1\0\0\0", 9) == 0);
  CHECK_NUMBER(wire_ended(bytes, 9, true, 0x0102030405060708u), 13);
  CHECK(memcmp(bytes, "\11\0\0\0\1\10\7\6\5\4\3\2\1", 13) == 0);
  CHECK_NUMBER(wire_u32("\4\3\2\1"), 0x01020304);
}

static void numbers_and_buffers(void) {
  uint64_t number;
  CHECK(parse_number("0755", 0, &number) == 0 && number == 0755);
  CHECK(parse_number("18446744073709551615", 0, &number) == 0 && number == UINT64_MAX);
  CHECK_NUMBER(parse_number("18446744073709551616", 0, &number), ERANGE);
  CHECK_NUMBER(parse_number("-1", 0, &number), EINVAL);
  CHECK_NUMBER(parse_number("", 0, &number), EINVAL);
  CHECK_NUMBER(parse_number("1 ", 0, &number), EINVAL);
  /* In and out at different paces: the same bytes in the same order. */
  struct buffer buffer = {0};
  char bytes[777];
  unsigned char in = 0, out = 0;
  bool same = true;
  for (unsigned i = 0; i < 2000; i++) {
    for (unsigned j = 0; j < sizeof bytes; j++) bytes[j] = (char)in++;
    if (buffer_add(&buffer, bytes, sizeof bytes) != 0) same = false;
    size_t part = buffer_length(&buffer) / (1 + i % 3);
    for (size_t j = 0; j < part; j++) same = same && (unsigned char)buffer.bytes[buffer.start + j] == out++;
    buffer_take(&buffer, part);
  }
  CHECK(same);
  buffer_take(&buffer, buffer_length(&buffer));
  CHECK(buffer.bytes == NULL);
}

int main(void) {
  decoder();
  decoder_noise();
  configuration();
  detach_keys();
  logging();
  messages();
  numbers_and_buffers();
  return checks_end("units");
}
