# shellcheck shell=bash
# Shared by the vm2-* scripts: where the virtual machine lies, how it is booted and reached.
# Sourced after lib.sh, never run.

VM2=$TESTBED_ROOT/vm2        # what vm2-install makes once: disk.img, vmlinuz, key, known_hosts
VM2_RUN=$TESTBED_RUN/vm2     # the running machine: qemu.pid, machine, console.log, ssh
# shellcheck disable=SC2034
VM2_DATA=$TESTBED_DATA/vm2   # the disk of "vm2-up --keep"
VM2_IP=10.0.2.15             # the machine's own address, in a network that only qemu sees

# Whether the emulator of this run folder is there; and nothing else under its id.
vm2_alive() { [[ $(command_line "$VM2_RUN/qemu.pid") == *"-pidfile $VM2_RUN/qemu.pid "* ]]; }

# Sets PORT, SSH, DISK and BOOT of the running machine; fails when there is none.
vm2_state() {
  # shellcheck disable=SC2034  # for the caller
  PORT='' SSH='' DISK='' BOOT=''
  vm2_alive && [ -e "$VM2_RUN/machine" ] || return 1
  # shellcheck disable=SC1091
  . "$VM2_RUN/machine"
}

vm2_answers() { [ "$(curl -s --max-time 5 "http://127.0.0.1:$1/_ping" 2>/dev/null)" = OK ]; }

# vm2_boot DISK SNAPSHOT PORT SSHPORT [KERNEL-PARAMETERS [FORWARD...]]: starts the machine in the background and
# returns at once. SNAPSHOT "on" throws away at the end what was written to DISK. FORWARD is HOSTPORT:GUESTPORT.
# Its network is closed (restrict=on): nothing gets out of it, only the forwarded ports get in, from loopback alone.
vm2_boot() {
  local disk=$1 snapshot=$2 port=$3 ssh=$4 append=${5:-} f fwd cache=writeback
  shift 4
  [ $# -eq 0 ] || shift
  [ "$snapshot" = off ] || cache=unsafe
  mkdir -p "$VM2_RUN"
  rm -f "$VM2_RUN"/{qemu.pid,machine,console.log,ssh}
  fwd="hostfwd=tcp:127.0.0.1:$port-$VM2_IP:2375,hostfwd=tcp:127.0.0.1:$ssh-$VM2_IP:22"
  for f in "$@"; do fwd="$fwd,hostfwd=tcp:127.0.0.1:${f%%:*}-$VM2_IP:${f##*:}"; done
  cat >"$VM2_RUN/machine" <<STATE
PORT=$port
SSH=$ssh
DISK='$disk'
BOOT='$append $*'
STATE
  # The kernel is given to the emulator, so there is no boot loader; it has the NVMe driver and ext4 built in, so there
  # is no initial RAM disk either. The lock of vm2-install (9) is not passed on.
  qemu-system-x86_64 -name testbed-vm2 -nodefaults -no-user-config -display none \
    -machine q35 -accel tcg,thread=multi -cpu max -smp 2 -m 2048 \
    -drive "if=none,id=disk,format=raw,file=$disk,snapshot=$snapshot,cache=$cache" -device nvme,serial=testbed,drive=disk \
    -nic "user,model=virtio-net-pci,ipv6=off,restrict=on,$fwd" \
    -chardev "file,id=console,path=$VM2_RUN/console.log" -serial chardev:console \
    -kernel "$VM2/vmlinuz" \
    -append "root=/dev/nvme0n1 rootfstype=ext4 rw console=ttyS0 quiet net.ifnames=0 devtmpfs.mount=1 mitigations=off apparmor=0 psi=1 fsck.mode=skip systemd.getty_auto=0 $append" \
    -pidfile "$VM2_RUN/qemu.pid" -daemonize </dev/null >&2 9>&- || die "the emulator did not start"
}

# vm2_ready PORT SSHPORT SECONDS: waits until the engine answers, then opens the connection that vm2-exec and
# vm2-put share (a new one costs a second or two each time).
vm2_ready() {
  local port=$1 ssh=$2 end=$((SECONDS + $3))
  until vm2_answers "$port"; do
    vm2_alive || { tail -n 20 "$VM2_RUN/console.log" >&2; die "the machine ended; its console is $VM2_RUN/console.log"; }
    [ $SECONDS -lt $end ] || { tail -n 20 "$VM2_RUN/console.log" >&2; die "no engine answers after $3 s; the console is $VM2_RUN/console.log"; }
    sleep 0.5
  done
  if vm2_ssh "$ssh" -O check 2>/dev/null; then return; fi
  until vm2_ssh "$ssh" -o ControlMaster=yes -fN </dev/null >"$VM2_RUN/ssh.log" 2>&1 9>&-; do
    [ $SECONDS -lt $end ] || { cat "$VM2_RUN/ssh.log" >&2; die "the machine cannot be reached by ssh"; }
    sleep 0.5
  done
}

# vm2_ssh SSHPORT ARG...: ssh to the machine as root, with the key and the host key of vm2-install and no other setting.
vm2_ssh() {
  local port=$1
  shift
  ssh -F none -i "$VM2/key" -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes -o LogLevel=ERROR \
    -o UserKnownHostsFile="$VM2/known_hosts" -o GlobalKnownHostsFile=/dev/null -o HostKeyAlias=testbed-vm2 -o StrictHostKeyChecking=yes \
    -o ConnectTimeout=30 -o ControlPath="$VM2_RUN/ssh" -p "$port" root@127.0.0.1 "$@"
}

# vm2_end SECONDS: shuts the machine down properly and waits; then without asking it. With 0 at once.
vm2_end() {
  local pid s n=$(($1 * 5))
  vm2_alive || return 0
  pid=$(cat "$VM2_RUN/qemu.pid")
  if [ "$n" -gt 0 ]; then
    vm2_ssh "$SSH" systemctl poweroff </dev/null >/dev/null 2>&1 || n=1
    while [ "$n" -gt 0 ] && kill -0 "$pid" 2>/dev/null; do n=$((n - 1)); sleep 0.2; done
    ! kill -0 "$pid" 2>/dev/null || log "the machine does not shut down; ending it"
  fi
  for s in TERM KILL; do
    kill -"$s" "$pid" 2>/dev/null || return 0
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.1; done
  done
}
