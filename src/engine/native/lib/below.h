/* Paths below a directory, resolved as if it were the root: an image's symbolic link never leads out. */
#ifndef BOTTLE_BELOW_H
#define BOTTLE_BELOW_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * openat2(2) of `path` with `root` as its root directory, magic links refused. `follow`: symbolic links
 * are followed below the root; else one in any component is ELOOP. Returns a descriptor or -errno.
 */
int open_below(int root, const char *path, int flags, bool follow);

/* O_PATH of the directory that holds `path`, missing ones made with mode 0755; `*name` is the last
 * component. Returns a descriptor or -errno. */
int open_parent(int root, const char *path, bool follow, const char **name);

/* O_PATH of `path`, made when missing (with its parents): a directory 0755 or an empty file 0644. */
int open_or_make(int root, const char *path, bool directory, bool follow);

/* The path by which the kernel reaches a descriptor of this process; `text` has room for 32 bytes. */
const char *descriptor_path(int fd, char *text);

#endif
