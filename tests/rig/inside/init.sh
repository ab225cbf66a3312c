#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-only
# First program of a guest: assemble the root, hand over to the agent.

fail() {
	echo "rig-init: $1" >/dev/console
	/bin/busybox poweroff -f
}

/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev

for module in /modules/*.ko; do
	[ -e "$module" ] || break	# all of them built in
	insmod "$module" || fail "insmod $module"
done

mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=1048576 \
	root /lower || fail "the host's root does not mount"
mount -t tmpfs -o size=80% rw /rw
mkdir /rw/upper /rw/work
mount -t overlay -o lowerdir=/lower,upperdir=/rw/upper,workdir=/rw/work \
	root /new || fail "the overlay does not mount"

# The staged module index (and our modules) above the kernel's own modules.
stage=$(sed -n 's/.*rig\.stage=\([^ ]*\).*/\1/p' /proc/cmdline)
modules=$(sed -n 's/.*rig\.modules=\([^ ]*\).*/\1/p' /proc/cmdline)
mkdir -p "/new/lib/modules/$(uname -r)"
mount -t overlay -o "lowerdir=/lower$stage:/lower$modules" modules \
	"/new/lib/modules/$(uname -r)" || fail "the modules do not mount"

mount -t tmpfs run /new/run
mkdir -p /new/run/rig /new/run/lock/iscsi /new/dev /new/proc /new/sys
cp /rig/agent.py /new/run/rig/
mount --move /dev /new/dev
mount --move /proc /new/proc
mount --move /sys /new/sys
exec switch_root /new /usr/bin/python3 -Es /run/rig/agent.py
