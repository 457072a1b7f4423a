# shellcheck shell=bash
# Shared by the scripts of this folder: where things lie, and how Debian packages are unpacked beside
# the machine's own without touching its package database or its apt configuration.
# Sourced, never run.

set -euo pipefail

# Where everything goes. Each can be set in the environment to keep two test beds apart.
TESTBED_ROOT=${TESTBED_ROOT:-/opt/testbed}      # unpacked packages and bin/
TESTBED_RUN=${TESTBED_RUN:-/run/testbed}        # one folder per running engine: socket, pid, state
TESTBED_DATA=${TESTBED_DATA:-/var/lib/testbed}  # one data folder per engine (images, containers)
TESTBED_OLD=${TESTBED_OLD:-bookworm}            # the suite of the older versions: Docker 20.10, Prometheus 2.42
TESTBED_NEW=${TESTBED_NEW:-forky}               # the suite of the newer ones: Docker 28, Compose 2.40, Prometheus 3.5

TESTBED_BIN=$TESTBED_ROOT/bin
ENGINE_OLD=20
ENGINE_NEW=28

# Everything for people goes to stderr: stdout is kept for what a caller captures (DOCKER_HOST=...).
log() { printf 'testbed: %s\n' "$*" >&2; }
die() { printf 'testbed: error: %s\n' "$*" >&2; exit 1; }
need_root() { [ "$(id -u)" = 0 ] || die "run as root"; }

# Prints the comment block at the head of the calling script: its --help.
usage() { sed -n '2,/^$/{/^$/d;s/^# \{0,1\}//;p}' "$0"; }

# --- apt -----------------------------------------------------------------------------------------

# Refreshes the machine's own package lists, once per script run, and only when something asks for it.
_updated=
apt_update_once() {
  [ -z "$_updated" ] || return 0
  log "refreshing the package lists"
  apt-get update -qq -o Acquire::Retries=3 >&2 || die "apt-get update failed"
  _updated=1
}

# apt_install PACKAGE...: installs those of the named packages that are missing (the ordinary way). A service that
# comes with one is not started: this is what Debian's policy-rc.d is for.
apt_install() {
  local p missing=() policy=/usr/sbin/policy-rc.d made='' said
  for p in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  apt_update_once
  log "installing ${missing[*]}"
  if [ ! -e "$policy" ]; then printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made=1; fi
  said=$(DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 \
    --no-install-recommends "${missing[@]}" </dev/null 2>&1) || p=failed
  [ -z "$made" ] || rm -f "$policy"
  [ "$p" != failed ] || die "apt-get install ${missing[*]} failed: $said"
}

# The address of the main Debian mirror this machine is set up with. apt itself is asked, so both
# sources.list and the *.sources form (deb822) are understood; updates and security suites are passed over.
main_mirror() {
  local codename uri
  # shellcheck disable=SC1091
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  _ask_mirror() {
    # shellcheck disable=SC2016  # the $(...) are apt's own fields
    apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
      awk -v c="$codename" '($1 == c || $1 == "stable" || $1 == "oldstable") && $2 == "main" && $3 !~ /-security\/?$/ { print $3; exit }'
  }
  uri=$(_ask_mirror)
  if [ -z "$uri" ]; then   # apt names only what it has lists of
    apt_update_once
    uri=$(_ask_mirror)
  fi
  [ -n "$uri" ] || die "no Debian main archive found in this machine's apt sources"
  printf '%s\n' "$uri"
}

# private_apt SUITE COMMAND ARG...: apt-get or apt-cache against SUITE alone, with lists, cache, preferences
# and package database of its own. The machine's own apt (its sources, lists, pins, installed packages)
# is neither read nor changed, except for transport settings such as a proxy. A list that its suite no longer calls
# current is taken too: mirrors lag behind, and its signature holds.
private_apt() {
  local suite=$1 cmd=$2 dir=$TESTBED_ROOT/apt/$1
  shift 2
  "$cmd" -qq \
    -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o Dir::State="$dir/state" -o Dir::State::lists="$dir/lists" -o Dir::State::status="$dir/status" \
    -o Dir::Cache="$dir/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3 \
    -o Acquire::Check-Valid-Until=false "$@"
}

private_apt_init() {
  local suite=$1 dir=$TESTBED_ROOT/apt/$1 keyring=/usr/share/keyrings/debian-archive-keyring.gpg opts=target=Packages
  mkdir -p "$dir"/{lists/partial,cache/archives/partial,state}
  : >"$dir/status"
  [ ! -e "$keyring" ] || opts="$opts signed-by=$keyring"
  printf 'deb [%s] %s %s main\n' "$opts" "$(main_mirror)" "$suite" >"$dir/sources.list"
  log "reading the package list of $suite"
  private_apt "$suite" apt-get update >&2 || die "the package list of $suite could not be read"
}

# unpack SUITE PACKAGE...: unpacks packages of SUITE under $TESTBED_ROOT/SUITE. Nothing is configured and no
# service is installed. What is already there is left alone; a stamp per package says which version it is.
# FORCE=1 fetches everything anew.
unpack() {
  local suite=$1 dest=$TESTBED_ROOT/$1 p missing=() work deb
  shift
  mkdir -p "$dest/.unpacked"
  # One at a time: a second install waits here, and then finds the work done.
  exec 9>"$TESTBED_ROOT/.lock"
  flock 9
  for p in "$@"; do
    if [ -n "${FORCE:-}" ] || [ ! -e "$dest/.unpacked/$p" ]; then missing+=("$p"); fi
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  private_apt_init "$suite"
  work=$(mktemp -d)
  log "fetching from $suite: ${missing[*]}"
  (cd "$work" && private_apt "$suite" apt-get download "${missing[@]}" >&2) || { rm -rf "$work"; die "download from $suite failed"; }
  for deb in "$work"/*.deb; do
    p=$(dpkg-deb -f "$deb" Package)
    dpkg-deb -x "$deb" "$dest" || { rm -rf "$work"; die "unpacking $p failed"; }
    dpkg-deb -f "$deb" Version >"$dest/.unpacked/$p"
  done
  rm -rf "$work"
}

# link NAME TARGET: puts TARGET into $TESTBED_BIN as NAME, and says so when it does not start.
link() {
  local name=$1 target=$2
  [ -x "$target" ] || die "$target is missing"
  mkdir -p "$TESTBED_BIN"
  ln -sfn "$target" "$TESTBED_BIN/$name"
  "$TESTBED_BIN/$name" --version >/dev/null 2>&1 || "$TESTBED_BIN/$name" --help >/dev/null 2>&1 ||
    die "$name does not run on this machine: $("$TESTBED_BIN/$name" --version 2>&1 | head -n 1)"
}

# --- engines -------------------------------------------------------------------------------------

# The folders in which the engine of a version finds its programs. Both use the older suite's runc, tini
# and busybox: the newer suite's runc needs a newer C library than Debian 12 has.
engine_path() {
  local old=$TESTBED_ROOT/$TESTBED_OLD new=$TESTBED_ROOT/$TESTBED_NEW
  local oldpath=$old/usr/sbin:$old/usr/bin:$old/bin rest=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
  case $1 in
    "$ENGINE_OLD") echo "$oldpath:$rest" ;;
    "$ENGINE_NEW") echo "$new/usr/sbin:$new/usr/bin:$oldpath:$rest" ;;
    *) die "no such engine version: $1 (there are $ENGINE_NEW and $ENGINE_OLD)" ;;
  esac
}

# load_state NAME: sets VERSION, SOCKET, DATA, NETNS (empty with --host-net), TLS_PORT (empty without --tls) and OPTIONS (of
# dockerd) of the engine of that name; fails when there is none.
load_state() {
  # shellcheck disable=SC2034  # for the caller
  VERSION='' SOCKET='' DATA='' NETNS='' TLS_PORT='' OPTIONS=()
  [ -e "$TESTBED_RUN/$1/state" ] || return 1
  # shellcheck disable=SC1090
  . "$TESTBED_RUN/$1/state"
}

# The socket to talk to: the one named by --socket, else DOCKER_HOST, else the newer engine's usual one.
default_socket() {
  case ${DOCKER_HOST:-} in
    '') echo "$TESTBED_RUN/$ENGINE_NEW/docker.sock" ;;
    unix://*) echo "${DOCKER_HOST#unix://}" ;;
    *) die "DOCKER_HOST is not a unix socket: $DOCKER_HOST" ;;
  esac
}

# api SOCKET METHOD PATH [curl option...]: one call to the engine's HTTP API; fails on an HTTP error.
# Without a version in the path each engine answers in the newest API version it knows.
api() {
  local socket=$1 method=$2 path=$3
  shift 3
  curl -sS --fail-with-body --max-time 120 --unix-socket "$socket" -X "$method" "$@" "http://localhost$path"
}

# announce NAME: prints what a Docker client needs to reach that engine.
announce() {
  load_state "$1"
  if [ -n "$TLS_PORT" ]; then
    printf 'DOCKER_HOST=tcp://127.0.0.1:%s\nDOCKER_TLS_VERIFY=1\nDOCKER_CERT_PATH=%s\n' "$TLS_PORT" "$TESTBED_RUN/$1/tls"
  else
    printf 'DOCKER_HOST=unix://%s\n' "$SOCKET"
  fi
}

# free_port: a port of the machine's loopback address that nobody listens on.
free_port() {
  perl -MSocket -e 'socket S, PF_INET, SOCK_STREAM, 0; bind S, sockaddr_in(0, INADDR_LOOPBACK) or die $!; print((sockaddr_in(getsockname S))[0])'
}

# descendants PID: the ids of its children, theirs and so on, the youngest first.
descendants() {
  local child
  for child in $(cat "/proc/$1/task"/*/children 2>/dev/null); do
    descendants "$child"
    echo "$child"
  done
}

# gone PID SECONDS: waits until a process has ended, whether or not somebody has taken note of its end.
gone() {
  local n=$(($2 * 20))
  while grep -qs '^State:.[^Z]' "/proc/$1/status"; do
    [ "$n" -gt 0 ] || return 1
    n=$((n - 1))
    sleep 0.05
  done
}

# purge FOLDER: deletes what an engine that was just ended may still be writing to.
purge() {
  for _ in 1 2 3 4 5; do rm -rf "$1" 2>/dev/null && return 0; sleep 1; done
  die "$1 could not be removed"
}

engine_answers() { [ "$(curl -s --max-time 5 --unix-socket "$1" http://localhost/_ping 2>/dev/null)" = OK ]; }

# is_dockerd RUN, is_holder RUN: whether the process of that engine's folder is there; and nothing else under its id.
is_dockerd() { [[ $(command_line "$1/docker.pid") == *"--pidfile $1/docker.pid "* ]]; }
is_holder() { [[ $(command_line "$1/holder.pid") == "$1/holder "* ]]; }
command_line() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  [ ! "/proc/$pid/root/" -ef / ] || { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null || true
}

# launch NAME: starts dockerd in the namespaces of its holder, and waits until it answers. It starts its own containerd, with
# the programs of engine_path.
launch() {
  local run=$TESTBED_RUN/$1 VERSION SOCKET DATA NETNS TLS_PORT OPTIONS pid listen=() tls=() holder
  load_state "$1"
  is_holder "$run" || die "nothing keeps the namespaces of engine $1"
  holder=$(cat "$run/holder.pid")
  # The engine is in another network than the client, so it is given a port to answer on that is open already: a
  # listening socket stays in the network it was made in. dockerd takes it as it would from systemd.
  if [ -n "$TLS_PORT" ]; then
    listen=(perl -MSocket -MPOSIX=dup2 -e '
      $^F = 3;
      socket S, PF_INET, SOCK_STREAM, 0;
      setsockopt S, SOL_SOCKET, SO_REUSEADDR, 1;
      bind S, sockaddr_in(shift, INADDR_LOOPBACK) and listen S, 128 or die "cannot listen: $!\n";
      dup2(fileno S, 3);
      @ENV{"LISTEN_FDS", "LISTEN_PID"} = (1, $$);
      exec @ARGV or die $!' "$TLS_PORT")
    tls=(--host fd:// --tlsverify --tlscacert "$run/tls/ca.pem" --tlscert "$run/tls/server-cert.pem" --tlskey "$run/tls/server-key.pem")
  fi
  # Left by a killed one: the next would find its process, as long as nobody has taken note of its end.
  rm -f "$run/docker.pid" "$run/exec/containerd/containerd.pid"
  PATH=$(engine_path "$VERSION") setsid "${listen[@]}" nsenter --target "$holder" --mount --net \
    dockerd --host "unix://$SOCKET" --data-root "$DATA" --exec-root "$run/exec" --pidfile "$run/docker.pid" \
    --group root "${tls[@]}" "${OPTIONS[@]}" >>"$run/dockerd.log" 2>&1 </dev/null &
  pid=$!
  for _ in $(seq 600); do
    if engine_answers "$SOCKET"; then
      log "engine $1 ($VERSION) is up, pid $(cat "$run/docker.pid"), log $run/dockerd.log"
      return 0
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$run/dockerd.log" >&2
  die "engine $1 did not come up; its log is $run/dockerd.log"
}

# end_dockerd NAME: stops dockerd as its service manager would, if it runs.
end_dockerd() {
  local run=$TESTBED_RUN/$1 pid
  is_dockerd "$run" || return 0
  pid=$(cat "$run/docker.pid")
  kill -TERM "$pid" 2>/dev/null || true
  gone "$pid" 30 || { log "engine $1 does not stop; killing it"; kill -KILL "$pid" 2>/dev/null || true; gone "$pid" 5 || true; }
}
