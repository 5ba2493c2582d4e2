#!/bin/bash
# Runs `hgn selftest` with its benchmark on XLA's CUDA plugin, without a network: on the one that JAX's Python package carries
# (pip package jax-cuda12-pjrt or jax-cuda13-pjrt), or on that of `hgn install-xla cuda`.
#
#   kernels_xla/selftest_on_gpu.sh [HGN-BINARY] [--json ...]
#
# Without a binary it builds one, for which Go, a C compiler and the modules must be there. PLUGIN=.../xla_cuda_plugin.so,
# SITE=.../site-packages and CUDA=DIR (that has nvvm/libdevice) override what it finds, --benchmark what is timed. The exit code
# is that of hgn selftest: 0 all checks passed, 1 some failed, 2 it could not be run.
#
# To compare with PyTorch: "step_seconds" of the JSON's timings is one training step, forward, gradient and update, without
# building and compiling. Its counterpart is the median of steps of the same batch, frames and networks after warming up,
# with torch.cuda.synchronize() around each step, and torch.backends.cuda.matmul.allow_tf32 set as "tf32" in the JSON.
die() { echo "selftest_on_gpu: $*" >&2; exit 2; }

case "$1" in
'' | -*)
  root=$(cd "$(dirname "$0")/.." && pwd)
  command -v "$(cd "$root" && go env CC | cut -d' ' -f1)" >/dev/null || die "building hgn with XLA needs Go and a C compiler (on Debian or Ubuntu: apt-get install gcc libc6-dev): install them, or give a binary"
  folder=$(mktemp -d) || die "cannot make a temporary folder"
  trap 'rm -rf "$folder"' EXIT
  binary=$folder/hgn
  (cd "$root" && CGO_ENABLED=1 GOEXPERIMENT=simd go build -o "$binary" ./pkg/cmd/hgn) || die "cannot build hgn: give a binary"
  ;;
*)
  binary=$(realpath -e "$1" 2>/dev/null) && [ -f "$binary" ] && [ -x "$binary" ] || die "$1 is not a program"
  shift
  ;;
esac

# sites lists the folders of a Python's packages.
sites() {
  "$1" -c 'import site, sysconfig
paths = sysconfig.get_paths()
print(*dict.fromkeys([paths["purelib"], paths["platlib"], site.getusersitepackages()]), sep="\n")' 2>/dev/null
}
carried() { ls "$1"/jax_plugins/xla_cuda1*/xla_cuda_plugin.so 2>/dev/null | tail -n 1; }

installed=~/.local/lib/go-xla/nvidia/pjrt_c_api_cuda_plugin.so
if [ -z "$SITE$PLUGIN" ]; then
  for python in python3 python /opt/*/bin/python3 /opt/*/.venv/bin/python3; do
    while [ -z "$SITE" ] && read -r site; do
      [ -n "$(carried "$site")" ] && SITE=$site
    done < <(sites "$python")
  done
fi
[ -n "$PLUGIN" ] || [ -z "$SITE" ] || PLUGIN=$(carried "$SITE")
[ -n "$PLUGIN" ] || { [ -f "$installed" ] && PLUGIN=$installed; }
[ -n "$PLUGIN" ] || PLUGIN=$(find / -xdev \( -path /proc -o -path /sys -o -path /dev \) -prune -o -name xla_cuda_plugin.so -print 2>/dev/null | head -n 1)
[ -f "$PLUGIN" ] || die "there is no ${PLUGIN:-xla_cuda_plugin.so}: run hgn install-xla cuda, install the Python package jax-cuda13-pjrt, or set PLUGIN"
PLUGIN=$(realpath "$PLUGIN") # what is not absolute is taken for a plugin's name
SITE=${SITE:-${PLUGIN%/jax_plugins/*}}

# NVIDIA's libraries lie beside JAX's package, beside the installed plugin or in the system; XLA wants libdevice for what it
# compiles.
beside=$(dirname "$PLUGIN")
libraries=$(ls -d "$SITE"/nvidia/*/lib "$beside"/*/lib /usr/local/nvidia/lib* /usr/local/cuda/lib64 2>/dev/null | paste -sd:)
libraries=$libraries${libraries:+${LD_LIBRARY_PATH:+:}}$LD_LIBRARY_PATH
[ -z "$libraries" ] || export LD_LIBRARY_PATH=$libraries
for c in "$SITE"/nvidia/cu1* "$SITE"/nvidia/cuda_nvcc "$beside"/cu1* "$beside"/cuda_nvcc /usr/local/cuda "$SITE"/jax_cuda1*_plugin; do
  [ -z "$CUDA" ] && [ -f "$c/nvvm/libdevice/libdevice.10.bc" ] && CUDA=$c
done
export PATH="$PATH${CUDA:+:$CUDA/bin}:/usr/local/cuda/bin"
export GOMLX_BACKEND="xla:$PLUGIN" GOMLX_NO_AUTO_INSTALL=1 GOPJRT_CUDA_CHECKS=0
export XLA_FLAGS="${CUDA:+--xla_gpu_cuda_data_dir=$CUDA }$XLA_FLAGS" TF_CPP_MIN_LOG_LEVEL=${TF_CPP_MIN_LOG_LEVEL:-1}

echo "plugin $PLUGIN, libdevice in ${CUDA:-nothing that was found}" >&2
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader >&2 || echo "selftest_on_gpu: nvidia-smi finds no GPU" >&2
ldd "$PLUGIN" | grep 'not found' >&2

# A benchmark of the user's own replaces this one: hgn would add to it.
benchmark=(--benchmark all)
for argument in "$@"; do
  case "$argument" in --benchmark | --benchmark=*) benchmark=() ;; esac
done
"$binary" selftest "${benchmark[@]}" "$@" # not exec, which would leave the temporary folder behind
