//go:build cgo && !noxla && linux && (amd64 || arm64)

package device

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// TestOpenKeepsPrograms: what compiles on a device is kept for the next process, and the device's description does not
// change for it.
func TestOpenKeepsPrograms(t *testing.T) {
	plugin, found := strings.CutPrefix(os.Getenv(compute.ConfigEnvVar), "xla:")
	if !found || !filepath.IsAbs(plugin) || !strings.HasSuffix(plugin, ".so") || !strings.Contains(filepath.Base(plugin), "cpu") {
		t.Skipf("%s does not name XLA's CPU plugin by its path", compute.ConfigEnvVar)
	}
	const folder = "XDG_CACHE_HOME"
	if os.Getenv("HGN_TEST_CHILD") == "" { // A plugin's cache is chosen when a process opens it first.
		again := exec.Command(os.Args[0], "-test.run=^TestOpenKeepsPrograms$")
		again.Env = append(os.Environ(), "HGN_TEST_CHILD=1", folder+"="+t.TempDir())
		if out, err := again.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	cache := os.Getenv(folder)
	d, err := Open(Options{Notice: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if says := d.Describe(); !strings.Contains(says, "PJRT plugin ("+plugin+")") {
		t.Errorf("the description is %q", says)
	}
	program, err := graph.NewExec(d.Backend, func(x *graph.Node) *graph.Node {
		for i := range 200 { // far more than what is too quick to keep
			x = graph.Concatenate([]*graph.Node{graph.Tanh(graph.MatMul(x, graph.Transpose(x, 0, 1))), graph.Ones(x.Graph(), x.Shape())}, 1)
			x = graph.Slice(x, graph.AxisRange(), graph.AxisRange(0, 8+i%24))
		}
		return x
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := program.Call(tensors.FromValue([][]float32{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 8}, {7, 6}, {5, 4}, {3, 2}})); err != nil {
		t.Fatal(err)
	}
	if files, err := filepath.Glob(filepath.Join(cache, "hgn", "programs", "*")); err != nil || len(files) == 0 {
		t.Errorf("no program was kept (%v)", err)
	}
}
