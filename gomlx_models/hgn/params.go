package hgn

import (
	"cmp"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"

	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/integrate"
)

// Params holds every choice made before training. The JSON keys are the keys of the command line's --set.
type Params struct {
	Preset string `json:"preset"` // the preset that the values came from
	Seed   uint64 `json:"seed"`   // of the initial weights and of the batches

	// Phase space and dynamics (paper, Sec. 3.1)
	Latent       string `json:"latent"`        // topology of each coordinate of q, see ParseLatent: "circle", "line", "line*8", "circle,line", "circle,constant"; package runs resolves "auto", "search" and "shape"
	Hamiltonian  string `json:"hamiltonian"`   // "separable" K(p) + V(q); "metric" a K(q, p) quadratic in p, + V(q); "joint" any H(q, p); "inertial" K(p) alone; or "auto", see AutoHamiltonian
	Kinetic      string `json:"kinetic"`       // K(p) of a separable H: "quadratic" p²/2, "even" K(-p) = K(p), or "mlp" any
	Constant     string `json:"constant"`      // what the constants of the latent are: "inferred" from the video, or "given" with it, see given.go
	Products     bool   `json:"products"`      // whether V sees the products of any two coordinates as well, see Place
	EnergyHidden []int  `json:"energy_hidden"` // widths of the hidden layers of V, and of the other learned parts of H
	Integrator   string `json:"integrator"`    // see package integrate; the paper's is "leapfrog"
	Friction     string `json:"friction"`      // "none"; "learned" dp/dt = -∂H/∂q - c p with a learned rate c ≥ 0; or "auto", which keeps it if it helps, see friction.go
	Dynamics     string `json:"dynamics"`      // "hamiltonian"; or a baseline with no energy: "ode" a free field, "recurrent" a map to the next frame, see dynamics.go

	// Frames that the encoder sees, and where time begins
	FramesIn int    `json:"frames_in"` // how many frames the encoder sees, from the first; 0 means all of them ("autoencode"), with fewer the model predicts the rest
	Anchor   string `json:"anchor"`    // which of those frames the inferred state belongs to: "middle", "first" (the paper's) or "last"

	// Encoder q(z|x), f_psi and decoder
	Architecture  string `json:"architecture"`   // "dense", or the paper's "conv"
	Deterministic bool   `json:"deterministic"`  // no sampling: z is the mean of q(z|x), without a KL term (the paper's "determ")
	FPsi          bool   `json:"f_psi"`          // whether f_psi lies between z and the state; without it (the paper's "no f_psi") z is the state
	Decoder       string `json:"decoder"`        // "": that of the architecture; or one of your own, see DefineDecoder
	Filters       int    `json:"filters"`        // N, filters of the convolutional networks
	Pool          int    `json:"pool"`           // the encoder sees frames averaged over Pool x Pool pixels
	FrameFeatures int    `json:"frame_features"` // features of one frame, by a layer that all frames share
	EncoderHidden []int  `json:"encoder_hidden"` // widths of the hidden layers after the frames' features are concatenated
	Z             int    `json:"z"`              // dimensions of the Gaussian z
	StateHidden   []int  `json:"state_hidden"`   // hidden widths of f_psi: z -> (q, p)
	DecoderHidden []int  `json:"decoder_hidden"` // hidden widths of the decoder: q -> frame

	// Objective
	Reconstruction float64 `json:"reconstruction"` // weight of the pixel MSE
	Beta           float64 `json:"beta"`           // weight of KL(q(z|x) || N(0, 1)), in nats, if Geco is 0
	Anneal         float64 `json:"anneal"`         // share of the steps over which beta rises from 0
	Geco           float64 `json:"geco"`           // pixel MSE to reach, by weighting it against the KL as training goes, see constrained; 0 is the fixed weight Beta
	Moments        float64 `json:"moments"`        // weight of the pictures' first moments being linear in q, see moments
	DecodedFrames  int     `json:"decoded_frames"` // frames decoded at a step, drawn at random, see batcher.draw
	Sharpen        float64 `json:"sharpen"`        // share of the steps, at the end, in which the decoder learns to draw single frames, see sharpObjective; training can diverge above 0.4
	Reversal       float64 `json:"reversal"`       // share of videos played backwards in training, with p -> -p

	// Inference
	Refine int `json:"refine"` // steps that fit the encoder's state to the video, see Model.Refine; the paper's is 0

	// Optimisation
	Steps        int     `json:"steps"`
	Batch        int     `json:"batch"`
	LearningRate float64 `json:"learning_rate"` // of Adam at its peak
	Beta2        float64 `json:"beta2"`         // Adam's decay of second moments
	WarmUp       float64 `json:"warm_up"`       // share of the steps in which the rate rises from 0
	Schedule     string  `json:"schedule"`      // the rate after the warm-up: "cosine" falls to nearly 0, "constant" stays
	ClipNorm     float64 `json:"clip_norm"`     // the global norm to which a gradient is clipped; 0 does not clip, AutoClip chooses by the form of H
	Curriculum   []Stage `json:"curriculum"`    // shorter unrolls at the start
	Restarts     int     `json:"restarts"`      // how often a start with a folded latent may begin again
}

// Plan returns the parameters that all models have in common.
func (p Params) Plan() params.Plan {
	return params.Plan{Preset: p.Preset, Seed: p.Seed, Steps: p.Steps}
}

// WithDefaults fills in the parameters that older runs do not have.
func (p Params) WithDefaults() Params {
	p.Friction, p.Dynamics = cmp.Or(p.Friction, noFriction), cmp.Or(p.Dynamics, hamiltonian)
	p.Constant = cmp.Or(p.Constant, inferredConstant)
	return p
}

// framesIn returns how many frames of a video the encoder sees.
func (p Params) framesIn(v video.Shape) int {
	if p.FramesIn == 0 {
		return v.Frames
	}
	return p.FramesIn
}

// anchor returns the index of the frame whose state is inferred, and from which time runs both ways.
func (p Params) anchor(v video.Shape) int {
	switch n := p.framesIn(v); p.Anchor {
	case "first":
		return 0
	case "last":
		return n - 1
	default:
		return n / 2
	}
}

// Window returns how many frames a whole unroll goes each way from the anchor, at most.
func (p Params) Window(v video.Shape) int {
	return max(p.anchor(v), v.Frames-1-p.anchor(v))
}

// Stage says how far to unroll each way from the anchor, until a share of the steps is done.
type Stage struct {
	Unroll int     `json:"unroll"`
	Until  float64 `json:"until"`
}

// End returns the first step after the stage in a training of steps steps.
func (s Stage) End(steps int) int { return int(math.Ceil(s.Until * float64(steps))) }

// Validate checks every value on its own and against the shape of the videos.
func (p Params) Validate(v video.Shape) error {
	if err := v.Validate(); err != nil {
		return err
	}
	if err := params.AtLeastOne([]params.Count{
		{Name: "pool", Value: p.Pool}, {Name: "frame_features", Value: p.FrameFeatures, Most: params.MostWidth}, {Name: "z", Value: p.Z, Most: params.MostWidth},
		{Name: "decoded_frames", Value: p.DecodedFrames}, {Name: "steps", Value: p.Steps}, {Name: "batch", Value: p.Batch},
	}); err != nil {
		return err
	}
	for _, c := range []struct {
		name   string
		widths []int
	}{{"energy_hidden", p.EnergyHidden}, {"encoder_hidden", p.EncoderHidden}, {"state_hidden", p.StateHidden}, {"decoder_hidden", p.DecoderHidden}} {
		if err := params.MaybeWidths(c.name, c.widths); err != nil {
			return err
		}
	}
	if len(p.EnergyHidden) == 0 {
		return params.Errorf("energy_hidden must name at least one hidden layer, for example [64]")
	}
	for _, c := range []struct {
		name       string
		value      float64
		low, below float64
	}{
		{"reconstruction", p.Reconstruction, 0, 1e12}, {"beta", p.Beta, 0, 1e12}, {"reversal", p.Reversal, 0, 1.000001}, {"sharpen", p.Sharpen, 0, 1.000001},
		{"moments", p.Moments, 0, 1e12}, {"anneal", p.Anneal, 0, 1.000001}, {"geco", p.Geco, 0, 1},
		{"learning_rate", p.LearningRate, 1e-12, 10}, {"beta2", p.Beta2, 0, 1}, {"warm_up", p.WarmUp, 0, 1},
	} {
		if !(c.value >= c.low && c.value < c.below) {
			return params.Errorf("%s must be at least %g and below %g, not %g", c.name, c.low, c.below, c.value)
		}
	}
	if p.ClipNorm != AutoClip && !(p.ClipNorm >= 0 && !math.IsInf(p.ClipNorm, 0)) {
		return params.Errorf("clip_norm must be a positive norm, 0 for no limit, or %d for one where H needs it, not %g", AutoClip, p.ClipNorm)
	}
	if v.Size%p.Pool != 0 {
		return params.Errorf("frames of %d pixels cannot be averaged over pool %d: choose a divisor", v.Size, p.Pool)
	}
	if p.Restarts < 0 || p.Refine < 0 {
		return params.Errorf("restarts and refine must not be negative, got %d and %d", p.Restarts, p.Refine)
	}
	l, err := ParseLatent(p.Latent)
	if err != nil {
		return err
	}
	if f := l.Dim() + l.Circles(); p.Products && f > maxProducts {
		return params.Errorf("products of %d features are too many: set products=false for latents of more than %d", f, maxProducts)
	}
	for _, c := range []struct {
		name, value string
		known       []string
	}{
		{"kinetic", p.Kinetic, slices.Sorted(maps.Keys(kinetics))},
		{"constant", p.Constant, []string{givenConstant, inferredConstant}},
		{"friction", p.Friction, []string{"auto", "learned", noFriction}},
		{"dynamics", p.Dynamics, []string{hamiltonian, "ode", "recurrent"}},
		{"schedule", p.Schedule, []string{"constant", "cosine"}},
		{"anchor", p.Anchor, []string{"first", "middle", "last"}},
		{"architecture", p.Architecture, slices.Sorted(maps.Keys(architectures))},
	} {
		if !slices.Contains(c.known, c.value) {
			return params.Errorf("unknown %s %q: choose one of %s", c.name, c.value, strings.Join(c.known, ", "))
		}
	}
	if l.Constants() > 0 && (p.Hamiltonian != "separable" || p.Kinetic != "quadratic") {
		return params.Errorf("a latent with a constant needs hamiltonian=separable and kinetic=quadratic, where nothing moves along it")
	}
	if p.Constant == givenConstant && (l.Constants() == 0 || p.Architecture == "conv") {
		return params.Errorf("constant=given needs videos in which a constant differs (--constant length=0.6..1.4), a latent with a constant, such as circle,constant, and architecture=dense")
	}
	if p.FramesIn < 0 || p.FramesIn == 1 || p.FramesIn > v.Frames {
		return params.Errorf("frames_in must be 2 to %d, the frames of a video, or 0 for all of them, not %d: one frame shows no momentum", v.Frames, p.FramesIn)
	}
	if _, err := integrate.ByName(p.Integrator); err != nil {
		return params.Errorf("%v", err)
	}
	if p.Architecture == "conv" {
		if err := p.validateConv(v); err != nil {
			return err
		}
	}
	if err := errors.Join(p.validateOwn(), p.validateDivergence(), p.validateDynamics()); err != nil {
		return err
	}
	return p.validateCurriculum()
}

// validateDivergence refuses a weight of the KL divergence that would have no effect. It accepts a preset's own
// weight, which the user did not choose: paper has both a beta and a geco, and can be made deterministic.
func (p Params) validateDivergence() error {
	own, err := Preset(p.Preset)
	chosen := func(value, preset float64) bool { return value > 0 && err == nil && value != preset }
	switch {
	case p.Deterministic && (chosen(p.Beta, own.Beta) || chosen(p.Geco, own.Geco) || p.Anneal > 0):
		return params.Errorf("a deterministic model has no KL divergence, which beta, anneal and geco weight: leave these out, or set deterministic=false")
	case !p.Deterministic && p.Geco > 0 && (chosen(p.Beta, own.Beta) || p.Anneal > 0):
		return params.Errorf("geco weights the KL divergence itself: set geco=0 for beta and anneal to count, or leave these two out")
	}
	return nil
}

func (p Params) validateCurriculum() error {
	last := 0.0
	for i, s := range p.Curriculum {
		if s.Unroll < 1 || !(s.Until > last && s.Until < 1) {
			return params.Errorf("curriculum stage %d {unroll %d, until %g} must unroll at least 1 and end later than the stage before it, before 1", i+1, s.Unroll, s.Until)
		}
		last = s.Until
	}
	return nil
}
