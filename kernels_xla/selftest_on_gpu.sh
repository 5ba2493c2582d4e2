#!/bin/bash
# Runs `hgn selftest` with its benchmark on the CUDA plugin that JAX's Python package carries (pip package
# jax-cuda12-pjrt or jax-cuda13-pjrt), without a network.
#
#   kernels_xla/selftest_on_gpu.sh [HGN-BINARY] [--json ...]
#
# Without a binary it builds one, for which Go and the modules must be there. PLUGIN=.../xla_cuda_plugin.so,
# SITE=.../site-packages and CUDA=DIR (that has nvvm/libdevice) override what it finds.
die() { echo "selftest_on_gpu: $*" >&2; exit 2; }

case "$1" in
'' | -*)
  root=$(cd "$(dirname "$0")/.." && pwd)
  binary=$(mktemp -d)/hgn
  (cd "$root" && GOEXPERIMENT=simd go build -o "$binary" ./pkg/cmd/hgn) || die "cannot build hgn: give a binary"
  ;;
*)
  binary=$(realpath "$1")
  [ -x "$binary" ] || die "$1 is not a program"
  shift
  ;;
esac

for python in python3 python /opt/*/bin/python3 /opt/*/.venv/bin/python3; do
  [ -n "$SITE$PLUGIN" ] && break
  site=$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])' 2>/dev/null) || continue
  ls "$site"/jax_plugins/xla_cuda1*/xla_cuda_plugin.so >/dev/null 2>&1 && SITE=$site
done
[ -n "$PLUGIN" ] || PLUGIN=$(ls "$SITE"/jax_plugins/xla_cuda1*/xla_cuda_plugin.so 2>/dev/null | tail -n 1)
[ -n "$PLUGIN" ] || PLUGIN=$(find / -name xla_cuda_plugin.so -not -path '/proc/*' 2>/dev/null | head -n 1)
[ -f "$PLUGIN" ] || die "there is no xla_cuda_plugin.so: install the Python package jax-cuda12-pjrt, or set PLUGIN"
SITE=${SITE:-${PLUGIN%/jax_plugins/*}}

# NVIDIA's libraries lie beside JAX's package or in the system; XLA wants libdevice for what it compiles.
libraries=$(ls -d "$SITE"/nvidia/*/lib /usr/local/nvidia/lib* /usr/local/cuda/lib64 2>/dev/null | paste -sd:)
export LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
for c in "$SITE"/nvidia/cu1* "$SITE"/nvidia/cuda_nvcc /usr/local/cuda "$SITE"/jax_cuda1*_plugin; do
  [ -z "$CUDA" ] && [ -f "$c/nvvm/libdevice/libdevice.10.bc" ] && CUDA=$c
done
export PATH="$PATH:$CUDA/bin:/usr/local/cuda/bin"
export GOMLX_BACKEND="xla:$PLUGIN" GOMLX_NO_AUTO_INSTALL=1 GOPJRT_CUDA_CHECKS=0
export XLA_FLAGS="${CUDA:+--xla_gpu_cuda_data_dir=$CUDA }$XLA_FLAGS" TF_CPP_MIN_LOG_LEVEL=${TF_CPP_MIN_LOG_LEVEL:-1}

echo "plugin $PLUGIN, libdevice in ${CUDA:-nothing that was found}" >&2
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader >&2 || echo "selftest_on_gpu: nvidia-smi finds no GPU" >&2
ldd "$PLUGIN" | grep 'not found' >&2
exec "$binary" selftest --benchmark quick,cpu,paper32,paper,flow "$@"
