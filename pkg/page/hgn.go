package page

import (
	"slices"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/nets"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/figures"
)

// hgnDescription is what the page of an HGN knows beside its weights.
type hgnDescription struct {
	Kind        string       `json:"kind"`
	Video       videoShape   `json:"video"`
	Latent      []string     `json:"latent"` // kind of each coordinate
	Products    bool         `json:"products"`
	Hamiltonian hamiltonian  `json:"hamiltonian"`
	Damping     float64      `json:"damping"`
	Integrator  string       `json:"integrator"`
	Decoder     []layer      `json:"decoder"`
	Starts      []start      `json:"starts"`
	Extent      [][2]float64 `json:"extent"` // of each of (q, p)
	Axes        [2]int       `json:"axes"`   // the plane that is shown first, numbers of coordinates of (q, p)
	Zero        float64      `json:"zero"`   // the lowest V of the states, from which the page counts energies
	Reference   []reference  `json:"reference"`
}

type videoShape struct {
	Frames int     `json:"frames"`
	Size   int     `json:"size"`
	Dt     float64 `json:"dt"`
}

// hamiltonian is an energy of package hgn, or one of the chain of package nhf.
type hamiltonian struct {
	Form      string  `json:"form"`
	Dim       int     `json:"dim"`
	Kinetic   *part   `json:"kinetic,omitempty"`
	Potential *part   `json:"potential,omitempty"`
	Metric    []layer `json:"metric,omitempty"`
	Joint     []layer `json:"joint,omitempty"`
	Dt        float64 `json:"dt,omitempty"` // of a flow's leapfrog
}

// part is K or V.
type part struct {
	Form    string    `json:"form"`              // network, quadratic Σ wᵢxᵢ²/2, or zero
	Weights []float64 `json:"weights,omitempty"` // w
	Layers  []layer   `json:"layers,omitempty"`
	Spring  float64   `json:"spring,omitempty"` // c of a further term c|x|²/2
	Dim     int       `json:"dim"`
}

// start is the inferred state at the first frame of a test video.
type start struct {
	Name string    `json:"name"`
	Q    []float64 `json:"q"`
	P    []float64 `json:"p"`
}

// reference is a rollout of the Go program.
type reference struct {
	Start  int         `json:"start"`
	Dt     float64     `json:"dt"`
	Steps  int         `json:"steps"`
	Every  int         `json:"every"` // steps between two of the states
	States [][]float64 `json:"states"`
}

const (
	shownStarts    = 8
	referenceSteps = 100
	referenceEvery = 10
	extentVideos   = 50 // test videos whose states span the plane that is shown
)

// describeHGN makes the page of an HGN.
func describeHGN(r *figures.Run) (*Page, error) {
	v, err := r.VideoModel()
	if err != nil {
		return nil, err
	}
	m, ok := v.(*hgn.Model)
	if !ok {
		return nil, badinput.Errorf("a page shows an HGN or a flow, and the run %q is of an %s: train one of these", r.Name(), figures.ModelName(r.Config))
	}
	switch p := m.Params; {
	case p.Architecture != "dense":
		return nil, badinput.Errorf("a page holds perceptrons, and the run %q has convolutional networks: train one with the preset quick or cpu", r.Name())
	case p.Decoder != "":
		return nil, badinput.Errorf("a page draws by the decoder of the architecture, and the run %q has its own, %q: train one without decoder=%s", r.Name(), p.Decoder, p.Decoder)
	case !m.HasEnergy():
		return nil, badinput.Errorf("a page shows an energy, and the run %q with dynamics=%s has none: train one with dynamics=hamiltonian", r.Name(), p.Dynamics)
	}
	d, raw, err := readHGN(m)
	if err != nil {
		return nil, err
	}
	starts, err := r.Starts()
	if err != nil {
		return nil, err
	}
	if err := d.fill(m, starts); err != nil {
		return nil, err
	}
	return newPage(r, d.Kind, d, raw, m.Parameters())
}

// readHGN reads an HGN from its store, and returns the bytes of its weights.
func readHGN(m *hgn.Model) (d hgnDescription, raw []byte, err error) {
	p, l := m.Params, m.Latent()
	d = hgnDescription{
		Kind: "hgn", Video: videoShape{m.Video.Frames, m.Video.Size, m.Video.Dt},
		Products: p.Products, Integrator: p.Integrator,
	}
	for i := range l.Dim() {
		kind := "line"
		switch {
		case l.Circle[i]:
			kind = "circle"
		case l.Constant[i]:
			kind = "constant"
		}
		d.Latent = append(d.Latent, kind)
	}
	if d.Damping, err = m.Damping(); err != nil {
		return d, nil, err
	}
	var w weights
	root := m.Store().RootScope()
	if d.Hamiltonian, err = energyOf(&w, root.At("hamiltonian"), p, l); err != nil {
		return d, nil, err
	}
	d.Decoder, err = decoderOf(&w, root.At("decoder"))
	return d, w.bytes, err
}

// energyOf reads the learned H.
func energyOf(w *weights, scope *model.Scope, p hgn.Params, l hgn.Latent) (h hamiltonian, err error) {
	n := l.Dim()
	h = hamiltonian{Form: p.Hamiltonian, Dim: n}
	network := func(name string, read func(*model.Scope) ([]nets.Layer, error)) *part {
		layers, failed := read(scope.At("%s", name))
		if err == nil {
			err = failed
		}
		return &part{Form: "network", Layers: w.layers(layers), Dim: n}
	}
	masses := slices.Repeat([]float64{1}, n)
	switch p.Hamiltonian {
	case "joint":
		h.Joint = network("joint", nets.EnergyLayers).Layers
	case "metric":
		h.Metric, h.Potential = network("metric", nets.SmoothLayers).Layers, network("potential", nets.EnergyLayers)
	case "inertial":
		h.Form, h.Kinetic, h.Potential = "separable", &part{Form: "quadratic", Weights: masses, Dim: n}, &part{Form: "zero", Dim: n}
	case "separable":
		h.Potential = network("potential", nets.EnergyLayers)
		switch p.Kinetic {
		case "quadratic":
			for i, constant := range l.Constant {
				if constant {
					masses[i] = 0
				}
			}
			h.Kinetic = &part{Form: "quadratic", Weights: masses, Dim: n}
		case "even":
			h.Kinetic = network("kinetic", nets.EvenEnergyLayers)
		case "mlp":
			h.Kinetic = network("kinetic", nets.EnergyLayers)
		default:
			return h, badinput.Errorf("a page does not know kinetic=%s: train a run with quadratic, even or mlp", p.Kinetic)
		}
	default:
		return h, badinput.Errorf("a page does not know hamiltonian=%s: train a run with separable, metric, joint or inertial", p.Hamiltonian)
	}
	return h, err
}

// decoderOf reads the decoder, its last layer as bytes.
func decoderOf(w *weights, scope *model.Scope) ([]layer, error) {
	hidden, err := nets.MLPLayers(scope)
	if err != nil {
		return nil, err
	}
	frame, err := nets.LinearLayers(scope.At("frame"))
	if err != nil {
		return nil, err
	}
	return append(w.layers(hidden), w.coarse(frame[0])), nil
}
