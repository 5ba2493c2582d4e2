package runs

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
)

// A search that is interrupted goes on where it stood, trains nothing twice, and leaves a run that says what was chosen and
// that the same configuration opens again.
func TestSearch(t *testing.T) {
	d, dir := open(t), filepath.Join(t.TempDir(), "run")
	c := tiny(t, "pendulum")
	edit(&c, func(p *hgn.Params) { p.Latent, p.Steps, p.Refine, p.Restarts = searchLatent, 4, 0, 0 })
	r, err := Create(dir, c)
	if err != nil {
		t.Fatal(err)
	}
	var trained []string
	var said []string
	train := func(stopAfter int) TrainResult {
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		tried := 0
		result, err := r.Train(ctx, d, Options{
			Resume: true,
			Say: func(format string, args ...any) {
				line := fmt.Sprintf(format, args...)
				said = append(said, line)
				if _, latent, ok := strings.Cut(line, ": latent "); ok {
					if tried++; stopAfter > 0 && tried > stopAfter {
						stop()
						return
					}
					latent, _, _ = strings.Cut(latent, ", about")
					trained = append(trained, latent)
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	if result := train(2); !result.Interrupted || result.Steps != 0 || latentOf(r) != searchLatent {
		t.Errorf("an interrupted search gives %+v and the latent %s", result, latentOf(r))
	}
	if r, err = Create(dir, c); err != nil {
		t.Fatal(err)
	}
	result := train(0)
	s, err := r.Search()
	if err != nil {
		t.Fatal(err)
	}
	if result.Interrupted || result.Steps != 4 || result.Search == nil || s.Chosen == "" || latentOf(r) != s.Chosen || r.Searched != searchLatent {
		t.Errorf("the search %+v gives %+v and the run %s", s, result, r.Config)
	}
	if s.Frames != 6 || s.Of != 9 {
		t.Errorf("candidates saw %d of %d frames", s.Frames, s.Of)
	}
	scored := 0
	for _, c := range s.Candidates {
		if !c.done() {
			t.Errorf("candidate %+v is still open", c)
		}
		if c.Score != nil {
			scored++
			if c.Score.N != r.searchTests(t) || !(c.Score.Mean > 0) || c.Parameters == 0 {
				t.Errorf("candidate %+v", c)
			}
		}
	}
	if distinct := slices.Compact(slices.Sorted(slices.Values(trained))); len(distinct) != len(trained) || len(trained) != scored {
		t.Errorf("trained were %q, scored are %d", trained, scored)
	}
	if table := said[len(said)-1]; !strings.Contains(table, s.Chosen) || !strings.Contains(table, "<- chosen") {
		t.Errorf("the table is\n%s", table)
	}
	if again, err := Create(dir, c); err != nil || again.Searched != searchLatent || latentOf(again) != s.Chosen {
		t.Errorf("created again: %v", err)
	}
	if again := train(0); again.Steps != 4 || again.Search == nil {
		t.Errorf("trained again: %+v", again)
	}
	edit(&c, func(p *hgn.Params) { p.Steps++ })
	_, err = Create(dir, c)
	badInput(t, err, "another run")
	if _, err := os.Stat(filepath.Join(dir, SearchFile)); err != nil {
		t.Error(err)
	}
}

// The latent that the shape of the frames suggests is found without any training but the run's own.
func TestShapeLatent(t *testing.T) {
	d, dir := open(t), filepath.Join(t.TempDir(), "run")
	c := tiny(t, "pendulum")
	c.Data.Recipe.Trajectories, c.Data.Recipe.Size = 300, 32
	edit(&c, func(p *hgn.Params) { p.Latent, p.Steps, p.Refine, p.Sharpen = shapeLatent, 2, 0, 0 })
	r, err := Create(dir, c)
	if err != nil {
		t.Fatal(err)
	}
	result, err := r.Train(context.Background(), d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if latentOf(r) != "circle" || r.Searched != shapeLatent || result.Search == nil || len(result.Search.Candidates) != 1 {
		t.Errorf("the run is %s, its search %+v", r.Config, result.Search)
	}
	if _, err := os.Stat(filepath.Join(dir, "search")); err == nil {
		t.Error("candidates were trained")
	}
	if again, err := Create(dir, c); err != nil || latentOf(again) != "circle" {
		t.Errorf("created again: %v", err)
	}
	for latent, shape := range map[string][2]int{"line": {1, 0}, "circle": {1, 1}, "line*2": {2, 1}, "circle*2": {2, 2}, "line*3": {3, 0}} {
		if got := suggested(shape[0], shape[1]); got != latent {
			t.Errorf("%d dimensions and %d loops suggest %s, want %s", shape[0], shape[1], got, latent)
		}
	}
}

// searchTests is how many test videos a search of the run scores candidates on.
func (r *Run) searchTests(t *testing.T) int {
	t.Helper()
	set, err := r.Data.Test(context.Background(), searchTest)
	if err != nil {
		t.Fatal(err)
	}
	return min(set.N, searchTest)
}

// The error of the frames after the clip is that of a rollout from the first frame on, by hand.
func TestContinued(t *testing.T) {
	d, ctx := open(t), context.Background()
	c := tiny(t, "mass_spring")
	test, err := c.Data.Test(ctx, 3)
	if err != nil {
		t.Fatal(err)
	}
	p := c.Params.(hgn.Params)
	p.Latent, p.Refine = "line", 0
	clip := firstFrames(Videos(test), 6)
	m, err := hgn.New(d.Backend, p, clip.Shape, nil)
	if err != nil {
		t.Fatal(err)
	}
	errs, err := continued(m, test)
	if err != nil {
		t.Fatal(err)
	}
	first, err := m.InferInitial(clip)
	if err != nil {
		t.Fatal(err)
	}
	states, err := m.Rollout(first, test.Dt, test.T-1)
	if err != nil {
		t.Fatal(err)
	}
	var mse metrics.StepMSE
	for k := 6; k < test.T; k++ {
		frames, err := m.Draw(states[k])
		if err != nil {
			t.Fatal(err)
		}
		n := len(frames) / test.N
		for i := range test.N {
			mse.AddTo(i, k-6, frames[i*n:][:n], test.Frame(i, k))
		}
	}
	for i, want := range mse.PerTrajectory() {
		if math.Abs(errs[i]/want-1) > 1e-3 {
			t.Errorf("video %d has the error %g, want %g", i, errs[i], want)
		}
	}
}

// Of the candidates whose intervals meet the best one's, the smallest is chosen.
func TestChoose(t *testing.T) {
	scored := func(latent string, mean, half float64, parameters int) Candidate {
		return Candidate{Latent: latent, Score: &metrics.Estimate{Mean: mean, Half: half, N: 100}, Parameters: parameters}
	}
	long := func(c Candidate, mean float64) Candidate {
		c.Long = &metrics.Estimate{Mean: mean, Half: .2, N: 100}
		return c
	}
	for want, s := range map[string]Search{
		"line":   {Candidates: []Candidate{scored("circle", 7, .5, 20), scored("line", 7.8, .5, 10), scored("line*2", 7.1, .5, 30)}},
		"circle": {Candidates: []Candidate{scored("line*2", 6.9, .5, 30), scored("line", 9, .5, 10), scored("circle", 7, math.NaN(), 20)}},
		"line*2": {Candidates: []Candidate{scored("circle", 7, .5, 20), scored("line*2", 4, .5, 30), {Latent: "line", Note: "its training diverged"}}},
		"":       {Candidates: []Candidate{{Latent: "line", Note: "its training diverged"}}},
		// Long trainings decide between the two that had one.
		"circle*2": {Candidates: []Candidate{long(scored("line*4", 4, .5, 30), 4), long(scored("circle*2", 7, .5, 40), 2), scored("line", 30, .5, 10)}},
	} {
		if got := s.choose(); got != want {
			t.Errorf("chosen is %q, want %q", got, want)
		}
	}
}

// The best are looked at again if they are close, and if the run is longer than a candidate's training.
func TestFinalists(t *testing.T) {
	s := Search{Steps: 500}
	for _, mean := range []float64{9, math.NaN(), 5, 30, 14} {
		c := Candidate{Score: &metrics.Estimate{Mean: mean}}
		if math.IsNaN(mean) {
			c = Candidate{Note: "its training diverged"}
		}
		s.Candidates = append(s.Candidates, c)
	}
	if got := s.finalists(1400); !slices.Equal(got, []int{2, 0, 4}) {
		t.Errorf("the finalists are %v", got)
	}
	if got := s.finalists(500); got != nil {
		t.Errorf("a training as short as the candidates' has the finalists %v", got)
	}
	s.Candidates[0].Score.Mean, s.Candidates[4].Score.Mean = 16, 17
	if got := s.finalists(1400); got != nil {
		t.Errorf("a clear winner has the rivals %v", got)
	}
}

// The frames of known systems have the dimension and loops that they should, and these bring the right latent forward.
func TestShapeOfSystems(t *testing.T) {
	for system, want := range map[string]string{"mass_spring": "line", "pendulum": "circle"} {
		set, err := dataset.Recipe{System: system, Trajectories: 400, Frames: 6, Size: 32, Dt: 0.125, Noise: -1, Seed: 2}.Generate(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		dimension, loops := shapeOf(Videos(set))
		order := proposed(dimension, loops)
		if order[0].Latent != want || math.Abs(dimension-1) > 0.2 {
			t.Errorf("%s: dimension %.2f, %d loops, proposed first is %s", system, dimension, loops, order[0].Latent)
		}
		if last := order[len(order)-1]; last.Latent != "line*4" || last.Note == "" {
			t.Errorf("%s: last is %+v", system, last)
		}
	}
	if open := proposed(math.NaN(), 0); len(open) != len(candidates) || slices.ContainsFunc(open, func(c Candidate) bool { return c.Latent != "circle*2" && c.Note != "" }) {
		t.Errorf("without a shape the proposals are %+v", open)
	}
}

// A search is refused where it makes no sense, and videos of a file get one where it does.
func TestSearchRefuses(t *testing.T) {
	c := tiny(t, "pendulum")
	edit(&c, func(p *hgn.Params) { p.Latent = searchLatent })
	c.Data.Recipe.Frames = 5
	_, err := c.Resolve()
	badInput(t, err, "6 frames")
	paper, err := NewConfig("hgn", "paper32")
	if err != nil {
		t.Fatal(err)
	}
	paper.Data = SimulatedFor("pendulum", "paper32")
	edit(&paper, func(p *hgn.Params) { p.Latent = searchLatent })
	_, err = paper.Resolve()
	badInput(t, err, "dense")
}
