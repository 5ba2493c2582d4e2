package runs

import (
	"context"
	"math/rand/v2"
	"testing"

	"hgn.local/pkg/density"
	"hgn.local/pkg/physics"
)

// quartic is a system of a user's own, V = k q⁴.
type quartic struct{ k float64 }

func (s quartic) Energy(q, p []float64) float64 {
	return p[0]*p[0]/2 + s.k*q[0]*q[0]*q[0]*q[0]
}
func (s quartic) Sample(r *rand.Rand) (q, p []float64) {
	return []float64{r.NormFloat64()}, []float64{r.NormFloat64()}
}
func (s quartic) Disks(q []float64) []physics.Disk {
	return []physics.Disk{{X: q[0], Radius: 0.3, Color: [3]uint8{250, 200, 0}}}
}

// TestASystemOfYourOwn trains and measures a system that its user defined, and refuses the run after it has changed.
func TestASystemOfYourOwn(t *testing.T) {
	s, err := physics.Define(quartic{1})
	if err != nil {
		t.Fatal(err)
	}
	c := tiny(t, "mass_spring")
	c.Data.Recipe.System, c.Data.Recipe.Own = s.Name(), physics.Fingerprint(s)
	r := trained(t, c)
	r, err = Open(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	report, err := r.Evaluate(context.Background(), open(t), 4)
	if err != nil {
		t.Fatal(err)
	}
	if report.EnergyCorrelation == nil || report.RolloutShareBound == nil || report.RolloutShareBound.Forward > 0.2 {
		t.Errorf("the true system behind the videos is not used: %+v", report.RolloutShareBound)
	}
	if _, err := physics.Define(quartic{2}); err != nil {
		t.Fatal(err)
	}
	_, err = r.Evaluate(context.Background(), open(t), 5)
	badInput(t, err, "quartic", "changed")
	unknown := r.Data
	recipe := *unknown.Recipe
	recipe.System = "quintic"
	_, err = recipe.Physics()
	badInput(t, err, "quintic", "nb.Define")
}

// TestADensityOfYourOwn learns a density that its user defined, and refuses the run after it has changed.
func TestADensityOfYourOwn(t *testing.T) {
	sampler := func(scale float64) func(r *rand.Rand) []float64 {
		return func(r *rand.Rand) []float64 { return []float64{scale * r.NormFloat64(), r.NormFloat64()} }
	}
	if _, err := density.DefineSampler("own_ellipse", sampler(2)); err != nil {
		t.Fatal(err)
	}
	r := flow(t, "rnvp", "own_ellipse", "steps=3")
	r, err := Open(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Data.Density.Train(); err != nil {
		t.Fatal(err)
	}
	if _, err := density.DefineSampler("own_ellipse", sampler(3)); err != nil {
		t.Fatal(err)
	}
	_, err = r.Data.Density.Train()
	badInput(t, err, "own_ellipse", "changed")
	unknown := *r.Data.Density
	unknown.Target = "own_square"
	_, err = unknown.Open()
	badInput(t, err, "own_square", "nb.Sampler")
}
