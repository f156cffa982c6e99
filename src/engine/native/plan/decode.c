#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct reader {
  char *next;
  size_t left;
};

static int read_u32(struct reader *reader, uint32_t *value) {
  if (reader->left < 4) return EBADMSG;
  const unsigned char *p = (const unsigned char *)reader->next;
  *value = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
  reader->next += 4;
  reader->left -= 4;
  return 0;
}

static int read_field(struct reader *reader, struct field *field) {
  int error = read_u32(reader, &field->length);
  if (error) return error;
  if (reader->left < field->length) return EBADMSG;
  field->bytes = reader->next;
  reader->next += field->length;
  reader->left -= field->length;
  return 0;
}

static int phase_of(const struct field *field, enum phase *phase) {
  static const char *const names[] = {[PHASE_HOST] = "host", [PHASE_CHILD] = "child", [PHASE_AFTER] = "after"};
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(field->bytes, names[i]) == 0) {
      *phase = (enum phase)i;
      return 0;
    }
  }
  return EINVAL;
}

/* Counts records and fields, so that both are allocated once. */
static int measure(struct reader reader, uint32_t *records, uint32_t *fields) {
  *records = *fields = 0;
  while (reader.left > 0) {
    uint32_t count;
    struct field field;
    int error = read_u32(&reader, &count);
    for (uint32_t i = 0; !error && i < count; i++) error = read_field(&reader, &field);
    if (error) return error;
    if (count < 2) return EBADMSG;
    *fields += count;
    *records += 1;
  }
  return 0;
}

static int check_step(struct plan *plan, uint32_t index, bool *cloned, bool *ended) {
  struct step *step = &plan->steps[index];
  const char *name = step->operation->name;
  if (step->count < step->operation->least) return EINVAL;
  for (uint32_t i = 0; !step->operation->binary && i < step->count; i++) {
    if (strlen(step->arguments[i].bytes) != step->arguments[i].length) return EINVAL;
  }
  bool clone = strcmp(name, "clone") == 0, execve = strcmp(name, "execve") == 0;
  if (clone) {
    if (*cloned || step->phase != PHASE_HOST) return EINVAL;
    *cloned = true;
    plan->clone = index;
  }
  if (execve && step->phase != PHASE_CHILD) return EINVAL;
  if (step->phase == PHASE_CHILD) {
    if (*ended) return EINVAL;
    *ended = execve;
  }
  return 0;
}

static int decode_steps(struct plan *plan, struct reader reader, struct field *fields, uint32_t *bad) {
  for (uint32_t i = 0; i < plan->count; i++) {
    uint32_t count;
    int error = read_u32(&reader, &count);
    for (uint32_t j = 0; !error && j < count; j++) error = read_field(&reader, &fields[j]);
    if (error) return error;
    plan->steps[i] = (struct step){.arguments = fields + 2, .count = count - 2};
    fields += count;
  }
  bool cloned = false, ended = false;
  for (uint32_t i = 0; i < plan->count; i++) {
    struct step *step = &plan->steps[i];
    struct field *head = step->arguments - 2;
    *bad = i;
    /* What follows a field has been read: its first byte gives way to the terminator. */
    for (uint32_t j = 0; j < step->count + 2; j++) head[j].bytes[head[j].length] = '\0';
    if (phase_of(&head[0], &step->phase) != 0) return EINVAL;
    step->operation = find_operation(head[1].bytes);
    if (!step->operation) return ENOSYS;
    int error = check_step(plan, i, &cloned, &ended);
    if (error) return error;
  }
  return cloned && ended ? 0 : EINVAL;
}

int plan_decode(struct plan *plan, char *buffer, size_t length, uint32_t *bad) {
  struct reader reader = {buffer, length};
  uint32_t fields;
  *bad = 0;
  *plan = (struct plan){0};
  int error = measure(reader, &plan->count, &fields);
  if (error) return error;
  if (plan->count == 0) return EBADMSG;
  plan->steps = calloc(plan->count, sizeof *plan->steps);
  struct field *all = calloc(fields, sizeof *all);
  error = plan->steps && all ? decode_steps(plan, reader, all, bad) : ENOMEM;
  if (error) {
    free(plan->steps);
    free(all);
    *plan = (struct plan){0};
  }
  return error;
}

void plan_free(struct plan *plan) {
  /* The fields of all steps are one array, which the first one's begin. */
  if (plan->steps) free(plan->steps[0].arguments - 2);
  free(plan->steps);
  *plan = (struct plan){0};
}
