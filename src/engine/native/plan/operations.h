/* Every operation of the table in operations.c, one function each, by family. */
#ifndef BOTTLE_OPERATIONS_H
#define BOTTLE_OPERATIONS_H

#include "plan.h"

#define OPERATION(name) int do_##name(struct run *run, const struct step *step)

/* files.c */
OPERATION(mkdir);
OPERATION(write);
OPERATION(create);
OPERATION(rmdir);
/* devices.c */
OPERATION(device_filter);
/* names.c */
OPERATION(unshare);
OPERATION(setns);
OPERATION(setns_pidfd);
OPERATION(sethostname);
OPERATION(setdomainname);
OPERATION(sysctl);
OPERATION(oom_score_adj);
/* mounts.c */
OPERATION(mount);
OPERATION(umount);
OPERATION(propagation);
OPERATION(root);
OPERATION(mount_in);
OPERATION(pivot_root);
/* nodes.c */
OPERATION(mkdir_in);
OPERATION(symlink_in);
OPERATION(mknod_in);
/* console.c */
OPERATION(console);
OPERATION(setsid);
/* protect.c */
OPERATION(readonly);
OPERATION(mask);
/* identity.c */
OPERATION(rlimit);
OPERATION(umask);
OPERATION(bounding);
OPERATION(keepcaps);
OPERATION(setgroups);
OPERATION(setgid);
OPERATION(setuid);
OPERATION(capset);
OPERATION(ambient);
OPERATION(no_new_privs);
OPERATION(seccomp);
/* exec.c */
OPERATION(chdir);
OPERATION(execve);
/* network.c */
OPERATION(link_up);
OPERATION(veth);
OPERATION(link_delete);
OPERATION(link_netns);
OPERATION(link_master);
OPERATION(link_name);
OPERATION(addr);
OPERATION(route);
/* resolver.c */
OPERATION(resolver);
/* run.c */
OPERATION(clone);

#endif
