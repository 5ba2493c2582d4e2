package physics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// games are both games with what the first player gets from the second where they play actions i and j.
var games = []struct {
	new    func() *GameSystem
	payoff [][]float64
}{
	{MatchingPennies, [][]float64{{1, -1}, {-1, 1}}},
	{RockPaperScissors, [][]float64{{0, -1, 1}, {1, 0, -1}, {-1, 1, 0}}},
}

// Hamilton's equations are the replicator dynamics of the game.
func TestGamesFollowReplicatorDynamics(t *testing.T) {
	for _, game := range games {
		s := game.new()
		s.Stake = 1.7
		r := rand.New(rand.NewPCG(1, 1))
		d := s.Dim()
		dq, dp := make([]float64, d), make([]float64, d)
		for range 50 {
			q, p := s.Sample(r)
			x, y := s.Strategies(q, p)
			s.Derivative(q, p, dq, dp)
			const h = 1e-5
			at := func(h float64) (x, y []float64) {
				moved := [2][]float64{make([]float64, d), make([]float64, d)}
				for k := range d {
					moved[0][k], moved[1][k] = q[k]+h*dq[k], p[k]+h*dp[k]
				}
				return s.Strategies(moved[0], moved[1])
			}
			beforeX, beforeY := at(-h)
			afterX, afterY := at(h)
			n := len(x)
			first, second, mean := make([]float64, n), make([]float64, n), 0.0 // what each action earns the first player
			for i := range n {
				for j := range n {
					pay := s.Stake * game.payoff[i][j]
					first[i] += pay * y[j]
					second[j] += pay * x[i]
					mean += pay * x[i] * y[j]
				}
			}
			for i := range n {
				wantX, wantY := x[i]*(first[i]-mean), -y[i]*(second[i]-mean)
				if e := max(math.Abs((afterX[i]-beforeX[i])/(2*h)-wantX), math.Abs((afterY[i]-beforeY[i])/(2*h)-wantY)); e > 1e-8 {
					t.Fatalf("%s: at x = %v, y = %v the frequency of action %d changes at a rate that is off by %.2g", s.Name(), x, y, i, e)
				}
			}
			// The energy is the relative entropy, which is 0 at the equilibrium alone.
			energy := 0.0
			for i := range n {
				energy -= s.rate() * math.Log(float64(n*n)*x[i]*y[i]) / float64(n)
			}
			if e := math.Abs(s.Energy(q, p) - energy); e > 1e-12 || energy <= 0 {
				t.Fatalf("%s: H is %.9g, the relative entropies %.9g", s.Name(), s.Energy(q, p), energy)
			}
		}
		if h := s.Energy(make([]float64, d), make([]float64, d)); math.Abs(h) > 1e-15 {
			t.Errorf("%s: H is %g at the equilibrium", s.Name(), h)
		}
	}
}

// Close to the equilibrium strategies go round it at the angular frequency c/n.
func TestGamesGoRoundTheirEquilibrium(t *testing.T) {
	for _, game := range games {
		s := game.new()
		omega := s.rate() / float64(len(game.payoff))
		const size = 1e-5
		q0, p0 := make([]float64, s.Dim()), make([]float64, s.Dim())
		q0[0], p0[s.Dim()-1] = size, 2*size
		q, _, err := Trajectory(s, q0, p0, 0.5, paperFrames)
		if err != nil {
			t.Fatal(err)
		}
		for i := range q {
			sin, cos := math.Sincos(omega * 0.5 * float64(i))
			for k := range q0 {
				if e := math.Abs(q[i][k] - q0[k]*cos - p0[k]*sin); e > 1e-4*size {
					t.Fatalf("%s: coordinate %d is off by %.2g of the amplitude at frame %d", s.Name(), k, e/size, i)
				}
			}
		}
	}
}

// Starts are uniform on the simplex above the floor: the share of each action beyond it has the distribution function
// 1 - (1-s)^(n-1).
func TestGamesStartUniformlyOnTheSimplex(t *testing.T) {
	for _, game := range games {
		s := game.new()
		const starts = 10000
		n := len(game.payoff)
		samples := make([][]float64, 2*n)
		for i := range starts {
			q, p := s.Sample(rand.New(rand.NewPCG(6, uint64(i))))
			x, y := s.Strategies(q, p)
			for k, probability := range append(x, y...) {
				share := (probability - s.Floor) / (1 - float64(n)*s.Floor)
				samples[k] = append(samples[k], 1-math.Pow(1-share, float64(n-1)))
			}
		}
		for k, sample := range samples {
			if distance, limit := kolmogorovSmirnov(sample), 1.95/math.Sqrt(starts); distance > limit {
				t.Errorf("%s: the probability %d is not uniform: Kolmogorov-Smirnov distance %.4f, limit %.4f", s.Name(), k, distance, limit)
			}
		}
	}
}
