#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A request that is being written; the largest (a veth pair) takes some 120 bytes. */
struct request {
  struct nlmsghdr header;
  char body[1024 - sizeof(struct nlmsghdr)];
};

/* Room for `length` bytes at the end. Names are at most IFNAMSIZ, so the body never overflows. */
static void *extend(struct request *request, size_t length) {
  void *place = (char *)request + NLMSG_ALIGN(request->header.nlmsg_len);
  request->header.nlmsg_len = (uint32_t)(NLMSG_ALIGN(request->header.nlmsg_len) + length);
  return place;
}

static void begin(struct request *request, uint16_t type, uint16_t flags) {
  memset(request, 0, sizeof *request);
  request->header.nlmsg_len = NLMSG_HDRLEN;
  request->header.nlmsg_type = type;
  request->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
}

static struct rtattr *attribute(struct request *request, uint16_t type, const void *data, size_t length) {
  struct rtattr *attribute = extend(request, RTA_LENGTH(length));
  attribute->rta_type = type;
  attribute->rta_len = (uint16_t)RTA_LENGTH(length);
  if (length > 0) memcpy(RTA_DATA(attribute), data, length);
  return attribute;
}

static void end_nest(struct request *request, struct rtattr *nest) {
  nest->rta_len = (uint16_t)((char *)request + request->header.nlmsg_len - (char *)nest);
}

static int send_request(struct request *request) {
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
    char rest[1024];
  } answer;
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return errno;
  int error = 0;
  if (sendto(fd, request, request->header.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0) {
    error = errno;
  } else {
    ssize_t n;
    do n = recv(fd, &answer, sizeof answer, 0);
    while (n < 0 && errno == EINTR);
    bool whole = n >= (ssize_t)(sizeof answer.header + sizeof answer.error);
    if (n < 0) error = errno;
    else if (!whole || answer.header.nlmsg_type != NLMSG_ERROR) error = EPROTO;
    else error = -answer.error.error;
  }
  close(fd);
  return error;
}

static int check_name(const char *name) {
  size_t length = strlen(name);
  return length == 0 ? ENODEV : length >= IFNAMSIZ ? ENAMETOOLONG : 0;
}

/* An RTM_NEWLINK about one link by name. */
static int begin_link(struct request *request, const char *name, uint16_t flags) {
  int error = check_name(name);
  if (error) return error;
  begin(request, RTM_NEWLINK, flags);
  struct ifinfomsg *link = extend(request, sizeof *link);
  link->ifi_family = AF_UNSPEC;
  attribute(request, IFLA_IFNAME, name, strlen(name) + 1);
  return 0;
}

static int index_of(const char *name, uint32_t *index) {
  int error = check_name(name);
  if (error) return error;
  *index = if_nametoindex(name);
  return *index == 0 ? errno : 0;
}

/* An RTM_NEWLINK about one link by index, its name being free to change. */
static int begin_index(struct request *request, const char *name, struct ifinfomsg **link) {
  uint32_t index;
  int error = index_of(name, &index);
  if (error) return error;
  begin(request, RTM_NEWLINK, 0);
  *link = extend(request, sizeof **link);
  (*link)->ifi_family = AF_UNSPEC;
  (*link)->ifi_index = (int)index;
  return 0;
}

int link_up(const char *name) {
  struct request request;
  struct ifinfomsg *link;
  int error = begin_index(&request, name, &link);
  if (error) return error;
  link->ifi_flags = link->ifi_change = IFF_UP;
  return send_request(&request);
}

static int parse_hardware(const char *text, unsigned char *bytes) {
  int end = 0;
  int found = sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", bytes, bytes + 1, bytes + 2, bytes + 3, bytes + 4,
                     bytes + 5, &end);
  return found == 6 && text[end] == '\0' ? 0 : EINVAL;
}

int link_make_veth(const char *name, const char *peer, const char *mac) {
  struct request request;
  unsigned char hardware[6];
  int error = check_name(peer);
  if (!error && *mac) error = parse_hardware(mac, hardware);
  if (!error) error = begin_link(&request, name, NLM_F_CREATE | NLM_F_EXCL);
  if (error) return error;
  struct rtattr *info = attribute(&request, IFLA_LINKINFO, NULL, 0);
  attribute(&request, IFLA_INFO_KIND, "veth", 4);
  struct rtattr *data = attribute(&request, IFLA_INFO_DATA, NULL, 0);
  struct rtattr *other = attribute(&request, VETH_INFO_PEER, NULL, 0);
  struct ifinfomsg *link = extend(&request, sizeof *link);
  link->ifi_family = AF_UNSPEC;
  attribute(&request, IFLA_IFNAME, peer, strlen(peer) + 1);
  if (*mac) attribute(&request, IFLA_ADDRESS, hardware, sizeof hardware);
  end_nest(&request, other);
  end_nest(&request, data);
  end_nest(&request, info);
  return send_request(&request);
}

int link_delete(const char *name) {
  struct request request;
  struct ifinfomsg *link;
  int error = begin_index(&request, name, &link);
  if (error) return error;
  request.header.nlmsg_type = RTM_DELLINK;
  return send_request(&request);
}

int link_move(const char *name, pid_t pid) {
  struct request request;
  struct ifinfomsg *link;
  uint32_t process = (uint32_t)pid;
  int error = begin_index(&request, name, &link);
  if (error) return error;
  attribute(&request, IFLA_NET_NS_PID, &process, sizeof process);
  return send_request(&request);
}

int link_enslave(const char *name, const char *bridge) {
  struct request request;
  struct ifinfomsg *link;
  uint32_t master;
  int error = index_of(bridge, &master);
  if (!error) error = begin_index(&request, name, &link);
  if (error) return error;
  attribute(&request, IFLA_MASTER, &master, sizeof master);
  return send_request(&request);
}

int link_rename(const char *old, const char *name) {
  struct request request;
  struct ifinfomsg *link;
  int error = check_name(name);
  if (!error) error = begin_index(&request, old, &link);
  if (error) return error;
  attribute(&request, IFLA_IFNAME, name, strlen(name) + 1);
  return send_request(&request);
}

/* "a.b.c.d/len" to an address and its prefix length. */
static int parse_cidr(const char *cidr, struct in_addr *address, unsigned char *prefix) {
  char text[INET_ADDRSTRLEN];
  const char *slash = strchr(cidr, '/');
  if (!slash || (size_t)(slash - cidr) >= sizeof text || slash[1] < '0' || slash[1] > '9') return EINVAL;
  memcpy(text, cidr, (size_t)(slash - cidr));
  text[slash - cidr] = '\0';
  char *end;
  unsigned long length = strtoul(slash + 1, &end, 10);
  if (*end != '\0' || length > 32 || inet_pton(AF_INET, text, address) != 1) return EINVAL;
  *prefix = (unsigned char)length;
  return 0;
}

int address_add(const char *name, const char *cidr) {
  struct request request;
  struct in_addr address, broadcast;
  unsigned char prefix;
  uint32_t index;
  int error = parse_cidr(cidr, &address, &prefix);
  if (!error) error = index_of(name, &index);
  if (error) return error;
  begin(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
  struct ifaddrmsg *message = extend(&request, sizeof *message);
  message->ifa_family = AF_INET;
  message->ifa_prefixlen = prefix;
  message->ifa_index = index;
  attribute(&request, IFA_LOCAL, &address, sizeof address);
  attribute(&request, IFA_ADDRESS, &address, sizeof address);
  if (prefix < 31) {
    broadcast.s_addr = address.s_addr | htonl(0xffffffffu >> prefix);
    attribute(&request, IFA_BROADCAST, &broadcast, sizeof broadcast);
  }
  return send_request(&request);
}

int route_add(const char *destination, const char *gateway, const char *name) {
  struct request request;
  struct in_addr network = {0}, hop;
  unsigned char prefix = 0;
  uint32_t index;
  int error = strcmp(destination, "default") == 0 ? 0 : parse_cidr(destination, &network, &prefix);
  if (error) return error;
  if (*gateway && inet_pton(AF_INET, gateway, &hop) != 1) return EINVAL;
  begin(&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
  struct rtmsg *message = extend(&request, sizeof *message);
  message->rtm_family = AF_INET;
  message->rtm_dst_len = prefix;
  message->rtm_table = RT_TABLE_MAIN;
  message->rtm_protocol = RTPROT_BOOT;
  message->rtm_scope = *gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  message->rtm_type = RTN_UNICAST;
  if (prefix > 0) attribute(&request, RTA_DST, &network, sizeof network);
  if (*gateway) attribute(&request, RTA_GATEWAY, &hop, sizeof hop);
  if (*name) {
    error = index_of(name, &index);
    if (error) return error;
    attribute(&request, RTA_OIF, &index, sizeof index);
  }
  return send_request(&request);
}
