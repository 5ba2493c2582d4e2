package runs

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/render"
)

// sprung is a source of springs, damped or not, that a small model learns to predict within seconds.
func sprung(system string, n int) Source {
	s := Simulated(system)
	s.Recipe.Trajectories, s.Recipe.Frames, s.Recipe.Size, s.Recipe.Dt, s.Recipe.Noise = n, 18, 16, 0.25, 0.02
	return s
}

// walk is a set of videos of a body that walks at random along a line, drawn as s draws a spring's.
func walk(t *testing.T, s *dataset.Dataset) *dataset.Dataset {
	t.Helper()
	spring, err := s.Physics()
	if err != nil {
		t.Fatal(err)
	}
	out := *s
	out.Frames, out.Recipe = slices.Clone(s.Frames), nil
	r := rand.New(rand.NewPCG(7, 8))
	for i := range out.N {
		x := 0.6 * r.NormFloat64()
		for k := range out.T {
			x += 0.2 * r.NormFloat64()
			render.Frame(spring, []float64{x}, out.Size, out.Frame(i, k))
		}
	}
	return &out
}

// cut joins each video, from frame at on, to the next.
func cut(s *dataset.Dataset, at int) *dataset.Dataset {
	out := *s
	out.Frames, out.Recipe = slices.Clone(s.Frames), nil
	for i := range out.N {
		for k := at; k < out.T; k++ {
			copy(out.Frame(i, k), s.Frame((i+1)%s.N, k))
		}
	}
	return &out
}

// A model of springs judges films of springs, of damped ones, of cut ones and of a random walk, each as what it is.
func TestVerdict(t *testing.T) {
	d, ctx := open(t), context.Background()
	c, err := NewConfig("hgn", "quick")
	if err != nil {
		t.Fatal(err)
	}
	edit(&c, func(p *hgn.Params) {
		p.Latent, p.Steps, p.Batch, p.Pool, p.Sharpen, p.Curriculum = "line", 350, 16, 2, 0.2, []hgn.Stage{{Unroll: 3, Until: 0.2}}
		p.EnergyHidden, p.FrameFeatures, p.EncoderHidden, p.Z, p.StateHidden, p.DecoderHidden = []int{16}, 8, []int{32}, 8, []int{32}, []int{32}
	})
	c.Data = sprung("mass_spring", 300)
	r := trained(t, c)
	loaded, _, err := r.Load(d)
	if err != nil {
		t.Fatal(err)
	}
	m := loaded.(video.Model)
	train, err := r.Data.Sample(ctx, 100)
	if err != nil {
		t.Fatal(err)
	}
	springs, err := r.Data.Test(ctx, 40)
	if err != nil {
		t.Fatal(err)
	}
	damped, err := sprung("damped_spring", 40).Test(ctx, 40)
	if err != nil {
		t.Fatal(err)
	}
	backwards := *damped
	backwards.Frames = slices.Clone(damped.Frames)
	for i := range damped.N {
		for k := range damped.T {
			copy(backwards.Frame(i, k), damped.Frame(i, damped.T-1-k))
		}
	}
	for _, film := range []struct {
		name, finding string
		set           *dataset.Dataset
		words         []string
	}{
		{"springs", Hamiltonian, springs, []string{"Nothing speaks against a Hamiltonian", "0 of 40 videos are cut"}},
		{"damped springs", Friction, damped, []string{"loses energy", "friction=learned"}},
		{"damped springs backwards", Driven, &backwards, []string{"gains energy"}},
		{"springs with cuts", CutFilm, cut(springs, 7), []string{"is cut", "frame 7 of video"}},
		{"a random walk", Unpredictable, walk(t, springs), []string{"not Hamiltonian", "cannot be predicted"}},
	} {
		set := testSet{film.set.N, func(from, to int) (*dataset.Dataset, error) { return film.set.Subset(from, to), nil }}
		seen := train
		if film.finding == Unpredictable {
			seen = walk(t, train)
		}
		text, e, err := r.Data.verdict(ctx, m, set, seen)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %s", film.name, text)
		if e.Finding != film.finding || e.Videos != 40 || e.Training != 0 {
			t.Errorf("%s are found to be %q, on %d videos, of which %d of training; want %q", film.name, e.Finding, e.Videos, e.Training, film.finding)
		}
		for _, w := range film.words {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q does not mention %q", film.name, text, w)
			}
		}
		for _, c := range e.Cuts {
			if film.finding == CutFilm && c.Frame != 7 {
				t.Errorf("a cut at frame 7 is found at %d", c.Frame)
			}
		}
	}
}

// The evidence decides as its documentation says, also where some of it is missing.
func TestDecide(t *testing.T) {
	p := func(x float64) *float64 { return &x }
	e := func(change func(e *Evidence)) *Evidence {
		e := &Evidence{Videos: 50, Memory: p(0.2), MemoryErrors: p(9), Predicted: &metrics.Estimate{Mean: 0.2, Half: 0.02, N: 50}, Energy: p(0.01), Falls: p(0.5), EnergyErrors: p(0)}
		change(e)
		return e
	}
	for want, all := range map[string][]*Evidence{
		Hamiltonian: {e(func(*Evidence) {}), e(func(e *Evidence) { e.CutVideos = 1 }), e(func(e *Evidence) { e.Energy, e.EnergyErrors = p(-0.1), p(6) }),
			e(func(e *Evidence) { e.Energy, e.EnergyErrors = p(-0.5), p(2) }), e(func(e *Evidence) { e.MemoryErrors = p(1) }),
			e(func(e *Evidence) {
				e.Energy, e.Falls, e.EnergyErrors, e.Rate, e.RateEvidence = nil, nil, nil, p(0.01), p(1)
			})},
		CutFilm:       {e(func(e *Evidence) { e.CutVideos, e.Cuts = 2, []FilmCut{{Frame: 3}, {Frame: 4}} })},
		Friction:      {e(func(e *Evidence) { e.Energy, e.EnergyErrors = p(-0.3), p(6) }), e(func(e *Evidence) { e.Energy, e.Rate, e.RateEvidence = nil, p(0.3), p(9) })},
		Driven:        {e(func(e *Evidence) { e.Energy, e.EnergyErrors = p(0.3), p(6) })},
		Unpredictable: {e(func(e *Evidence) { e.Predicted.Mean, e.MemoryErrors = 1.2, p(0.5) })},
		Undecided: {e(func(e *Evidence) { e.Predicted = nil }), e(func(e *Evidence) { e.Predicted.Mean = 1.2 }), e(func(e *Evidence) { e.Predicted.Mean = 0.79 }),
			e(func(e *Evidence) { e.Predicted.Mean, e.MemoryErrors = 1.2, nil })},
	} {
		for i, e := range all {
			if e.decide(); e.Finding != want || e.Verdict() == "" {
				t.Errorf("number %d for %q is found to be %q: %s", i, want, e.Finding, e.Verdict())
			}
		}
	}
}

// A training on a film with a cut says where it is before it begins, and ends with a verdict. A film without one has no
// warning.
func TestWarnsOfCuts(t *testing.T) {
	data, err := sprung("mass_spring", 24).Train(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	say := func(format string, args ...any) { said += fmt.Sprintf(format, args...) + "\n" }
	if warnOfCuts(data.Set, say); said != "" {
		t.Errorf("a film without cuts: %q", said)
	}
	film, file := cut(data.Set, 7), filepath.Join(t.TempDir(), "film.npz")
	film.System, film.Q, film.P, film.Energy, film.D = "", nil, nil, nil, 0
	if err := film.Save(file); err != nil {
		t.Fatal(err)
	}
	c := tiny(t, "mass_spring")
	edit(&c, func(p *hgn.Params) { p.Latent, p.Steps = "line", leastExamined })
	if c.Data, err = FromFiles(context.Background(), file, dataset.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	r, err := Create(filepath.Join(t.TempDir(), "run"), c)
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := r.Train(context.Background(), open(t), Options{Say: say})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said, "cut at frame 7 of video") {
		t.Errorf("a film with cuts: %q", said)
	}
	if e := outcome.Evidence; e.Finding != CutFilm || e.Training != 18 || e.Videos != 20 || !strings.HasSuffix(said, outcome.Verdict+"\n") {
		t.Errorf("the verdict is %q on %d videos, %d of them of training", outcome.Verdict, e.Videos, e.Training)
	}
}

// A cut that clips share is named once, with its film and its frame there.
func TestCutsOfFilms(t *testing.T) {
	data, err := sprung("mass_spring", 12).Train(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, want := cut(data.Set, 7), 18
	spring, err := s.Physics()
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.N { // each clip begins two frames after the one before
		for k := range s.T {
			x := 0.02*float64(2*i+k) - 0.8
			if 2*i+k >= want {
				x += 1
			}
			render.Frame(spring, []float64{x}, s.Size, s.Frame(i, k))
		}
		s.Clips = append(s.Clips, dataset.Clip{Video: 0, Start: 2 * i})
	}
	s.Films = []string{"films/long.gif"}
	cuts, n := cutsIn(s.Subset(0, 8), pictureCodes(s.Subset(0, 8)), 0)
	if len(cuts) != 1 || n < 4 || cuts[0].Film != "films/long.gif" || cuts[0].Frame != want {
		t.Errorf("cuts %v in %d clips, want one at frame %d", cuts, n, want)
	}
	if text := named(cuts); text != "frame 18 of long.gif" {
		t.Errorf("it is named %q", text)
	}
}

// Constants that differ between videos are given to models on a scale from -1 to 1, in the order of their names.
func TestGivenConstants(t *testing.T) {
	c := tiny(t, "pendulum")
	var err error
	if c.Data.Recipe.Vary, err = dataset.RangesOf(map[string][2]float64{"length": {0.5, 1.5}, "mass": {1, 3}}); err != nil {
		t.Fatal(err)
	}
	data, err := c.Data.Train(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range data.Clips.Given {
		want := data.Set.Varied[i] - 2
		if i%2 == 0 {
			want = 2 * (data.Set.Varied[i] - 1)
		}
		if math.Abs(float64(x)-want) > 1e-6 || math.Abs(want) > 1 {
			t.Errorf("constant %g is given as %g, want %g", data.Set.Varied[i], x, want)
		}
	}
	edit(&c, func(p *hgn.Params) { p.Constant = "given" })
	r := trained(t, c)
	if l := latentOf(r); l != "circle,constant*2" {
		t.Errorf("the latent is %s", l)
	}
	report, err := r.Evaluate(context.Background(), open(t), 4)
	if err != nil {
		t.Fatal(err)
	}
	if report.Constant != "given" || !report.Family.Given {
		t.Errorf("the report has constants %q, given %t", report.Constant, report.Family.Given)
	}
	c.Data.Recipe.Vary = ""
	_, err = c.Resolve()
	badInput(t, err, "constant=given", "--constant")
}
