#include "operations.h"

#include <string.h>

static const struct operation operations[] = {
    {"clone", do_clone, 2, false},
    {"unshare", do_unshare, 1, false},
    {"setns", do_setns, 2, false},
    {"setns_pidfd", do_setns_pidfd, 2, false},
    {"mkdir", do_mkdir, 2, false},
    {"write", do_write, 2, true},
    {"create", do_create, 3, true},
    {"rmdir", do_rmdir, 1, false},
    {"device_filter", do_device_filter, 2, true},
    {"mount", do_mount, 4, false},
    {"umount", do_umount, 1, false},
    {"root", do_root, 1, false},
    {"mount_in", do_mount_in, 6, false},
    {"mkdir_in", do_mkdir_in, 2, false},
    {"symlink_in", do_symlink_in, 2, false},
    {"mknod_in", do_mknod_in, 5, false},
    {"console", do_console, 0, false},
    {"pivot_root", do_pivot_root, 0, false},
    {"sethostname", do_sethostname, 1, false},
    {"setdomainname", do_setdomainname, 1, false},
    {"sysctl", do_sysctl, 2, false},
    {"readonly", do_readonly, 1, false},
    {"mask", do_mask, 1, false},
    {"propagation", do_propagation, 2, false},
    {"rlimit", do_rlimit, 3, false},
    {"oom_score_adj", do_oom_score_adj, 1, false},
    {"setsid", do_setsid, 0, false},
    {"umask", do_umask, 1, false},
    {"bounding", do_bounding, 1, false},
    {"keepcaps", do_keepcaps, 1, false},
    {"setgroups", do_setgroups, 1, false},
    {"setgid", do_setgid, 1, false},
    {"setuid", do_setuid, 1, false},
    {"capset", do_capset, 3, false},
    {"ambient", do_ambient, 1, false},
    {"no_new_privs", do_no_new_privs, 0, false},
    {"seccomp", do_seccomp, 1, true},
    {"chdir", do_chdir, 1, false},
    {"execve", do_execve, 3, false},
    {"link_up", do_link_up, 1, false},
    {"veth", do_veth, 2, false},
    {"link_delete", do_link_delete, 1, false},
    {"link_netns", do_link_netns, 1, false},
    {"link_master", do_link_master, 2, false},
    {"link_name", do_link_name, 2, false},
    {"addr", do_addr, 2, false},
    {"route", do_route, 2, false},
    {"resolver", do_resolver, 1, false},
};

const struct operation *find_operation(const char *name) {
  for (unsigned i = 0; i < sizeof operations / sizeof *operations; i++) {
    if (strcmp(operations[i].name, name) == 0) return &operations[i];
  }
  return NULL;
}
