#include "pack.h"
#include "below.h"
#include "tar_write.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

// Deeper than any image, far from the end of the descriptors
enum { deepest = 200, trailer = 1024 };

struct pack_directory {
  int fd;
  dev_t device;
  char **names;
  size_t count, next;
  size_t prefix; // length of its own name
};

struct pack_link {
  dev_t device;
  ino_t inode;
  char *name;
};

static bool fail(struct pack *pack, const char *call, int error) {
  pack->call = call;
  pack->error = error;
  return false;
}

static bool out_of_memory(struct pack *pack) { return fail(pack, "malloc", ENOMEM); }

static bool set_name(struct pack *pack, size_t prefix, const char *name, const char *suffix) {
  size_t length = strlen(name), more = strlen(suffix), need = prefix + length + more + 1;
  if (need > pack->name_room) {
    char *grown = realloc(pack->name, need * 2);
    if (!grown)
      return out_of_memory(pack);
    pack->name = grown;
    pack->name_room = need * 2;
  }
  memcpy(pack->name + prefix, name, length);
  memcpy(pack->name + prefix + length, suffix, more + 1);
  pack->name_length = prefix + length + more;
  return true;
}

static bool queue(struct pack *pack, const struct tar_item *item) {
  size_t size;
  uint8_t *header = tar_header_for(item, &size);
  uint8_t *grown = header ? realloc(pack->head, pack->head_size + size) : NULL;
  if (grown) {
    memcpy(grown + pack->head_size, header, size);
    pack->head = grown;
    pack->head_size += size;
  }
  free(header);
  return grown != NULL || out_of_memory(pack);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void free_names(struct pack_directory *directory) {
  for (size_t i = 0; i < directory->count; i++)
    free(directory->names[i]);
  free(directory->names);
}

// Reads the names of a directory. Returns 0 or the error.
static int read_names(struct pack_directory *out) {
  int copy = openat(out->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *list = copy >= 0 ? fdopendir(copy) : NULL;
  if (!list) {
    int error = errno;
    if (copy >= 0)
      close(copy);
    return error;
  }
  size_t room = 0;
  int error = 0;
  const struct dirent *entry;
  while (!error && (errno = 0, entry = readdir(list))) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    if (out->count == room) {
      char **grown = realloc(out->names, (room = room ? room * 2 : 32) * sizeof *grown);
      if (!grown) {
        error = ENOMEM;
        break;
      }
      out->names = grown;
    }
    if ((out->names[out->count] = strdup(entry->d_name)))
      out->count++;
    else
      error = ENOMEM;
  }
  if (!error)
    error = errno;
  closedir(list);
  if (out->count)
    qsort(out->names, out->count, sizeof *out->names, by_name);
  return error;
}

// Takes `fd`.
static bool push(struct pack *pack, int fd, dev_t device) {
  struct pack_directory directory = {.fd = fd, .device = device, .prefix = pack->name_length};
  int error = pack->depth >= deepest ? ELOOP : read_names(&directory);
  if (!error && pack->depth == pack->room) {
    size_t room = pack->room ? pack->room * 2 : 8;
    struct pack_directory *grown = realloc(pack->stack, room * sizeof *grown);
    if (grown) {
      pack->stack = grown;
      pack->room = room;
    } else {
      error = ENOMEM;
    }
  }
  if (error) {
    free_names(&directory);
    close(fd);
    return fail(pack, "getdents", error);
  }
  pack->stack[pack->depth++] = directory;
  return true;
}

static void pop(struct pack *pack) {
  struct pack_directory *directory = &pack->stack[--pack->depth];
  free_names(directory);
  close(directory->fd);
}

// The place of an inode in the table of links: its entry, or the free one where it belongs.
static struct pack_link *slot(struct pack_link *links, size_t room, const struct stat *st) {
  size_t at = (size_t)(st->st_ino * 2654435761u) % room;
  while (links[at].name && (links[at].inode != st->st_ino || links[at].device != st->st_dev))
    at = (at + 1) % room;
  return &links[at];
}

// The name under which a file with several names was packed already; NULL the first time, or without memory.
static const char *earlier_name(struct pack *pack, const struct stat *st) {
  if (pack->link_count * 2 >= pack->link_room) {
    size_t room = pack->link_room ? pack->link_room * 2 : 64;
    struct pack_link *grown = calloc(room, sizeof *grown);
    if (!grown) {
      out_of_memory(pack);
      return NULL;
    }
    for (size_t i = 0; i < pack->link_room; i++)
      if (pack->links[i].name)
        *slot(grown, room, &(struct stat){.st_ino = pack->links[i].inode, .st_dev = pack->links[i].device}) = pack->links[i];
    free(pack->links);
    pack->links = grown;
    pack->link_room = room;
  }
  struct pack_link *found = slot(pack->links, pack->link_room, st);
  if (found->name)
    return found->name;
  found->name = strdup(pack->name);
  if (!found->name) {
    out_of_memory(pack);
    return NULL;
  }
  found->device = st->st_dev;
  found->inode = st->st_ino;
  pack->link_count++;
  return NULL;
}

// What the kernel shows of itself is no file of a container's.
static bool is_kernels(int fd) {
  static const unsigned long kinds[] = {
      0x9fa0 /* proc */, 0x62656572 /* sysfs */, 0x63677270 /* cgroup2 */, 0x1cd1 /* devpts */,
      0x19800202 /* mqueue */, 0x64626720 /* debugfs */, 0x74726163 /* tracefs */, 0xcafe4a11 /* bpf */,
  };
  struct statfs fs;
  if (fstatfs(fd, &fs) < 0)
    return false;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if ((unsigned long)fs.f_type == kinds[i])
      return true;
  return false;
}

static struct tar_item item_of(const struct pack *pack, const struct stat *st, char type) {
  return (struct tar_item){
      .type = type,
      .name = pack->name,
      .mode = st->st_mode,
      .uid = pack->options.owned ? pack->options.uid : st->st_uid,
      .gid = pack->options.owned ? pack->options.gid : st->st_gid,
      .time = pack->options.timeless ? 0 : st->st_mtime,
  };
}

static bool add_directory(struct pack *pack, int fd, const struct stat *st, bool shown, bool entered) {
  bool fine = true;
  if (shown) {
    struct tar_item item = item_of(pack, st, '5');
    fine = queue(pack, &item);
  }
  char mark;
  if (fine && pack->options.overlay && fgetxattr(fd, "trusted.overlay.opaque", &mark, 1) == 1 && mark == 'y') {
    size_t length = pack->name_length;
    fine = set_name(pack, length, ".wh..wh..opq", "");
    if (fine) {
      struct tar_item item = item_of(pack, st, '0');
      item.mode = 0600;
      fine = queue(pack, &item);
      pack->name_length = length;
    }
  }
  if (fine && entered)
    return push(pack, fd, st->st_dev);
  close(fd);
  return fine;
}

// Takes `fd`, which is open for reading.
static bool add_file(struct pack *pack, int fd, const struct stat *st) {
  struct tar_item item = item_of(pack, st, '0');
  uint8_t capability[64];
  ssize_t size = fgetxattr(fd, "security.capability", capability, sizeof capability);
  if (size > 0) {
    item.capability = capability;
    item.capability_size = (size_t)size;
  }
  if (st->st_nlink > 1) {
    item.link = earlier_name(pack, st);
    if (pack->call) {
      close(fd);
      return false;
    }
  }
  if (item.link)
    item.type = '1';
  else
    item.size = (uint64_t)st->st_size;
  if (item.link || !st->st_size) {
    close(fd);
    return queue(pack, &item);
  }
  pack->file = fd;
  pack->left = item.size;
  pack->padding = (size_t)(-item.size & 511);
  pack->bytes += item.size;
  return queue(pack, &item);
}

// `parent` and `name` of it, or an O_PATH descriptor of it and "".
static bool add_link(struct pack *pack, int parent, const char *name, const struct stat *st) {
  char target[PATH_MAX + 1];
  ssize_t size = readlinkat(parent, name, target, sizeof target - 1);
  if (size < 0)
    return errno == ENOENT || fail(pack, "readlink", errno);
  target[size] = 0;
  struct tar_item item = item_of(pack, st, '2');
  item.link = target;
  item.mode = 0777;
  return queue(pack, &item);
}

static bool add_device(struct pack *pack, const struct stat *st) {
  struct tar_item item = item_of(pack, st, S_ISCHR(st->st_mode) ? '3' : S_ISBLK(st->st_mode) ? '4' : '6');
  if (item.type != '6') {
    item.major = major(st->st_rdev);
    item.minor = minor(st->st_rdev);
  }
  return queue(pack, &item);
}

static bool add_whiteout(struct pack *pack, const struct pack_directory *in, const char *name, const struct stat *st) {
  if (!set_name(pack, in->prefix, ".wh.", name))
    return false;
  struct tar_item item = item_of(pack, st, '0');
  item.mode = 0600;
  return queue(pack, &item);
}

static bool is_skipped(const struct pack *pack) {
  const struct pack_options *options = &pack->options;
  return options->skip_count && bsearch(&pack->name, options->skip, options->skip_count, sizeof *options->skip, by_name);
}

// What is no longer there is left out: a container may be at work in the tree.
static bool add(struct pack *pack, const struct pack_directory *in, const char *name) {
  struct stat st;
  if (pack->options.skip_count) {
    if (!set_name(pack, in->prefix, name, ""))
      return false;
    if (is_skipped(pack))
      return true;
  }
  if (fstatat(in->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return errno == ENOENT || fail(pack, "lstat", errno);
  if (S_ISSOCK(st.st_mode)) // tar has no word for it
    return true;
  if (pack->options.overlay && S_ISCHR(st.st_mode) && st.st_rdev == 0)
    return add_whiteout(pack, in, name, &st);
  if (!set_name(pack, in->prefix, name, S_ISDIR(st.st_mode) ? "/" : ""))
    return false;
  if (S_ISLNK(st.st_mode))
    return add_link(pack, in->fd, name, &st);
  if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
    return add_device(pack, &st);
  // Not to wait for a pipe that took the file's place
  int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (S_ISDIR(st.st_mode) ? O_DIRECTORY : 0);
  int fd = openat(in->fd, name, flags);
  if (fd < 0)
    return errno == ENOENT || errno == ELOOP || errno == ENOTDIR || fail(pack, "open", errno);
  mode_t kind = st.st_mode & S_IFMT;
  if (fstat(fd, &st) < 0 || (st.st_mode & S_IFMT) != kind) {
    close(fd); // replaced meanwhile
    return true;
  }
  if (S_ISREG(st.st_mode))
    return add_file(pack, fd, &st);
  bool mounted = st.st_dev != in->device;
  bool devices = pack->options.system && pack->depth == 1 && strcmp(name, "dev") == 0;
  return add_directory(pack, fd, &st, true, !(mounted && (devices || is_kernels(fd))));
}

static bool begin_with(struct pack *pack, int fd, const struct stat *st, bool shown) {
  char path[32];
  if (S_ISLNK(st->st_mode))
    return add_link(pack, fd, "", st);
  if (!S_ISDIR(st->st_mode) && !S_ISREG(st->st_mode))
    return add_device(pack, st);
  int readable = open(descriptor_path(fd, path), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (readable < 0)
    return fail(pack, "open", errno);
  return S_ISREG(st->st_mode) ? add_file(pack, readable, st) : add_directory(pack, readable, st, shown, true);
}

bool pack_begin(struct pack *pack, int fd, const char *name, const struct pack_options *options) {
  memset(pack, 0, sizeof *pack);
  pack->file = -1;
  pack->options = *options;
  struct stat st;
  bool fine = fstat(fd, &st) == 0 || fail(pack, "stat", errno);
  if (fine && !name && !S_ISDIR(st.st_mode))
    fine = fail(pack, "getdents", ENOTDIR);
  fine = fine && set_name(pack, 0, name ? name : "", name && S_ISDIR(st.st_mode) ? "/" : "");
  fine = fine && begin_with(pack, fd, &st, name != NULL);
  close(fd);
  return fine;
}

void pack_free(struct pack *pack) {
  while (pack->depth)
    pop(pack);
  free(pack->stack);
  free(pack->name);
  free(pack->head);
  for (size_t i = 0; i < pack->link_room; i++)
    free(pack->links[i].name);
  free(pack->links);
  for (size_t i = 0; i < pack->options.skip_count; i++)
    free(pack->options.skip[i]);
  free(pack->options.skip);
  if (pack->file >= 0)
    close(pack->file);
  memset(pack, 0, sizeof *pack);
  pack->file = -1;
}

// The next entry; at the end of all, the two blocks of zeros that end an archive.
static bool advance(struct pack *pack) {
  while (pack->depth) {
    struct pack_directory *top = &pack->stack[pack->depth - 1];
    if (top->next < top->count) {
      struct pack_directory in = *top; // `add` may move the stack
      return add(pack, &in, in.names[top->next++]);
    }
    pop(pack);
  }
  free(pack->head);
  pack->head = calloc(1, trailer);
  pack->head_size = pack->head ? trailer : 0;
  pack->over = true;
  return pack->head != NULL || out_of_memory(pack);
}

// A part of the open file. It may have shrunk since its header was made: zeros stand for what is gone.
static ssize_t read_file(struct pack *pack, uint8_t *out, size_t size) {
  if (size > pack->left)
    size = (size_t)pack->left;
  ssize_t got;
  do
    got = read(pack->file, out, size);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    return fail(pack, "read", errno) ? 0 : -1;
  if (got == 0) {
    memset(out, 0, size);
    got = (ssize_t)size;
  }
  pack->left -= (uint64_t)got;
  if (!pack->left) {
    close(pack->file);
    pack->file = -1;
  }
  return got;
}

ssize_t pack_read(struct pack *pack, uint8_t *out, size_t size) {
  size_t done = 0;
  while (done < size) {
    size_t part = size - done;
    if (pack->head_at < pack->head_size) {
      if (part > pack->head_size - pack->head_at)
        part = pack->head_size - pack->head_at;
      memcpy(out + done, pack->head + pack->head_at, part);
      pack->head_at += part;
    } else if (pack->file >= 0) {
      ssize_t got = read_file(pack, out + done, part);
      if (got < 0)
        return -1;
      part = (size_t)got;
    } else if (pack->padding) {
      if (part > pack->padding)
        part = pack->padding;
      memset(out + done, 0, part);
      pack->padding -= part;
    } else if (pack->over) {
      break;
    } else {
      pack->head_at = pack->head_size = 0;
      if (!advance(pack))
        return -1;
      part = 0;
    }
    done += part;
  }
  return (ssize_t)done;
}
