package export

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/export/safetensors"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

func open(t *testing.T) *device.Device {
	t.Helper()
	d, err := device.OpenGo(device.Options{Notice: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// interrupted makes a run that has done 4 of its 6 steps.
func interrupted(t *testing.T, d *device.Device) *runs.Run {
	t.Helper()
	c, err := runs.NewConfig("nhf", "quick")
	ok(t, err)
	for _, s := range []string{"steps=6", "batch=16", "evaluation=4", "hamiltonians=1", "energy_hidden=[5]", "encoder_hidden=[6]"} {
		ok(t, c.Set(s))
	}
	c.Data, err = runs.FromDensity("gaussians4", 50, 1)
	ok(t, err)
	r, err := runs.Create(filepath.Join(t.TempDir(), "run"), c)
	ok(t, err)
	ctx, stop := context.WithCancel(t.Context())
	out, err := r.Train(ctx, d, runs.Options{Preview: func(_ runs.Model, step int) {
		if step == 3 {
			stop()
		}
	}})
	if err != nil || !out.Interrupted {
		t.Fatalf("%+v, %v", out, err)
	}
	return r
}

func same(t *testing.T, a, b *runs.Run) bool {
	t.Helper()
	equal, err := training.SameVariables(filepath.Join(a.Dir, training.CheckpointFile), filepath.Join(b.Dir, training.CheckpointFile))
	ok(t, err)
	return equal
}

// A run that was exported with its state and imported has the same variables, bit for bit, and its training goes on to the
// same weights. Without the state the weights alone come back, and the same densities.
func TestWeightsRoundTrip(t *testing.T) {
	d, dir := open(t), t.TempDir()
	r := interrupted(t, d)
	whole, bare := filepath.Join(dir, "whole.safetensors"), filepath.Join(dir, "bare.safetensors")
	n, err := Safetensors(r, d, whole, true)
	ok(t, err)
	m, err := Safetensors(r, d, bare, false)
	ok(t, err)
	if m >= n {
		t.Errorf("%d tensors with the state, %d without", n, m)
	}
	again, err := Import(whole, filepath.Join(dir, "again"), nil, d)
	ok(t, err)
	if !same(t, r, again) {
		t.Error("the imported variables differ")
	}
	for _, run := range []*runs.Run{r, again} {
		out, err := run.Train(t.Context(), d, runs.Options{Resume: true})
		if err != nil || out.Steps != 6 {
			t.Fatalf("%+v, %v", out, err)
		}
	}
	if !same(t, r, again) {
		t.Error("the trainings went on to other weights")
	}
	weights, err := Import(bare, filepath.Join(dir, "weights"), nil, d)
	ok(t, err)
	_, meta, err := weights.Load(d)
	if err != nil || meta.Step != 4 {
		t.Errorf("%+v, %v", meta, err)
	}
	f, err := safetensors.Read(bare)
	ok(t, err)
	if i := slices.IndexFunc(f.Tensors, func(t safetensors.Tensor) bool { return t.Name == "encoder/hidden_0/weights" }); i < 0 || !slices.Equal(f.Tensors[i].Shape, []int{3, 6}) {
		t.Errorf("the encoder's weights are not where their name says")
	}
}

// A file that is not of the model is refused by a sentence that names the tensor, and leaves no folder.
func TestImportRefuses(t *testing.T) {
	d, dir := open(t), t.TempDir()
	r := interrupted(t, d)
	file := filepath.Join(dir, "good.safetensors")
	_, err := Safetensors(r, d, file, false)
	ok(t, err)
	for says, spoil := range map[string]func(f *safetensors.File){
		"lacks the tensor encoder/hidden_0/weights":            func(f *safetensors.File) { f.Tensors = slices.Delete(f.Tensors, 2, 3) },
		"has a tensor stranger, which the model does not have": func(f *safetensors.File) { f.Tensors[2].Name = "stranger" },
		"as (Float32)[6, 3], and the model as (Float32)[3, 6]": func(f *safetensors.File) { f.Tensors[2].Shape = []int{6, 3} },
		"the type F16": func(f *safetensors.File) {
			f.Tensors[2].DType, f.Tensors[2].Data = "F16", f.Tensors[2].Data[:36]
		},
		"does not say of which run": func(f *safetensors.File) { f.Metadata = nil },
		`of version "7"`:            func(f *safetensors.File) { f.Metadata[metaVersion] = "7" },
		"of the run in":             func(f *safetensors.File) { f.Metadata[metaRun] = `{"model":"none"}` },
		"state of the training in":  func(f *safetensors.File) { f.Metadata[metaTraining] = "[" },
		"not finite":                func(f *safetensors.File) { copy(f.Tensors[2].Data, []byte{0, 0, 0xc0, 0x7f}) },
	} {
		f, err := safetensors.Read(file)
		ok(t, err)
		spoil(&f)
		var b bytes.Buffer
		ok(t, safetensors.Write(&b, f))
		bad, out := filepath.Join(dir, "bad.safetensors"), filepath.Join(dir, "out")
		ok(t, os.WriteFile(bad, b.Bytes(), 0o600))
		if _, err = Import(bad, out, nil, d); !badinput.Is(err) || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("want an error with %q, got %v", says, err)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: a folder was made", says)
		}
	}
	if _, err := Import(file, r.Dir, nil, d); !badinput.Is(err) || !strings.Contains(err.Error(), "already holds") {
		t.Errorf("a training would be replaced: %v", err)
	}
	like, err := Import(file, filepath.Join(dir, "like"), r, d)
	ok(t, err)
	if like.String() != r.String() {
		t.Errorf("%s is not like %s", like, r)
	}
}

// Numbers that are not finite are texts in JSON, and come back.
func TestNumbers(t *testing.T) {
	text, err := json.Marshal(numbers{1.5, math.Inf(-1), math.NaN(), math.Inf(1)})
	ok(t, err)
	if string(text) != `[1.5,"-Infinity","NaN","Infinity"]` {
		t.Errorf("%s", text)
	}
	var n numbers
	ok(t, json.Unmarshal(text, &n))
	if n[0] != 1.5 || !math.IsInf(n[1], -1) || !math.IsNaN(n[2]) || !math.IsInf(n[3], 1) {
		t.Errorf("%v", n)
	}
}
