package page

import (
	"fmt"
	"math"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/rnvp"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/figures"
)

// flowDescription is what the page of a flow knows beside its weights. Its points are standardised; Mean and Scale
// take them to the units of the data.
type flowDescription struct {
	Kind          string      `json:"kind"` // nhf or rnvp
	Dim           int         `json:"dim"`
	Mean          []float64   `json:"mean"`
	Scale         []float64   `json:"scale"`
	LeapfrogSteps int         `json:"leapfrogSteps,omitempty"`
	Chain         []any       `json:"chain"`   // hamiltonians or couplings
	Samples       matrix      `json:"samples"` // states of the prior, one a row
	Data          matrix      `json:"data"`    // points of the data
	Reference     []reference `json:"reference"`
}

// coupling is a layer of an RNVP.
type coupling struct {
	Scale       []layer `json:"scale"`
	Translation []layer `json:"translation"`
}

const (
	flowSamples    = 900 // points that a page pulls through a flow
	flowReferences = 5
)

// flowModel is a flow whose points are maps of a prior's.
type flowModel interface {
	points.Model
	Store() *model.Store
}

// describeFlow makes the page of a flow.
func describeFlow(r *figures.Run) (*Page, error) {
	m, surface, err := r.DensityModel()
	if err != nil {
		return nil, err
	}
	if surface.Dim != 2 {
		return nil, badinput.Errorf("the page of a flow shows the plane, and the run %q is of points with %d coordinates: give it a run of points with 2", r.Name(), surface.Dim)
	}
	if r.Given() {
		return nil, badinput.Errorf("the page of a flow shows p(x), and the run %q learned p(x|c), whose flow is another for every c: give it a run of p(x)", r.Name())
	}
	d, raw, err := readFlow(m, surface.Dots(surface.Points))
	if err != nil {
		return nil, err
	}
	return newPage(r, d.Kind, d, raw, m.Parameters())
}

// readFlow reads a flow in the plane from its store, and returns the bytes of its weights. data holds points to show.
func readFlow(m points.Model, data []float64) (d flowDescription, raw []byte, err error) {
	standard, err := points.Stored(m.(flowModel).Store(), points.Identity(m.Dim()))
	if err != nil {
		return d, nil, err
	}
	d = flowDescription{Dim: m.Dim(), Mean: standard.Mean, Scale: standard.Scale}
	var w weights
	root := m.(flowModel).Store().RootScope()
	var samples []float64
	switch m := m.(type) {
	case *nhf.Model:
		if m.Params.Refresh != "none" {
			return d, nil, badinput.Errorf("a page cannot show a flow that refreshes its momenta between Hamiltonians: train one with refresh=none, as the presets quick and cpu are")
		}
		samples, err = d.hamiltonians(&w, root, m, standard)
	case *rnvp.Model:
		samples, err = d.couplings(&w, root, m, standard)
	default:
		err = badinput.Errorf("a page shows flows of the models nhf and rnvp: give it a run of these")
	}
	if err != nil {
		return d, nil, err
	}
	d.Samples = w.floats(samples, flowSamples, len(samples)/flowSamples)
	shown := standard.Forward(points.Points{X: data, Dim: d.Dim})
	d.Data = w.floats(shown.X, shown.N(), d.Dim)
	return d, w.bytes, nil
}

// hamiltonians reads the chain of an NHF, and returns states of its prior.
func (d *flowDescription) hamiltonians(w *weights, root *model.Scope, m *nhf.Model, standard points.Standardizer) ([]float64, error) {
	p := m.Params
	d.Kind, d.LeapfrogSteps = "nhf", p.LeapfrogSteps
	for i := range p.Hamiltonians {
		if i > 0 && p.Shared {
			d.Chain = append(d.Chain, d.Chain[0])
			continue
		}
		scope := root.At("hamiltonian_%d", i)
		h := hamiltonian{Form: "separable", Dim: d.Dim, Dt: p.Dt}
		if p.LearnDt {
			log, err := number(scope, "log_dt")
			if err != nil {
				return nil, err
			}
			h.Dt *= math.Exp(bounded(log[0], nhfMaxLogDt))
		}
		var err error
		field := func(name string) *part {
			layers, failed := nets.ForceFieldLayers(scope.At("%s", name), p.Activation)
			if err == nil {
				err = failed
			}
			return &part{Form: "network", Layers: w.layers(layers), Spring: p.Spring, Dim: d.Dim}
		}
		h.Potential = field("potential")
		if p.Kinetic == "fixed" {
			mass, failed := number(scope.At("kinetic"), "mass")
			if failed != nil {
				return nil, failed
			}
			h.Kinetic = &part{Form: "quadratic", Dim: d.Dim}
			for _, v := range mass {
				h.Kinetic.Weights = append(h.Kinetic.Weights, 1/(v+math.Sqrt(v*v+1)+nhfMassFloor))
			}
		} else {
			h.Kinetic = field("kinetic")
		}
		if err != nil {
			return nil, err
		}
		d.Chain = append(d.Chain, h)
	}
	q, momenta, err := m.SamplePrior(1, flowSamples)
	if err != nil {
		return nil, err
	}
	q1, p1, err := m.Forward(q.Part(0, flowReferences), momenta.Part(0, flowReferences))
	if err != nil {
		return nil, err
	}
	from, to := pairs(standard.Forward(q), momenta), pairs(standard.Forward(q1), p1)
	d.refer(from, to, 2*d.Dim, p.Hamiltonians*p.LeapfrogSteps)
	return from, nil
}

// Constants of package nhf.
const (
	nhfMaxLogDt  = 3
	nhfMassFloor = 0.05
)

func bounded(x, limit float64) float64 { return x / math.Sqrt(1+x*x/(limit*limit)) }

// couplings reads the layers of an RNVP, and returns points of its prior.
func (d *flowDescription) couplings(w *weights, root *model.Scope, m *rnvp.Model, standard points.Standardizer) ([]float64, error) {
	d.Kind = "rnvp"
	network := func(scope *model.Scope) ([]layer, error) {
		hidden, err := nets.MLPLayers(scope)
		if err != nil {
			return nil, err
		}
		output, err := nets.LinearLayers(scope.At("output"))
		return w.layers(append(hidden, output...)), err
	}
	for i := range m.Params.Layers {
		scope := root.At("coupling_%d", i)
		scale, err := network(scope.At("scale"))
		if err != nil {
			return nil, err
		}
		translation, err := network(scope.At("translation"))
		if err != nil {
			return nil, err
		}
		d.Chain = append(d.Chain, coupling{scale, translation})
	}
	// The samples of the prior are those of Sample, taken back.
	x, err := m.Sample(1, flowSamples)
	if err != nil {
		return nil, err
	}
	z, err := m.Inverse(x)
	if err != nil {
		return nil, err
	}
	first := z.Part(0, flowReferences)
	to, err := m.Forward(first)
	if err != nil {
		return nil, err
	}
	d.refer(z.X, standard.Forward(to).X, d.Dim, m.Params.Layers)
	return z.X, nil
}

// refer notes where the first states end, each of so many numbers.
func (d *flowDescription) refer(from, to []float64, width, stages int) {
	for i := range flowReferences {
		d.Reference = append(d.Reference, reference{Steps: stages, Every: stages, States: [][]float64{from[i*width:][:width], to[i*width:][:width]}})
	}
}

// pairs returns rows (q, p).
func pairs(q, p points.Points) (out []float64) {
	for i := range q.N() {
		out = append(append(out, q.At(i)...), p.At(i)...)
	}
	return out
}

// number returns the values of a variable.
func number(scope *model.Scope, name string) ([]float64, error) {
	v := scope.GetVariable(name)
	if v == nil {
		return nil, fmt.Errorf("there is no variable %s in %s", name, scope.Scope())
	}
	t, err := v.Value()
	if err != nil {
		return nil, err
	}
	return nets.Float64s(t), nil
}
