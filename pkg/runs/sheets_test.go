package runs

import (
	"strings"
	"testing"
)

// Models stand side by side in the order in which they are given, with the rows of all their measures in one order.
func TestSideBySide(t *testing.T) {
	plain := &DensityReport{Header: Header{Model: "rnvp", Parameters: 7}, Target: "rings", TestPoints: 100, NLL: new(2.5), NLLError: new(0.01), Entropy: new(2.4), ReversalError: new(1e-6)}
	flow := &DensityReport{Header: Header{Model: "nhf"}, Target: "/folder/rings.csv", TestPoints: 100, NLL: new(2.45), NLLError: new(0.01), Gap: new(0.3), Momenta: 64, Entropy: new(2.4), ReversalError: new(1e-6)}
	s := SideBySide([]string{"a", "b"}, plain, flow)
	var names []string
	for _, row := range s.Rows {
		names = append(names, strings.TrimLeft(row[0], "\u00a0"))
	}
	if want := "model, target, negative log-likelihood, nats, of the target itself, nats, more by its bound, the ELBO, nats, error of the coordinates, there and back, parameters, training"; strings.Join(names, ", ") != want {
		t.Errorf("the rows are %q", names)
	}
	if first := s.Rows[0]; first[1] != "RNVP" || first[2] != "NHF" || s.Rows[4][1] != "" || s.Rows[4][2] != "0.3000" || s.Rows[2][1] != "2.5000 ± 0.0196" || s.Rows[1][1] != "rings" || s.Rows[1][2] != "rings.csv" {
		t.Errorf("the table is %q", s.Rows)
	}
	flow.MomentaError = new(0.001)
	for _, row := range SideBySide([]string{"a"}, flow).Rows {
		if strings.Contains(row[0], "of the target itself") && row[1] != "2.4000" {
			t.Errorf("the entropy of the target is %s", row[1])
		}
	}
	if !strings.Contains(strings.Join(s.Notes, " "), "64 momenta") {
		t.Errorf("it is not said how the likelihood is estimated: %q", s.Notes)
	}
}
