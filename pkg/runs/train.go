package runs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/parallel"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/training"
)

// TrainResult is the outcome of a training, with the keys that --json prints.
type TrainResult struct {
	Steps             int             `json:"steps"`
	Seconds           float64         `json:"seconds"` // of training, over all resumptions
	StepSecondsMedian float64         `json:"step_seconds_median"`
	StepSecondsTotal  float64         `json:"step_seconds_total"` // within Seconds: the learner's steps alone, including compiling; 0 means unknown
	CompileSeconds    float64         `json:"compile_seconds"`    // within Seconds, of this call
	Loss              float64         `json:"loss"`
	MSE               *float64        `json:"mse,omitempty"` // of the training batches of videos, smoothed
	KL                *float64        `json:"kl,omitempty"`  // nats, smoothed
	Losses            training.Losses `json:"losses"`        // all parts of the loss, smoothed
	Restarts          int             `json:"restarts"`
	Interrupted       bool            `json:"interrupted"`
	Backend           string          `json:"backend"`
	Devices           int             `json:"devices"`
	SIMD              bool            `json:"simd"`
	Search            *Search         `json:"search,omitempty"`   // for a run whose latent was searched
	HeldOut           *float64        `json:"held_out,omitempty"` // last measure of the held-out data, see HeldOutName
	Ended             int             `json:"ended,omitempty"`    // the step after which a training ended that kept an earlier one, its best

	// For videos of your own, whether they show a Hamiltonian system at all; see Evidence.
	Verdict  string    `json:"verdict,omitempty"`
	Evidence *Evidence `json:"evidence,omitempty"`
}

// Options configures a training.
type Options struct {
	Resume     bool
	Every      time.Duration                    // time between two checkpoints; 0 means the default of training.Options
	Devices    int                              // number of the backend's devices among which batches are divided; 0 means one
	Accumulate int                              // number of parts of a batch whose gradients are added up, one part in memory at a time; 0 means one
	Data       *TrainingData                    // the training set, if it is already loaded
	Progress   func(done, total int)            // of generating the data; may be nil
	Observe    []func(training.Event)           // see package training
	Say        func(format string, args ...any) // is told the progress of a search for the latent; may be nil
	Preview    func(m Model, step int)          // is called with the model after every step; may be nil
	Turn       func(step, steps int)            // is called before every step, and may wait; see training.Options

	Best      bool // the result is the state that is best on held-out data; see training.Options
	StopEarly int  // the same, and the training ends after this many held-out measures without a better one; 0: never
}

// Train trains the run until its last step or until ctx is cancelled; then it saves and returns.
func (r *Run) Train(ctx context.Context, d *device.Device, o Options) (TrainResult, error) {
	devices := max(o.Devices, 1)
	if err := r.CheckDevices(d, devices); err != nil {
		return TrainResult{}, err
	}
	k, err := kindOf(r.Model)
	if err != nil {
		return TrainResult{}, err
	}
	data := o.Data
	ofStates := k.states != nil && k.states(r.Params)
	if data == nil || ofStates && data.Set == nil {
		learnFrom := r.Data.Train
		if ofStates {
			learnFrom = r.Data.trainStates
		}
		made, err := learnFrom(ctx, o.Progress)
		if err != nil {
			return TrainResult{}, err
		}
		data = &made
	}
	if data.Set != nil && r.Data.File != "" && o.Say != nil {
		warnOfCuts(data.Set, o.Say)
	}
	found, done, err := r.settleLatent(ctx, d, data, o)
	if err != nil || !done {
		return TrainResult{Interrupted: err == nil, Backend: d.Name, Devices: devices, SIMD: device.SIMD(), Search: found}, err
	}
	m, err := k.build(d, r.Params, r.Data, data)
	if err != nil {
		return TrainResult{}, err
	}
	l, err := k.learn(m, *data)
	if err != nil {
		return TrainResult{}, err
	}
	if devices > 1 {
		if err := l.UseDevices(devices); err != nil {
			return TrainResult{}, err
		}
	}
	if o.Accumulate > 1 {
		if err := l.Accumulate(o.Accumulate); err != nil {
			return TrainResult{}, err
		}
	}
	t := &task{learner: l, model: m, steps: r.Params.Plan().Steps, preview: o.Preview}
	if t.examiner, err = r.examiner(ctx, k, m, data); err != nil {
		return TrainResult{}, err
	}
	if t.examiner == nil && (o.Best || o.StopEarly > 0) {
		return TrainResult{}, badinput.Errorf("a training of %d steps measures nothing on held-out data, by which it could choose its best step: give it %d steps", t.steps, leastExamined)
	}
	asked, err := r.watch(t)
	if err != nil {
		return TrainResult{}, err
	}
	if judge, ok := l.(judge); ok {
		asked = judged{t, judge}
	}
	watched, _ := asked.(*watched)
	var forgot error
	recorded := func() {}
	begun := func(e training.Event) { // the folder now belongs to this training
		if e.Kind == training.Started {
			for _, name := range []string{configFile, CurveFile, RecordFile, DivergedFile, SearchFile} {
				atomicfile.RemoveTemporaries(filepath.Join(r.Dir, name))
			}
			if forgot = r.forgetDivergence(); e.Step < e.Steps {
				recorded = r.record(d, devices, e.Step)
			}
		}
	}
	s, err := training.Run(ctx, asked, training.Options{Dir: r.Dir, Model: r.Model, CheckpointEvery: o.Every, Resume: o.Resume, Best: o.Best, StopEarly: o.StopEarly, Turn: o.Turn, Observe: append([]func(training.Event){begun}, o.Observe...)})
	recorded()
	err = cmp.Or(err, forgot)
	if errors.Is(err, training.ErrDiverged) {
		err = errors.Join(err, r.rememberDivergence(err))
	}
	if err == nil && watched != nil && watched.lost != nil {
		err = fmt.Errorf("the training is saved, and its curve is not: %w", watched.lost)
	}
	if residual, implicit := s.Smoothed["residual"]; implicit && err == nil && o.Say != nil {
		o.Say("%s", solved(residual))
	}
	var verdict string
	var evidence *Evidence
	if err == nil && !s.Interrupted && r.Data.File != "" && t.steps >= leastExamined {
		if verdict, evidence, err = r.judged(ctx, m, data); err == nil && verdict != "" && o.Say != nil {
			o.Say("%s", verdict)
		}
	}
	return TrainResult{
		Verdict: verdict, Evidence: evidence,
		Steps: s.Steps, Seconds: s.Seconds, StepSecondsMedian: s.StepSecondsMedian, StepSecondsTotal: s.StepSecondsTotal, CompileSeconds: l.CompileTime().Seconds(),
		Loss: s.Loss, MSE: part(s.Smoothed, "mse"), KL: part(s.Smoothed, "kl"), Losses: s.Smoothed, Restarts: s.Attempt, Interrupted: s.Interrupted,
		Backend: d.Name, Devices: devices, SIMD: device.SIMD(), Search: found, HeldOut: s.HeldOut, Ended: s.Ended,
	}, err
}

// solved says whether the implicit equations of a training's steps were solved.
func solved(residual float64) string {
	if residual <= hgn.Solved {
		return fmt.Sprintf("the implicit equations of the steps are solved, up to a residual of %.1g", residual)
	}
	return fmt.Sprintf("the implicit equations of the steps are not solved: the residual is %.1g, and should be at most %.0g; take a smaller dt, or integrator=rk4, which is explicit", residual, hgn.Solved)
}

// judged returns the verdict of a model that has just been trained on videos.
func (r *Run) judged(ctx context.Context, model Model, data *TrainingData) (string, *Evidence, error) {
	m, ok := model.(video.Model)
	if !ok {
		return "", nil, nil
	}
	test, err := r.Data.testSet(ctx, 0)
	if err != nil {
		return "", nil, err
	}
	return r.Data.verdict(ctx, m, test, data.Set.Subset(0, verdictLooks))
}

// CheckDevices fails unless the run can be trained on n devices of d's backend at once.
func (c Config) CheckDevices(d *device.Device, n int) error {
	k, err := kindOf(c.Model)
	if err != nil {
		return err
	}
	_, err = parallel.Over(d.Backend, n, k.batch(c.Params))
	return err
}

// part returns one of the losses, or nil.
func part(l training.Losses, name string) *float64 {
	if x, ok := l[name]; ok {
		return &x
	}
	return nil
}

// task adapts a learner to package training.
type task struct {
	learner
	model   Model
	steps   int
	preview func(m Model, step int)
	took    time.Duration // time of the learner's last step

	examiner *examiner // nil: nothing is held out
}

func (t *task) Steps() int          { return t.steps }
func (t *task) Store() *model.Store { return t.model.Store() }

func (t *task) Step(step int) (training.Losses, error) {
	began := time.Now()
	l, err := t.learner.Step(step)
	t.took = time.Since(began)
	if err == nil && t.preview != nil {
		t.preview(t.model, step)
	}
	return l, err
}

// StepSeconds returns how long the learner's last step took, without the preview and the measuring after it.
func (t *task) StepSeconds() float64 { return t.took.Seconds() }

// judge is a learner that recognises a failed start.
type judge interface {
	Judge(step int, l training.Losses) string
	Restart(attempt int) error
}

// judged is the task for such a learner.
type judged struct {
	*task
	judge
}
