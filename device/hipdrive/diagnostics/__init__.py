"""An archive to send with a bug report: what the device is and did, without secrets and names."""
