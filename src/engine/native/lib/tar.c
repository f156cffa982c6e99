#include "tar.h"
#include "tar_header.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Long names and pax headers beyond this are an attack on the memory
enum { longest_meta = 1 << 20 };

void tar_init(struct tar *tar) { memset(tar, 0, sizeof *tar); }

static void forget_extensions(struct tar *tar) {
  free(tar->name);
  free(tar->link);
  tar->name = tar->link = NULL;
  while (tar->attributes) {
    struct tar_attribute *next = tar->attributes->next;
    free(tar->attributes);
    tar->attributes = next;
  }
  tar->has_size = tar->has_uid = tar->has_gid = tar->has_time = false;
}

void tar_free(struct tar *tar) {
  forget_extensions(tar);
  free(tar->meta);
  tar->meta = NULL;
}

static bool fail(struct tar *tar, const char *sentence) {
  tar->state = tar_failed;
  tar->error = sentence;
  return false;
}

static bool meta_begins(struct tar *tar, const struct tar_fields *fields) {
  if (fields->size > longest_meta)
    return fail(tar, "its extended header is longer than 1 MiB");
  free(tar->meta);
  tar->meta = malloc((size_t)fields->size + 1);
  if (!tar->meta)
    return fail(tar, "there is no memory for its extended header");
  tar->meta_type = fields->type;
  tar->meta_used = 0;
  return true;
}

static bool meta_over(struct tar *tar) {
  const char *error = NULL;
  tar->meta[tar->meta_used] = 0;
  switch (tar->meta_type) {
  case 'x':
    error = tar_parse_pax(tar, tar->meta, tar->meta_used);
    break;
  case 'L':
    free(tar->name);
    tar->name = strdup(tar->meta);
    break;
  case 'K':
    free(tar->link);
    tar->link = strdup(tar->meta);
    break;
  default: // 'g': what it says of every entry (a commit's name, mostly) means nothing here
    break;
  }
  free(tar->meta);
  tar->meta = NULL;
  return error ? fail(tar, error) : true;
}

// After the data of an entry or of an extended header.
static bool data_over(struct tar *tar, const struct tar_events *events, void *opaque) {
  bool meta = tar->state == tar_meta;
  tar->state = tar->padding ? tar_padding : tar_header;
  if (meta)
    return meta_over(tar);
  forget_extensions(tar);
  return events->entry_end(opaque) || fail(tar, NULL);
}

static bool entry_begins(struct tar *tar, struct tar_fields *fields, const struct tar_events *events, void *opaque) {
  struct tar_entry entry = {
      .type = fields->type,
      .name = tar->name ? tar->name : fields->name,
      .link = tar->link ? tar->link : fields->link,
      .mode = (unsigned)fields->mode & 07777,
      .uid = (unsigned)(tar->has_uid ? tar->uid : fields->uid),
      .gid = (unsigned)(tar->has_gid ? tar->gid : fields->gid),
      .size = fields->size,
      .time = tar->has_time ? tar->time : (struct timespec){.tv_sec = (time_t)fields->time},
      .major = (unsigned)fields->major,
      .minor = (unsigned)fields->minor,
      .attributes = tar->attributes,
  };
  snprintf(tar->where, sizeof tar->where, "%.150s", entry.name);
  if (fields->type == 'S')
    return fail(tar, "it is a sparse file, which this engine does not unpack");
  if (fields->type < '0' || fields->type > '6')
    return fail(tar, "its type is not one that tar defines");
  tar->entries++;
  if (!events->entry(opaque, &entry))
    return fail(tar, NULL);
  return true;
}

static void tell(const struct tar_events *events, void *opaque, enum tar_part part, const uint8_t *data, size_t size) {
  if (events->part)
    events->part(opaque, part, data, size);
}

static bool header_over(struct tar *tar, const struct tar_events *events, void *opaque) {
  static const uint8_t zeros[512];
  struct tar_fields fields;
  tar->used = 0;
  tell(events, opaque, tar_part_header, tar->block, sizeof tar->block);
  if (memcmp(tar->block, zeros, sizeof zeros) == 0) {
    if (tar->zero_block)
      tar->state = tar_over;
    tar->zero_block = true;
    return true;
  }
  tar->zero_block = false;
  if (!tar_parse_header(tar->block, &fields)) {
    if (!tar->entries && !*tar->where)
      snprintf(tar->where, sizeof tar->where, "the first entry");
    return fail(tar, *tar->where && tar->entries ? "what follows it is not a tar header" : "this is not a tar archive");
  }
  bool meta = fields.type && strchr("xgLK", fields.type);
  if (!meta && tar->has_size)
    fields.size = tar->size;
  // Only files have data; others may still tell a size
  if (!meta && fields.type != '0')
    fields.size = 0;
  tar->left = fields.size;
  tar->padding = (size_t)(-fields.size & 511);
  tar->state = meta ? tar_meta : tar_data;
  if (!(meta ? meta_begins(tar, &fields) : entry_begins(tar, &fields, events, opaque)))
    return false;
  return tar->left ? true : data_over(tar, events, opaque);
}

bool tar_feed(struct tar *tar, const uint8_t *data, size_t size, const struct tar_events *events, void *opaque) {
  while (size && tar->state != tar_over && tar->state != tar_failed) {
    size_t part = size;
    switch (tar->state) {
    case tar_header:
      if (part > 512 - tar->used)
        part = 512 - tar->used;
      memcpy(tar->block + tar->used, data, part);
      tar->used += part;
      if (tar->used == 512)
        header_over(tar, events, opaque);
      break;
    case tar_meta:
    case tar_data:
      if (part > tar->left)
        part = (size_t)tar->left;
      if (tar->state == tar_meta) {
        memcpy(tar->meta + tar->meta_used, data, part);
        tar->meta_used += part;
        tell(events, opaque, tar_part_meta, data, part);
      } else if (!events->data(opaque, data, part)) {
        fail(tar, NULL);
        break;
      }
      tar->left -= part;
      if (!tar->left)
        data_over(tar, events, opaque);
      break;
    default: // tar_padding
      if (part > tar->padding)
        part = tar->padding;
      tell(events, opaque, tar_part_padding, data, part);
      tar->padding -= part;
      if (!tar->padding)
        tar->state = tar_header;
      break;
    }
    data += part;
    size -= part;
  }
  if (size && tar->state == tar_over)
    tell(events, opaque, tar_part_rest, data, size);
  return tar->state != tar_failed;
}

bool tar_finish(struct tar *tar) {
  // As other readers do, without its two zero blocks too, and without what fills the last block up (Go's writer when
  // it is not closed): what counts is that no entry is cut
  bool between = (tar->state == tar_header && !tar->used) || tar->state == tar_padding;
  if (tar->state == tar_over || (between && !tar->name && !tar->attributes && (tar->entries || tar->zero_block)))
    return true;
  return tar->state == tar_failed ? false : fail(tar, "the archive ends in the middle of it");
}
