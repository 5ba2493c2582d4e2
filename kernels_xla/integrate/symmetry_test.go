package integrate_test

import (
	"testing"

	"hgn.local/kernels_xla/integrate"
)

// A thousand steps of dt and a thousand of -dt, through one compiled program, lead back to the start
// if and only if the integrator is declared symmetric.
func TestReversal(t *testing.T) {
	const steps, dt, batch = 1000, 0.05, 4
	eachPair(t, func(t *testing.T, in integrate.Integrator, s system) {
		q, p := s.starts(batch)
		prog := compile(t, in, s, 5)
		there, thereP := prog.flow(t, q, p, dt, steps)
		if moved := distance(there, q); moved < 0.01*s.extent {
			t.Errorf("the state moved by %.2g only: nothing was tested", moved)
		}
		back, backP := prog.flow(t, there, thereP, -dt, steps)
		got := max(distance(back, q), distance(backP, p))
		if in.Symmetric() && !(got < 1e-10) {
			t.Errorf("reversal error %.2g, but it is declared symmetric", got)
		}
		if !in.Symmetric() && got < 1e-9 {
			t.Errorf("reversal error %.2g, but it is declared not symmetric", got)
		}
		if prog.builds != 1 {
			t.Errorf("the program was built %d times: a new sign of dt must not compile again", prog.builds)
		}
	})
}
