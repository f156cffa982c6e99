/* For tests: counts what holds, and says what does not. Ends with the tally that `make test` adds up. */
#ifndef BOTTLE_CHECK_H
#define BOTTLE_CHECK_H

#include <stdio.h>
#include <string.h>

static int checks_passed, checks_failed;

#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (condition) checks_passed++;                                                                                    \
    else {                                                                                                             \
      checks_failed++;                                                                                                 \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                                          \
    }                                                                                                                  \
  } while (0)

#define CHECK_NUMBER(actual, expected)                                                                                 \
  do {                                                                                                                 \
    long long actual_ = (long long)(actual), expected_ = (long long)(expected);                                        \
    if (actual_ == expected_) checks_passed++;                                                                         \
    else {                                                                                                             \
      checks_failed++;                                                                                                 \
      fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #actual, actual_, expected_);               \
    }                                                                                                                  \
  } while (0)

#define CHECK_TEXT(actual, expected)                                                                                   \
  do {                                                                                                                 \
    const char *actual_ = (actual), *expected_ = (expected);                                                           \
    if (strcmp(actual_, expected_) == 0) checks_passed++;                                                              \
    else {                                                                                                             \
      checks_failed++;                                                                                                 \
      fprintf(stderr, "%s:%d: %s is\n  %s\nnot\n  %s\n", __FILE__, __LINE__, #actual, actual_, expected_);             \
    }                                                                                                                  \
  } while (0)

/* The exit status of main. */
static inline int checks_end(const char *name) {
  printf("%s: %d passed, %d failed\n", name, checks_passed, checks_failed);
  return checks_failed == 0 ? 0 : 1;
}

#endif
