import type { Area } from '../transcript/parse.ts';

/** network …, port, run -p and --network. */
export const networks: Area = {
  'the networks that are there': String.raw`
    $ docker network ls
    NETWORK ID     NAME      DRIVER    SCOPE
    <short>   bridge    bridge    local
    <short>   host      host      local
    <short>   none      null      local
    $ docker network inspect -f '{{.Name}} {{.Driver}} {{range .IPAM.Config}}{{.Subnet}} {{.Gateway}}{{end}}' bridge
    bridge bridge 172.17.0.0/16 172.17.0.1
    $ docker network rm bridge   # since 28
    ! Error response from daemon: bridge is a pre-defined network and cannot be removed
    ! exit status 1
    ? 1
    $ docker network create host
    ! Error response from daemon: operation is not permitted on predefined host network
    ? 1
    $ docker run --rm --network none busybox ls /sys/class/net
    lo
    $ docker run --rm --network host busybox hostname
    bottle
    $ docker run --rm busybox ip -4 -o addr show eth0
    <n>: eth0    inet 172.17.0.<n>/16 brd 172.17.255.255 scope global eth0\<...>
    $ docker run --rm --network nope busybox   # since 28
    ! docker: Error response from daemon: <...>network nope not found
    !
    ! Run 'docker run --help' for more information
    ? 125
  `,
  'create, ls, inspect, rm': String.raw`
    $ docker network create harbour
    <id>
    $ docker network create harbour
    ! Error response from daemon: network with name harbour already exists
    ? 1
    $ docker network create --subnet 10.5.0.0/24 --gateway 10.5.0.254 --label x=1 --internal yard
    <id>
    $ docker network inspect -f '{{.Name}} {{.Scope}} {{.Internal}} {{.EnableIPv6}} {{json .Labels}} {{json .IPAM.Config}}' yard
    yard local true false {"x":"1"} [{"Subnet":"10.5.0.0/24","Gateway":"10.5.0.254"}]
    $ docker network inspect -f '{{range .IPAM.Config}}{{.Subnet}} {{.Gateway}}{{end}}' harbour
    172.18.0.0/16 172.18.0.1
    $ docker network ls --filter driver=bridge --filter type=custom --format '{{.Name}}'
    harbour
    yard
    $ docker network ls -q --no-trunc --filter name=yard
    <id>
    $ docker network ls --filter label=x=1 --format '{{.Name}} {{.Internal}} {{.Driver}}'
    yard true bridge
    $ docker network create --subnet 10.5.0.0/25 over
    ! Error response from daemon: invalid pool request: Pool overlaps with other one on this address space
    ? 1
    $ docker network create --subnet nope bad
    ! Error response from daemon: invalid network config:
    ! invalid subnet nope: invalid CIDR block notation
    ? 1
    $ docker network create --driver nope bad
    ! Error response from daemon: <...>plugin "nope" not found
    ? 1
    $ docker network inspect nope
    []
    ! Error response from daemon: network nope not found
    ? 1
    $ docker network rm yard nope   # since 28
    yard
    ! Error response from daemon: network nope not found
    ! exit status 1
    ? 1
    $ docker network rm -f nope
    $ docker network prune -f
    Deleted Networks:
    harbour

    $ docker network prune -f
  `,
  'names on a network of one’s own': String.raw`
    $ docker network create harbour
    <id>
    $ docker run -d --name web --network harbour --network-alias www busybox sh -c 'echo ship >/index.html; httpd -p 80 -h /; echo ready; sleep 1000'
    <id>
    $ ready web
    $ docker run --rm --network harbour busybox wget -qO- http://web/
    ship
    $ docker run --rm --network harbour busybox wget -qO- http://www/
    ship
    $ docker run --rm --network harbour busybox sh -c 'ping -c 1 web | head -1'
    PING web (172.18.0.2): 56 data bytes
    $ docker run --rm busybox wget -qO- http://web/
    ! wget: bad address 'web'
    ? 1
    $ docker run --rm --network container:web busybox wget -qO- http://127.0.0.1/
    ship
    $ docker network inspect -f '{{range .Containers}}{{.Name}} {{.IPv4Address}}{{end}}' harbour
    web 172.18.0.2/16
    $ docker network rm harbour   # since 28
    ! Error response from daemon: error while removing network: network harbour <...>has active endpoints<...>
    ! exit status 1
    ? 1
    $ docker run --rm --network harbour --ip 172.18.0.99 busybox   # since 28
    ! docker: Error response from daemon: invalid config for network harbour: invalid endpoint settings:
    ! user specified IP address is supported only when connecting to networks with user configured subnets
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker network create --subnet 10.5.0.0/24 yard
    <id>
    $ docker run --rm --network yard --ip 10.5.0.99 busybox hostname -i
    10.5.0.99
  `,
  'connect and disconnect': String.raw`
    $ docker network create harbour
    <id>
    $ docker run -d --name web busybox sh -c 'echo ship >/index.html; httpd -p 80 -h /; echo ready; sleep 1000'
    <id>
    $ ready web
    $ docker network connect --alias shop harbour web
    $ docker inspect -f '{{range $name, $net := .NetworkSettings.Networks}}{{$name}} {{end}}' web
    bridge harbour<...>
    $ docker run --rm --network harbour busybox wget -qO- http://shop/
    ship
    $ docker network connect harbour web
    ! Error response from daemon: endpoint with name web already exists in network harbour
    ? 1
    $ docker network disconnect harbour web
    $ docker exec web ls /sys/class/net
    eth0
    lo
    $ docker network disconnect harbour web
    ! Error response from daemon: container <id> is not connected to <...>network harbour
    ? 1
    $ docker network connect nope web
    ! Error response from daemon: network nope not found
    ? 1
    $ docker network connect harbour nope
    ! Error response from daemon: No such container: nope
    ? 1
    $ docker network connect host web
    ! Error response from daemon: container cannot be disconnected from host network or connected to host network
    ? 1
  `,
  'published ports': String.raw`
    $ docker run -d --name web -p 8080:80 -p 127.0.0.1:5353:53/udp busybox sh -c 'echo ship >/index.html; httpd -p 80 -h /; echo ready; sleep 1000'
    <id>
    $ ready web
    $ docker port web
    53/udp -> 127.0.0.1:5353
    80/tcp -> 0.0.0.0:8080
    $ docker port web 80
    0.0.0.0:8080
    $ docker container port web 53/udp
    127.0.0.1:5353
    $ docker port web 99
    ! Error: No public port '99' published for web
    ? 1
    $ docker port nope
    ! Error response from daemon: No such container: nope
    ? 1
    $ docker ps --format '{{.Ports}}'
    127.0.0.1:5353->53/udp, 0.0.0.0:8080->80/tcp
    $ docker run --rm --network host busybox wget -qO- http://127.0.0.1:8080/
    ship
    $ docker run --rm busybox wget -qO- http://172.17.0.1:8080/
    ship
    $ docker run -d --name other -p 8080:80 busybox   # since 28
    <id>
    ! docker: Error response from daemon: <...>Bind for 0.0.0.0:8080 failed: port is already allocated
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run -d --name any -P --expose 80 --expose 90/udp busybox sleep 1000
    <id>
    $ docker port any
    80/tcp -> 0.0.0.0:<n>
    90/udp -> 0.0.0.0:<n>
    $ docker run -d --name range -p 9000-9001:70-71 busybox sleep 1000
    <id>
    $ docker port range
    70/tcp -> 0.0.0.0:9000
    71/tcp -> 0.0.0.0:9001
    $ docker inspect -f '{{json .NetworkSettings.Ports}}' range
    {"70/tcp":[{"HostIp":"0.0.0.0","HostPort":"9000"}],"71/tcp":[{"HostIp":"0.0.0.0","HostPort":"9001"}]}
    $ docker run -p x:80 busybox   # since 28
    ! docker: invalid hostPort: x
    !
    ! Run 'docker run --help' for more information
    ? 125
  `,
};
