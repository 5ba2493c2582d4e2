package selftest

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/hnn"
	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/nsf"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/rnvp"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/density"
	"hgn.local/pkg/runs"
)

// learner trains a model.
type learner struct {
	*fit.Learner
	model interface{ Parameters() int } // counts trainable numbers, once a step has made them
	watch *clocked                      // the backend; see clock
	spent *time.Duration                // time that the backend spent on compiling the programs of steps
}

// loss does a step and returns its loss.
func (l learner) loss(step int) (float64, error) {
	before := l.watch.spent
	losses, err := l.Step(step)
	*l.spent += l.watch.spent - before
	return losses["loss"], err
}

// testCase is one model in one variant.
type testCase struct {
	name  string
	at    int // the step whose gradient is measured
	build func(b compute.Backend, double bool) (learner, error)
}

// convolutional tells whether the case convolves images, for which a GPU has rules of its own.
func (c testCase) convolutional() bool { return strings.Contains(c.name, "conv") }

// trained is the number of steps of Adam that are compared, and more the number of further ones that are timed.
const trained, more = 4, 3

// cases lists all models, small, in all variants whose graphs differ.
func cases() []testCase {
	small := func(change func(p *hgn.Params)) func(compute.Backend, bool) (learner, error) {
		p := hgn.Quick()
		p.Batch, p.EnergyHidden, p.Curriculum, p.Sharpen, p.Z, p.DecoderHidden = 6, []int{16}, nil, 0, 8, []int{16, 32}
		change(&p)
		return hgnCase(p, 16)
	}
	conv := func(size int) func(compute.Backend, bool) (learner, error) {
		p := hgn.Paper32()
		p.Batch, p.Filters, p.EnergyHidden, p.DecodedFrames = 2, 4, []int{8}, 2
		p.Latent, _ = hgn.ConvLatent(size)
		return hgnCase(p, size)
	}
	list := []testCase{
		{"hgn", 0, small(func(p *hgn.Params) {})},
		{"hgn, sharpening", trained - 2, small(func(p *hgn.Params) { p.Sharpen = 0.8 })}, // from step 2 on, so that a loss comes after it
		{"hgn, generic latent, even K", 0, small(func(p *hgn.Params) { p.Latent, p.Kinetic = "line*3", "even" })},
		{"hgn, metric H", 0, small(func(p *hgn.Params) { p.Latent, p.Hamiltonian = "circle*2", "metric" })},
		{"hgn, joint H", 0, small(func(p *hgn.Params) { p.Hamiltonian = "joint" })},
		{"hgn, no f_psi, deterministic", 0, small(func(p *hgn.Params) { p.FPsi, p.Deterministic = false, true })},
		{"hgn, five frames in, last anchor, GECO", 0, small(func(p *hgn.Params) { p.FramesIn, p.Anchor, p.Geco = 5, "last", 1e-3 })},
		{"hgn, convolutional, 16 pixels", 0, conv(16)},
		{"hgn, convolutional, 32 pixels", 0, conv(32)},
	}
	for _, integrator := range []string{"euler", "symplectic_euler", "yoshida4", "rk4"} {
		list = append(list, testCase{"hgn, " + integrator, 0, small(func(p *hgn.Params) { p.Integrator = integrator })})
	}
	for _, variant := range []string{hnn.Pixels, hnn.Conv, hnn.States, hnn.Baseline} {
		list = append(list, testCase{"hnn, " + variant, 0, hnnCase(variant)})
	}
	flow := func(change func(p *nhf.Params)) func(compute.Backend, bool) (learner, error) {
		p := nhf.Quick()
		p.Batch, p.EnergyHidden, p.EncoderHidden, p.LearningRate = 64, []int{16, 16}, []int{16}, 1e-3
		change(&p)
		return nhfCase(p)
	}
	return append(list,
		testCase{"nhf", 0, flow(func(p *nhf.Params) {})},
		testCase{"nhf, fixed kinetic energy, shared, tanh", 0, flow(func(p *nhf.Params) { p.Kinetic, p.Shared, p.Activation = "fixed", true, "tanh" })},
		testCase{"nhf, soft-uniform prior, softplus, importance-weighted", 0, flow(func(p *nhf.Params) { p.Prior, p.Activation, p.Importance = "soft_uniform", "softplus", 3 })},
		testCase{"rnvp", 0, rnvpCase},
		testCase{"nsf", 0, nsfCase},
	)
}

// films returns the videos that everything is computed from: pendulums of size x size pixels.
func films(size int) (video.Clips, *dataset.Dataset, error) {
	r := *runs.Simulated("pendulum").Recipe
	r.Trajectories, r.Frames, r.Size = 12, 12, size
	set, err := r.Generate(context.Background(), nil)
	if err != nil {
		return video.Clips{}, nil, err
	}
	return runs.Videos(set), set, nil
}

func hgnCase(p hgn.Params, size int) func(compute.Backend, bool) (learner, error) {
	return func(b compute.Backend, double bool) (learner, error) {
		clips, _, err := films(size)
		if err != nil {
			return learner{}, err
		}
		if p.Steps = trained + more; p.Latent == "auto" {
			p.Latent = "circle"
		}
		return hgnLearner(b, p, clips, double)
	}
}

func hgnLearner(b compute.Backend, p hgn.Params, clips video.Clips, double bool) (learner, error) {
	m, err := hgn.New(b, p, clips.Shape, nil)
	if err != nil {
		return learner{}, err
	}
	l, err := hgn.NewLearner(m, clips)
	if err != nil {
		return learner{}, err
	}
	if double {
		l.WithDType(dtypes.Float64)
	}
	return learner{Learner: l.Learner, model: m}, nil
}

func hnnCase(variant string) func(compute.Backend, bool) (learner, error) {
	return func(b compute.Backend, double bool) (learner, error) {
		p := hnn.Quick()
		p.Variant, p.Steps, p.Batch, p.EnergyHidden, p.LatentDim = variant, trained+more, 6, []int{16, 16}, 1
		p.EncoderHidden, p.DecoderHidden, p.Channels, p.Filters = []int{16}, []int{16}, 2, 4
		if variant == hnn.Conv {
			p.Pool = 2
		}
		clips, set, err := films(16)
		if err != nil {
			return learner{}, err
		}
		if !p.OfVideos() {
			return statesLearner(b, p, set, double)
		}
		return hnnLearner(b, p, clips, double)
	}
}

func statesLearner(b compute.Backend, p hnn.Params, set *dataset.Dataset, double bool) (learner, error) {
	m, err := hnn.NewStates(b, p, set.D)
	if err != nil {
		return learner{}, err
	}
	samples, err := runs.SamplesOf(set)
	if err != nil {
		return learner{}, err
	}
	l, err := hnn.NewStatesLearner(m, samples)
	if err != nil {
		return learner{}, err
	}
	if double {
		l.WithDType(dtypes.Float64)
	}
	return learner{Learner: l, model: m}, nil
}

func hnnLearner(b compute.Backend, p hnn.Params, clips video.Clips, double bool) (learner, error) {
	m, err := hnn.New(b, p, clips.Shape, nil)
	if err != nil {
		return learner{}, err
	}
	l, err := hnn.NewLearner(m, clips)
	if err != nil {
		return learner{}, err
	}
	if double {
		l.WithDType(dtypes.Float64)
	}
	return learner{Learner: l, model: m}, nil
}

// cloud returns the points from which densities are learned.
func cloud() (points.Points, points.Standardizer, error) {
	t, err := density.Named("two_moons")
	if err != nil {
		return points.Points{}, points.Standardizer{}, err
	}
	x := points.Points{X: t.Sample(rand.New(rand.NewPCG(1, 2)), 500), Dim: 2}
	s, err := points.Standardise(x)
	return x, s, err
}

// ofPoints returns a function that builds a model of the cloud.
func ofPoints[P any](p P, build func(b compute.Backend, p P, x points.Points, standard points.Standardizer) (learner, error)) func(compute.Backend) (learner, error) {
	return func(b compute.Backend) (learner, error) {
		x, standard, err := cloud()
		if err != nil {
			return learner{}, err
		}
		return build(b, p, x, standard)
	}
}

func nhfCase(p nhf.Params) func(compute.Backend, bool) (learner, error) {
	return func(b compute.Backend, double bool) (learner, error) {
		if p.Steps = trained + more; double {
			p.Dtype = "float64"
		}
		return ofPoints(p, nhfLearner)(b)
	}
}

func nhfLearner(b compute.Backend, p nhf.Params, x points.Points, standard points.Standardizer) (learner, error) {
	m, err := nhf.New(b, p, standard)
	if err != nil {
		return learner{}, err
	}
	l, err := nhf.NewLearner(m, x)
	if err != nil {
		return learner{}, err
	}
	return learner{Learner: l, model: m}, nil
}

func rnvpCase(b compute.Backend, double bool) (learner, error) {
	p := rnvp.Quick()
	p.Steps, p.Batch, p.Hidden = trained+more, 64, []int{16, 16}
	if double {
		p.Dtype = "float64"
	}
	return ofPoints(p, rnvpLearner)(b)
}

func rnvpLearner(b compute.Backend, p rnvp.Params, x points.Points, standard points.Standardizer) (learner, error) {
	m, err := rnvp.New(b, p, standard)
	if err != nil {
		return learner{}, err
	}
	l, err := rnvp.NewLearner(m, x)
	if err != nil {
		return learner{}, err
	}
	return learner{Learner: l, model: m}, nil
}

func nsfCase(b compute.Backend, double bool) (learner, error) {
	p := nsf.Quick()
	p.Steps, p.Batch, p.Layers, p.Hidden, p.LearningRate = trained+more, 64, 2, []int{16, 16}, 1e-3
	if double {
		p.Dtype = "float64"
	}
	return ofPoints(p, nsfLearner)(b)
}

func nsfLearner(b compute.Backend, p nsf.Params, x points.Points, standard points.Standardizer) (learner, error) {
	m, err := nsf.New(b, p, standard)
	if err != nil {
		return learner{}, err
	}
	l, err := nsf.NewLearner(m, x)
	if err != nil {
		return learner{}, err
	}
	return learner{Learner: l, model: m}, nil
}
