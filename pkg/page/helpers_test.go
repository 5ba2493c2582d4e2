package page

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/device"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/page/document"
	"hgn.local/pkg/runs"
)

func ok(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func backend(tb testing.TB) compute.Backend { return graphtest.Backend(tb) }

// stir moves every trainable weight, so that no bias is zero and no layer at its start.
func stir(tb testing.TB, store *model.Store, by float64) {
	tb.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	for v := range store.IterVariables() {
		if !v.Trainable {
			continue
		}
		values := nets.Float64s(v.MustValue())
		for i := range values {
			values[i] += by * r.NormFloat64()
		}
		ok(tb, v.SetValue(nets.Tensor(v.Shape().DType, values, v.Shape().Dimensions...)))
	}
}

// inNode runs a script after the page's numbers, with about and bytes as in the page, and decodes what it prints.
func inNode(t *testing.T, about any, raw []byte, script string, result any) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed, so that the page's numbers are not compared with the model's")
	}
	text, err := json.Marshal(about)
	ok(t, err)
	program := "\"use strict\";\n" + document.Numbers() +
		"const about = " + string(text) + ";\nconst bytes = fromBase64(\"" + base64.StdEncoding.EncodeToString(raw) + "\");\nconst print = (x) => process.stdout.write(JSON.stringify(x));\n" + script
	file := filepath.Join(t.TempDir(), "numbers.js")
	ok(t, os.WriteFile(file, []byte(program), 0o644))
	c := exec.Command(node, file)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, stderr.String())
	}
	if err := json.Unmarshal(out, result); err != nil {
		t.Fatalf("node printed %.200s: %v", out, err)
	}
}

// trained trains a run for a moment.
func trained(t *testing.T, name string, c runs.Config, sets ...string) *figures.Run {
	t.Helper()
	t.Setenv("GOMLX_BACKEND", "go")
	for _, s := range sets {
		ok(t, c.Set(s))
	}
	run, err := runs.Create(filepath.Join(t.TempDir(), name), c)
	ok(t, err)
	d, err := device.Open(device.Options{Notice: io.Discard})
	ok(t, err)
	t.Cleanup(func() { d.Close() })
	_, err = run.Train(t.Context(), d, runs.Options{})
	ok(t, err)
	return figures.Of(run, run.Name(), func() (*device.Device, error) { return d, nil })
}

// trainedVideos trains an HGN on small videos of a system.
func trainedVideos(t *testing.T, name, system string, sets ...string) *figures.Run {
	t.Helper()
	c, err := runs.NewConfig("hgn", "quick")
	ok(t, err)
	c.Data = runs.Simulated(system)
	c.Data.Recipe.Trajectories, c.Data.Recipe.Frames, c.Data.Recipe.Size = 20, 9, 16
	return trained(t, name, c, append([]string{"steps=12", "batch=4", "refine=0"}, sets...)...)
}
