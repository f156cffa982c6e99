/* Links, addresses and routes of this process's network namespace, by rtnetlink(7). Each returns 0 or errno. */
#ifndef BOTTLE_NETLINK_H
#define BOTTLE_NETLINK_H

#include <sys/types.h>

int link_up(const char *name);
/* `mac`: the peer's hardware address as aa:bb:cc:dd:ee:ff, or "" for any. */
int link_make_veth(const char *name, const char *peer, const char *mac);
/* ENODEV when there is none of that name. */
int link_delete(const char *name);
/* Into the network namespace of a process. */
int link_move(const char *name, pid_t pid);
int link_enslave(const char *name, const char *bridge);
/* The link must be down. */
int link_rename(const char *old, const char *name);
/* `cidr`: a.b.c.d/len. */
int address_add(const char *name, const char *cidr);
/* `destination`: "default" or a.b.c.d/len; `gateway` may be "", and `name` too, not both. */
int route_add(const char *destination, const char *gateway, const char *name);

#endif
