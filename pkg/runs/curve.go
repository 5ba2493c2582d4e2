package runs

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/training"
)

// CurvePoint is the held-out likelihood of a density model at one point of its training.
type CurvePoint struct {
	Step    int     `json:"step"`    // steps done
	Seconds float64 `json:"seconds"` // of training until then, without the time of measuring
	NLL     float64 `json:"nll"`     // mean of -log p, in nats; for an NHF its importance-weighted estimate
}

// CurveFile is the file in which the run of a density keeps its curve.
const CurveFile = "curve.json"

// CurvePoints is the largest number of test points on which the curve is measured; they are the first ones.
const CurvePoints = 1000

// The curve has curvePoints points, spaced like steps of a geometric series, and draws curveMomenta momenta for each
// test point: a small share of the training time.
const (
	curveLength  = 24
	curveMomenta = 16
)

// Curve returns the held-out likelihood of a density run during its training, up to the present step.
func (r *Run) Curve() ([]CurvePoint, error) {
	if !r.OfDensity() {
		return nil, badinput.Errorf("the run in %s is not of a density, so there is no curve of its likelihood", r.Dir)
	}
	text, err := os.ReadFile(filepath.Join(r.Dir, CurveFile))
	if err != nil {
		return nil, badinput.Errorf("there is no curve of the likelihood in %s: train the run first", r.Dir)
	}
	var curve []CurvePoint
	if err := json.Unmarshal(text, &curve); err != nil {
		return nil, badinput.Errorf("%s in %s is damaged (%v): train the run again", CurveFile, r.Dir, err)
	}
	return curve, nil
}

// curveAt returns the numbers of steps after which the curve has a point.
func curveAt(steps int) map[int]bool {
	at := map[int]bool{steps: true}
	low, high := math.Log(max(1, float64(steps)/300)), math.Log(float64(steps))
	for i := range curveLength {
		at[int(math.Round(math.Exp(low+(high-low)*float64(i)/(curveLength-1))))] = true
	}
	return at
}

// watched is a task that records the curve of its held-out likelihood.
type watched struct {
	*task
	run     *Run
	test    points.Points
	at      map[int]bool
	curve   []CurvePoint
	seconds float64
	began   bool
	lost    error // why the curve on the disk is not this one
}

// watch makes the training of a density record its curve; it returns other trainings unchanged.
func (r *Run) watch(t *task) (training.Task, error) {
	if !r.OfDensity() || r.Data.Density.Unseen() {
		return t, nil
	}
	test, err := r.Data.Density.Test(0)
	if err != nil {
		return nil, err
	}
	return &watched{task: t, run: r, test: test.Part(0, min(test.N(), CurvePoints)), at: curveAt(t.steps)}, nil
}

// Step does a step and then measures the model, if a point of the curve is due.
func (w *watched) Step(step int) (training.Losses, error) {
	if !w.began { // a training resumed from a checkpoint keeps the curve up to there
		w.began = true
		if kept, err := w.run.Curve(); err == nil {
			for _, p := range kept {
				if p.Step <= step {
					w.curve, w.seconds = append(w.curve, p), p.Seconds/float64(p.Step)*float64(step)
				}
			}
		}
	}
	l, err := w.task.Step(step)
	w.seconds += w.StepSeconds()
	if err != nil || !w.at[step+1] {
		return l, err
	}
	nll, err := w.measure()
	if err != nil {
		return l, err
	}
	w.curve = append(w.curve, CurvePoint{Step: step + 1, Seconds: w.seconds, NLL: nll})
	text, err := json.Marshal(w.curve)
	if err != nil { // a likelihood that is not finite ends the training through its losses
		w.curve = w.curve[:len(w.curve)-1]
		return l, nil
	}
	w.lost = atomicfile.WriteFile(filepath.Join(w.run.Dir, CurveFile), append(text, '\n'))
	return l, nil
}

// CurveMomenta returns the number of momenta a point by which the curve's likelihoods are estimated, or 0 if they are
// exact.
func (c Config) CurveMomenta() int {
	if p, ok := c.Params.(nhf.Params); ok {
		return min(curveMomenta, p.Evaluation)
	}
	return 0
}

func (w *watched) measure() (float64, error) {
	var logp []float64
	var err error
	if f, ok := w.model.(*nhf.Model); ok {
		logp, err = f.LogProbWith(w.test, w.run.CurveMomenta())
	} else {
		logp, err = w.model.(points.Model).LogProb(w.test)
	}
	return -mean(logp), err
}
