package page

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/pkg/figures"
)

// fact is one line of what a page says about its model.
type fact struct{ Name, Value string }

// factsOf lists what a run is, without folders of the machine on which it was trained.
func factsOf(r *figures.Run, parameters int) []fact {
	plan := r.Params.Plan()
	_, meta, _ := r.Loaded()
	facts := []fact{
		{"Model", fmt.Sprintf("%s, preset %s, %s parameters, seed %d", figures.ModelName(r.Config), plan.Preset, thousands(parameters), plan.Seed)},
		{"Training", fmt.Sprintf("%s of %s steps", thousands(meta.Step), thousands(plan.Steps))},
	}
	if r.Data.Density != nil {
		return append(facts, fact{"Learned from", "points of " + figures.ShortName(r.Data.Density.Target)})
	}
	what := r.Data.String()
	if r.Data.File != "" {
		what = filepath.Base(r.Data.File)
	}
	shape, _ := r.Data.Shape()
	facts = append(facts, fact{"Learned from", fmt.Sprintf("%s: videos of %d frames of %d × %d pixels, dt = %g", what, shape.Frames, shape.Size, shape.Size, shape.Dt)})
	if p, ok := r.Params.(hgn.Params); ok {
		facts = append(facts, fact{"Coordinates", p.Latent}, fact{"H(q, p)", energyName(p)}, fact{"Integrator", p.Integrator}, fact{"Friction", p.Friction})
	}
	return facts
}

func energyName(p hgn.Params) string {
	if p.Hamiltonian == "separable" {
		return "K(p) + V(q), K " + p.Kinetic
	}
	return p.Hamiltonian
}

// thousands writes n with thin spaces.
func thousands(n int) string {
	s := strconv.Itoa(n)
	var parts []string
	for len(s) > 3 {
		parts, s = append([]string{s[len(s)-3:]}, parts...), s[:len(s)-3]
	}
	return strings.Join(append([]string{s}, parts...), "\u202f")
}
