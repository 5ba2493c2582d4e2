package nhf

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"

	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/prior"
	"hgn.local/gomlx_models/spline"
)

// Params holds every choice made before training. The JSON keys are the keys of the command line's --set.
type Params struct {
	Preset string `json:"preset"` // where the values came from
	Seed   uint64 `json:"seed"`   // seeds the initial weights, the batches and the momenta drawn in training
	Dtype  string `json:"dtype"`  // "float32" or "float64"

	// Flow
	Hamiltonians  int     `json:"hamiltonians"`   // number in the chain
	Shared        bool    `json:"shared"`         // one K and one V for the whole chain
	LeapfrogSteps int     `json:"leapfrog_steps"` // per Hamiltonian
	Dt            float64 `json:"dt"`             // time step of the leapfrog; its initial value if it is learned
	LearnDt       bool    `json:"learn_dt"`       // every Hamiltonian learns its own dt, which stays positive
	Kinetic       string  `json:"kinetic"`        // "mlp", or "fixed" for pᵀM⁻¹p/2 with a learned diagonal mass M
	Spring        float64 `json:"spring"`         // c of the term cx²/2 that K (unless it is fixed) and V have beside their networks; 0 leaves it out
	EnergyHidden  []int   `json:"energy_hidden"`  // widths of the hidden layers of K and V
	Activation    string  `json:"activation"`     // activation of K and V: "squareplus", "softplus" or "tanh"

	// Densities
	Prior         string `json:"prior"`          // density of q_0 and p_0; see prior.Parse
	MomentumPrior string `json:"momentum_prior"` // density of p_0, if it differs from that of q_0
	Encoder       string `json:"encoder"`        // the momentum encoder f_psi(p|q): "normal", or "spline" for a normal density that splines bend
	EncoderHidden []int  `json:"encoder_hidden"` // its widths
	Refresh       string `json:"refresh"`        // maps the momenta between two Hamiltonians as a function of the positions: "none", "affine" or "spline"
	RefreshHidden []int  `json:"refresh_hidden"` // widths of the refreshments' networks
	Bins          int    `json:"bins"`           // of a spline
	Importance    int    `json:"importance"`     // momenta drawn for each point in training; 1 is the plain ELBO
	Evaluation    int    `json:"evaluation"`     // momenta drawn for each point by LogProb

	// Optimisation
	Steps        int     `json:"steps"`
	Batch        int     `json:"batch"`         // points per step
	LearningRate float64 `json:"learning_rate"` // Adam's peak learning rate
	Beta2        float64 `json:"beta2"`         // Adam's decay of the second moments
	WarmUp       float64 `json:"warm_up"`       // share of the steps in which the rate rises from 0; then it falls as a cosine
	ClipNorm     float64 `json:"clip_norm"`     // the largest global norm of a gradient; longer ones are scaled down to it, 0 sets no limit
}

// Plan returns the parameters that all models have in common.
func (p Params) Plan() params.Plan {
	return params.Plan{Preset: p.Preset, Seed: p.Seed, Steps: p.Steps}
}

// UnmarshalJSON reads parameters, also those that were written before the encoder and the refreshments could be chosen.
// It refuses keys that it does not know.
func (p *Params) UnmarshalJSON(text []byte) error {
	type plain Params // without this method
	q := Quick()
	x := plain{Encoder: q.Encoder, Refresh: q.Refresh, RefreshHidden: q.RefreshHidden, Bins: q.Bins}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(&x)
	*p = Params(x)
	return err
}

// Quick trains for about two minutes on two cores.
func Quick() Params {
	return Params{
		Preset: "quick", Seed: 1, Dtype: "float32",
		Hamiltonians: 4, LeapfrogSteps: 1, Dt: 0.5, LearnDt: true, Kinetic: "mlp", Spring: 0.7, EnergyHidden: []int{64, 64}, Activation: "squareplus",
		Prior: "normal", Encoder: normalEncoder, EncoderHidden: []int{64, 64}, Refresh: noRefresh, RefreshHidden: []int{32}, Bins: 8, Importance: 4, Evaluation: 64,
		Steps: 1500, Batch: 128, LearningRate: 1e-2, Beta2: 0.99, WarmUp: 0.02, ClipNorm: 5,
	}
}

// CPU is a larger model that trains for about ten minutes.
func CPU() Params {
	p := Quick()
	p.Preset = "cpu"
	p.EnergyHidden, p.EncoderHidden = []int{128, 128}, []int{128, 128}
	p.Steps, p.Batch, p.LearningRate = 6000, 256, 5e-3
	return p
}

// Sharp is a flow that refreshes its momenta by splines between the Hamiltonians, and whose encoder bends its noise by
// splines too. It trains for about two minutes of processor time.
func Sharp() Params {
	p := Quick()
	p.Preset = "sharp"
	p.Dt, p.EnergyHidden = 1.5, []int{64}
	p.Encoder, p.EncoderHidden, p.Refresh, p.RefreshHidden, p.Importance = splined, []int{64}, splined, []int{64}, 1
	p.Steps, p.Batch = 12000, 256
	return p
}

// Paper has the sizes and rates of the TensorFlow reproduction from which this project started.
func Paper() Params {
	p := Quick()
	p.Preset = "paper"
	p.Hamiltonians, p.LeapfrogSteps, p.Dt, p.LearnDt, p.Spring, p.Activation = 2, 2, 0.1, false, 0, "softplus"
	p.EnergyHidden, p.EncoderHidden = []int{128, 128}, []int{128, 128}
	p.Prior, p.Importance = "soft_uniform", 1
	p.Steps, p.Batch, p.LearningRate, p.Beta2 = 20000, 512, 3e-4, 0.999
	return p
}

var presets = map[string]func() Params{"quick": Quick, "cpu": CPU, "sharp": Sharp, "paper": Paper}

// Preset returns the parameters called name.
func Preset(name string) (Params, error) {
	if f, ok := presets[name]; ok {
		return f(), nil
	}
	return Params{}, params.Errorf("unknown preset %q: choose one of %s", name, strings.Join(slices.Sorted(maps.Keys(presets)), ", "))
}

// Validate checks every value on its own and against the dimension of the points.
func (p Params) Validate(dim int) error {
	if dim < 1 {
		return params.Errorf("points have at least 1 coordinate, not %d", dim)
	}
	if err := params.AtLeastOne([]params.Count{
		{Name: "hamiltonians", Value: p.Hamiltonians, Most: params.MostParts}, {Name: "leapfrog_steps", Value: p.LeapfrogSteps, Most: params.MostParts}, {Name: "importance", Value: p.Importance, Most: 1 << 16},
		{Name: "evaluation", Value: p.Evaluation, Most: 1 << 16}, {Name: "steps", Value: p.Steps}, {Name: "batch", Value: p.Batch},
	}); err != nil {
		return err
	}
	for name, widths := range map[string][]int{"energy_hidden": p.EnergyHidden, "encoder_hidden": p.EncoderHidden, "refresh_hidden": p.RefreshHidden} {
		if err := params.Widths(name, widths); err != nil {
			return err
		}
	}
	if err := params.Within([]params.Range{
		{Name: "dt", Value: p.Dt, Low: 1e-6, Below: 1e3}, {Name: "learning_rate", Value: p.LearningRate, Low: 1e-12, Below: 10}, {Name: "beta2", Value: p.Beta2, Below: 1},
		{Name: "warm_up", Value: p.WarmUp, Below: 1}, {Name: "spring", Value: p.Spring, Below: 100}, {Name: "clip_norm", Value: p.ClipNorm, Below: math.Inf(1)},
		{Name: "bins", Value: float64(p.Bins), Low: 2, Below: spline.MostBins + 1},
	}); err != nil {
		return err
	}
	for _, c := range []struct {
		name, value string
		known       []string
	}{
		{"dtype", p.Dtype, []string{"float32", "float64"}},
		{"kinetic", p.Kinetic, []string{"mlp", "fixed"}},
		{"activation", p.Activation, []string{"squareplus", "softplus", "tanh"}},
		{"encoder", p.Encoder, []string{normalEncoder, splined}},
		{"refresh", p.Refresh, []string{noRefresh, affine, splined}},
	} {
		if err := params.OneOf(c.name, c.value, c.known...); err != nil {
			return err
		}
	}
	if _, err := prior.Parse(p.Prior, dim); err != nil {
		return err
	}
	_, err := prior.Parse(p.momentumPrior(), dim)
	return err
}

func (p Params) momentumPrior() string {
	if p.MomentumPrior != "" {
		return p.MomentumPrior
	}
	return p.Prior
}
