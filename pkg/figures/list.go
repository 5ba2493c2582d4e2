package figures

import "hgn.local/pkg/plots"

// Figure is a picture of trained runs that the command line draws by its name. The paper's figures have numbers
// instead, and are separate commands.
type Figure struct {
	Name    string
	Shows   string   // description in one line
	Density bool     // it is of densities, otherwise of videos
	Several bool     // it compares any number of runs
	Options []string // the fields of Options that it takes: "steps", "dt", "video", "n", "seed"
	Draw    func(all []*Run, o Options) (p *plots.Picture, note string, err error)
}

// Options holds the choices for a figure. A zero leaves the choice to the figure.
type Options struct {
	Steps int     // intervals of a rollout
	Dt    float64 // time between two of its frames
	Video int     // number of a test video
	N     int     // number of orbits, points or lines
	Seed  uint64  // seeds the random numbers
}

// All lists the figures that have names.
func All() []Figure {
	return []Figure{
		{
			Name: "phase", Shows: "Orbits of test videos in the learned phase space, beside the true ones", Options: []string{"n"},
			Draw: func(all []*Run, o Options) (*plots.Picture, string, error) { return all[0].PhasePortrait(o.N) },
		},
		{
			Name: "landscape", Shows: "The learned H(q, p) with a rollout forward and one backward", Options: []string{"video", "dt", "steps"},
			Draw: func(all []*Run, o Options) (*plots.Picture, string, error) {
				return all[0].Landscape(o.Video, o.Dt, o.Steps)
			},
		},
		{
			Name: "energy", Shows: "The learned H along rollouts forward and backward, beside the true energy", Options: []string{"dt", "steps"},
			Draw: func(all []*Run, o Options) (*plots.Picture, string, error) {
				return all[0].Energy(EnergyAlong{Dt: o.Dt, Steps: o.Steps})
			},
		},
		{
			Name: "curve", Shows: "The error over the training",
			Draw: func(all []*Run, _ Options) (*plots.Picture, string, error) {
				p, err := all[0].TrainingCurve()
				return p, "", err
			},
		},
		{
			Name: "compare", Shows: "Runs of the same videos side by side: their trainings, and their rollouts in four directions", Several: true, Options: []string{"video"},
			Draw: func(all []*Run, o Options) (*plots.Picture, string, error) { return Compare(o.Video, all...) },
		},
		{
			Name: "compare-flows", Shows: "Flows in the plane side by side: their trainings, and their densities", Density: true, Several: true,
			Draw: func(all []*Run, _ Options) (*plots.Picture, string, error) { return Compare(0, all...) },
		},
		{
			Name: "profiles", Shows: "The learned K(p) and V(q), beside the true ones",
			Draw: func(all []*Run, _ Options) (*plots.Picture, string, error) { return all[0].KineticPotential() },
		},
		{
			Name: "formula", Shows: "The learned V(q) with the known form that it has, and the formula with its errors",
			Draw: func(all []*Run, _ Options) (*plots.Picture, string, error) { return all[0].Formula() },
		},
		{
			Name: "family", Shows: "Of one model of systems that differ in a constant: the learned period against the constant, beside the true one",
			Draw: func(all []*Run, _ Options) (*plots.Picture, string, error) { return all[0].Family() },
		},
		{
			Name: "conservation", Shows: "How well runs conserve their learned H along a long rollout", Several: true,
			Draw: func(all []*Run, _ Options) (*plots.Picture, string, error) { return Conservation(all...) },
		},
		{
			Name: "horizon", Shows: "The error of forecasts against how many frames ahead they are, beside what the physics itself allows", Several: true,
			Draw: func(all []*Run, _ Options) (*plots.Picture, string, error) { return Horizon(all...) },
		},
		{
			Name: "drift", Shows: "By how much the phase of forecasts is off, up to 1000 frames ahead, from states fitted to 300 frames", Options: []string{"n"},
			Draw: func(all []*Run, o Options) (*plots.Picture, string, error) { return all[0].Drift(o.N) },
		},
		{
			Name: "potentials", Shows: "V(q) and K(p) of each Hamiltonian of a flow", Density: true,
			Draw: func(all []*Run, _ Options) (*plots.Picture, string, error) { return all[0].Potentials() },
		},
		{
			Name: "inverse", Shows: "Points of the target, taken back through a flow and forward again", Density: true, Options: []string{"n", "seed"},
			Draw: func(all []*Run, o Options) (*plots.Picture, string, error) {
				if o.N == 0 {
					o.N = ShownSamples
				}
				return all[0].Inverse(o.N, o.Seed)
			},
		},
		{
			Name: "learned", Shows: "The density of the target, the learned one, and samples of the model", Density: true,
			Draw: func(all []*Run, _ Options) (*plots.Picture, string, error) {
				p, err := all[0].Learned()
				return p, "", err
			},
		},
		{
			Name: "samples", Shows: "Points that are pictures, such as digits, drawn by a model beside those of the data; of p(x|c), a row for each class", Density: true, Options: []string{"n", "seed"},
			Draw: func(all []*Run, o Options) (*plots.Picture, string, error) {
				p, err := all[0].Pictures(o.N, o.Seed)
				return p, "", err
			},
		},
		{
			Name: "momenta", Shows: "How the estimated likelihood of flows converges with the number of momenta a point", Density: true, Several: true,
			Draw: func(all []*Run, _ Options) (*plots.Picture, string, error) { return Momenta(all...) },
		},
		{
			Name: "densities", Shows: "What several runs in the plane have learned", Density: true, Several: true,
			Draw: func(all []*Run, _ Options) (*plots.Picture, string, error) {
				p, err := Densities(all...)
				return p, "", err
			},
		},
	}
}
