#!/bin/sh
# Raspberry Pi OS Bookworm has no cloud-init. Its first start can run a script (systemd.run in
# cmdline.txt), when there is neither network nor service yet; so this one leaves a unit for the next.
set -eu
cat >/etc/systemd/system/hipdrive-first-boot.service <<'UNIT'
[Unit]
Description=installs hipdrive from the card
Wants=network-online.target
After=network-online.target
ConditionPathExistsGlob=/boot/firmware/hipdrive-*.tar

[Service]
Type=oneshot
ExecStart=/bin/sh /boot/firmware/hipdrive-first-boot
TimeoutStartSec=1800

[Install]
WantedBy=multi-user.target
UNIT
systemctl enable hipdrive-first-boot.service
# As Raspberry Pi Imager does it: this start was the first.
sed -i 's| systemd\.run=[^ ]*||; s| systemd\.run_success_action=[^ ]*||; s| systemd\.unit=[^ ]*||' \
    /boot/firmware/cmdline.txt
rm -f /boot/firmware/hipdrive-firstrun.sh
