package physics

import (
	"math"
	"math/rand/v2"

	"hgn.local/kernels_xla/scalar"
)

// GameSystem models two players who learn a zero-sum game by replicator dynamics: each plays n actions with
// probabilities, x and y, and an action becomes more frequent the more it earns against the other player's mixture,
//
//	dxᵢ/dt = xᵢ ((A y)ᵢ - x·A y)        dyⱼ/dt = -yⱼ ((Aᵀ x)ⱼ - x·A y)
//
// With one vector eᵢ or fⱼ for each action, which sum to zero (n corners of a regular simplex around the origin), the
// log-ratios q = Σ eᵢ log xᵢ and p = Σ fⱼ log yⱼ are canonical (Hofbauer 1996), and the energy is the relative
// entropy of the equilibrium, at which all actions are equally frequent, to each player's strategy:
//
//	H(q, p) = c log(Σ_i exp(eᵢ·q)/n) + c log(Σ_j exp(fⱼ·p)/n)        xᵢ ∝ exp(eᵢ·q)        yⱼ ∝ exp(fⱼ·p)
//
// So neither player ever settles: the strategies circle the equilibrium. The camera sees the first player, and the
// second one is the momentum. These are the games of DeepMind's dm_hamiltonian_dynamics_suite, whose frames show both
// players, whose stake is 1, and whose starts have no floor.
type GameSystem struct {
	rules *game // given by the system's name

	Stake float64 `json:"stake" above:"0"` // amount that the winner gets from the loser

	// Floor is the smallest probability of an action at the start. Near 0, strategies make long excursions close to a
	// single action.
	Floor float64 `json:"floor" above:"0" max:"0.3"`

	// The standard deviation of the noise on q and p before rendering.
	NoiseStd float64 `json:"noise_std" min:"0"`

	Color [3]uint8 `json:"color"`
}

// game holds the differences between the two games.
type game struct {
	name   string
	rate   float64     // c for a stake of 1
	row    [][]float64 // eᵢ
	column [][]float64 // fⱼ
}

// The vectors have the square length 1 - 1/n. In matching pennies the first player wins if both show the same side.
// In rock, paper, scissors an action beats the one before it, and f is e turned by a quarter of a circle.
var (
	matchingPennies   = &game{"matching_pennies", 2, [][]float64{{math.Sqrt2 / 2}, {-math.Sqrt2 / 2}}, [][]float64{{math.Sqrt2 / 2}, {-math.Sqrt2 / 2}}}
	rockPaperScissors = &game{"rock_paper_scissors", math.Sqrt(3), triangle(math.Pi / 2), triangle(math.Pi)}
)

// triangle returns three vectors of the square length 2/3, the first one at an angle.
func triangle(angle float64) [][]float64 {
	corners := make([][]float64, 3)
	for i := range corners {
		sin, cos := math.Sincos(angle + 2*math.Pi/3*float64(i))
		corners[i] = []float64{math.Sqrt(2./3) * cos, math.Sqrt(2./3) * sin}
	}
	return corners
}

// MatchingPennies returns the game with two actions: a stake of 2, with which strategies close to the equilibrium
// circle it in a time of π, starts with probabilities of at least 0.1, noise 0.05.
func MatchingPennies() *GameSystem { return newGame(matchingPennies) }

// RockPaperScissors returns the game with three actions: a stake of 2, with which strategies close to the equilibrium
// circle it in a time of √3 π, starts with probabilities of at least 0.1, noise 0.05.
func RockPaperScissors() *GameSystem { return newGame(rockPaperScissors) }

func newGame(rules *game) *GameSystem {
	return &GameSystem{rules: rules, Stake: 2, Floor: 0.1, NoiseStd: 0.05, Color: bodyColors[0]}
}

func (s *GameSystem) Name() string       { return s.rules.name }
func (s *GameSystem) Dim() int           { return len(s.rules.row) - 1 }
func (s *GameSystem) Noise() float64     { return s.NoiseStd }
func (s *GameSystem) Topology() []string { return lines(s.Dim()) }

// rate returns c.
func (s *GameSystem) rate() float64 { return s.Stake * s.rules.rate }

// Kinetic returns K(p), c times the relative entropy of the equilibrium to the second player's strategy.
func (s *GameSystem) Kinetic(p []float64) float64 { return s.rate() * entropy(s.rules.column, p) }

// Potential returns V(q), c times the relative entropy of the equilibrium to the first player's strategy.
func (s *GameSystem) Potential(q []float64) float64 { return s.rate() * entropy(s.rules.row, q) }

func (s *GameSystem) Energy(q, p []float64) float64 { return s.Kinetic(p) + s.Potential(q) }

func (s *GameSystem) Derivative(q, p, dq, dp []float64) {
	x, y := s.Strategies(q, p)
	for k := range dq {
		dq[k], dp[k] = 0, 0
		for i := range x {
			dq[k] += s.rate() * y[i] * s.rules.column[i][k]
			dp[k] -= s.rate() * x[i] * s.rules.row[i][k]
		}
	}
}

// Strategies returns the probabilities with which the two players choose each of their actions.
func (s *GameSystem) Strategies(q, p []float64) (x, y []float64) {
	return strategy(s.rules.row, q), strategy(s.rules.column, p)
}

// strategy returns the probabilities exp(eᵢ·u)/Σ exp(eⱼ·u).
func strategy(e [][]float64, u []float64) []float64 {
	x := make([]float64, len(e))
	most, sum := largest(e, u), 0.0
	for i := range x {
		x[i] = scalar.Exp(dot(e[i], u) - most)
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
	return x
}

// entropy returns log(Σ exp(eᵢ·u)/n), 0 at the origin and positive elsewhere.
func entropy(e [][]float64, u []float64) float64 {
	most, sum := largest(e, u), 0.0
	for i := range e {
		sum += scalar.Exp(dot(e[i], u) - most)
	}
	return most + math.Log(sum/float64(len(e)))
}

// largest returns the largest of the products eᵢ·u.
func largest(e [][]float64, u []float64) float64 {
	most := math.Inf(-1)
	for i := range e {
		most = max(most, dot(e[i], u))
	}
	return most
}

// Sample draws both strategies uniformly from those that play every action with a probability of at least Floor.
func (s *GameSystem) Sample(r *rand.Rand) (q, p []float64) {
	draw := func(e [][]float64) []float64 {
		shares, sum := make([]float64, len(e)), 0.0 // independent exponential numbers, divided by their sum, are uniform on the simplex
		for i := range shares {
			shares[i] = r.ExpFloat64()
			sum += shares[i]
		}
		u := make([]float64, s.Dim())
		for i, share := range shares {
			probability := math.Log(s.Floor + (1-float64(len(e))*s.Floor)*share/sum)
			for k := range u {
				u[k] += e[i][k] * probability
			}
		}
		return u
	}
	return draw(s.rules.row), draw(s.rules.column)
}

// Disks shows the first player's log-ratios q as the position of a disc: it is in the middle if all actions are
// equally frequent, and goes far towards a frequent one.
func (s *GameSystem) Disks(q []float64) []Disk {
	place := Disk{X: q[0], Radius: gameDisk, Color: s.Color}
	if len(q) > 1 {
		place.Y = q[1]
	}
	return []Disk{place}
}

const gameDisk = 0.8

// Extent leaves room for the most one-sided strategy, five standard deviations of noise, and the disc.
//
// The start with the most energy is one in which both play n-1 actions with the probability Floor, and the energy
// lets q go farthest if the first player drops a single action: V is there at least c (|q|/√(n(n-1)) - log(n/(n-1))).
func (s *GameSystem) Extent() float64 {
	n := float64(len(s.rules.row))
	most := -2 * (math.Log(1-(n-1)*s.Floor)/n + math.Log(s.Floor)*(n-1)/n + math.Log(n))
	return math.Sqrt(n*(n-1))*(most+math.Log(n/(n-1))) + 5*s.NoiseStd + gameDisk
}
