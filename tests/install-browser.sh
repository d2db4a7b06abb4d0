#!/bin/sh
# The app's tests drive a real Chromium. Install one where the system's package manager can.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the browser tests …"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
        >/dev/null && exit 0
fi
echo "No Chromium here: the browser tests will be skipped. Install one with your package manager to run them." >&2
