#!/bin/sh
# Makes github.dregg anew: fetches GitHub's description of its REST API as an npm package and imports it.
# Needs npm and tar; DREGGC names the compiler if it is not on the PATH.
set -eu

package="@octokit/openapi@23.0.2"
description="package/generated/api.github.com.json"
here=$(cd "$(dirname "$0")" && pwd)
dreggc=${DREGGC:-dreggc}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

archive=$(cd "$work" && npm pack --silent "$package")
tar -xzf "$work/$archive" -C "$work" "$description"

# The description names no security at all, so who may invoke is said here.
"$dreggc" import openapi --default-acl 'capability("api")' "$work/$description" >"$work/github.dregg"
mv "$work/github.dregg" "$here/github.dregg"
