package hgn

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/onnx"
)

// A training on ONNX Runtime goes as on the Go backend: the losses of some steps agree, and so do the moments that
// Adam keeps of the gradients of every parameter after the first.
func TestONNX(t *testing.T) {
	if !onnx.Available || onnx.Library() == "" {
		t.Skipf("ONNX Runtime's library is not at hand: put it at %s, or name it in %s", onnx.Place(), onnx.LibraryEnv)
	}
	reference, err := openBackend()
	ok(t, err)
	for _, name := range []string{"quick", "cpu", "paper32", "metric", "joint"} {
		t.Run(name, func(t *testing.T) {
			v := video.Shape{Frames: 30, Size: 32, Dt: 0.125}
			p, err := Preset(name)
			if slices.Contains([]string{"metric", "joint"}, name) { // integrated implicitly, hence shorter
				p, err = Quick(), nil
				p.Hamiltonian, v.Frames = name, 8
			}
			ok(t, err)
			p.Latent, p.Curriculum = "circle", nil
			if p.Architecture == "conv" { // of its own size it takes a minute
				p.Latent, err = ConvLatent(v.Size)
				ok(t, err)
				v.Frames, p.DecodedFrames, p.Batch, p.Filters = 8, 8, 4, 16
			}
			here, err := onnx.New("")
			ok(t, err)
			var losses [2][]Losses
			var gradients [2]map[string][]float32
			for i, b := range []compute.Backend{reference, here} {
				m, err := New(b, p, v, nil)
				ok(t, err)
				l, err := NewLearner(m, noise(v, 2*p.Batch, 1))
				ok(t, err)
				losses[i] = train(t, l, 0, 1)
				gradients[i] = map[string][]float32{}
				for variable := range m.store.IterVariables() {
					if !variable.Trainable && variable.Shape().Size() > 1 && variable.Shape().DType.IsFloat() {
						gradients[i][variable.Path()] = tensors.MustCopyFlatData[float32](variable.MustValue())
					}
				}
				began := time.Now()
				losses[i] = append(losses[i], train(t, l, 1, 4)...)
				t.Logf("%s: %v a step", b.Name(), (time.Since(began) / 3).Round(time.Millisecond))
			}
			for step, want := range losses[0] {
				// The Go backend adds up a million squares one after the other in float32, which costs it 3e-4 of the MSE.
				if got := losses[1][step]; !(math.Abs(got.MSE/want.MSE-1) < 1e-3 && math.Abs(got.KL/want.KL-1) < 1e-4) {
					t.Errorf("step %d: losses %+v, want %+v", step, got, want)
				}
			}
			if len(gradients[0]) < 10 {
				t.Errorf("only %d moments were found", len(gradients[0]))
			}
			for path, want := range gradients[0] {
				if d := distance(gradients[1][path], want); !(d < 2e-3) {
					t.Errorf("%s differs by %.2g of its largest entry", path, d)
				}
			}
		})
	}
}
