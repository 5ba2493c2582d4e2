package integrate_test

import (
	"math"
	"testing"

	"hgn.local/kernels_xla/integrate"
)

// The error after a fixed time is proportional to |dt|^Order, forwards and backwards: the slope of
// its logarithm against that of |dt| is the order.
func TestOrder(t *testing.T) {
	const duration, batch = 1.6, 4
	for _, s := range systems {
		q, p := s.starts(batch)
		reference := compile(t, integrate.RK4, s, 5)
		for _, time := range []float64{duration, -duration} {
			wantQ, wantP := reference.flow(t, q, p, time/1600, 1600)
			for _, in := range integrate.All() {
				prog := compile(t, in, s, 5)
				var logDt, logError []float64
				for _, steps := range []int{80, 160, 320} {
					gotQ, gotP := prog.flow(t, q, p, time/float64(steps), steps)
					logDt = append(logDt, -math.Log(float64(steps)))
					logError = append(logError, math.Log(max(distance(gotQ, wantQ), distance(gotP, wantP))))
				}
				got := slope(logDt, logError)
				if !(math.Abs(got-float64(in.Order())) <= 0.1) {
					t.Errorf("%s on %s over a time of %g: the error shrinks like dt^%.3f, declared is dt^%d",
						in.Name(), s.name, time, got, in.Order())
				}
			}
		}
	}
}

// A spring has the closed solution q(t) = q₀ cos ωt + p₀/(mω) sin ωt, ω² = k/m.
func TestSpringAgainstClosedSolution(t *testing.T) {
	const k, m, duration, steps = 2.0, 0.5, 3.0, 1500
	omega := math.Sqrt(k / m)
	sin, cos := math.Sincos(omega * duration)
	q, p := massSpring.starts(4)
	wantQ, wantP := make([]float64, 4), make([]float64, 4)
	for i := range q {
		wantQ[i] = q[i]*cos + p[i]/(m*omega)*sin
		wantP[i] = p[i]*cos - q[i]*m*omega*sin
	}
	gotQ, gotP := compile(t, integrate.Yoshida4, massSpring, 10).flow(t, q, p, duration/steps, steps)
	if e := max(distance(gotQ, wantQ), distance(gotP, wantP)); !(e < 1e-10) {
		t.Errorf("the closed solution is missed by %.2g", e)
	}
}

// A pendulum let go at the angle θ swings with the period 2π √(l/g) / AGM(1, cos θ/2) (Gauss).
func TestPendulumAgainstItsPeriod(t *testing.T) {
	const g, l, theta, steps = 3.0, 1.0, 2.0, 3000
	a, b := 1.0, math.Cos(theta/2)
	for range 10 {
		a, b = (a+b)/2, math.Sqrt(a*b)
	}
	period := 2 * math.Pi * math.Sqrt(l/g) / a
	prog := compile(t, integrate.Yoshida4, pendulum, 10)
	for _, c := range []struct{ periods, angle float64 }{{0.5, -theta}, {1, theta}} {
		q, p := prog.flow(t, []float64{theta}, []float64{0}, c.periods*period/steps, steps)
		if e := max(math.Abs(q[0]-c.angle), math.Abs(p[0])); !(e < 1e-8) {
			t.Errorf("after %g periods q = %.10f, p = %.2g, want q = %g at rest", c.periods, q[0], p[0], c.angle)
		}
	}
}
