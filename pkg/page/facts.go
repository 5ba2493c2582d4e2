package page

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/pkg/density"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/page/document"
)

// factsOf lists what a run is, without folders of the machine on which it was trained.
func factsOf(r *figures.Run, parameters int) []document.Fact {
	plan := r.Params.Plan()
	_, meta, _ := r.Loaded()
	var facts []document.Fact
	say := func(name, format string, args ...any) {
		facts = append(facts, document.Fact{Name: name, Value: fmt.Sprintf(format, args...)})
	}
	say("Model", "%s, preset %s, %s parameters, seed %d", figures.ModelName(r.Config), plan.Preset, thousands(parameters), plan.Seed)
	say("Training", "%s of %s steps", thousands(meta.Step), thousands(plan.Steps))
	if r.Data.Density != nil {
		say("Learned from", "points of %s", density.ShortName(r.Data.Density.Target))
		return facts
	}
	what := r.Data.String()
	if r.Data.File != "" {
		what = filepath.Base(r.Data.File)
	}
	shape, _ := r.Data.Shape()
	say("Learned from", "%s: videos of %d frames of %d × %d pixels, dt = %g", what, shape.Frames, shape.Size, shape.Size, shape.Dt)
	if p, ok := r.Params.(hgn.Params); ok {
		say("Coordinates", "%s", p.Latent)
		say("H(q, p)", "%s", energyName(p))
		say("Integrator", "%s", p.Integrator)
		say("Friction", "%s", p.Friction)
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
