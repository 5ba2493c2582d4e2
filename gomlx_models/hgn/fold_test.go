package hgn

import (
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/fit"
)

// fold makes the decoder blind to the sine of the angle of a model on a circle: it draws the angles θ and -θ
// alike.
func fold(t *testing.T, m *Model) {
	t.Helper()
	ok(t, m.build())
	v := m.store.GetVariable("/decoder/frame/weights") // rows: constants, cosine, sine, bias
	rows := 3 + m.latent.Constants()
	if v.Shape().Dim(0) != rows {
		t.Fatalf("the decoder's only layer has shape %s", v.Shape())
	}
	w, n := tensors.MustCopyFlatData[float32](v.MustValue()), v.Shape().Dim(1)
	clear(w[(rows-2)*n : (rows-1)*n])
	ok(t, v.SetValue(tensors.FromFlatDataAndDimensions(w, v.Shape().Dimensions...)))
}

// onCircle is a model whose decoder, one layer on the cosine and the sine, draws the circle as an ellipse in
// the space of pictures.
func onCircle() Params {
	p := tiny()
	p.Latent, p.DecoderHidden, p.Restarts = "circle", nil, 2
	return p
}

// LatentInjectivity is near 0 where the latent is folded, and well above where it is not.
func TestDistinctness(t *testing.T) {
	videos := noise(tinyVideo, 5, 1)
	m := newModel(t, onCircle(), tinyVideo)
	sound, err := m.LatentInjectivity(videos)
	ok(t, err)
	fold(t, m)
	bad, err := m.LatentInjectivity(videos)
	ok(t, err)
	// On a circle, points 60° apart have half the squared distance of those 90° apart, the median.
	if math.Abs(sound-0.5) > 0.15 || bad > 0.01 {
		t.Errorf("the distinctness of a circle is %.3f, of a folded one %.3f", sound, bad)
	}
	if d, err := newModel(t, tiny(), tinyVideo).LatentInjectivity(videos); err != nil || !math.IsNaN(d) {
		t.Errorf("for two coordinates it is %g, %v, where it is not defined", d, err)
	}
	p := onCircle()
	p.Latent, p.Hamiltonian = "circle,constant", "separable" // which stands still while the angle goes round
	m = newModel(t, p, tinyVideo)
	sound, err = m.LatentInjectivity(videos)
	ok(t, err)
	fold(t, m)
	bad, err = m.LatentInjectivity(videos)
	ok(t, err)
	if math.Abs(sound-0.5) > 0.15 || bad > 0.01 {
		t.Errorf("beside a constant the distinctness of a circle is %.3f, of a folded one %.3f", sound, bad)
	}
	p.Latent = "line"
	if d, err := newModel(t, p, tinyVideo).LatentInjectivity(videos); err != nil || !(d >= 0) {
		t.Errorf("the distinctness of a line is %g, %v", d, err)
	}
}

// A folded start is rejected at the checks, with a reason, and at no other step; a sound one never is, nor the
// last one that Restarts allows. At the first check the moments must not be linear in q either.
func TestJudge(t *testing.T) {
	videos := noise(tinyVideo, 5, 1)
	rejected := func(l *Learner, moments float64) (n int) {
		for step := range l.model.Params.Steps {
			if l.Judge(step, fit.Losses{"moments": moments}) != "" {
				n++
			}
		}
		return n
	}
	l := newLearner(t, onCircle(), videos)
	if n := rejected(l, 0.1); n != 0 {
		t.Errorf("a sound start is rejected %d times", n)
	}
	fold(t, l.model)
	if n := rejected(l, 0.4); n != len(foldChecks) {
		t.Errorf("a folded start is rejected %d times at %d checks", n, len(foldChecks))
	}
	if n := rejected(l, 0.1); n != len(foldChecks)-1 {
		t.Errorf("a folded start whose moments are linear is rejected %d times at %d checks", n, len(foldChecks))
	}
	ok(t, l.Restart(2))
	fold(t, l.model)
	if n := rejected(l, 0.4); n != 0 {
		t.Errorf("the last start is rejected %d times", n)
	}
}
