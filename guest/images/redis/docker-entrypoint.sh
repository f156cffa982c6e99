#!/bin/sh
# Arguments alone (`docker run redis --port 7000`, `docker run redis my.conf`) are redis-server's
set -e
case ${1-} in -* | *.conf) set -- redis-server "$@" ;; esac

if [ "${1-}" = redis-server ]; then
  # The server needs no root: it gets its data and becomes the account `redis`
  if [ "$(id -u)" = 0 ]; then
    chown -R redis:redis .
    exec su -s /bin/sh -c 'exec "$0" "$@"' -- redis "$0" "$@"
  fi
  # Other containers may reach it: whether anybody else does is up to -p. What the user says comes later and wins
  shift
  case ${1-} in
    *.conf)
      config=$1
      shift
      set -- redis-server "$config" --protected-mode no "$@"
      ;;
    *) set -- redis-server --protected-mode no "$@" ;;
  esac
  umask 077
fi
exec "$@"
