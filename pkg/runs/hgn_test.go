package runs

import (
	"strings"
	"testing"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/pkg/physics"
)

// A model of a simulated system whose kinetic energy depends on its configuration has a metric, and its gradients are cut;
// any other is separable, as is one whose latent somebody chose.
func TestHamiltonianOfSystems(t *testing.T) {
	for _, system := range physics.Names() {
		c := tiny(t, system)
		c, err := c.Resolve()
		if err != nil {
			t.Fatal(err)
		}
		want := "separable"
		if strings.HasSuffix(system, "double_pendulum") {
			want = "metric"
		}
		if got := c.Params.(hgn.Params).Hamiltonian; got != want {
			t.Errorf("the Hamiltonian of %s is %s, want %s", system, got, want)
		}
	}
	c := tiny(t, "double_pendulum")
	edit(&c, func(p *hgn.Params) { p.Latent = searchLatent })
	c, err := c.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Params.(hgn.Params).Hamiltonian; got != "separable" {
		t.Errorf("the Hamiltonian of a latent that is searched is %s", got)
	}
}
