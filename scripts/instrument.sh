#!/bin/sh
# Stands before rustc for this workspace's own crates (RUSTC_WORKSPACE_WRAPPER): counts which lines run.
exec "$@" -C instrument-coverage
