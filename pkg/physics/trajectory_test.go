package physics

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

const (
	paperDt     = 0.125
	paperFrames = 30
)

// The spring's motion in closed form: q(t) = q0 cos ωt + p0/(mω) sin ωt.
func TestMassSpringFollowsItsClosedForm(t *testing.T) {
	s := MassSpring()
	s.Stiffness, s.Mass = 3, 0.7 // constants for which nothing cancels
	omega := math.Sqrt(s.Stiffness / s.Mass)
	r := rand.New(rand.NewPCG(1, 1))
	worst := 0.0
	for range 50 {
		q0, p0 := s.Sample(r)
		for _, dt := range []float64{paperDt, -paperDt, 1.7} {
			q, p, err := Trajectory(s, q0, p0, dt, paperFrames)
			if err != nil {
				t.Fatal(err)
			}
			for i := range q {
				sin, cos := math.Sincos(omega * dt * float64(i))
				worst = max(worst,
					math.Abs(q[i][0]-(q0[0]*cos+p0[0]/(s.Mass*omega)*sin)),
					math.Abs(p[i][0]-(p0[0]*cos-q0[0]*s.Mass*omega*sin)))
			}
		}
	}
	t.Logf("largest error %.2g", worst)
	if worst > 1e-9 {
		t.Errorf("largest error %.2g, want 1e-9 or better", worst)
	}
}

// A swinging pendulum started at rest from the angle A reaches, after a quarter of the period 4 K(k) sqrt(l/g) with
// k = sin(A/2), the lowest point; K is the complete elliptic integral, here by the arithmetic-geometric mean.
func TestPendulumPeriodIsTheEllipticIntegral(t *testing.T) {
	s := Pendulum()
	for _, amplitude := range []float64{0.1, 1, 2, 3} {
		a, g := 1.0, math.Cos(amplitude/2)
		for range 30 {
			a, g = (a+g)/2, math.Sqrt(a*g)
		}
		quarter := math.Pi / (2 * a) * math.Sqrt(s.Length/s.Gravity)
		q, p, err := Trajectory(s, []float64{amplitude}, []float64{0}, quarter, 5)
		if err != nil {
			t.Fatal(err)
		}
		fastest := s.Mass * s.Length * math.Sqrt(2*s.Gravity*s.Length*(1-math.Cos(amplitude)))
		want := [][2]float64{{amplitude, 0}, {0, -fastest}, {-amplitude, 0}, {0, fastest}, {amplitude, 0}}
		for i, w := range want {
			if e := max(math.Abs(q[i][0]-w[0]), math.Abs(p[i][0]-w[1])); e > 1e-9 {
				t.Errorf("amplitude %g: off by %.2g after %d quarters of the period, want 1e-9 or better", amplitude, e, i)
			}
		}
	}
}

// Properties of every registered system; with conservative ones the energy stays what it was.
func TestTrajectoriesConserveEnergyAndRunBackward(t *testing.T) {
	for _, name := range Names() {
		s, _ := ByName(name)
		_, lossy := s.(Dissipative)
		r := rand.New(rand.NewPCG(2, 2))
		drift, reversal, grid := 0.0, 0.0, 0.0
		for range 50 {
			q0, p0 := s.Sample(r)
			q, p, err := Trajectory(s, q0, p0, paperDt, paperFrames)
			if err != nil {
				t.Fatal(err)
			}
			h0 := s.Energy(q0, p0)
			for i := range q {
				if lossy { // its energy is its own test's matter
					break
				}
				drift = max(drift, math.Abs(s.Energy(q[i], p[i])-h0)/(1+math.Abs(h0)))
			}
			end := paperFrames - 1
			qb, pb, err := Trajectory(s, q[end], p[end], -paperDt, paperFrames)
			if err != nil {
				t.Fatal(err)
			}
			// One long step must give the same end as many short ones.
			ql, pl, err := Trajectory(s, q0, p0, paperDt*float64(end), 2)
			if err != nil {
				t.Fatal(err)
			}
			// Where the motion is chaotic, it magnifies the rounding on the way as it does a shift of the start.
			const shift = 1e-6
			qs, ps, err := Trajectory(s, append([]float64{q0[0] + shift}, q0[1:]...), p0, paperDt*float64(end), 2)
			if err != nil {
				t.Fatal(err)
			}
			stretch := 1.0
			for k := range q0 {
				stretch = max(stretch, math.Abs(qs[1][k]-ql[1][k])/shift, math.Abs(ps[1][k]-pl[1][k])/shift)
			}
			for k := range q0 {
				reversal = max(reversal, math.Abs(qb[end][k]-q0[k])/stretch, math.Abs(pb[end][k]-p0[k])/stretch)
				grid = max(grid, math.Abs(ql[1][k]-q[end][k])/stretch, math.Abs(pl[1][k]-p[end][k])/stretch)
			}
		}
		t.Logf("%s: energy drift %.2g, there and back %.2g, one step against many %.2g", name, drift, reversal, grid)
		for what, e := range map[string]float64{"the energy drifts": drift, "there and back is off": reversal, "one long step and many short ones differ": grid} {
			if e > 1e-9 {
				t.Errorf("%s: %s by %.2g, want 1e-9 or better", name, what, e)
			}
		}
	}
}

// A step of order 5 makes an error of h⁶, and its estimate, of order 4, one of h⁵.
func TestDormandPrinceHasOrderFive(t *testing.T) {
	solver := newDormandPrince(2, func(y, dy []float64) { dy[0], dy[1] = y[1], -y[0]*y[0]*y[0] })
	end := func(steps int) (y []float64, estimate float64) {
		y = []float64{1, 0.5}
		solver.f(y, solver.k[0])
		for range steps {
			estimate = max(estimate, solver.step(y, 2/float64(steps)))
			copy(y, solver.trial)
			copy(solver.k[0], solver.k[6])
		}
		return y, estimate
	}
	exact, _ := end(4096)
	var errors, estimates []float64
	for _, steps := range []int{16, 32} {
		y, estimate := end(steps)
		errors, estimates = append(errors, math.Hypot(y[0]-exact[0], y[1]-exact[1])), append(estimates, estimate)
	}
	if order := math.Log2(errors[0] / errors[1]); order < 4.7 || order > 5.7 {
		t.Errorf("halving the step divides the error by 2^%.2f, want 2^5", order)
	}
	if order := math.Log2(estimates[0] / estimates[1]); order < 4.7 || order > 5.5 {
		t.Errorf("halving the step divides the error estimate by 2^%.2f, want 2^5", order)
	}
}

// broken has whatever equations of motion a test wants to see refused.
type broken struct {
	*MassSpringSystem
	derivative func(q, p, dq, dp []float64)
}

func (b broken) Derivative(q, p, dq, dp []float64) { b.derivative(q, p, dq, dp) }

func TestTrajectoryRefusesWhatItCannotDo(t *testing.T) {
	s := MassSpring()
	one := []float64{1}
	for _, c := range []struct {
		name   string
		q, p   []float64
		dt     float64
		frames int
		want   string
	}{
		{"zero dt", one, one, 0, 10, "dt must be"},
		{"NaN dt", one, one, math.NaN(), 10, "dt must be"},
		{"infinite dt", one, one, math.Inf(-1), 10, "dt must be"},
		{"no frames", one, one, 0.1, 0, "at least 1 frame"},
		{"two coordinates", []float64{1, 2}, one, 0.1, 10, "1 positions"},
		{"NaN start", []float64{math.NaN()}, one, 0.1, 10, "finite"},
	} {
		_, _, err := Trajectory(s, c.q, c.p, c.dt, c.frames)
		if err == nil || !strings.Contains(err.Error(), c.want) || !badinput.Is(err) {
			t.Errorf("%s: got %v, want a bad-input error with %q", c.name, err, c.want)
		}
	}

	nan := broken{s, func(q, p, dq, dp []float64) { dq[0], dp[0] = p[0], math.Sqrt(0.5-q[0]) }} // NaN beyond q = 0.5
	if _, _, err := Trajectory(nan, []float64{0}, one, 0.5, 5); err == nil || !strings.Contains(err.Error(), "finite") {
		t.Errorf("equations that give NaN: got %v", err)
	}
	blowUp := broken{s, func(q, p, dq, dp []float64) { dq[0], dp[0] = q[0]*q[0], 0 }} // q = 1/(1-t)
	if _, _, err := Trajectory(blowUp, one, one, 0.5, 5); err == nil || !strings.Contains(err.Error(), "frames 1 and 2") {
		t.Errorf("a solution that ends at t = 1: got %v", err)
	}
	if q, _, err := Trajectory(s, one, one, 0.1, 1); err != nil || len(q) != 1 || q[0][0] != 1 {
		t.Errorf("a single frame is the start: got %v, %v", q, err)
	}
}

func BenchmarkTrajectory(b *testing.B) {
	for _, name := range Names() {
		b.Run(name, func(b *testing.B) {
			s, _ := ByName(name)
			q0, p0 := s.Sample(rand.New(rand.NewPCG(1, 1)))
			for b.Loop() {
				if _, _, err := Trajectory(s, q0, p0, paperDt, paperFrames); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
