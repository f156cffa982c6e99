#include "operations.h"

#include <errno.h>

#include "../lib/netlink.h"

/* link_up NAME */
int do_link_up(struct run *run, const struct step *step) {
  return link_up(argument(step, 0));
}

/* veth NAME PEER [HARDWARE ADDRESS OF THE PEER] */
int do_veth(struct run *run, const struct step *step) {
  return link_make_veth(argument(step, 0), argument(step, 1), argument(step, 2));
}

/* link_delete NAME: a veth goes with its peer */
int do_link_delete(struct run *run, const struct step *step) {
  int error = link_delete(argument(step, 0));
  return error == ENODEV ? STEP_ABSENT : error;
}

/* link_netns NAME: to the child, which waits after its clone */
int do_link_netns(struct run *run, const struct step *step) {
  return run->child > 0 ? link_move(argument(step, 0), run->child) : ESRCH;
}

/* link_master NAME BRIDGE */
int do_link_master(struct run *run, const struct step *step) {
  return link_enslave(argument(step, 0), argument(step, 1));
}

/* link_name OLD NEW */
int do_link_name(struct run *run, const struct step *step) {
  return link_rename(argument(step, 0), argument(step, 1));
}

/* addr NAME CIDR */
int do_addr(struct run *run, const struct step *step) {
  return address_add(argument(step, 0), argument(step, 1));
}

/* route DESTINATION GATEWAY [NAME] */
int do_route(struct run *run, const struct step *step) {
  return route_add(argument(step, 0), argument(step, 1), argument(step, 2));
}
