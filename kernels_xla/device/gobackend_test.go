package device

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
)

// TestManyProductsAtOnce: far more large matrix products become ready together than the machine has cores, again and
// again. With the Go backend's own limit on parallelism this stops for ever within seconds.
func TestManyProductsAtOnce(t *testing.T) {
	d, err := OpenGo(Options{Notice: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	exec, err := graph.NewExec(d.Backend, func(x *graph.Node) *graph.Node {
		var sum *graph.Node
		for i := range 48 {
			y := graph.ReduceAllSum(graph.MatMul(graph.AddScalar(x, float64(i)), x))
			if sum == nil {
				sum = y
			} else {
				sum = graph.Add(sum, y)
			}
		}
		return sum
	})
	if err != nil {
		t.Fatal(err)
	}
	ones, err := graph.NewExec(d.Backend, func(g *graph.Graph) *graph.Node {
		return graph.Ones(g, shapes.Make(dtypes.Float32, 192, 192))
	})
	if err != nil {
		t.Fatal(err)
	}
	x := ones.MustCall()[0]
	rounds := 20
	if !SIMD() {
		rounds = 5 // each is several times slower
	}
	done := make(chan error, 1)
	go func() {
		for range rounds {
			if _, err := exec.Call(x); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(60 * time.Second):
		t.Fatal("the Go backend hangs")
	}
}

// TestGoOptions: options of the Go backend pass, wrong ones are an error, and nothing is printed on standard output.
func TestGoOptions(t *testing.T) {
	stdout := os.Stdout
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout = writer
	for config, want := range map[string]string{"go:ops_sequential": "", "go:parallelism=3": "", "go:nonsense": "GOMLX_BACKEND=go:nonsense: unknown configuration option"} {
		t.Setenv("GOMLX_BACKEND", config)
		d, err := Open(Options{Notice: io.Discard})
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", config, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: got %v, want %s", config, err, want)
		}
		if err == nil {
			d.Close()
		}
	}
	os.Stdout = stdout
	writer.Close()
	if printed, _ := io.ReadAll(reader); len(printed) > 0 {
		t.Errorf("printed %q", printed)
	}
}
