//go:build cgo && !noxla && linux && (amd64 || arm64)

package progcache

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/distributed"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/go-xla/compute/xla"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/core/tensors/dtensor"

	"hgn.local/kernels_xla/fakepjrt"
)

// child is set in the processes that the tests start, to what they do.
const child = "PROGCACHE_TEST_CHILD"

// TestTable holds pjrt.h against the header of the go-xla in use.
func TestTable(t *testing.T) {
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/gomlx/go-xla").Output()
	if err != nil {
		t.Skip("the sources of go-xla are not at hand")
	}
	compiler, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("there is no C compiler cc")
	}
	const source = `
#include "pjrt_c_api.h"
#include "pjrt.h"
#define FUNCTION(index, name) _Static_assert(index * sizeof(void*) == offsetof(PJRT_Api, name), #name);
#define FIELD(ours, field, theirs, name) _Static_assert(offsetof(struct ours, field) == offsetof(theirs, name), #theirs "." #name);
#define SIZE(ours, theirs) _Static_assert(sizeof(struct ours) == sizeof(theirs), #theirs);
FUNCTION(TABLE_SIZE, struct_size)
FUNCTION(TABLE_VERSION, pjrt_api_version)
FUNCTION(ERROR_DESTROY, PJRT_Error_Destroy)
FUNCTION(CLIENT_PLATFORM_NAME, PJRT_Client_PlatformName)
FUNCTION(CLIENT_PLATFORM_VERSION, PJRT_Client_PlatformVersion)
FUNCTION(CLIENT_ADDRESSABLE_DEVICES, PJRT_Client_AddressableDevices)
FUNCTION(CLIENT_COMPILE, PJRT_Client_Compile)
FUNCTION(EXECUTABLE_DESTROY, PJRT_Executable_Destroy)
FUNCTION(EXECUTABLE_SERIALIZE, PJRT_Executable_Serialize)
FUNCTION(LOADED_EXECUTABLE_GET_EXECUTABLE, PJRT_LoadedExecutable_GetExecutable)
FUNCTION(EXECUTABLE_DESERIALIZE_AND_LOAD, PJRT_Executable_DeserializeAndLoad)
SIZE(version, PJRT_Api_Version)
FIELD(version, major, PJRT_Api_Version, major_version)
SIZE(error_destroy_args, PJRT_Error_Destroy_Args)
FIELD(error_destroy_args, error, PJRT_Error_Destroy_Args, error)
SIZE(text_args, PJRT_Client_PlatformName_Args)
FIELD(text_args, text, PJRT_Client_PlatformName_Args, platform_name)
FIELD(text_args, text_size, PJRT_Client_PlatformName_Args, platform_name_size)
SIZE(text_args, PJRT_Client_PlatformVersion_Args)
FIELD(text_args, text, PJRT_Client_PlatformVersion_Args, platform_version)
FIELD(text_args, text_size, PJRT_Client_PlatformVersion_Args, platform_version_size)
SIZE(devices_args, PJRT_Client_AddressableDevices_Args)
FIELD(devices_args, count, PJRT_Client_AddressableDevices_Args, num_addressable_devices)
SIZE(program, PJRT_Program)
FIELD(program, code, PJRT_Program, code)
FIELD(program, code_size, PJRT_Program, code_size)
FIELD(program, format, PJRT_Program, format)
FIELD(program, format_size, PJRT_Program, format_size)
SIZE(compile_args, PJRT_Client_Compile_Args)
FIELD(compile_args, client, PJRT_Client_Compile_Args, client)
FIELD(compile_args, program, PJRT_Client_Compile_Args, program)
FIELD(compile_args, options, PJRT_Client_Compile_Args, compile_options)
FIELD(compile_args, options_size, PJRT_Client_Compile_Args, compile_options_size)
FIELD(compile_args, loaded, PJRT_Client_Compile_Args, executable)
SIZE(get_executable_args, PJRT_LoadedExecutable_GetExecutable_Args)
FIELD(get_executable_args, loaded, PJRT_LoadedExecutable_GetExecutable_Args, loaded_executable)
FIELD(get_executable_args, executable, PJRT_LoadedExecutable_GetExecutable_Args, executable)
SIZE(executable_destroy_args, PJRT_Executable_Destroy_Args)
FIELD(executable_destroy_args, executable, PJRT_Executable_Destroy_Args, executable)
SIZE(serialize_args, PJRT_Executable_Serialize_Args)
FIELD(serialize_args, executable, PJRT_Executable_Serialize_Args, executable)
FIELD(serialize_args, bytes, PJRT_Executable_Serialize_Args, serialized_bytes)
FIELD(serialize_args, size, PJRT_Executable_Serialize_Args, serialized_bytes_size)
FIELD(serialize_args, owner, PJRT_Executable_Serialize_Args, serialized_executable)
FIELD(serialize_args, free, PJRT_Executable_Serialize_Args, serialized_executable_deleter)
SIZE(load_args, PJRT_Executable_DeserializeAndLoad_Args)
FIELD(load_args, client, PJRT_Executable_DeserializeAndLoad_Args, client)
FIELD(load_args, bytes, PJRT_Executable_DeserializeAndLoad_Args, serialized_executable)
FIELD(load_args, size, PJRT_Executable_DeserializeAndLoad_Args, serialized_executable_size)
FIELD(load_args, loaded, PJRT_Executable_DeserializeAndLoad_Args, loaded_executable)
`
	command := exec.Command(compiler, "-fsyntax-only", "-I", filepath.Join(strings.TrimSpace(string(module)), "pjrt"), "-I", ".", "-x", "c", "-")
	command.Stdin = strings.NewReader(source)
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestAttachRefuses: what cannot keep programs is opened without the cache.
func TestAttachRefuses(t *testing.T) {
	junk := filepath.Join(t.TempDir(), "pjrt_c_api_cpu_plugin.so")
	if err := os.WriteFile(junk, []byte("junk"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{junk, junk + "?"} {
		if err := Attach(path); err == nil {
			t.Errorf("%s has a cache", path)
		}
	}
	plugin, err := fakepjrt.Build(t.TempDir())
	if err != nil {
		t.Skip(err)
	}
	if err := Attach(plugin); err == nil {
		t.Error("a plugin that cannot write programs has a cache")
	}
	t.Setenv(Off, "1")
	if err := Attach(plugin); err == nil || !strings.Contains(err.Error(), Off) {
		t.Errorf("turned off: %v", err)
	}
}

// TestLoadedProgramsGiveTheSame runs every program in a process that compiles, one that compiles and keeps, and one that
// loads: the numbers agree bit for bit.
func TestLoadedProgramsGiveTheSame(t *testing.T) {
	plugin := truePlugin(t)
	home := t.TempDir()
	want := start(t, plugin, home, Off+"=1")
	if want.kept != 0 || want.loaded != 0 {
		t.Errorf("turned off, %d programs were kept and %d loaded", want.kept, want.loaded)
	}
	first, second := start(t, plugin, home), start(t, plugin, home)
	first.same(t, "the process that compiled and kept", want)
	second.same(t, "the process that loaded", want)
	if first.kept < len(programs) || second.loaded != first.kept || second.kept != 0 {
		t.Errorf("of %d programs the first process kept %d; the second loaded %d and kept %d", len(programs), first.kept, second.loaded, second.kept)
	}
}

// TestPrivate: a folder that others may write in is not used.
func TestPrivate(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "programs")
	if err := private(folder); err != nil {
		t.Errorf("a folder that is still to be made: %v", err)
	}
	for mode, want := range map[os.FileMode]bool{0o700: true, 0o755: true, 0o775: false, 0o777: false} {
		if err := errors.Join(os.MkdirAll(folder, 0o700), os.Chmod(folder, mode)); err != nil {
			t.Fatal(err)
		}
		if err := private(folder); (err == nil) != want {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	if info, err := os.Stat("/proc/1"); err == nil && os.Geteuid() != 0 && info.IsDir() {
		if err := private("/proc/1"); err == nil {
			t.Error("a folder of another user is private")
		}
	}
}

// TestOtherCompilationsAreOther: with other flags or another number of processors nothing is found.
func TestOtherCompilationsAreOther(t *testing.T) {
	plugin := truePlugin(t)
	home := t.TempDir()
	one := child + "=product"
	if r := start(t, plugin, home, one); r.kept == 0 {
		t.Fatal("nothing was kept")
	}
	link := filepath.Join(t.TempDir(), filepath.Base(plugin))
	if err := os.Symlink(plugin, link); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, plugin, env string
		found             bool
	}{
		{"the same", plugin, "", true},
		{"the same file under another name", link, "", true},
		{"flags", plugin, "XLA_FLAGS=--xla_cpu_max_isa=AVX2", false},
		{"another number of processors", plugin, "NPROC=1", false},
	} {
		if r := start(t, c.plugin, home, one, c.env); (r.loaded > 0) != c.found || (r.kept > 0) == c.found {
			t.Errorf("%s: loaded %d, kept %d", c.name, r.loaded, r.kept)
		}
	}
}

// TestTroubleEndsInCompiling: damage, files that the plugin refuses, a folder that cannot be written, two processes at once.
func TestTroubleEndsInCompiling(t *testing.T) {
	plugin := truePlugin(t)
	home := t.TempDir()
	s := store{filepath.Join(home, "hgn", "programs"), limit}
	one := child + "=product"
	want := start(t, plugin, home, one)
	change := func(f func(key, file string, data []byte)) {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(s.folder, "*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("nothing was kept (%v)", err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			f(filepath.Base(file), file, data)
		}
	}
	change(func(_, file string, data []byte) {
		data[len(data)/2] ^= 1
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	})
	damaged := start(t, plugin, home, one)
	damaged.same(t, "damaged files", want)
	change(func(key, _ string, data []byte) { put(t, s, key, data[sha256.Size:len(data)/2]) })
	refused := start(t, plugin, home, one)
	refused.same(t, "files that the plugin refuses", want)
	for what, r := range map[string]result{"damaged files": damaged, "files that the plugin refuses": refused} {
		if r.loaded != 0 || r.kept != want.kept {
			t.Errorf("%s: loaded %d, kept %d, want 0 and %d", what, r.loaded, r.kept, want.kept)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	nowhere := start(t, plugin, file, one)
	nowhere.same(t, "no folder", want)
	if nowhere.kept != 0 || nowhere.loaded != 0 {
		t.Errorf("no folder: kept %d, loaded %d", nowhere.kept, nowhere.loaded)
	}
	home = t.TempDir()
	var both [2]result
	t.Run("together", func(t *testing.T) {
		for i := range both {
			t.Run("", func(t *testing.T) { t.Parallel(); both[i] = start(t, plugin, home, one) })
		}
	})
	both[0].same(t, "one of two at once", want)
	both[1].same(t, "the other of two at once", want)
	if r := start(t, plugin, home, one); r.loaded != want.kept {
		t.Errorf("after two at once, %d programs are loaded, want %d", r.loaded, want.kept)
	}
}

// truePlugin is the one that GOMLX_BACKEND names by its path.
func truePlugin(t *testing.T) string {
	t.Helper()
	_, config, _ := strings.Cut(os.Getenv(compute.ConfigEnvVar), ":")
	plugin, _, _ := strings.Cut(config, ",")
	if !filepath.IsAbs(plugin) || !strings.Contains(filepath.Base(plugin), "cpu") {
		t.Skipf("%s does not name XLA's CPU plugin by its path", compute.ConfigEnvVar)
	}
	return plugin
}

// result is what a process printed.
type result struct {
	hashes       []string // a line a program
	loaded, kept int
}

func (r result) same(t *testing.T, what string, want result) {
	t.Helper()
	if !slices.Equal(r.hashes, want.hashes) {
		t.Errorf("%s gave\n%s\nwant\n%s", what, strings.Join(r.hashes, "\n"), strings.Join(want.hashes, "\n"))
	}
}

// start runs programs in a process of its own: all of them, or the one in env.
func start(t *testing.T, plugin, cache string, env ...string) result {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestChild$", "-test.v")
	command.Env = append(os.Environ(), child+"=.", "XDG_CACHE_HOME="+cache, "PROGCACHE_TEST_PLUGIN="+plugin)
	command.Env = append(command.Env, env...)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var r result
	for line := range strings.Lines(string(out)) {
		if hash, found := strings.CutPrefix(strings.TrimSpace(line), "HASH "); found {
			r.hashes = append(r.hashes, hash)
		}
		fmt.Sscanf(line, "COUNTS %d %d", &r.loaded, &r.kept)
	}
	if len(r.hashes) == 0 {
		t.Fatalf("no program ran:\n%s", out)
	}
	return r
}

// TestChild is what the processes run.
func TestChild(t *testing.T) {
	which := os.Getenv(child)
	if which == "" {
		t.Skip("run by the other tests")
	}
	tooQuick = 0
	path := os.Getenv("PROGCACHE_TEST_PLUGIN")
	if err := Attach(path); err != nil {
		t.Log(err) // go-xla opens the plugin without the cache.
	}
	b, err := xla.New(path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Finalize()
	for _, p := range programs {
		if !regexp.MustCompile(which).MatchString(p.name) {
			continue
		}
		outputs, err := p.run(b)
		if err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
		h := sha256.New()
		for _, out := range outputs {
			if err := out.ConstBytes(func(data []byte) { h.Write(data) }); err != nil {
				t.Fatal(err)
			}
		}
		fmt.Printf("\nHASH %s %d %x\n", p.name, len(outputs), h.Sum(nil))
	}
	fmt.Printf("\nCOUNTS %d %d\n", loaded.Load(), kept.Load())
}

// program is one that a test compiles and runs.
type program struct {
	name string
	run  func(b compute.Backend) ([]*tensors.Tensor, error)
}

// on runs f on numbers.
func on(f func(x *Node) []*Node, dims ...int) func(b compute.Backend) ([]*tensors.Tensor, error) {
	return func(b compute.Backend) ([]*tensors.Tensor, error) {
		e, err := NewExec(b, f)
		if err != nil {
			return nil, err
		}
		return e.Call(numbers(dims...))
	}
}

// numbers between -1 and 1, without a pattern.
func numbers(dims ...int) *tensors.Tensor {
	values := make([]float32, shapes.Make(dtypes.Float32, dims...).Size())
	for i := range values {
		values[i] = float32(math.Sin(float64(i*i%1009) + float64(i)))
	}
	return tensors.FromFlatDataAndDimensions(values, dims...)
}

// programs between them have the kinds of code that XLA writes for a CPU: loops and fusions that it compiles, and calls into
// its library for products, convolutions, transforms, sorting and random numbers.
var programs = []program{
	{"product", on(func(x *Node) []*Node { return []*Node{Tanh(MatMul(x, Transpose(x, 0, 1)))} }, 64, 48)},
	{"large product", on(func(x *Node) []*Node { return []*Node{MatMul(x, x)} }, 600, 600)},
	{"batched product in float64", on(func(x *Node) []*Node {
		y := ConvertDType(x, dtypes.Float64)
		return []*Node{Einsum("bij,bkj->bik", y, y)}
	}, 3, 17, 19)},
	{"fusion", on(func(x *Node) []*Node {
		return []*Node{Add(Exp(x), Mul(Sin(x), Log1P(Abs(x)))), ReduceSum(Erf(x), 1), Softmax(x, -1), Sqrt(Sigmoid(x))}
	}, 40, 33)},
	{"gradient of a convolution", on(func(x *Node) []*Node {
		kernel := Reshape(Slice(Reshape(x, x.Shape().Size()), AxisRange(0, 3*3*4*8)), 3, 3, 4, 8)
		y := ReduceAllSum(Square(Tanh(Convolve(x, kernel).Strides(2).PadSame().Done())))
		return append(Gradient(y, x, kernel), y)
	}, 2, 16, 16, 4)},
	{"pooling", on(func(x *Node) []*Node {
		y := MaxPool(x).Window(2).Done()
		return append(Gradient(ReduceAllSum(Square(y)), x), y)
	}, 2, 8, 8, 3)},
	{"gather and scatter", on(func(x *Node) []*Node {
		rows := Const(x.Graph(), [][]int32{{3}, {1}, {3}, {0}})
		y := Gather(x, rows)
		return append(Gradient(ReduceAllSum(Square(y)), x), y)
	}, 5, 7)},
	{"sort and order", on(func(x *Node) []*Node {
		return []*Node{Sort(x, -1, true), ArgMax(x, 0), CumSum(x, 1)}
	}, 9, 50)},
	{"transform", on(func(x *Node) []*Node { return []*Node{Abs(FFT(ConvertDType(x, dtypes.Complex64)))} }, 4, 64)},
	{"random numbers", on(func(x *Node) []*Node {
		_, normal := RandomNormal(RNGStateFromSeedForGraph(x.Graph(), 7), x.Shape())
		return []*Node{Add(x, normal)}
	}, 30, 30)},
	{"loop", on(func(x *Node) []*Node {
		g := x.Graph()
		again := NewClosure(g, func(g *Graph) []*Node {
			i := Parameter(g, "i", shapes.Make(dtypes.Int32))
			Parameter(g, "x", x.Shape())
			return []*Node{LessThan(i, Const(g, int32(11)))}
		})
		body := NewClosure(g, func(g *Graph) []*Node {
			i, y := Parameter(g, "i", shapes.Make(dtypes.Int32)), Parameter(g, "x", x.Shape())
			return []*Node{AddScalar(i, 1), Tanh(MatMul(y, y))}
		})
		return While(again, body, Const(g, int32(0)), x)
	}, 20, 20)},
	{"two devices", func(b compute.Backend) ([]*tensors.Tensor, error) {
		mesh, err := distributed.NewDeviceMesh([]int{2}, []string{"batch"})
		if err != nil {
			return nil, err
		}
		layout, err := distributed.BuildSpec(mesh).S("batch").Done()
		if err != nil {
			return nil, err
		}
		x, err := dtensor.ShardTensor(layout, numbers(8, 30))
		if err != nil {
			return nil, err
		}
		e, err := NewExec(b, func(x *Node) []*Node { return []*Node{ReduceSum(Tanh(x), 0), MulScalar(x, 2)} })
		if err != nil {
			return nil, err
		}
		e.AutoSharding(mesh).WithInputShardingSpecs(layout).WithOutputShardingSpecs(distributed.NewReplicatedShardingSpec(mesh), layout)
		return e.Call(x)
	}},
}
