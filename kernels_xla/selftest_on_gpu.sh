#!/bin/bash
# Shows what this project does on the GPUs of a machine, and writes one report in Markdown: the self-test, the time of a
# training step of every preset, one training divided among several GPUs where there are some, and the paper's networks trained
# for ten minutes each and measured. It gets XLA's plugin where there is none, and takes about 40 minutes.
#
#   kernels_xla/selftest_on_gpu.sh
#   kernels_xla/selftest_on_gpu.sh --plugin cpu --seconds 20 --presets quick    # the same on the processor, in a few minutes
#
#   --plugin cuda|cpu   what to run on (cuda)
#   --presets LIST      presets of the HGN that are trained on a pendulum (paper32,paper)
#   --seconds N         how long each is trained (600)
#   --benchmark LIST    presets whose steps are timed, see hgn selftest --help (all; on cpu those that are trained)
#   --devices LIST      numbers of devices that a training is divided among (1,2,4 ... up to the GPUs there are; on cpu 1,2)
#   --trajectories N    test trajectories that trained models are measured on (200)
#   --out FILE          the report (gpu.md; the runs go to the folder gpu-runs beside it)
#   --hgn FILE          the program; without it one is built, for which Go, a C compiler and the modules must be there
#
# The plugin is the installed one, or that of JAX's Python package (pip package jax-cuda13-pjrt) in place, or else the one of
# `hgn install-xla`. PLUGIN=FILE, SITE=.../site-packages and CUDA=DIR (that has nvvm/libdevice) override what is found.
# The exit code is 0 where everything passed, 1 where something failed, which the report tells, and 2 where it could not be run.

die() { echo "selftest_on_gpu: $*" >&2; exit 2; }

plugin=cuda presets=paper32,paper seconds=600 benchmark='' devices='' trajectories=200 out=gpu.md hgn=''
while [ $# -gt 0 ]; do
  case $1 in *=*) option=${1%%=*} value=${1#*=} ;; *) option=$1 value=$2; [ $# -gt 1 ] || die "$1 needs a value"; shift ;; esac
  shift
  case $option in
  --plugin) plugin=$value ;; --presets) presets=$value ;; --seconds) seconds=$value ;; --benchmark) benchmark=$value ;;
  --devices) devices=$value ;; --trajectories) trajectories=$value ;; --out) out=$value ;; --hgn) hgn=$value ;;
  *) die "there is no option $option: its first lines tell which there are" ;;
  esac
done
case $plugin in cuda | cpu) ;; *) die "--plugin is cuda or cpu, not $plugin: another plugin's file is named by PLUGIN=FILE" ;; esac
[[ $seconds =~ ^[1-9][0-9]*$ ]] || die "--seconds is a whole number of at least 1, not $seconds"
[ ! -e "$out" ] || die "$out is already there: choose another --out"
runs=${out%.md}-runs
[ ! -e "$runs" ] || die "$runs is already there: choose another --out"
if [ "$plugin" = cuda ] && ! nvidia-smi -L >/dev/null 2>&1; then
  die "nvidia-smi finds no NVIDIA GPU on this machine: try it on the processor with --plugin cpu --seconds 20 --presets quick"
fi
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) || die "cannot make a temporary folder"
trap 'rm -rf "$work"' EXIT
if [ -z "$hgn" ]; then
  compiler=$(cd "$root" && go env CC)
  command -v "${compiler%% *}" >/dev/null || die "building hgn with XLA needs Go and a C compiler (on Debian or Ubuntu: apt-get install gcc libc6-dev): install them, or give --hgn"
  hgn=$work/hgn
  (cd "$root" && CGO_ENABLED=1 GOEXPERIMENT=simd go build -o "$hgn" ./pkg/cmd/hgn) || die "cannot build hgn: give --hgn"
fi
[ -f "$hgn" ] || die "there is no program $hgn"
[ -x "$hgn" ] || die "$hgn is not a program"
hgn=$(realpath "$hgn")

# The plugin.

export GOMLX_NO_AUTO_INSTALL=1 GOPJRT_CUDA_CHECKS=0 TF_CPP_MIN_LOG_LEVEL=${TF_CPP_MIN_LOG_LEVEL:-1}

# opens tells whether hgn computes on the backend that is set; what it complains about goes to a file.
opens() { "$hgn" selftest --only-benchmark --benchmark rnvp/quick >/dev/null 2>"$work/complaint"; }

# carried prints the CUDA plugins in the folders of Pythons' packages.
carried() {
  for python in python3 python /opt/*/bin/python3 /opt/*/.venv/bin/python3; do
    "$python" -c 'import glob, site, sysconfig
paths = sysconfig.get_paths()
for path in dict.fromkeys([paths["purelib"], paths["platlib"], site.getusersitepackages()]):
    print(*glob.glob(path + "/jax_plugins/xla_cuda1*/xla_cuda_plugin.so"), sep="\n", end="")' 2>/dev/null && echo
  done | grep .
}

# in_place sets the environment for a plugin file. NVIDIA's libraries lie beside JAX's package, beside the plugin or in the
# system; XLA wants libdevice for what it compiles.
in_place() {
  export GOMLX_BACKEND="xla:$1"
  [ "$plugin" = cuda ] || return 0
  local folder beside site=${SITE:-${1%/jax_plugins/*}} found=''
  beside=$(dirname "$1")
  for folder in "$site"/nvidia/*/lib "$beside"/*/lib /usr/local/nvidia/lib* /usr/local/cuda/lib64; do
    [ ! -d "$folder" ] || found=$found${found:+:}$folder
  done
  export LD_LIBRARY_PATH=$found${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  for folder in "$site"/nvidia/cu1* "$site"/nvidia/cuda_nvcc "$beside"/cu1* "$beside"/cuda_nvcc /usr/local/cuda "$site"/jax_cuda1*_plugin; do
    [ -n "$CUDA" ] || [ ! -f "$folder/nvvm/libdevice/libdevice.10.bc" ] || CUDA=$folder
  done
  export PATH="$PATH${CUDA:+:$CUDA/bin}:/usr/local/cuda/bin" XLA_FLAGS="${CUDA:+--xla_gpu_cuda_data_dir=$CUDA }$XLA_FLAGS"
}

export GOMLX_BACKEND=xla:$plugin
if [ -n "$PLUGIN" ]; then
  [ -f "$PLUGIN" ] || die "there is no $PLUGIN: leave PLUGIN out to have a plugin found or installed"
  in_place "$(realpath "$PLUGIN")" # what is not absolute is taken for a plugin's name
elif ! opens; then
  file=''
  [ "$plugin" = cpu ] || file=$(carried | tail -n 1)
  if [ -n "$file" ]; then
    in_place "$file"
  else
    "$hgn" install-xla "$plugin" >/dev/null || die "there is no XLA plugin for $plugin and none could be installed: install one as hgn install-xla --help says, or set PLUGIN"
  fi
fi
opens || grep -q checks "$work/complaint" || die "XLA does not run on $GOMLX_BACKEND: $(tail -n 1 "$work/complaint")"

# The report.

{ mkdir -p "$runs" && : >"$out"; } 2>/dev/null || die "cannot write $out and the folder $runs"
failed=0
# run has a command print to a file, and shows and keeps what it says besides.
run() {
  local to=$1
  shift
  "$@" 2>&1 >"$to" | tee "$work/complaint" >&2
  return "${PIPESTATUS[0]}"
}
say() { printf '%s\n' "$@" >>"$out"; }
note() { echo "selftest_on_gpu: $*" >&2; }
# fenced writes a file as it is.
fenced() { say '```'; cat "$1" >>"$out"; say '```' ''; }
# hidden writes a command and what it printed, folded away.
hidden() { say "<details><summary><code>$1</code></summary>" ''; fenced "$2"; say '</details>' ''; }
# field is the number behind a key of a JSON object on one line.
field() { grep -o "\"$1\":[-+0-9.eE]*" "$2" | head -n 1 | cut -d: -f2; }
# number is the first number of the line of a text that begins with words.
number() { sed -n "s/^ *$1[^0-9]*\([0-9.]*\).*/\1/p" "$2" | head -n 1; }

gpus=$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null) || gpus=''
benchmark=${benchmark:-$([ "$plugin" = cuda ] && echo all || echo "$presets")}
if [ -z "$devices" ]; then
  devices=1 count=2
  [ "$plugin" = cpu ] || count=$(nvidia-smi -L | wc -l)
  for ((n = 2; n <= count; n *= 2)); do devices=$devices,$n; done
fi

note "self-test, and steps of $benchmark"
run "$work/selftest" "$hgn" selftest --benchmark "$benchmark" || failed=1
[ -s "$work/selftest" ] || die "the self-test did not run: $(tail -n 1 "$work/complaint")"
sed -i '1s|/[^ )]*/||g' "$work/selftest" # the plugin's folder
say "# XLA on $([ "$plugin" = cuda ] && head -n 1 <<<"${gpus%%,*}" || echo 'the processor')" '' '| | |' '|---|---|' \
  "| date, commit | $(date -u +%F), $(git -C "$root" describe --always --dirty 2>/dev/null || echo 'no git checkout') |" \
  "| processor | $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $(awk '/MemTotal/ {printf "%.0f", $2 / 1e6}' /proc/meminfo) GB |"
[ "$plugin" = cpu ] || while IFS= read -r gpu; do say "| GPU, driver, memory | $gpu |"; done <<<"$gpus"
say "| device | $(head -n 1 "$work/selftest") |" \
  "| matrix products | $(sed -n '2s/.*, \([0-9]* GFLOP.s\).*/\1/p' "$work/selftest") |" \
  "| self-test | $(tail -n 1 "$work/selftest") |" ''
say '## Training steps' '' '| model, preset | batch | ms a step | steps/s | build, s | compile, s | peak MB |' '|---|---|---|---|---|---|---|'
awk '/^a training step/ { on = 1; next } on && /^benchmark: / {
  name = $2; for (i = 3; i <= NF - 5; i++) name = name " " $i
  printf "| %s | %s | %s | %.3g | %s | %s | %s |\n", name, $(NF-4), $(NF-3), 1000 / ($(NF-3) > 0 ? $(NF-3) : 0.05), $(NF-2), $(NF-1), $NF }' "$work/selftest" >>"$out"
say ''
hidden "hgn selftest --benchmark $benchmark" "$work/selftest"

first=${presets%%,*} steps=40
say '## Several devices' '' "$steps steps of $first on a pendulum, every batch divided among the devices: the losses are to be those of one." '' \
  '| devices | ms a step | compile, s | loss |' '|---|---|---|---|'
for n in ${devices//,/ }; do
  note "$first on $n devices"
  if run "$work/outcome" "$hgn" train hgn --system pendulum --preset "$first" --steps "$steps" --devices "$n" --out "$work/devices-$n" --json; then
    say "| $n | $(field step_seconds_median "$work/outcome" | awk '{printf "%.3g", 1000 * $1}') | $(field compile_seconds "$work/outcome" | awk '{printf "%.1f", $1}') | $(field loss "$work/outcome") |"
  else
    failed=1
    say "| $n | failed: $(tail -n 1 "$work/complaint") | | |"
  fi
done
say '' '```' "hgn train hgn --system pendulum --preset $first --steps $steps --devices N --out DIR" '```' ''

say "## Trained for $seconds s each" '' "On a pendulum. Pixel MSE x 10⁴, with half of the 95% interval over $trajectories test trajectories; the floor is that of the clean frames against the noisy ones." '' \
  '| preset | steps | ms a step | train | test | floor | mean frame |' '|---|---|---|---|---|---|---|'
for preset in ${presets//,/ }; do
  note "training $preset for $seconds s"
  # An interrupt saves.
  run "$work/outcome" timeout -s INT -k 300 "$seconds" "$hgn" train hgn --system pendulum --preset "$preset" --out "$runs/$preset" --json
  note "measuring $preset"
  if run "$work/eval-$preset" "$hgn" eval "$runs/$preset" --trajectories "$trajectories"; then
    say "| $preset | $(sed -n 's/^training *\([0-9]* of [0-9]*\) steps.*/\1/p' "$work/eval-$preset") | $(field step_seconds_median "$work/outcome" | awk '{printf "%.3g", 1000 * $1}') | $(number 'pixel MSE x 1e4 *train' "$work/eval-$preset") | $(sed -n 's/^pixel MSE.*test //p' "$work/eval-$preset") | $(number 'of the clean frames' "$work/eval-$preset") | $(number 'of the mean frame' "$work/eval-$preset") |"
  else
    failed=1
    say "| $preset | failed: $(tail -n 1 "$work/complaint") | | | | | |"
  fi
done
say '' '```' "timeout -s INT $seconds hgn train hgn --system pendulum --preset PRESET --out DIR" "hgn eval DIR --trajectories $trajectories" '```' ''
for preset in ${presets//,/ }; do
  [ ! -s "$work/eval-$preset" ] || hidden "hgn eval DIR, $preset" "$work/eval-$preset"
done
note "wrote $out; the runs are in $runs"
exit $failed
